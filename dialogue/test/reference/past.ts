/**
 * Questions about all that happened to one person, answered by looking through it from the beginning each time. Part
 * of the plain interpreter that tests hold the engine against (`reference.ts`).
 */
import type { Fact, FactOf, SaleLine, Scalar } from '@kairos/protocol/facts.ts';
import type { FactPattern, Scope } from '../../compiled.ts';

export interface Place {
  readonly zone: string | null;
  readonly since: number;
  readonly isLate: boolean;
  /** Which of the facts said so; null: she came to a cart that stood there. */
  readonly fact: number | null;
  /** What a run that is entered by dwelling here is known by, where no fact said so. */
  readonly by: string;
}

export interface Visit {
  readonly id: string;
  readonly cart: string;
  readonly openedAt: number;
  readonly place: Place;
  /** Last change of place; 0: none was reported. */
  readonly movedAt: number;
  readonly heardAt: number;
  readonly touchedAt: number;
  readonly hops: readonly number[];
  readonly zones: number;
  readonly isQuiet: boolean;
  readonly till: string | null;
  readonly paidAt: number;
}

/** Her visit as the facts up to here tell it; null where none is open. `times`: her own time at each fact. */
export function visitAfter(
  facts: readonly Fact[],
  times: readonly number[],
  answeredOnCart: readonly number[],
): Visit | null {
  let visit: Visit | null = null;
  const carts = new Map<string, { zone: string | null; at: number }>();
  facts.forEach((fact, at) => {
    const now = times[at] as number;
    if (fact.type === 'zone.entered' || fact.type === 'zone.left') {
      const known = carts.get(fact.body.cart) ?? { zone: null, at: 0 };
      const isLeft = fact.type === 'zone.left';
      if (fact.at >= known.at && (!isLeft || known.zone === fact.body.zone))
        carts.set(fact.body.cart, { zone: isLeft ? null : fact.body.zone, at: fact.at });
    }
    const zoneOf = (cart: string): string | null => carts.get(cart)?.zone ?? null;
    if (fact.type === 'visit.opened') visit = open(fact, now, zoneOf(fact.body.cart ?? ''));
    else if (fact.type === 'visit.closed') visit = null;
    else if (visit && fact.type === 'visit.moved')
      visit = onto(visit, fact.body.cart, { zone: zoneOf(fact.body.cart), now });
    else if (visit && !isOfAnotherCart(fact, visit))
      visit = after(visit, fact, { at, now, touched: answeredOnCart.includes(at) });
  });
  return visit;
}

function isOfAnotherCart(fact: Fact, { cart }: Visit): boolean {
  return (fact.type === 'zone.entered' || fact.type === 'zone.left') && fact.body.cart !== cart;
}

/** The cart may have stood somewhere before: she is there from now on. */
function open({ body }: FactOf<'visit.opened'>, now: number, zone: string | null): Visit {
  const fresh = {
    id: body.visit,
    cart: '',
    openedAt: now,
    place: { zone: null, since: 0, isLate: false, fact: null, by: '' },
    movedAt: 0,
    heardAt: 0,
    touchedAt: 0,
    hops: [],
    zones: 0,
    isQuiet: false,
    till: null,
    paidAt: 0,
  };
  return onto(fresh, body.cart ?? '', { zone, now });
}

function onto(visit: Visit, cart: string, { zone, now }: { zone: string | null; now: number }): Visit {
  if (visit.cart === cart) return visit;
  if (visit.place.zone === zone) return { ...visit, cart };
  const place = { zone, since: now, isLate: false, fact: null, by: `visit/${visit.id}/${cart}/${visit.zones}` };
  return { ...visit, cart, place, zones: visit.zones + (zone === null ? 0 : 1) };
}

function after(visit: Visit, fact: Fact, { at, now, touched }: { at: number; now: number; touched: boolean }): Visit {
  switch (fact.type) {
    case 'zone.entered': {
      const { zone } = fact.body;
      if (fact.at < visit.heardAt) return visit;
      if (visit.place.zone === zone) return { ...visit, heardAt: fact.at };
      const place = { zone, since: fact.at, isLate: fact.late, fact: at, by: '' };
      const hops = [...visit.hops, fact.at].slice(-3);
      return {
        ...visit,
        place,
        movedAt: fact.at,
        heardAt: fact.at,
        zones: visit.zones + 1,
        hops,
        till: zone === 'tills' ? visit.till : null,
      };
    }
    case 'zone.left': {
      if (visit.place.zone !== fact.body.zone || fact.at < visit.heardAt) return visit;
      return { ...visit, place: { ...visit.place, zone: null }, movedAt: fact.at, heardAt: fact.at };
    }
    case 'basket.added':
      return { ...visit, touchedAt: now };
    case 'message.answered':
      return touched ? { ...visit, touchedAt: now } : visit;
    case 'quiet.requested':
      return { ...visit, isQuiet: true };
    case 'sale':
      return { ...visit, till: fact.body.till, paidAt: now };
    default:
      return visit;
  }
}

/** The scope that conditions of the tests look at: the fact, what the run kept, what she answered, where she is. */
export function scopeOf(
  fact: Fact | null,
  run?: { entry: Scope['entry']; answers: Scope['answers'] },
  visit: Visit | null = null,
): Scope {
  return {
    fact,
    line: null,
    entry: run?.entry ?? {},
    answers: run?.answers ?? {},
    rewards: {},
    customer: {},
    visit: visit === null ? null : { zone: visit.place.zone },
    store: {},
    variant: null,
    now: 0,
    measure: () => 0,
  };
}

export function isMatch(
  pattern: FactPattern,
  fact: Fact,
  run?: { entry: Scope['entry']; answers: Scope['answers'] },
): boolean {
  if (pattern.type !== fact.type) return false;
  if (pattern.zones !== null && !pattern.zones.includes((fact.body as { zone: string }).zone)) return false;
  const scope = scopeOf(fact, run);
  if (pattern.where !== null && !pattern.where(scope)) return false;
  return pattern.anyLine === null || linesOf(fact).some((line) => pattern.anyLine?.({ ...scope, line }));
}

function linesOf(fact: Fact): readonly SaleLine[] {
  if (fact.type === 'basket.added' || fact.type === 'basket.removed') return [fact.body.line];
  return fact.type === 'sale' || fact.type === 'return' ? fact.body.lines : [];
}

export function valueAt(path: string, fact: Fact): Scalar | null {
  let value: unknown = fact.body;
  for (const name of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[name];
  return (value as Scalar | undefined) ?? null;
}
