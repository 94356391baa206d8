/** Who owns a run, and what becomes of what is told late (DESIGN section 6). */

import { messageId } from '@kairos/dialogue/engine/ids.ts';
import { readState } from '@kairos/dialogue/engine/state-codec.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { openPglite } from '../database/pglite.ts';
import { foldedToOne } from '../folding/folded-to-one.ts';
import { mergeIdentities, partIdentities } from '../folding/identities.ts';
import { dayMs, dialogues, FoldHouse, hourMs } from './fold-house.ts';
import type { ToldStore } from './told-store.ts';

/** The reminder of `shoes`, by dialogues that wait differently long for a store. */
const patienceOf = (name: string, patience: string): string =>
  dialogues.shoes
    .replace('dialogue: shoes', `dialogue: ${name}\n${patience}`)
    .replace('fact.category == "shoes"', 'fact.category == "all"');
const patient = {
  hasty: patienceOf('hasty', 'patience: 2h'),
  usual: patienceOf('usual', ''),
  calm: patienceOf('calm', 'patience: 3d'),
};

let database: Database;
let house: FoldHouse;
let riverside: ToldStore;
let people = 0;

beforeAll(async () => {
  database = await openPglite(null);
  await migrate(database);
  house = new FoldHouse(database);
  await house.publish({ ...dialogues, ...patient });
  riverside = await house.store('riverside');
});
afterAll(() => database?.close());

function somebody(): { chainId: string; subject: number } {
  people += 1;
  const chainId = people.toString(16).padStart(32, 'c');
  riverside.know(people, chainId);
  return { chainId, subject: people };
}

const sale = (receipt: string) => ({ till: 'till-1', receipt, currency: 'EUR', lines: [], total: 0 });

test('an e-mail that is not answered in its time is followed by a reminder, and each is there once', async () => {
  const { chainId } = somebody();
  await house.allow(chainId, 'email');
  await house.tell(chainId, 'site.visited', { page: '/shoes', category: 'shoes' });
  const [ask] = await house.commands(chainId);
  expect(ask).toMatchObject({ kind: 'email', step: 'ask', state: 'open' });
  await house.tell(chainId, 'email.sent', { message: ask?.message });
  await house.pass(6 * dayMs, dayMs);
  expect(await house.commands(chainId)).toHaveLength(1);
  await house.pass(2 * dayMs, dayMs);
  expect((await house.commands(chainId)).map(({ step }) => step)).toEqual(['ask', 'remind']);
});

test('she buys in a store out of touch an hour before the reminder is due: none within the patience, then the late branch', async () => {
  const { chainId, subject } = somebody();
  await house.allow(chainId, 'email', 'mail');
  riverside.decide('visit.opened', house.ports.clock.now(), subject, {
    visit: `v-${subject}-first`,
    till: 'till-1',
    strength: 'strong',
    reason: 'at-till',
  });
  riverside.decide('visit.closed', house.ports.clock.now() + 1, subject, {
    visit: `v-${subject}-first`,
    reason: 'paid',
  });
  await riverside.sync();
  await house.tell(chainId, 'site.visited', { page: '/shoes', category: 'shoes' });
  const [ask] = await house.commands(chainId);
  await house.tell(chainId, 'email.sent', { message: ask?.message });
  const due = house.ports.clock.now() + 7 * dayMs;
  await house.pass(7 * dayMs - hourMs, dayMs);
  // The line is down: what she buys now is not told.
  const cause = riverside.decide('visit.opened', due - hourMs, subject, {
    visit: `v-${subject}-second`,
    till: 'till-1',
    strength: 'strong',
    reason: 'at-till',
  });
  expect(cause).toBeGreaterThan(0);
  riverside.hear('sale', due - hourMs, subject, sale('R-late'));
  riverside.decide('visit.closed', due - hourMs + 1, subject, { visit: `v-${subject}-second`, reason: 'paid' });
  await house.pass(24 * hourMs);
  expect((await house.commands(chainId)).map(({ step }) => step)).toEqual(['ask']);
  await house.pass(3 * hourMs);
  expect((await house.commands(chainId)).map(({ step }) => step)).toEqual(['ask', 'remind']);
  await riverside.sync();
  await house.pass(hourMs);
  const commands = await house.commands(chainId);
  expect(commands.map(({ kind, step, state }) => [kind, step, state])).toEqual([
    ['email', 'ask', 'withdrawn'],
    ['email', 'remind', 'withdrawn'],
    ['mail', 'thanks', 'open'],
  ]);
});

