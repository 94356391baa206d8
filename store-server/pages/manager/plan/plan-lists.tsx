/** What is to be said of the plan, all at once, and everything that stands on it: both lead to the thing itself. */
import {
  isFault,
  type PlanDraft,
  type PlanList,
  type PlanRemark,
  type PlanThing,
  planLists,
} from '@kairos/protocol/floor-plan-checks.ts';
import { Check, TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import { nameOfThing } from './plan-draft.ts';

export interface RemarksProps {
  readonly remarks: readonly PlanRemark[];
  /** What the store itself said when it was asked to take the plan. */
  readonly faults: readonly string[];
  readonly onChoose: (thing: PlanThing) => void;
}

export function Remarks({ remarks, faults, onChoose }: RemarksProps): ReactElement {
  const count = remarks.length + faults.length;
  return (
    <section className="plan-remarks" aria-label="Checks">
      <h3 className="quiet-title">Checks</h3>
      {count === 0 && (
        <p className="plan-fine">
          <Check aria-hidden size={18} /> Every zone is covered, every shelf can be reached.
        </p>
      )}
      <ul>
        {faults.map((says) => (
          <li key={says} className="plan-remark plan-remark-fault">
            <TriangleAlert aria-hidden size={18} />
            <p>{says}</p>
          </li>
        ))}
        {remarks.map((remark) => {
          const [thing] = remark.things;
          const tone = isFault(remark) ? 'plan-remark-fault' : '';
          return (
            <li key={`${remark.kind}/${remark.says}`} className={`plan-remark ${tone}`} data-kind={remark.kind}>
              <TriangleAlert aria-hidden size={18} />
              {thing ? (
                <button type="button" onClick={() => onChoose(thing)}>
                  {remark.says}
                </button>
              ) : (
                <p>{remark.says}</p>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

const listWords: Readonly<Record<PlanList, string>> = {
  zones: 'Zones',
  shelves: 'Shelves',
  walls: 'Walls',
  tills: 'Tills',
  doors: 'Doors',
  screens: 'Screens',
  anchors: 'Beacons and receivers',
};

export interface ThingsProps {
  readonly draft: PlanDraft;
  readonly chosen: PlanThing | null;
  readonly onChoose: (thing: PlanThing) => void;
}

export function Things({ draft, chosen, onChoose }: ThingsProps): ReactElement {
  return (
    <section className="plan-things" aria-label="On the plan">
      <h3 className="quiet-title">On the plan</h3>
      {planLists.map((list) => (
        <details key={list}>
          <summary>
            {listWords[list]} <span className="figures">{draft[list].length}</span>
          </summary>
          <ul>
            {draft[list].map((_, index) => {
              const isChosen = chosen?.list === list && chosen.index === index;
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: a thing is its place in its list
                <li key={index}>
                  <button type="button" aria-pressed={isChosen} onClick={() => onChoose({ list, index })}>
                    {nameOfThing(draft, { list, index })}
                  </button>
                </li>
              );
            })}
          </ul>
        </details>
      ))}
    </section>
  );
}
