/**
 * The same facts give the same state, whatever the order and the pieces in which they arrived, and whether it was folded
 * on as they came or from the first fact on (DESIGN section 6).
 */
import { messageId } from '@kairos/dialogue/engine/ids.ts';
import { seededRandom } from '@kairos/protocol/simulated-ports.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { openPglite } from '../database/pglite.ts';
import type { CustomerState } from '../folding/customer-state.ts';
import { dayMs, dialogues, FoldHouse } from './fold-house.ts';
import type { ToldStore } from './told-store.ts';

let database: Database;
let house: FoldHouse;
let stores: ToldStore[];
let people = 0;

beforeAll(async () => {
  database = await openPglite(null);
  await migrate(database);
  house = new FoldHouse(database);
  await house.publish(dialogues);
  stores = [await house.store('riverside'), await house.store('hillside')];
});
afterAll(() => database?.close());

/** Less how far it has been read. */
async function known(chainId: string) {
  const { lines: _, own: __, to, ...state } = (await house.state(chainId)) as CustomerState;
  return { ...state, to: to[0] };
}

/** What a store does with her in one visit: it buys, is let in, goes on, speaks. */
function visit(
  store: ToldStore,
  { subject, dialogue, at }: { readonly subject: number; readonly dialogue: string; readonly at: number },
  chance: () => number,
): void {
  const until = at + 300 * dayMs;
  const hex = (length: number): string => Array.from({ length }, () => Math.floor(chance() * 16).toString(16)).join('');
  const id = `v-${hex(12)}`;
  store.decide('visit.opened', at, subject, { visit: id, till: 'till-1', strength: 'strong', reason: 'at-till' });
  const lines: [] = [];
  const receipt = `R-${hex(8)}`;
  const bought = store.hear('sale', at + 500, subject, { till: 'till-1', receipt, currency: 'EUR', lines, total: 100 });
  const run = hex(20);
  store.decide('run.entered', at + 700, subject, {
    ...{ run, dialogue, release: 1, held: false, entry: {}, cause: bought },
  });
  if (chance() < 0.7)
    store.decide('run.moved', at + 700, subject, { run, step: 'later', until, hop: 0, cause: bought });
  if (chance() < 0.5) {
    store.decide('run.moved', at + 800, subject, { run, step: 'hello', until, hop: 1 });
    store.decide('message.decided', at + 800, subject, {
      ...{ message: messageId(run, 'hello', 1), run, dialogue, step: 'hello', channel: 'cart' },
      ...{ validUntil: until, answerWithinMs: 60_000, score: 1, rivals: [] },
    });
  }
  if (chance() < 0.5)
    store.decide('run.ended', at + 900, subject, { run, reason: 'end', hop: Math.floor(chance() * 3) });
  store.decide('visit.closed', at + 1_000, subject, { visit: id, reason: 'paid' });
}

test('folded on as it comes and folded from the first fact on are the same, what headquarters decide among it', async () => {
  let decided = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const chance = seededRandom(seed);
      people += 1;
      const [subject, chainId] = [people, people.toString(16).padStart(32, 'f')];
      for (const store of stores) store.know(subject, chainId);
      await house.allow(chainId, 'email', 'mail');
      for (let turn = 0; turn < 10; turn += 1) {
        const store = stores[Math.floor(chance() * 2)] as ToldStore;
        const now = house.ports.clock.now();
        const what = chance();
        if (what < 0.5)
          visit(store, { subject, dialogue: 'greet', at: now - Math.floor(chance() * 2 * dayMs) }, chance);
        else if (what < 0.75) await house.tell(chainId, 'site.visited', { page: '/', category: 'shoes' });
        const said = await house.commands(chainId);
        const last = said.at(-1);
        if (last && chance() < 0.6) await house.tell(chainId, 'email.sent', { message: last.message });
        if (chance() < 0.6) await store.sync({ chunkFacts: 1 + Math.floor(chance() * 6) });
        await house.pass(Math.floor(chance() * 5 * dayMs), 2 * dayMs);
      }
      for (const store of stores) await store.sync();
      await house.foldOn(chainId);
      const onTheWay = await known(chainId);
      decided += onTheWay.made;
      await house.foldAnew(chainId);
      expect(await known(chainId)).toEqual(onTheWay);
    }),
    { numRuns: 6 },
  );
  expect(decided).toBeGreaterThan(0);
});

test('whichever store is heard first, and in whatever pieces, what is known of her is the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const states: unknown[] = [];
      for (const isTurned of [false, true]) {
        const chance = seededRandom(seed);
        people += 1;
        const [subject, chainId] = [people, people.toString(16).padStart(32, 'e')];
        const [first, second] = isTurned ? stores.toReversed() : stores;
        const from = house.ports.clock.now() - 30 * dayMs;
        for (const store of stores) store.know(subject, chainId);
        for (let turn = 0; turn < 8; turn += 1)
          visit(
            stores[turn % 2] as ToldStore,
            { subject, dialogue: 'plain', at: from + Math.floor(chance() * 20 * dayMs) },
            chance,
          );
        for (const store of [first, second] as ToldStore[]) {
          await store.sync({ chunkFacts: isTurned ? 3 : 7 });
          await house.folder.foldDue();
        }
        // It is now for both of them, whatever was looked at on the way.
        await house.tell(chainId, 'site.visited', { page: '/' });
        const { made: _, ...state } = await known(chainId);
        states.push(state);
      }
      expect(states[0]).toEqual(states[1]);
    }),
    { numRuns: 6 },
  );
});
