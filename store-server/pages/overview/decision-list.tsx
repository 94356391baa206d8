/** Decisions as they fall, newest on top: where, what was asked, what became of it. */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { OverviewDecision } from '@kairos/protocol/overview-events.ts';
import { toClockText } from '@kairos/protocol/time.ts';
import { Check, CircleEllipsis, CircleSlash, Minus } from 'lucide-react';
import type { ReactElement } from 'react';
import { cartNumber, type Ending, outcomeOf } from './decision-words.ts';

const marks: Record<Ending, typeof Check> = {
  pending: CircleEllipsis,
  answered: Check,
  silent: Minus,
  dropped: CircleSlash,
};

export interface DecisionListProps {
  readonly decisions: readonly OverviewDecision[];
  readonly plan: FloorPlan;
  readonly timeZone: string;
}

export function DecisionList({ decisions, plan, timeZone }: DecisionListProps): ReactElement {
  return (
    <section className="decisions" aria-label="What Kairos said">
      <h2 className="quiet-title">What Kairos said</h2>
      {decisions.length === 0 ? (
        <p className="nothing-yet">Nothing yet. A message appears here the moment it is decided.</p>
      ) : (
        <ol className="decision-rows">
          {decisions.map((decision) => (
            <DecisionRow key={decision.message} decision={decision} plan={plan} timeZone={timeZone} />
          ))}
        </ol>
      )}
    </section>
  );
}

interface DecisionRowProps {
  readonly decision: OverviewDecision;
  readonly plan: FloorPlan;
  readonly timeZone: string;
}

function DecisionRow({ decision, plan, timeZone }: DecisionRowProps): ReactElement {
  const zone = plan.zones.find((one) => one.id === decision.zone)?.name;
  const { ending, words } = outcomeOf(decision);
  const Mark = marks[ending];
  return (
    <li className={`decision decision-${ending}`}>
      <p className="decision-where">
        <span>
          {decision.cart === null ? 'No cart' : `Cart ${cartNumber(decision.cart)}`}
          {zone !== undefined && ` · ${zone}`}
        </span>
        <time className="figures">{toClockText(decision.at, timeZone).slice(0, 5)}</time>
      </p>
      <p className="decision-headline" dir="auto">
        {decision.headline || decision.title}
      </p>
      <p className="decision-outcome">
        <Mark aria-hidden size={18} strokeWidth={2.2} />
        <span dir="auto">{words}</span>
      </p>
    </li>
  );
}
