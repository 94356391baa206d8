/** Who needs a person: shoppers that have called an associate, longest wait first. Not there while nobody has. */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { OverviewCart } from '@kairos/protocol/overview-events.ts';
import { toClockText } from '@kairos/protocol/time.ts';
import { BellRing } from 'lucide-react';
import type { ReactElement } from 'react';
import { cartNumber } from './decision-words.ts';

export interface HelpListProps {
  readonly carts: readonly OverviewCart[];
  readonly plan: FloorPlan;
  readonly timeZone: string;
}

export function HelpList({ carts, plan, timeZone }: HelpListProps): ReactElement | null {
  const calling = carts
    .flatMap((cart) => (cart.helpSince === null ? [] : [{ ...cart, helpSince: cart.helpSince }]))
    .toSorted((one, other) => one.helpSince - other.helpSince);
  if (calling.length === 0) return null;
  return (
    <section className="help" aria-label="Needs a person" aria-live="polite">
      <h2 className="quiet-title">Needs a person</h2>
      <ul className="help-rows">
        {calling.map(({ id, zone, helpSince }) => (
          <li key={id} className="help-row">
            <BellRing aria-hidden size={20} strokeWidth={2.2} />
            <span>
              Cart {cartNumber(id)} asks for somebody
              {zone !== null && `, at ${plan.zones.find((one) => one.id === zone)?.name ?? zone}`}
            </span>
            <time className="figures">{toClockText(helpSince, timeZone).slice(0, 5)}</time>
          </li>
        ))}
      </ul>
    </section>
  );
}
