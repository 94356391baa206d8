/** Decisions as they fall, newest on top: where, what was asked, what became of it. Each opens to its why. */
import './decisions.css';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { ManagerDecision } from '@kairos/protocol/manager-events.ts';
import { toClockText } from '@kairos/protocol/time.ts';
import { Check, CircleEllipsis, CircleSlash, Minus } from 'lucide-react';
import { memo, type ReactElement, useCallback, useMemo, useState } from 'react';
import type { Chosen } from '../floor/chosen.ts';
import { type ManagerLink, usePart } from '../link/manager-link.ts';
import { type Ending, outcomeOf, placeWords } from '../words/decision-words.ts';
import { useWords } from '../words/use-words.ts';
import { DecisionWhy } from './decision-why.tsx';

const marks: Readonly<Record<Ending, typeof Check>> = {
  pending: CircleEllipsis,
  answered: Check,
  silent: Minus,
  dropped: CircleSlash,
};

export interface DecisionStreamProps {
  readonly link: ManagerLink;
  readonly plan: FloorPlan;
  /** Only what was said there. */
  readonly chosen: Chosen | null;
}

export function DecisionStream({ link, plan, chosen }: DecisionStreamProps): ReactElement {
  const all = usePart(link, 'decisions') ?? [];
  const timeZone = usePart(link, 'store')?.timeZone ?? 'UTC';
  const { say } = useWords();
  const [opened, open] = useState<string | null>(null);
  const decisions = chosen === null ? all : all.filter((decision) => isAt(decision, chosen));
  const zoneNames = useMemo(() => new Map(plan.zones.map(({ id, name }) => [id, name])), [plan]);
  const press = useCallback((message: string) => open((before) => (before === message ? null : message)), []);
  return (
    <section className="decisions" aria-label={say('decisions.label')}>
      <h2 className="quiet-title">{say(chosen === null ? 'decisions.title' : 'decisions.title-here')}</h2>
      {decisions.length === 0 ? (
        <p className="nothing-yet">{say('decisions.none')}</p>
      ) : (
        <ol className="decision-rows">
          {decisions.map((decision) => (
            <DecisionRow
              key={decision.message}
              decision={decision}
              zone={decision.zone === null ? undefined : zoneNames.get(decision.zone)}
              timeZone={timeZone}
              isOpen={decision.message === opened}
              onPress={press}
            />
          ))}
        </ol>
      )}
    </section>
  );
}

function isAt({ target, zone }: ManagerDecision, chosen: Chosen): boolean {
  return chosen.kind === 'cart' ? target === chosen.id : zone === chosen.id;
}

interface DecisionRowProps {
  readonly decision: ManagerDecision;
  /** Its name, where it is known. */
  readonly zone: string | undefined;
  readonly timeZone: string;
  readonly isOpen: boolean;
  readonly onPress: (message: string) => void;
}

/** Of sixty rows one or two are new each time; the others are left as they stand. */
const DecisionRow = memo(function DecisionRow(props: DecisionRowProps): ReactElement {
  const { decision, zone, timeZone, isOpen, onPress } = props;
  const { say } = useWords();
  const { ending, words } = outcomeOf(decision, say);
  const Mark = marks[ending];
  return (
    <li className={`decision decision-${ending}`}>
      <button type="button" className="decision-open" aria-expanded={isOpen} onClick={() => onPress(decision.message)}>
        <span className="decision-where">
          <span>
            {placeWords(decision, say)}
            {zone !== undefined && ` · ${zone}`}
          </span>
          <time className="figures">{toClockText(decision.at, timeZone).slice(0, 5)}</time>
        </span>
        <span className="decision-headline" dir="auto">
          {decision.headline || decision.title}
        </span>
        <span className="decision-outcome">
          <Mark aria-hidden size={18} strokeWidth={2.2} />
          <span dir="auto">{words}</span>
        </span>
      </button>
      {isOpen && <DecisionWhy message={decision.message} outcome={decision.outcome} />}
    </li>
  );
});
