/**
 * What a cart's screen shows, derived from the visits and the engine: nothing is kept here, so that a screen that
 * connects after a crash sees exactly what the facts say.
 */
import type { Engine } from '@kairos/dialogue/engine/engine.ts';
import type { CartView, ScreenMessage } from '@kairos/protocol/screen-events.ts';
import type { People } from '../conductor/people.ts';
import { totalOf, type Visit } from '../visits/visit.ts';
import type { Visits } from '../visits/visits.ts';

/** How long the goodbye stands before the cart is idle again. */
export const goodbyeMs = 20_000;

export interface CartViewSources {
  readonly store: { readonly title: string; readonly currency: string; readonly locale: string };
  readonly visits: Visits;
  readonly people: People;
  readonly engine: Engine;
  /** A message that is not to be said yet. */
  readonly isHeld?: (message: string) => boolean;
  /** Why a message of this dialogue and step is hers, in one line of her language; null: nothing to be said. */
  readonly whyOf?: (dialogue: string, step: string, locale: string) => string | null;
}

/** The parts of a view that change on their own account; each is compared and sent as a whole. */
export type ViewPart = 'visit' | 'zone' | 'basket' | 'message';

export function cartView(cart: string, now: number, sources: CartViewSources): CartView {
  return {
    cart,
    store: sources.store.title,
    currency: sources.store.currency,
    ...visitPart(cart, now, sources),
    ...zonePart(cart, sources),
    ...basketPart(cart, sources),
    ...messagePart(cart, now, sources),
  };
}

/** Only the parts that may have changed. */
export function cartViewParts(
  cart: string,
  parts: ReadonlySet<ViewPart>,
  now: number,
  sources: CartViewSources,
): Partial<CartView> {
  return {
    ...(parts.has('visit') ? visitPart(cart, now, sources) : {}),
    ...(parts.has('zone') ? zonePart(cart, sources) : {}),
    ...(parts.has('basket') ? basketPart(cart, sources) : {}),
    ...(parts.has('message') ? messagePart(cart, now, sources) : {}),
  };
}

function visitPart(
  cart: string,
  now: number,
  { visits, people, store }: CartViewSources,
): Pick<CartView, 'phase' | 'shopper' | 'notice' | 'locale'> {
  const visit = visits.visitOn(cart);
  const { endedAt } = visits.cart(cart);
  if (!visit) {
    const isJustOver = endedAt !== null && now < endedAt + goodbyeMs;
    return { phase: isJustOver ? 'goodbye' : 'idle', shopper: null, notice: null, locale: store.locale };
  }
  return {
    phase: phaseOf(visit, visits),
    // A number that was only typed could be anybody's: no name for it (DESIGN section 7).
    shopper: { strength: visit.strength, name: visit.strength === 'strong' ? nameOf(visit, people) : null },
    notice: visit.notice,
    locale: people.localeOf(visit.subject),
  };
}

function phaseOf(visit: Visit, visits: Visits): CartView['phase'] {
  if (visit.asked) return 'first-use';
  return visits.isTillZone(visit.zone) ? 'at-till' : 'shopping';
}

function nameOf(visit: Visit, people: People): string | null {
  const name = people.person(visit.subject)?.attributes.firstName;
  return typeof name === 'string' && name.length > 0 ? name : null;
}

function zonePart(
  cart: string,
  { visits }: CartViewSources,
): Pick<CartView, 'zone' | 'phase'> | Pick<CartView, 'zone'> {
  const visit = visits.visitOn(cart);
  const { zone } = visits.cart(cart);
  return visit ? { zone, phase: phaseOf(visit, visits) } : { zone };
}

function basketPart(cart: string, { visits }: CartViewSources): Pick<CartView, 'basket'> {
  const lines = visits.visitOn(cart)?.lines ?? [];
  return { basket: { lines: [...lines], total: totalOf(lines) } };
}

function messagePart(cart: string, now: number, sources: CartViewSources): Pick<CartView, 'message'> {
  const speaking = sources.engine.messageOn(cart);
  if (speaking === null || sources.isHeld?.(speaking.message)) return { message: null };
  const rendered = sources.engine.render(speaking.subject, speaking.message);
  if (!rendered || rendered.validUntil <= now) return { message: null };
  const why = sources.whyOf?.(rendered.dialogue, rendered.step, sources.people.localeOf(speaking.subject)) ?? null;
  const message: ScreenMessage = {
    id: rendered.message,
    headline: rendered.headline,
    body: rendered.body,
    answers: rendered.answers.map(({ id, label }) => ({ id, label })),
    validForMs: rendered.validUntil - now,
    ...(rendered.zone === null ? {} : { zone: rendered.zone }),
    ...(why === null ? {} : { why }),
  };
  return { message };
}
