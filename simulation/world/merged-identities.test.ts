/**
 * Two numbers that headquarters found to be one person's, told to a store that knew one of them alone: both lead to the
 * same person there, and apart again when that was wrong.
 */
import { lentRuns } from '@kairos/dialogue/engine/lent-run.ts';
import type { Database } from '@kairos/hq-sync/database/database.ts';
import { migrate } from '@kairos/hq-sync/database/migrate.ts';
import { openPglite } from '@kairos/hq-sync/database/pglite.ts';
import { changesFor, customerFor } from '@kairos/hq-sync/down/changes.ts';
import { addStoreCustomers } from '@kairos/hq-sync/down/store-customers.ts';
import { lendRuns } from '@kairos/hq-sync/down/waiting-runs.ts';
import { mergeIdentities, partIdentities } from '@kairos/hq-sync/folding/identities.ts';
import { addStore, type KnownStore, storeOfToken } from '@kairos/hq-sync/intake/store-lines.ts';
import { chainIdOfNumber, openHqStand } from '@kairos/store-server/test/hq-stand.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';

const her = chainIdOfNumber(71);
const card = chainIdOfNumber(72);

let database: Database;
let store: KnownStore;
beforeAll(async () => {
  database = await openPglite(null);
  await migrate(database);
  store = (await storeOfToken(database, await addStore(database, 'riverside', 0))) as KnownStore;
  for (const [chainId, tier] of [
    [her, 'gold'],
    [card, 'none'],
  ]) {
    await database.query(
      'INSERT INTO customers (chain_id, attributes, locale, made_at, changed_at) VALUES ($1, $2, $3, 1, 1)',
      [chainId, JSON.stringify({ tier }), 'en'],
    );
    for (const purpose of ['remember', 'inStore'])
      await database.query(
        `INSERT INTO consents (chain_id, purpose, at, granted, origin) VALUES ($1, $2, 1, true, 'page')`,
        [chainId, purpose],
      );
  }
  await addStoreCustomers(database, store.number, [card]);
});
afterAll(() => database.close());

type Stand = Awaited<ReturnType<typeof openHqStand>>;

async function sync(stand: Stand): Promise<void> {
  for (let isMore = true; isMore; ) {
    const asked = { versions: [1], cursor: stand.taker.cursor, epoch: 'life-one', erased: null };
    const answer = await changesFor({ database, store, asked, now: 5 });
    await stand.take(answer);
    isMore = answer.remaining > 0;
  }
}

/** What a purchase leads to, as headquarters hand it over. */
async function boughtElsewhere() {
  const elsewhere = await openHqStand();
  await sync(elsewhere);
  const subject = elsewhere.people.subjectOf(card) as number;
  const sale = { till: 'till-1', receipt: 'R-1', currency: 'EUR', lines: [], total: 100 };
  elsewhere.conductor.observe('sale', subject, sale);
  const [run] = lentRuns(elsewhere.engine.save(subject) as string, ({ step }) => step === 'later');
  if (run === undefined) throw new Error('nothing waits for her next visit');
  return { ...run, term: 1 };
}

test('both numbers lead to one person, her runs and what was said to her, until that turns out to be wrong', async () => {
  const run = await boughtElsewhere();
  const stand = await openHqStand({ seat: 'store' });
  const { people } = stand;
  await lendRuns(database, card, [run]);
  await sync(stand);
  const ofCard = people.subjectOf(card) as number;
  expect(people.subjectOf(her)).toBeNull();
  expect(stand.ofType('run.lent')).toMatchObject([{ subject: ofCard, body: { run: run.run } }]);

  expect(await mergeIdentities(database, { chainId: her, other: card, now: 6 })).toEqual({ kind: 'done' });
  // As folding both as one does.
  await lendRuns(database, her, [{ ...run, term: 2 }]);
  await sync(stand);
  const one = people.subjectOf(her) as number;
  expect([people.subjectOf(card), people.stored(card)?.attributes]).toEqual([one, { tier: 'gold' }]);
  expect(stand.ofType('run.recalled')).toMatchObject([{ subject: ofCard, body: { run: run.run } }]);
  stand.login(card);
  const [message] = stand.ofType('message.decided');
  expect(message).toMatchObject({ subject: one, body: { run: run.run } });
  // The other number at another cart is the same visit, and what was said is said.
  stand.login(her, 'cart-2');
  expect(stand.ofType('visit.opened').map(({ subject }) => subject)).toEqual([one]);
  expect(stand.ofType('visit.moved')).toMatchObject([{ subject: one, body: { cart: 'cart-2' } }]);
  stand.say('identity.dropped', { cart: 'cart-2', reason: 'logout' });

  expect(await partIdentities(database, card, 7)).toBe(true);
  await lendRuns(database, her, []);
  await sync(stand);
  expect([people.subjectOf(her), people.subjectOf(card)]).toEqual([one, ofCard]);
  expect(people.stored(card)?.attributes).toEqual({ tier: 'none' });
  stand.login(card);
  expect(stand.ofType('visit.opened').map(({ subject }) => subject)).toEqual([one, ofCard]);
});

test('a store that has never heard of either is told of her, whichever number it asks for; her last word counts', async () => {
  await mergeIdentities(database, { chainId: her, other: card, now: 8 });
  await database.query(
    `INSERT INTO consents (chain_id, purpose, at, granted, origin) VALUES ($1, 'inStore', 9, false, 'page')`,
    [card],
  );
  const told = { chainId: her, also: [card], consent: { inStore: { granted: false, at: 9 } } };
  for (const asked of [her, card]) expect(await customerFor(database, asked)).toMatchObject(told);
  const fresh = (await storeOfToken(database, await addStore(database, 'hillside', 0))) as KnownStore;
  await addStoreCustomers(database, fresh.number, [card]);
  expect(
    await database.query('SELECT chain_id FROM store_customers WHERE store = $1 ORDER BY 1', [fresh.number]),
  ).toEqual([{ chain_id: her }, { chain_id: card }]);
});