describe('a reminder is due, and a store that knows her is out of touch', () => {
  const remindersOf = async (chainId: string): Promise<string[]> =>
    (
      await database.query<{ dialogue: string }>(
        `SELECT dialogue FROM commands WHERE chain_id = $1 AND step = 'remind' ORDER BY dialogue`,
        [chainId],
      )
    ).map(({ dialogue }) => dialogue);

  /** Three e-mails have reached her; in an hour each is to be followed by a reminder. */
  async function reminded(): Promise<{ chainId: string; subject: number; due: number }> {
    const { chainId, subject } = somebody();
    await house.allow(chainId, 'email');
    visit(subject, `v-${subject}-before`);
    await riverside.sync();
    await house.tell(chainId, 'site.visited', { page: '/all', category: 'all' });
    const due = house.ports.clock.now() + 7 * dayMs;
    for (const { message } of await house.commands(chainId)) await house.tell(chainId, 'email.sent', { message });
    await house.pass(7 * dayMs - hourMs, dayMs);
    return { chainId, subject, due };
  }

  function visit(subject: number, id: string): void {
    const at = house.ports.clock.now();
    riverside.decide('visit.opened', at, subject, { visit: id, till: 'till-1', strength: 'strong', reason: 'at-till' });
    riverside.decide('visit.closed', at + 1, subject, { visit: id, reason: 'paid' });
  }

  test('each dialogue waits as long as its patience says, and a day where it says nothing', async () => {
    const { chainId, due } = await reminded();
    const passTo = (at: number): Promise<void> => house.pass(at - house.ports.clock.now(), hourMs);
    const seen: [number, string[]][] = [];
    for (const after of [1, 3, 23, 25, 71, 73]) {
      await passTo(due + after * hourMs);
      seen.push([after, await remindersOf(chainId)]);
      if (after !== 25) continue;
      // The patient one is looked at again less often: not every ten minutes for days.
      const [row] = await database.query<{ due: number }>('SELECT due FROM customer_states WHERE chain_id = $1', [
        chainId,
      ]);
      expect((row?.due ?? 0) - house.ports.clock.now()).toBe(hourMs / 2);
    }
    expect(seen).toEqual([
      [1, []],
      [3, ['hasty']],
      [23, ['hasty']],
      [25, ['hasty', 'usual']],
      [71, ['hasty', 'usual']],
      [73, ['calm', 'hasty', 'usual']],
    ]);
    // Whoever folds her anew arrives at the same.
    const before = await house.state(chainId);
    await house.foldAnew(chainId);
    expect((await house.state(chainId))?.engine).toBe(before?.engine);
  });

  test('none of them waits once it has told what happened by then', async () => {
    const { chainId, subject } = await reminded();
    await house.pass(2 * hourMs, hourMs);
    expect(await remindersOf(chainId)).toEqual([]);
    visit(subject, `v-${subject}-after`);
    await riverside.sync();
    await house.pass(hourMs, hourMs);
    // In the visit her runs are lent; it is over, so that nothing holds them back.
    expect(await remindersOf(chainId)).toEqual(['calm', 'hasty', 'usual']);
  });

  test('what she bought there within the patience is heard before the reminder of those who waited', async () => {
    const { chainId, subject, due } = await reminded();
    riverside.hear('sale', due - 1, subject, sale(`R-${subject}`));
    await house.pass(26 * hourMs, hourMs);
    expect(await remindersOf(chainId)).toEqual(['hasty', 'usual']);
    await riverside.sync();
    await house.pass(hourMs, hourMs);
    expect(await remindersOf(chainId)).toEqual(['hasty', 'usual']);
    const calm = await database.query(
      `SELECT step, state FROM commands WHERE chain_id = $1 AND dialogue = 'calm' ORDER BY step`,
      [chainId],
    );
    expect(calm).toEqual([{ step: 'ask', state: 'withdrawn' }]);
  });
});

