/**
 * Who is let into a dialogue at headquarters by what a store has told (docs/decisions/032): exactly once overall, by the
 * store where it has decided, else by headquarters, in whatever order and pieces its facts arrive.
 */
import { runId } from '@kairos/dialogue/engine/ids.ts';
import { readState } from '@kairos/dialogue/engine/state-codec.ts';
import { seededRandom } from '@kairos/protocol/simulated-ports.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { openPglite } from '../database/pglite.ts';
import { opensWithinMs } from '../folding/fold-person.ts';
import { foldSteps } from '../folding/folder.ts';
import { dayMs, FoldHouse, hourMs } from './fold-house.ts';
import type { ToldStore } from './told-store.ts';

const silence = '{ never-shown: end, ignored: { after: 9d, then: end }, acted-elsewhere: end }';
const ask = `
  ask:
    say:
      email: { subject: { en: "How is it?" }, body: { en: "Tell us." } }
      validFor: 3d
      answers: { well: { label: { en: "Well" }, then: end } }
      silence: ${silence}
`;
const head = (name: string, enter: string) => `dialogue: ${name}
type: II
objective: { on: return, within: 60d, value: 10 }
holdout: 0%
enter: [${enter}]
steps:`;

const dialogues = {
  /** Of each receipt its own. */
  after: `${head('after', "{ on: sale, where: 'fact.total < 5000' }").replace('type: II', 'type: II\nkey: entry.receipt')}
  week: { wait: { for: 7d, then: ask } }${ask}`,
  fourth: `${head('fourth', '{ count: sale, reaches: 4 }')}${ask}`,
  moved: `${head('moved', '{ changes: customer.address }')}${ask}`,
  /** What is said at once in the store is the store's. */
  thanks: `${head('thanks', '{ on: sale }').replace('type: II', 'type: III')}
  now:
    say:
      cart: { moment: any, text: { en: "Thank you" } }
      validFor: 10m
      answers: { yes: { label: { en: "Yes" }, then: end } }
      silence: { never-shown: end, ignored: { after: 2m, then: end }, walked-away: end, acted-elsewhere: end }
`,
};
const attributes = 'attributes:\n  address: { type: text, sensitivity: own }\n';

let database: Database;
let house: FoldHouse;
let stores: [ToldStore, ToldStore];
let people = 0;
let receipts = 0;

beforeAll(async () => {
  database = await openPglite(null);
  await migrate(database);
  house = new FoldHouse(database);
  await house.publish(dialogues, attributes);
  stores = [await house.store('riverside'), await house.store('hillside')];
});
afterAll(() => database?.close());

interface Her {
  readonly chainId: string;
  readonly subject: number;
}

async function somebody(): Promise<Her> {
  people += 1;
  const her = { chainId: people.toString(16).padStart(32, 'd'), subject: people };
  for (const store of stores) store.know(her.subject, her.chainId);
  await house.allow(her.chainId, 'email');
  return her;
}

/** `decides`: its engine has let her in, as a store that has the release does. */
function buys(store: ToldStore, { chainId, subject }: Her, at: number, decides = false): string {
  receipts += 1;
  const receipt = `R-${receipts}`;
  const bought = store.hear('sale', at, subject, { till: 'till-1', receipt, currency: 'EUR', lines: [], total: 100 });
  const cause = store.causeOf(bought);
  const run = runId({ dialogue: 'after', owner: chainId, key: receipt, cause });
  if (!decides) return run;
  const entered = { run, dialogue: 'after', release: 1, held: false, key: receipt, entry: { receipt }, cause: bought };
  store.decide('run.entered', at, subject, entered);
  store.decide('run.moved', at, subject, { run, step: 'week', until: at + 7 * dayMs, hop: 0, cause: bought });
  return run;
}

interface Entered {
  readonly run: string;
  readonly dialogue: string;
  readonly at: number;
}

async function entered({ chainId }: Her, dialogue: string): Promise<Entered[]> {
  const engine = (await house.state(chainId))?.engine;
  return (engine == null ? [] : readState(engine).runs)
    .filter((run) => run.dialogue === dialogue)
    .map(({ id, enteredAt }) => ({ run: id, dialogue, at: enteredAt }))
    .sort((one, other) => (one.run < other.run ? -1 : 1));
}

