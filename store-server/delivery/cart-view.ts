/**
 * What a cart's screen shows, derived from the visits and the engine: nothing is kept here, so that a screen that
 * connects after a crash sees exactly what the facts say.
 */
import type { Engine } from '@kairos/dialogue/engine/engine.ts';
import type { SaleLine } from '@kairos/protocol/facts.ts';
import type { CartView, ScreenMessage } from '@kairos/protocol/screen-events.ts';
import type { VisitSign } from '@kairos/protocol/visit-sign.ts';
import type { Goods } from '../catalogue/goods.ts';
import type { Pictures } from '../catalogue/pictures.ts';
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
  /** With former prices; without it no saving is told. */
  readonly goods?: Goods;
  readonly pictures?: Pick<Pictures, 'of'>;
  /** A message that is not to be said yet. */
  readonly isHeld?: (message: string) => boolean;
  /** Whether a PIN would make the visit on this cart hers whose number was typed. */
  readonly canProve?: (cart: string) => boolean;
  /** What the associates' desk knows of who is on the way; without it nobody has a sign. */
  readonly desk?: {
    /** Claimed a moment ago, and perhaps taken back yet. */
    readonly isFresh: (task: string) => boolean;
    readonly signOnCart: (visit: Visit) => VisitSign | null;
  };
  /** Why a message of this dialogue and step is hers, in one line of her language; null: nothing to be said. */
  readonly whyOf?: (dialogue: string, step: string, locale: string) => string | null;
}

/** The parts of a view that change on their own account; each is compared and sent as a whole. */
export type ViewPart = 'visit' | 'zone' | 'basket' | 'message' | 'help';

export function cartView(cart: string, now: number, sources: CartViewSources): CartView {
  return {
    cart,
    store: sources.store.title,
    currency: sources.store.currency,
    ...visitPart(cart, now, sources),
    ...zonePart(cart, sources),
    ...basketPart(cart, sources),
    ...messagePart(cart, now, sources),
    ...helpPart(cart, sources),
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
    ...(parts.has('help') ? helpPart(cart, sources) : {}),
  };
}

function visitPart(
  cart: string,
  now: number,
  { visits, people, store, canProve }: CartViewSources,
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
    shopper: {
      strength: visit.strength,
      name: visit.strength === 'strong' ? nameOf(visit, people) : null,
      ...(canProve?.(cart) ? { pin: true } : {}),
    },
    notice: visit.notice,
    locale: readingLocale(visit.subject, { visits, people }),
  };
}

/** What she chose on the cart; her profile's own where it is the same language, which may say more (a country). */
function readingLocale(subject: number, { visits, people }: Pick<CartViewSources, 'visits' | 'people'>): string {
  const hers = people.localeOf(subject);
  const chosen = visits.visitOf(subject)?.locale ?? null;
  return chosen === null || hers.split('-')[0] === chosen ? hers : chosen;
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

function basketPart(cart: string, { visits, goods }: CartViewSources): Pick<CartView, 'basket'> {
  const lines = visits.visitOn(cart)?.lines ?? [];
  const saved = savedOn(lines, goods);
  return { basket: { lines: [...lines], total: totalOf(lines), ...(saved > 0 ? { saved } : {}) } };
}

/**
 * Only what is certain before the till: goods that cost more before and are in the basket at today's price. A reward may
 * or may not be taken at this till, and is not counted.
 */
function savedOn(lines: readonly SaleLine[], goods: Goods | undefined): number {
  return lines.reduce((sum, { code, unitPrice, quantity, amount }) => {
    const item = goods?.find(code);
    if (item?.was === undefined || item.price !== unitPrice) return sum;
    return sum + Math.max(0, Math.round((item.was * quantity) / 1000) - amount);
  }, 0);
}

function messagePart(cart: string, now: number, sources: CartViewSources): Pick<CartView, 'message'> {
  const speaking = sources.engine.messageOn(cart);
  if (speaking === null || sources.isHeld?.(speaking.message)) return { message: null };
  const locale = readingLocale(speaking.subject, sources);
  const rendered = sources.engine.render(speaking.subject, speaking.message, locale);
  if (!rendered || rendered.validUntil <= now) return { message: null };
  const why = sources.whyOf?.(rendered.dialogue, rendered.step, locale) ?? null;
  const picture = sources.pictures?.of(rendered.dialogue, rendered.step) ?? null;
  const message: ScreenMessage = {
    id: rendered.message,
    headline: rendered.headline,
    body: rendered.body,
    answers: rendered.answers.map(({ id, label }) => ({ id, label })),
    validForMs: rendered.validUntil - now,
    ...(rendered.zone === null ? {} : { zone: rendered.zone }),
    ...(picture === null ? {} : { picture }),
    ...(why === null ? {} : { why }),
  };
  return { message };
}

/** What asks for somebody's effort is on disk before it is said (`held-back.ts`). */
function helpPart(cart: string, { visits, isHeld, desk }: CartViewSources): Pick<CartView, 'help' | 'sign'> {
  const visit = visits.visitOn(cart);
  const help = visit?.help ?? null;
  const sign = (visit && desk?.signOnCart(visit)) ?? null;
  if (help === null || help.state === 'over' || isHeld?.(help.message)) return { help: null, sign };
  // Nobody is announced who may think better of it yet.
  const state = help.state === 'coming' && desk?.isFresh(help.task) ? 'asked' : help.state;
  return { help: { id: help.message, state }, sign };
}