test('two stores out of touch both speak a waiting step: it folds to one, and is counted', async () => {
  const { chainId, subject } = somebody();
  const hillside = await house.store('hillside');
  hillside.know(subject, chainId);
  const run = '0123456789abcdef0123';
  const message = messageId(run, 'hello', 1);
  const from = house.ports.clock.now();
  const bought = riverside.hear('sale', from, subject, sale('R-both'));
  riverside.decide('run.entered', from, subject, {
    run,
    dialogue: 'greet',
    release: 1,
    held: false,
    entry: {},
    cause: bought,
  });
  riverside.decide('run.moved', from, subject, { run, step: 'later', until: from + 60 * dayMs, hop: 0, cause: bought });
  await riverside.sync();
  await house.pass(dayMs, dayMs);
  const lent = await database.query(
    "SELECT run, step, term FROM waiting_runs WHERE chain_id = $1 AND dialogue = 'greet'",
    [chainId],
  );
  expect(lent).toEqual([{ run, step: 'later', term: 1 }]);
  // Both know of it; neither knows of the other.
  const greet = (store: ToldStore, at: number): void => {
    const visit = `v-${store === riverside ? 'r' : 'h'}-${subject}-both`;
    const cause = store.decide('visit.opened', at, subject, {
      visit,
      cart: 'cart-1',
      strength: 'strong',
      reason: 'known',
    });
    store.decide('run.moved', at, subject, { run, step: 'hello', until: at + 600_000, hop: 1, cause });
    store.decide('message.decided', at, subject, {
      ...{ message, run, dialogue: 'greet', step: 'hello', channel: 'cart', target: 'cart-1' },
      ...{ validUntil: at + 600_000, answerWithinMs: 120_000, score: 1, rivals: [], cause },
    });
    store.hear('message.shown', at + 1_000, subject, { message, screen: 'cart-1' });
    const answered = store.hear('message.answered', at + 2_000, subject, { message, answer: 'yes' });
    store.decide('run.ended', at + 2_000, subject, { run, reason: 'end', hop: 2, cause: answered });
    store.decide('visit.closed', at + 3_000, subject, { visit, reason: 'paid' });
  };
  greet(hillside, house.ports.clock.now() + hourMs);
  greet(riverside, house.ports.clock.now() + 2 * hourMs);
  await house.pass(dayMs, dayMs);
  await riverside.sync();
  await house.pass(hourMs, hourMs);
  expect(await house.state(chainId)).toMatchObject({ ended: [run], doubled: 0 });
  expect(await database.query('SELECT 1 FROM waiting_runs WHERE run = $1', [run])).toEqual([]);
  // The first in time comes last: what came before it was from an old term, as it turns out.
  await hillside.sync();
  await house.pass(hourMs, hourMs);
  expect(await house.state(chainId)).toMatchObject({ ended: [run], doubled: 3 });
  // Where operators see it; folded anew she is not counted again.
  const seen = await foldedToOne(database, house.ports.clock.now());
  expect(seen).toBe(3);
  await house.foldAnew(chainId);
  expect(await foldedToOne(database, house.ports.clock.now())).toBe(seen);
});

test('two identities of one person are folded as one, and apart again when that was wrong', async () => {
  const [her, card] = [somebody(), somebody()];
  await house.allow(her.chainId, 'email');
  const visit = (subject: number, id: string): void => {
    const at = house.ports.clock.now();
    riverside.decide('visit.opened', at, subject, { visit: id, till: 'till-1', strength: 'strong', reason: 'at-till' });
    riverside.decide('run.entered', at, subject, {
      ...{ run: `${id}-run-of-hers`, dialogue: 'plain', release: 1, held: false, entry: {}, key: id },
    });
    riverside.decide('visit.closed', at, subject, { visit: id, reason: 'paid' });
  };
  visit(her.subject, 'v-her-number');
  visit(card.subject, 'v-her-card');
  await riverside.sync();
  await house.folder.foldDue();
  const runsOf = async (chainId: string): Promise<string[]> => {
    const text = (await house.state(chainId))?.engine;
    return text == null ? [] : readState(text).runs.map(({ id }) => id);
  };
  const [own, cards] = ['v-her-number-run-of-hers', 'v-her-card-run-of-hers'];
  expect([await runsOf(her.chainId), await runsOf(card.chainId)]).toEqual([[own], [cards]]);
  const now = house.ports.clock.now();
  const merge = { chainId: her.chainId, other: card.chainId, now };
  expect(await mergeIdentities(database, merge)).toEqual({ kind: 'done' });
  await house.folder.foldDue();
  expect(await runsOf(her.chainId)).toEqual([own, cards]);
  expect(await mergeIdentities(database, merge)).toEqual({ kind: 'refused', reason: 'merged-elsewhere' });
  // What is told of the card is hers.
  visit(card.subject, 'v-her-second');
  await riverside.sync();
  await house.folder.foldDue();
  expect(await runsOf(her.chainId)).toEqual([own, cards, 'v-her-second-run-of-hers']);
  expect(await partIdentities(database, card.chainId, now)).toBe(true);
  await house.folder.foldDue();
  expect(await runsOf(her.chainId)).toEqual([own]);
  expect(await runsOf(card.chainId)).toEqual([cards, 'v-her-second-run-of-hers']);
  expect(await partIdentities(database, card.chainId, now)).toBe(false);
});
