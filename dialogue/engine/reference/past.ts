/**
 * Questions about all that happened to one person, answered by looking through it from the beginning each time. Part
 * of the plain interpreter that tests hold the engine against (`reference.ts`).
 */
import type { Fact, FactOf, Scalar } from '@kairos/protocol/facts.ts';
import type { FactPattern, Scope } from '../../compiled.ts';

export interface Place {
  readonly zone: string | null;
  readonly since: number;
  readonly isLate: boolean;
  /** Which of the facts said so; -1: her coming. */
  readonly fact: number;
}

export interface Visit {
  readonly id: string;
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
  let cart = { zone: null as string | null, at: 0 };
  facts.forEach((fact, at) => {
    const now = times[at] as number;
    if (fact.type === 'zone.entered' && fact.at >= cart.at) cart = { zone: fact.body.zone, at: fact.at };
    if (fact.type === 'zone.left' && fact.at >= cart.at && cart.zone === fact.body.zone)
      cart = { zone: null, at: fact.at };
    if (fact.type === 'visit.opened') visit = open(fact, now, cart.zone);
    else if (fact.type === 'visit.closed') visit = null;
    else if (visit) visit = after(visit, fact, { at, now, touched: answeredOnCart.includes(at) });
  });
  return visit;
}

/** The cart may have stood somewhere before: she is there from now on. */
function open({ body }: FactOf<'visit.opened'>, now: number, zone: string | null): Visit {
  return {
    id: body.visit,
    openedAt: now,
    place: { zone, since: zone === null ? 0 : now, isLate: false, fact: -1 },
    movedAt: 0,
    heardAt: 0,
    touchedAt: 0,
    hops: [],
    zones: zone === null ? 0 : 1,
    isQuiet: false,
    till: null,
    paidAt: 0,
  };
}

function after(visit: Visit, fact: Fact, { at, now, touched }: { at: number; now: number; touched: boolean }): Visit {
  switch (fact.type) {
    case 'zone.entered': {
      const { zone } = fact.body;
      if (fact.at < visit.heardAt) return visit;
      if (visit.place.zone === zone) return { ...visit, heardAt: fact.at };
      const place = { zone, since: fact.at, isLate: fact.late, fact: at };
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

/** The scope that conditions of the tests look at: the fact, what the run kept, what she answered. */
export function scopeOf(fact: Fact | null, run?: { entry: Scope['entry']; answers: Scope['answers'] }): Scope {
  return {
    fact,
    line: null,
    entry: run?.entry ?? {},
    answers: run?.answers ?? {},
    rewards: {},
    customer: {},
    visit: null,
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
  return pattern.where === null || pattern.where(scopeOf(fact, run));
}

export function valueAt(path: string, fact: Fact): Scalar | null {
  let value: unknown = fact.body;
  for (const name of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[name];
  return (value as Scalar | undefined) ?? null;
}
