/**
 * The view that a screen holds, and its version. Pure: says of each snapshot and update whether it applies, is old, or
 * shows that one was missed (then only a snapshot helps; Socket.IO's own recovery is not relied upon).
 */
import type { CartView, Snapshot, Update } from '@kairos/protocol/screen-events.ts';

export interface HeldView {
  readonly version: number;
  readonly view: CartView;
}

export type Taken =
  | { readonly kind: 'applied'; readonly held: HeldView }
  /** Seen before; nothing to do. */
  | { readonly kind: 'old' }
  /** One or more were missed: ask for the whole, and apply nothing until it is here. */
  | { readonly kind: 'gap'; readonly have: number }
  /** Not what the protocol says; the held view stays. */
  | { readonly kind: 'unreadable' };

/** A snapshot always wins, also with a lower version: the store may have started anew. */
export function takeSnapshot(payload: unknown): Taken {
  const snapshot = payload as Partial<Snapshot> | null;
  if (!isVersion(snapshot?.version) || !isView(snapshot?.view)) return { kind: 'unreadable' };
  return { kind: 'applied', held: { version: snapshot.version, view: snapshot.view } };
}

export function takeUpdate(held: HeldView | null, payload: unknown): Taken {
  const update = payload as Partial<Update> | null;
  if (!isVersion(update?.version) || !isObject(update?.changes)) return { kind: 'unreadable' };
  if (!held) return { kind: 'gap', have: 0 };
  if (update.version <= held.version) return { kind: 'old' };
  if (update.version !== held.version + 1) return { kind: 'gap', have: held.version };
  const view = { ...held.view, ...update.changes };
  return isView(view) ? { kind: 'applied', held: { version: update.version, view } } : { kind: 'unreadable' };
}

function isVersion(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const phases = ['idle', 'first-use', 'shopping', 'at-till', 'goodbye'] satisfies CartView['phase'][];

/** As much as painting needs so as not to fail; the store has judged the rest before sending. */
function isView(value: unknown): value is CartView {
  if (!isObject(value) || !isObject(value.basket)) return false;
  const { basket, message } = value;
  return (
    typeof value.cart === 'string' &&
    typeof value.locale === 'string' &&
    typeof value.currency === 'string' &&
    phases.some((phase) => phase === value.phase) &&
    Array.isArray(basket.lines) &&
    basket.lines.every((line) => isObject(line) && typeof line.id === 'string' && typeof line.amount === 'number') &&
    typeof basket.total === 'number' &&
    (message === null || isMessage(message))
  );
}

function isMessage(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value.id === 'string' &&
    typeof value.headline === 'string' &&
    typeof value.validForMs === 'number' &&
    Array.isArray(value.answers) &&
    value.answers.every((answer) => isObject(answer) && typeof answer.id === 'string')
  );
}
