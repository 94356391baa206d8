import { lentRuns } from '@kairos/dialogue/engine/lent-run.ts';
import { tombstoneOf } from '@kairos/protocol/chain-id.ts';
import type { LentRun } from '@kairos/protocol/sync-messages.ts';
import { expect, it } from 'vitest';
import { importCustomers } from '../catalogue/customers.ts';
import { chainIdOfNumber, chainKey, customer, openHqStand, page, standStartMs } from '../test/hq-stand.ts';

const ada = chainIdOfNumber(1);
const bea = chainIdOfNumber(2);

/** As headquarters' own engine would hand it over: of somebody who bought, and waits for her next visit. */
async function strollerRun(term: number): Promise<LentRun> {
  const elsewhere = await openHqStand();
  await elsewhere.take(page([customer(ada)]));
  const subject = elsewhere.people.subjectOf(ada) as number;
  const sale = { till: 'till-1', receipt: 'R-1', currency: 'EUR', lines: [], total: 100 };
  elsewhere.conductor.observe('sale', subject, sale);
  const [run] = lentRuns(elsewhere.engine.save(subject) as string, ({ step }) => step === 'later');
  return { ...run!, term };
}

it('who is new is known from the next login on; a page that comes twice acts once', async () => {
  const stand = await openHqStand();
  const told = page([customer(ada, { attributes: { firstName: 'Ada' }, locale: 'de' })]);
  await stand.take(told);
  await stand.take(told);
  expect(stand.people.stored(ada)).toMatchObject({
    attributes: { firstName: 'Ada' },
    locale: 'de',
    consent: { remember: true, inStore: true },
  });
  expect(stand.recorded).toEqual([]);
  stand.login(ada);
  expect(stand.ofType('visit.opened')).toMatchObject([{ body: { reason: 'known', strength: 'strong' } }]);
  expect(stand.taker.cursor).toBe('feed.1');
});

it('who was known and is other now is a fact, which says that it came from headquarters', async () => {
  const stand = await openHqStand();
  await stand.take(page([customer(ada, { attributes: { tier: 'gold', city: 'Bern' } })]));
  const word = { granted: false, at: standStartMs - 500_000 };
  await stand.take(page([customer(ada, { attributes: { tier: 'diamond' }, consent: { inStore: word } })]));
  expect(stand.people.stored(ada)?.attributes).toEqual({ tier: 'diamond' });
  expect(stand.ofType('customer.changed')).toMatchObject([{ body: { attributes: ['tier', 'city'], fromHq: true } }]);
  expect(stand.ofType('consent.changed')).toMatchObject([
    { at: word.at, late: true, body: { purpose: 'inStore', granted: false, fromHq: true } },
  ]);
});

it('what she has said here since stands against an older word of headquarters', async () => {
  const stand = await openHqStand();
  await stand.take(page([customer(ada)]));
  const subject = stand.people.subjectOf(ada) as number;
  stand.conductor.observe('consent.changed', subject, { purpose: 'inStore', granted: false });
  const older = { inStore: { granted: true, at: standStartMs - 1 } };
  await stand.take(page([customer(ada, { consent: older })]));
  expect(stand.people.stored(ada)?.consent.inStore).toBe(false);
  await stand.take(page([customer(ada, { consent: { inStore: { granted: true, at: standStartMs + 9_000 } } })]));
  expect(stand.people.stored(ada)?.consent.inStore).toBe(true);
});

it('of what is headquarters’, the list of customers changes nothing; the rest is the list’s', async () => {
  const stand = await openHqStand();
  const { people } = stand;
  await stand.take(page([customer(ada, { attributes: { tier: 'gold' } })]));
  const listed = {
    chainId: ada,
    attributes: { tier: 'none', city: 'Bern' },
    consent: { remember: false },
    locale: 'fr',
  };
  const found = importCustomers([listed], {
    known: (chainId) => people.stored(chainId),
    newSubject: () => people.newNumber(),
    isErased: (chainId) => people.isErased(chainId),
  });
  expect(found.changed).toMatchObject([{ attributes: ['city'] }]);
  for (const person of found.people) if (person.kind === 'put') people.adopt(person as never);
  expect(people.stored(ada)).toMatchObject({ attributes: { tier: 'gold', city: 'Bern' }, locale: 'en' });
  expect(people.stored(ada)?.consent.remember).toBe(true);
  // What is the list's stays when headquarters take back what is theirs.
  await stand.take(page([customer(ada)]));
  expect(people.stored(ada)?.attributes).toEqual({ city: 'Bern' });
});