function stateOf(known: Awaited<ReturnType<FoldHouse['state']>>) {
  return known?.engine == null ? null : readState(known.engine);
}

/** How often headquarters themselves have let her in. */
async function letIn({ chainId }: Her, dialogue: string): Promise<number> {
  const rows = await database.query(
    `SELECT 1 FROM own_facts WHERE chain_id = $1 AND type = 'run.entered' AND body ->> 'dialogue' = $2`,
    [chainId, dialogue],
  );
  return rows.length;
}

test('a purchase in a store that let her in nowhere leads to an e-mail a week after it, and to one', async () => {
  const her = await somebody();
  const at = house.ports.clock.now() - dayMs;
  const run = buys(stores[0], her, at);
  await stores[0].sync();
  await house.folder.foldDue();
  expect(await entered(her, 'after')).toEqual([{ run, dialogue: 'after', at }]);
  expect(await entered(her, 'thanks')).toEqual([]);
  await house.pass(6 * dayMs - hourMs, 6 * hourMs);
  expect(await house.commands(her.chainId)).toEqual([]);
  await house.pass(2 * hourMs);
  // A store that was not heard since may know better.
  expect(await house.commands(her.chainId)).toEqual([]);
  for (const store of stores) await store.sync();
  await house.pass(hourMs);
  expect(await house.commands(her.chainId)).toMatchObject([{ kind: 'email', step: 'ask' }]);
  await house.foldAnew(her.chainId);
  expect(await letIn(her, 'after')).toBe(1);
});

test('where the store has decided, headquarters decide nothing', async () => {
  const her = await somebody();
  const run = buys(stores[0], her, house.ports.clock.now() - hourMs, true);
  await stores[0].sync();
  await house.folder.foldDue();
  expect((await entered(her, 'after')).map((one) => one.run)).toEqual([run]);
  expect(await letIn(her, 'after')).toBe(0);
  expect(await house.state(her.chainId)).toMatchObject({ doubled: 0, made: 0 });
});

test('what the store decided of a purchase and has not told yet is waited for', async () => {
  const her = await somebody();
  const run = buys(stores[0], her, house.ports.clock.now() - hourMs, true);
  // The line is cut behind the purchase.
  await stores[0].sync({ to: stores[0].rows.length - 2 });
  await house.folder.foldDue();
  expect(await entered(her, 'after')).toEqual([]);
  await stores[0].sync();
  await house.pass(60_000, 60_000);
  expect((await entered(her, 'after')).map((one) => one.run)).toEqual([run]);
  expect(await letIn(her, 'after')).toBe(0);
  expect(await house.state(her.chainId)).toMatchObject({ doubled: 0 });
});

test('the fourth purchase over two stores is found whichever store is heard last, and once in her life', async () => {
  for (const order of [
    [0, 0, 1, 1],
    [1, 0, 1, 0],
    [0, 1, 1, 1],
  ] as const) {
    for (const heard of [
      [0, 1],
      [1, 0],
    ] as const) {
      const her = await somebody();
      const from = house.ports.clock.now() - 2 * dayMs;
      order.forEach((store, place) => {
        buys(stores[store] as ToldStore, her, from + place * hourMs);
      });
      for (const store of heard) {
        await (stores[store] as ToldStore).sync();
        await house.pass(60_000, 60_000);
      }
      expect(await entered(her, 'fourth')).toMatchObject([{ at: from + 3 * hourMs }]);
      expect(await letIn(her, 'fourth')).toBe(1);
    }
  }
});

