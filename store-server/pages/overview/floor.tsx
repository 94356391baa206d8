/** The floor: the plan, zones tinted by how many shop there, and the carts on their way between them. */
import type { FloorPlan, Zone } from '@kairos/protocol/floor-plan.ts';
import type { OverviewCart } from '@kairos/protocol/overview-events.ts';
import { FloorPlanMap, labelSize } from '@kairos/ui/floor-plan-map.tsx';
import { type ReactElement, useRef } from 'react';
import { type CartPlace, placeCarts } from './cart-places.ts';
import { cartNumber } from './decision-words.ts';

export interface FloorProps {
  readonly plan: FloorPlan;
  readonly carts: readonly OverviewCart[];
}

/** Shoppers in a zone from which it is drawn one shade darker. */
const crowdedFrom = [1, 3, 5];

export function Floor({ plan, carts }: FloorProps): ReactElement {
  const places = useRef<ReadonlyMap<string, CartPlace>>(new Map());
  places.current = placeCarts(plan, carts, places.current);
  const shoppers = new Map<string | null, number>();
  for (const cart of carts) if (cart.strength) shoppers.set(cart.zone, (shoppers.get(cart.zone) ?? 0) + 1);
  const shade = (zone: Zone): string | undefined => {
    const level = crowdedFrom.filter((from) => (shoppers.get(zone.id) ?? 0) >= from).length;
    return level === 0 ? undefined : `crowd-${level}`;
  };
  return (
    <FloorPlanMap plan={plan} label={summary(plan, shoppers)} zoneClass={shade} margin={0.06} hasLinks>
      {carts.map((cart) => {
        const place = places.current.get(cart.id);
        return place && <CartDot key={cart.id} cart={cart} place={place} size={labelSize(plan)} />;
      })}
    </FloorPlanMap>
  );
}

interface CartDotProps {
  readonly cart: OverviewCart;
  readonly place: CartPlace;
  readonly size: number;
}

function CartDot({ cart, place: { at, from }, size }: CartDotProps): ReactElement {
  const state = cart.speaking ? 'speaking' : cart.strength ? 'shopping' : 'free';
  const radius = size * (state === 'free' ? 0.62 : 0.86);
  return (
    <a
      className={`cart cart-${state}`}
      href={`/cart/?cart=${cart.id}&watch=1`}
      target="_blank"
      rel="noreferrer"
      style={{ transform: `translate(${at[0]}px, ${at[1]}px)` }}
    >
      <title>{titleOf(cart)}</title>
      {from && state !== 'free' && <path className="cart-tail" d={tailOf(at, from, radius)} />}
      <circle className="cart-dot" r={radius} />
      <text className="cart-number figures" fontSize={radius * 1.15}>
        {cartNumber(cart.id)}
      </text>
      {state === 'speaking' && <path className="cart-voice" d={bubbleOf(radius)} />}
    </a>
  );
}

/** A taper from the dot back towards where it came from, a few dots long at most. */
function tailOf(at: readonly [number, number], from: readonly [number, number], radius: number): string {
  const [dx, dy] = [from[0] - at[0], from[1] - at[1]];
  const far = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [dx / far, dy / far];
  const length = Math.min(far, radius * 3.4);
  const half = radius * 0.8;
  return `M${-uy * half} ${ux * half}L${ux * length} ${uy * length}L${uy * half} ${-ux * half}Z`;
}

/** A small speech bubble at the dot's upper right: that a cart speaks must not rest on colour. */
function bubbleOf(radius: number): string {
  const [x, y, w, h, r] = [radius * 0.5, -radius * 1.62, radius * 1.25, radius * 0.95, radius * 0.25];
  const corner = (dx: number, dy: number): string => `a${r} ${r} 0 0 1 ${dx} ${dy}`;
  const top = `M${x + r} ${y}h${w - 2 * r}${corner(r, r)}v${h - 2 * r}${corner(-r, r)}`;
  return `${top}h${-w * 0.35}l${-w * 0.3} ${h * 0.4}v${-h * 0.4}H${x + r}${corner(-r, -r)}v${-(h - 2 * r)}${corner(r, -r)}Z`;
}

function titleOf(cart: OverviewCart): string {
  const name = `Cart ${cartNumber(cart.id)}`;
  if (cart.speaking) return `${name}: “${cart.speaking.headline}”`;
  return cart.strength ? name : `${name}: free`;
}

function summary(plan: FloorPlan, shoppers: ReadonlyMap<string | null, number>): string {
  const busy = plan.zones.flatMap((zone) => {
    const count = shoppers.get(zone.id) ?? 0;
    return count === 0 ? [] : [`${zone.name} ${count}`];
  });
  return `The floor of ${plan.name}. Shoppers by zone: ${busy.join(', ') || 'none'}.`;
}
