import type { Fact, FactBody, FactType } from '@kairos/protocol/facts.ts';
import { floorPlan } from '@kairos/protocol/floor-plan.ts';
import { expect, test } from 'vitest';
import { Visits } from '../visits/visits.ts';
import { ChangedViews } from './changed-views.ts';

const zone = {
  id: 'suits',
  name: 'Suits',
  polygon: [
    [0, 0],
    [5, 0],
    [5, 5],
  ],
};
const plan = floorPlan.parse({ name: 'test', width: 10, height: 10, zones: [zone] });
const ada = 7;
const someGuest = 100;

function factOf<Type extends FactType>(type: Type, subject: number | null, body: FactBody<Type>): Fact {
  return { seq: 1, type, at: 1000, subject, source: null, cause: null, late: false, body } as Fact;
}

function fold(visits: Visits, ...facts: Fact[]): readonly Fact[] {
  for (const fact of facts) visits.fold(fact);
  return facts;
}

const opened = factOf('visit.opened', ada, { visit: 'v1', cart: 'cart-1', strength: 'strong', reason: 'known' });

test('a visit from before a restart that is heard of first at its end changes the glass on which it was', () => {
  const visits = new Visits(plan);
  fold(visits, opened);
  const changed = new ChangedViews(visits);
  const facts = fold(visits, factOf('visit.closed', ada, { visit: 'v1', reason: 'paid' }));
  expect([...changed.of(facts).keys()]).toEqual(['cart-1']);
  expect(changed.cartLeft(facts[0] as Fact)).toBe('cart-1');
});

test('a visit that ends in the same turn as her message changes all of the glass', () => {
  const visits = new Visits(plan);
  const changed = new ChangedViews(visits);
  changed.of(fold(visits, opened));
  const silent = factOf('message.silent', ada, { message: 'a'.repeat(20), silence: 'ignored' });
  const facts = fold(visits, silent, factOf('visit.closed', ada, { visit: 'v1', reason: 'logout' }));
  expect(changed.of(facts).get('cart-1')).toContain('visit');
  expect(changed.cartLeft(facts[1] as Fact)).toBe('cart-1');
});

test('… and one that moves first changes both', () => {
  const visits = new Visits(plan);
  fold(visits, opened);
  const changed = new ChangedViews(visits);
  const facts = fold(visits, factOf('visit.moved', ada, { visit: 'v1', cart: 'cart-2' }));
  expect([...changed.of(facts).keys()].sort()).toEqual(['cart-1', 'cart-2']);
});

test('a no to the first-use question reaches the glass that asks, though the customer has no visit', () => {
  const visits = new Visits(plan);
  const changed = new ChangedViews(visits);
  const identity = { cart: 'cart-1', means: 'card', strength: 'strong', known: true } as const;
  const asked = { visit: 'v1', cart: 'cart-1', strength: 'guest', reason: 'first-use' } as const;
  changed.of(fold(visits, factOf('identity.presented', ada, identity), factOf('visit.opened', someGuest, asked)));
  const answer = factOf('consent.changed', ada, { purpose: 'remember', granted: false });
  expect(changed.of(fold(visits, answer))).toEqual(new Map([['cart-1', new Set(['visit'])]]));
});

test('a fact about nobody on a cart changes no glass', () => {
  const visits = new Visits(plan);
  const changed = new ChangedViews(visits);
  const answer = factOf('consent.changed', ada, { purpose: 'inStore', granted: false });
  expect(changed.of(fold(visits, answer)).size).toBe(0);
});
