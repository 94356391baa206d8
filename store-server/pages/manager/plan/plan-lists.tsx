/** What is to be said of the plan, all at once, and everything that stands on it: both lead to the thing itself. */
import {
  isFault,
  type PlanDraft,
  type PlanRemark,
  type PlanThing,
  planLists,
} from '@kairos/protocol/floor-plan-checks.ts';
import { Check, TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import { useWords } from '../words/use-words.ts';
import { nameOfThing } from './plan-draft.ts';
import { remarkWords } from './remark-words.ts';

export interface RemarksProps {
  /** The plan that the remarks are about. */
  readonly draft: PlanDraft;
  readonly remarks: readonly PlanRemark[];
  /** What the store itself said when it was asked to take the plan. */
  readonly faults: readonly string[];
  readonly onChoose: (thing: PlanThing) => void;
}

export function Remarks({ draft, remarks, faults, onChoose }: RemarksProps): ReactElement {
  const talk = useWords();
  const { say } = talk;
  const count = remarks.length + faults.length;
  return (
    <section className="plan-remarks" aria-label={say('plan.checks')}>
      <h3 className="quiet-title">{say('plan.checks')}</h3>
      {count === 0 && (
        <p className="plan-fine">
          <Check aria-hidden size={18} /> {say('plan.fine')}
        </p>
      )}
      <ul>
        {faults.map((says) => (
          <li key={says} className="plan-remark plan-remark-fault">
            <TriangleAlert aria-hidden size={18} />
            <p lang="en" dir="auto">
              {says}
            </p>
          </li>
        ))}
        {remarks.map((remark) => {
          const [thing] = remark.things;
          const says = remarkWords(remark, draft, talk);
          const tone = isFault(remark) ? 'plan-remark-fault' : '';
          return (
            <li key={`${remark.kind}/${remark.says}`} className={`plan-remark ${tone}`} data-kind={remark.kind}>
              <TriangleAlert aria-hidden size={18} />
              {thing ? (
                <button type="button" onClick={() => onChoose(thing)}>
                  {says}
                </button>
              ) : (
                <p>{says}</p>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

export interface ThingsProps {
  readonly draft: PlanDraft;
  readonly chosen: PlanThing | null;
  readonly onChoose: (thing: PlanThing) => void;
}

export function Things({ draft, chosen, onChoose }: ThingsProps): ReactElement {
  const { say, number } = useWords();
  return (
    <section className="plan-things" aria-label={say('plan.things')}>
      <h3 className="quiet-title">{say('plan.things')}</h3>
      {planLists.map((list) => (
        <details key={list}>
          <summary>
            {say(`list.${list}`)} <span className="figures">{number(draft[list].length)}</span>
          </summary>
          <ul>
            {draft[list].map((_, index) => {
              const isChosen = chosen?.list === list && chosen.index === index;
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: a thing is its place in its list
                <li key={index}>
                  <button type="button" aria-pressed={isChosen} onClick={() => onChoose({ list, index })}>
                    <bdi>{nameOfThing(draft, { list, index }, (place) => say('plan.wall', { number: place }))}</bdi>
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
