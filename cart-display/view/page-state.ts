/**
 * Everything that the page shows, as one value, and which scene that makes. Pure; `cart-page.ts` changes it, the
 * screens paint it.
 */
import type { RejectReason } from '@kairos/protocol/device-facts.ts';
import type { SaleLine } from '@kairos/protocol/facts.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { CartView, HelpView } from '@kairos/protocol/screen-events.ts';
import type { LinkState } from '../link/line.ts';
import type { Language } from '../words/languages.ts';
import { emptyGlass, type Glass } from './glass.ts';

export type LoginRefusal =
  | 'wrong-digit'
  | 'number-shape'
  | 'not-ours'
  | 'out-of-touch'
  /** The store has not answered in time. */
  | 'no-answer';

export type Login =
  | { readonly kind: 'ready' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'refused'; readonly why: LoginRefusal; readonly digits: number };

/** How far she is with her PIN; what she keys is held by its own screen alone, and never here. */
export type PinStep =
  | { readonly kind: 'closed' }
  /** Asked after her number, or opened by her. */
  | { readonly kind: 'open' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'wrong'; readonly triesLeft: number }
  | { readonly kind: 'locked'; readonly minutes: number }
  | { readonly kind: 'out-of-touch' }
  | { readonly kind: 'no-answer' };

/** A short word beside the list that goes by itself. */
export type Word =
  | { readonly kind: 'removed'; readonly line: SaleLine }
  | { readonly kind: 'unknown-goods' }
  | { readonly kind: 'not-done' }
  | { readonly kind: 'back-in-touch' }
  | { readonly kind: 'store-says'; readonly notice: NonNullable<CartView['notice']> };

export interface Settings {
  /** Hers, where she has chosen one; else the store's word for her. */
  readonly language: Language | null;
  readonly isLargeType: boolean;
  readonly isMoreContrast: boolean;
}

export interface PageState {
  readonly link: LinkState;
  /** The line has been gone for longer than a shopper need not notice. */
  readonly isOutOfTouch: boolean;
  /** Scanned since then; the list does not know of it. */
  readonly scannedAway: number;
  readonly view: CartView | null;
  readonly plan: FloorPlan | null;
  readonly glass: Glass;
  readonly login: Login;
  readonly pin: PinStep;
  /** The visit has ended, here and now, whatever the store's view still says. */
  readonly farewell: 'thanks' | 'forgotten' | null;
  /** The store still says goodbye, and the next shopper stands here. */
  readonly isNextHere: boolean;
  readonly word: Word | null;
  /** The answer to a call for an associate that she has seen and put away, by the call's id. */
  readonly helpSeen: string | null;
  /** Lines that she has taken off and that the store still lists. */
  readonly removing: readonly string[];
  readonly settings: Settings;
}

export const plainSettings: Settings = { language: null, isLargeType: false, isMoreContrast: false };

export const startingState: PageState = {
  link: { kind: 'connecting' },
  isOutOfTouch: false,
  scannedAway: 0,
  view: null,
  plan: null,
  glass: emptyGlass,
  login: { kind: 'ready' },
  pin: { kind: 'closed' },
  farewell: null,
  isNextHere: false,
  word: null,
  helpSeen: null,
  removing: [],
  settings: plainSettings,
};

export type Scene = 'starting' | 'refused' | 'idle' | 'first-use' | 'shopping' | 'at-till' | 'goodbye';

export function sceneOf(state: PageState): Scene {
  if (state.farewell) return 'goodbye';
  if (state.view?.phase === 'goodbye' && state.isNextHere) return 'idle';
  if (state.view) return state.view.phase;
  return state.link.kind === 'refused' ? 'refused' : 'starting';
}

/** Whether somebody's visit is on the cart. */
export function isVisit(view: CartView | null): boolean {
  return view !== null && view.phase !== 'idle' && view.phase !== 'goodbye';
}

/** Whether she is asked for her PIN now: she has time for it while she shops, and not at the till. */
export function isAskedForPin({ view, pin }: PageState): boolean {
  return pin.kind !== 'closed' && view?.phase === 'shopping' && view.shopper?.pin === true;
}

/** What became of her call for an associate, as long as it is to be shown. */
export function helpOf({ view, helpSeen }: PageState): HelpView | null {
  const help = view?.help ?? null;
  return help !== null && help.id !== helpSeen ? help : null;
}

/** What the store’s refusal of a login means to her. */
export function loginRefusalOf(reason: RejectReason): LoginRefusal {
  if (reason === 'check-digit') return 'wrong-digit';
  return reason === 'number-prefix' ? 'not-ours' : 'number-shape';
}