it('a run that waits for her visit goes on in this store, once', async () => {
  const run = await strollerRun(3);
  const stand = await openHqStand();
  await stand.take(page([customer(ada, { runs: [run] })]));
  await stand.take(page([customer(ada, { runs: [run] })]));
  expect(stand.ofType('run.lent')).toMatchObject([{ body: { run: run.run, step: 'later', term: 3, release: 7 } }]);
  stand.login(ada);
  expect(stand.ofType('run.moved')).toMatchObject([{ body: { run: run.run, step: 'greet' } }]);
  expect(stand.ofType('message.decided')).toMatchObject([{ body: { run: run.run, channel: 'cart' } }]);
});

it('what is said of her runs while she is here is done when she has gone; a run that is taken back is over', async () => {
  const run = await strollerRun(3);
  const stand = await openHqStand();
  const { taker } = stand;
  await stand.take(page([customer(ada, { runs: [run] })]));
  stand.login(ada);
  await stand.take(page([customer(ada, { runs: [] })]));
  expect(stand.ofType('run.recalled')).toEqual([]);
  stand.say('identity.dropped', { cart: 'cart-1', reason: 'logout' });
  const waiting = taker.waitsFor(stand.recorded);
  expect(waiting).toEqual([stand.people.subjectOf(ada)]);
  for (const subject of waiting) taker.settle(subject);
  expect(stand.ofType('run.recalled')).toMatchObject([{ body: { run: run.run } }]);
  stand.login(ada);
  expect(stand.ofType('message.decided')).toHaveLength(1);
});

it('a run that has ended in this store is not brought back by what headquarters said before they heard of it', async () => {
  const stand = await openHqStand({ seat: 'store' });
  const { taker } = stand;
  await stand.take(page([customer(ada)]));
  const subject = stand.people.subjectOf(ada) as number;
  // She bought here, and the night after headquarters know that a run waits for her.
  stand.conductor.observe('sale', subject, { till: 'till-1', receipt: 'R-1', currency: 'EUR', lines: [], total: 100 });
  const waiting = lentRuns(stand.engine.save(subject) as string, () => true).map((run) => ({ ...run, term: 1 }));
  expect(waiting).toMatchObject([{ step: 'later' }]);
  // The next day it speaks, and she buys: it is over.
  stand.login(ada);
  expect(stand.ofType('message.decided')).toHaveLength(1);
  const [{ body: said } = {}] = stand.ofType('message.decided');
  stand.say('message.shown', { message: said!.message, screen: 'cart-1' });
  stand.say('message.answered', { message: said!.message, answer: 'fine' });
  expect(stand.ofType('run.ended')).toMatchObject([{ body: { run: waiting[0]!.run } }]);
  stand.say('identity.dropped', { cart: 'cart-1', reason: 'logout' });
  taker.noteEnded(stand.recorded);
  await stand.take(page([customer(ada, { runs: waiting })]));
  expect(stand.ofType('run.lent')).toEqual([]);
  stand.login(ada);
  expect(stand.ofType('message.decided')).toHaveLength(1);
  // Where headquarters have moved it on since, it is theirs to lend.
  stand.say('identity.dropped', { cart: 'cart-1', reason: 'logout' });
  const ended = stand.ofType('run.ended')[0]!.body.hop as number;
  await stand.take(page([customer(ada, { runs: waiting.map((run) => ({ ...run, term: ended + 1 })) })]));
  expect(stand.ofType('run.lent')).toHaveLength(1);
});

it('a run of a dialogue that this store does not have stays with headquarters', async () => {
  const run = await strollerRun(1);
  const stand = await openHqStand();
  await stand.take(
    page([
      customer(ada, {
        runs: [
          { ...run, dialogue: 'elsewhere' },
          { ...run, step: 'nowhere' },
        ],
      }),
    ]),
  );
  expect(stand.recorded).toEqual([]);
});

