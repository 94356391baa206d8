/** The world's trace as text: one line for each act, which anybody can read and two runs can be compared by. */
import type { Act, Deed } from './deeds.ts';
import type { Goods } from './shop.ts';

/** "1 09:03:12.250  cart-03  #17  takes Baguette" */
export function traceLine(act: Act, goods: ReadonlyMap<string, Goods>): string {
  return `${clockText(act.at)}  ${act.cart}  #${act.visit}  ${wordsFor(act.deed, goods)}`;
}

/** The world's day, counted from 1, and its time of day. */
function clockText(ms: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const day = Math.floor(ms / 86_400_000) + 1;
  const [hours, minutes, seconds] = [(ms / 3_600_000) % 24, (ms / 60_000) % 60, (ms / 1000) % 60];
  return `${day} ${two(hours)}:${two(minutes)}:${two(seconds)}.${String(ms % 1000).padStart(3, '0')}`;
}

function wordsFor(deed: Deed, goods: ReadonlyMap<string, Goods>): string {
  const named = (code: string, quantity: number): string =>
    `${quantity === 1000 ? '' : `${quantity / 1000} × `}${goods.get(code)?.name ?? code}`;
  switch (deed.kind) {
    case 'enters':
      return `comes in: ${deed.as}`;
    case 'presents':
      return `${deed.means === 'typed' ? 'keys' : 'scans'} ${deed.number}`;
    case 'stays-guest':
      return 'stays a guest';
    case 'is-in':
      return `is in ${deed.zone}`;
    case 'stops-at':
      return `stops at ${deed.shelf}`;
    case 'takes':
      return `takes ${named(deed.code, deed.quantity)}`;
    case 'puts-back':
      return `puts back ${named(deed.code, deed.quantity)}`;
    case 'queues':
      return `queues at ${deed.till}`;
    case 'shows-card':
      return `shows her card at ${deed.till}`;
    case 'pays':
      return `pays ${(deed.total / 100).toFixed(2)} for ${deed.lines.length} at ${deed.till}`;
    case 'docks':
      return deed.paid ? 'leaves' : 'leaves without buying';
  }
}