test('a store that comes to four by its own count, later than all of them together, counts for nothing', async () => {
  const her = await somebody();
  const from = house.ports.clock.now() - dayMs;
  for (const place of [0, 1, 2, 3]) buys(stores[place % 2] as ToldStore, her, from + place * hourMs);
  for (const store of stores) await store.sync();
  await house.folder.foldDue();
  const [first] = await entered(her, 'fourth');
  expect(first).toBeDefined();
  await house.tell(her.chainId, 'email.sent', { message: (await house.commands(her.chainId))[0]?.message });
  await house.pass(10 * dayMs, dayMs);
  expect(await entered(her, 'fourth')).toEqual([]);
  const at = house.ports.clock.now();
  const sale = stores[0].hear('sale', at, her.subject, {
    ...{ till: 'till-1', receipt: 'R-own-fourth', currency: 'EUR', lines: [], total: 9000 },
  });
  const run = runId({ dialogue: 'fourth', owner: her.chainId, key: null, cause: stores[0].causeOf(sale) });
  stores[0].decide('run.entered', at, her.subject, {
    ...{ run, dialogue: 'fourth', release: 1, held: false, entry: {}, cause: sale },
  });
  await stores[0].sync();
  await house.folder.foldDue();
  expect(await entered(her, 'fourth')).toEqual([]);
  expect(await house.state(her.chainId)).toMatchObject({ once: ['fourth'], doubled: 1 });
});

test('a change of address that headquarters hear of lets her in there; what is older than a week opens nothing', async () => {
  const her = await somebody();
  await house.tell(her.chainId, 'customer.changed', { attributes: ['address'] });
  expect(await entered(her, 'moved')).toHaveLength(1);
  const late = await somebody();
  buys(stores[0], late, house.ports.clock.now() - opensWithinMs - 1);
  const run = buys(stores[0], late, house.ports.clock.now() - opensWithinMs + hourMs);
  await stores[0].sync();
  await house.folder.foldDue();
  expect((await entered(late, 'after')).map((one) => one.run)).toEqual([run]);
});

test.each(foldSteps)('ended behind “%s”, she is let in once all the same', async (last) => {
  const her = await somebody();
  const run = buys(stores[0], her, house.ports.clock.now() - hourMs);
  await stores[0].sync();
  const mortal = house.newFolder((step) => {
    if (step === last) throw new Error('the end');
  });
  await expect(mortal.foldDue()).rejects.toThrow('the end');
  await house.folder.foldDue();
  expect((await entered(her, 'after')).map((one) => one.run)).toEqual([run]);
  expect(await letIn(her, 'after')).toBe(1);
});

test('whatever arrives first and in whatever pieces, she has entered the same, each once', async () => {
  let letInHere = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const outcomes: unknown[] = [];
      for (const isTurned of [false, true]) {
        const chance = seededRandom(seed);
        const her = await somebody();
        const from = house.ports.clock.now() - 5 * dayMs;
        const counts = [0, 0];
        for (let place = 0; place < 3 + Math.floor(chance() * 4); place += 1) {
          const which = chance() < 0.5 ? 0 : 1;
          counts[which] = (counts[which] ?? 0) + 1;
          buys(stores[which], her, from + place * 6 * hourMs, chance() < 0.4);
        }
        const purchases = (counts[0] ?? 0) + (counts[1] ?? 0);
        const pieces = seededRandom(isTurned ? seed + 1 : seed);
        for (const store of isTurned ? stores.toReversed() : stores) {
          while (pieces() < 0.5) {
            const to = Math.min(store.rows.length, store.told + 1 + Math.floor(pieces() * 2));
            await store.sync({ to, chunkFacts: 1 });
            await house.pass(60_000, 60_000);
          }
          await store.sync({ chunkFacts: 3 });
          await house.pass(60_000, 60_000);
        }
        const after = await entered(her, 'after');
        letInHere += await letIn(her, 'after');
        // Six of them at a time is all that she may have.
        expect(after).toHaveLength(Math.min(6, purchases));
        expect(await letIn(her, 'fourth')).toBe(purchases >= 4 ? 1 : 0);
        outcomes.push([after.map(({ at }) => at - from).sort(), (await house.state(her.chainId))?.doubled]);
        const known = await house.state(her.chainId);
        await house.foldAnew(her.chainId);
        expect(stateOf(await house.state(her.chainId))).toEqual(stateOf(known));
      }
      expect(outcomes[0]).toEqual(outcomes[1]);
    }),
    { numRuns: 4 },
  );
  expect(letInHere).toBeGreaterThan(0);
});