it('who was erased is forgotten here and does not come back, by whatever way', async () => {
  const stand = await openHqStand();
  const { people, taker } = stand;
  await stand.take(page([customer(ada, { attributes: { firstName: 'Ada' } }), customer(bea)]));
  stand.login(ada);
  const tombstones = [tombstoneOf(chainKey, ada), tombstoneOf(chainKey, chainIdOfNumber(99))];
  expect(await stand.done(taker.erase(tombstones))).toBe(true);
  expect(stand.ofType('customer.erased')).toMatchObject([{ body: { reason: 'hq' } }]);
  expect([...stand.visits.open()]).toEqual([]);
  expect(people.stored(ada)).toBeNull();
  expect(people.stored(bea)).not.toBeNull();
  for (const id of [ada, chainIdOfNumber(99)]) {
    expect(people.isErased(id)).toBe(true);
    await stand.take(page([customer(id)]));
    expect(people.stored(id)).toBeNull();
  }
  stand.login(ada);
  expect(stand.ofType('visit.opened').at(-1)).toMatchObject({ body: { reason: 'unknown-number' } });
  // Told again, it forgets nobody a second time.
  expect(await stand.done(taker.erase(tombstones))).toBe(true);
  expect(stand.ofType('customer.erased').filter(({ body }) => body.reason === 'hq')).toHaveLength(1);
});

it('after everything has come anew, whom headquarters did not name has nothing of theirs, and is not forgotten', async () => {
  const stand = await openHqStand();
  const run = await strollerRun(2);
  await stand.take(page([customer(ada), customer(bea, { attributes: { tier: 'gold' }, runs: [run] })]));
  await stand.take(page([customer(ada)], { begins: true, sweeps: true, cursor: 'feed.2' }));
  expect(stand.people.stored(bea)).toMatchObject({ attributes: {}, hq: null, consent: { remember: true } });
  expect(stand.ofType('run.recalled')).toMatchObject([{ body: { run: run.run } }]);
  expect(stand.people.stored(ada)?.hq).toMatchObject({ generation: 1 });
});

it('her other card is hers, until headquarters take that back', async () => {
  const stand = await openHqStand();
  await stand.take(page([customer(ada, { also: [bea] })]));
  const subject = stand.people.subjectOf(ada);
  expect(stand.people.subjectOf(bea)).toBe(subject);
  stand.login(bea);
  expect(stand.ofType('visit.opened')).toMatchObject([{ subject, body: { reason: 'known' } }]);
  await stand.take(page([customer(ada)]));
  expect(stand.people.subjectOf(bea)).toBeNull();
});

it('what it does not understand it counts and passes over', async () => {
  const stand = await openHqStand();
  await stand.take(page([{ kind: 'wish', chainId: bea }, { ...customer(bea), consent: 'yes' }, customer(ada)]));
  expect(stand.taker.passedOver).toBe(2);
  expect(stand.people.stored(ada)).not.toBeNull();
});

it('her caps of one are lent once, given back once, and no answer to a question about her alone changes that', async () => {
  const stand = await openHqStand();
  const said = standStartMs - 1_000;
  const lent = customer(ada, { cap: { term: 2, said } });
  await stand.take(page([lent]));
  await stand.take(page([lent]));
  expect(stand.ofType('cap.lent').map(({ body }) => body)).toEqual([{ term: 2, said }]);
  // An answer that was on its way when they were called back, or before they were lent.
  stand.taker.adopt(customer(ada));
  expect(stand.ofType('cap.recalled')).toEqual([]);
  await stand.take(page([customer(ada)]));
  expect(stand.ofType('cap.recalled').map(({ body }) => body)).toEqual([{ term: 2 }]);
  stand.taker.adopt(lent);
  expect(stand.ofType('cap.lent')).toHaveLength(1);
  await stand.take(page([customer(ada, { cap: { term: 3, said: 0 } })]));
  expect(stand.ofType('cap.lent').at(-1)).toMatchObject({ body: { term: 3, said: 0 } });
});

it('what is lent counts from when the last page was asked for, and not at all where headquarters lend nothing', async () => {
  const stand = await openHqStand();
  await stand.take({ ...page([]), capTermMs: 1_000 }, 5_000);
  expect(stand.caps.until).toBe(6_000);
  // More is to come: what she was lent may have been called back in it.
  await stand.take({ ...page([customer(ada)]), capTermMs: 1_000, remaining: 3 }, 7_000);
  expect(stand.caps.until).toBe(6_000);
  await stand.take({ ...page([]), capTermMs: 1_000 }, 8_000);
  expect(stand.caps.until).toBe(9_000);
  await stand.take(page([]), 10_000);
  expect(stand.caps.until).toBeNull();
});
