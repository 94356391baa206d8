/** Who may speak under a cap that nobody can divide (docs/decisions/033), as headquarters hand it over. */
import { messageId } from '@kairos/dialogue/engine/ids.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { openPglite } from '../database/pglite.ts';
import { changesFor } from '../down/changes.ts';
import { capTermMs } from '../folding/cap-holder.ts';
import { addStore, type KnownStore, storeOfToken } from '../intake/store-lines.ts';
import { dayMs, dialogues, FoldHouse, hourMs } from './fold-house.ts';
import type { ToldStore } from './told-store.ts';

const ofOne = 'stages: { everybody: { when: "true", messages: 1 per 7d } }\n';

let database: Database;
let house: FoldHouse;
let people = 0;

beforeAll(async () => {
  database = await openPglite(null);
  await migrate(database);
  house = new FoldHouse(database);
});
afterAll(() => database?.close());
beforeEach(() => house.publish({ shoes: dialogues.shoes }, ofOne));

/** A store that tells, and asks what it has of her. */
class AskingStore {
  readonly told: ToldStore;
  readonly #known: KnownStore;
  readonly #understands: boolean;
  #cursor: string | null = null;

  constructor(told: ToldStore, known: KnownStore, understands: boolean) {
    this.told = told;
    this.#known = known;
    this.#understands = understands;
  }

  /** What comes down of somebody, where she has changed; and for how long it counts. */
  async ask(chainId: string): Promise<{ cap: object | undefined; isNamed: boolean; capTermMs: number | undefined }> {
    const caps = this.#understands ? { caps: true as const } : {};
    const asked = { versions: [1], cursor: this.#cursor, epoch: 'life-1', erased: null, ...caps };
    const now = house.ports.clock.now();
    const answer = await changesFor({ database, store: this.#known, asked, now });
    this.#cursor = answer.cursor;
    const named = answer.changes.find((one) => one.chainId === chainId) as { cap?: object } | undefined;
    return { cap: named?.cap, isNamed: named !== undefined, capTermMs: answer.capTermMs };
  }

  async isVisited(subject: number): Promise<void> {
    const at = house.ports.clock.now();
    const visit = `v-${this.#known.name}-${subject}-${at}`;
    this.told.decide('visit.opened', at, subject, { visit, till: 'till-1', strength: 'strong', reason: 'at-till' });
    this.told.decide('visit.closed', at + 1, subject, { visit, reason: 'paid' });
    await this.told.sync();
    await house.pass(hourMs, hourMs);
  }

  async givesBack(subject: number, term: number): Promise<void> {
    this.told.decide('cap.recalled', house.ports.clock.now(), subject, { term });
    await this.told.sync();
    await house.pass(hourMs, hourMs);
  }
}

let stores = 0;
async function newStore(understands = true): Promise<AskingStore> {
  stores += 1;
  const told = await house.store(`store-${stores}`);
  const known = (await storeOfToken(database, await addStore(database, `store-${stores}`, 0))) as KnownStore;
  const store = new AskingStore(told, known, understands);
  await store.ask('');
  await store.ask('');
  return store;
}

async function somebody(...known: AskingStore[]): Promise<{ chainId: string; subject: number }> {
  people += 1;
  const chainId = people.toString(16).padStart(32, 'e');
  for (const { told } of known) told.know(people, chainId);
  await house.allow(chainId, 'email');
  return { chainId, subject: people };
}

const browses = (chainId: string): Promise<void> =>
  house.tell(chainId, 'site.visited', { page: '/shoes', category: 'shoes' });
const mails = async (chainId: string): Promise<string[]> => (await house.commands(chainId)).map(({ step }) => step);

test('the store that she visits has them, and headquarters say nothing until it has given them back', async () => {
  const store = await newStore();
  const { chainId, subject } = await somebody(store);
  await store.isVisited(subject);
  expect(await store.ask(chainId)).toEqual({ cap: { term: 1, said: 0 }, isNamed: true, capTermMs });
  await browses(chainId);
  expect(await mails(chainId)).toEqual([]);
  // They are called back; as long as it has not answered, nobody knows what it has said.
  expect(await store.ask(chainId)).toMatchObject({ cap: undefined, isNamed: true });
  await house.pass(hourMs, hourMs);
  expect(await mails(chainId)).toEqual([]);
  await store.givesBack(subject, 1);
  expect(await mails(chainId)).toEqual(['ask']);
});

test('what the store has said meanwhile counts: headquarters wait for their turn', async () => {
  const store = await newStore();
  const { chainId, subject } = await somebody(store);
  await store.isVisited(subject);
  const at = house.ports.clock.now();
  const run = '0123456789abcdef9999';
  const spoken = { run, dialogue: 'shoes', release: 1, held: false, entry: {} };
  const message = messageId(run, 'ask', 1);
  const cause = store.told.decide('run.entered', at, subject, spoken);
  store.told.decide('run.moved', at, subject, { run, step: 'ask', until: at + 600_000, hop: 0, cause });
  store.told.decide('message.decided', at, subject, {
    ...{ message, run, dialogue: 'shoes', step: 'ask', channel: 'cart', target: 'cart-1' },
    ...{ validUntil: at + 600_000, answerWithinMs: 120_000, score: 1, rivals: [], cause },
  });
  store.told.hear('message.shown', at + 1_000, subject, { message, screen: 'cart-1' });
  store.told.decide('run.ended', at + 2_000, subject, { run, reason: 'end', cause });
  await browses(chainId);
  await store.givesBack(subject, 1);
  expect(await mails(chainId)).toEqual([]);
});

test('she goes to another store: it has them once the first has given them back, and knows when others spoke', async () => {
  const [first, second] = [await newStore(), await newStore()];
  const { chainId, subject } = await somebody(first, second);
  await browses(chainId);
  expect(await mails(chainId)).toEqual(['ask']);
  const [{ at } = { at: 0 }] = await database.query<{ at: number }>(
    `SELECT at FROM own_facts WHERE chain_id = $1 AND type = 'message.decided'`,
    [chainId],
  );
  await first.isVisited(subject);
  expect(await first.ask(chainId)).toMatchObject({ cap: { term: 1, said: at } });
  await second.isVisited(subject);
  expect(await second.ask(chainId)).toMatchObject({ cap: undefined, isNamed: true });
  expect(await first.ask(chainId)).toMatchObject({ cap: undefined, isNamed: true });
  await first.givesBack(subject, 1);
  expect(await second.ask(chainId)).toMatchObject({ cap: { term: 2, said: at } });
  expect(await first.ask(chainId)).toMatchObject({ cap: undefined });
});

test('a store that is not heard for its term has them no more, and is taken to have spoken on its last day', async () => {
  const store = await newStore();
  const { chainId, subject } = await somebody(store);
  await store.isVisited(subject);
  await store.ask(chainId);
  const asked = house.ports.clock.now();
  await house.publish({ shoes: dialogues.shoes.replaceAll('validFor: 3d', 'validFor: 30d') }, ofOne);
  await browses(chainId);
  await house.pass(capTermMs, dayMs);
  expect(await mails(chainId)).toEqual([]);
  // It might have spoken up to then: the seven days of the cap begin there.
  await house.pass(7 * dayMs - (house.ports.clock.now() - asked - capTermMs), dayMs);
  expect(await mails(chainId)).toEqual([]);
  await house.pass(2 * hourMs, hourMs);
  expect(await mails(chainId)).toEqual(['ask']);
  expect(await store.ask(chainId)).toMatchObject({ cap: undefined, isNamed: true });
});

test('… and where it comes back and has said nothing, nobody waits for what it might have said', async () => {
  const store = await newStore();
  const { chainId, subject } = await somebody(store);
  await house.publish({ shoes: dialogues.shoes.replaceAll('validFor: 3d', 'validFor: 30d') }, ofOne);
  await store.isVisited(subject);
  await store.ask(chainId);
  await browses(chainId);
  await house.pass(capTermMs + dayMs, dayMs);
  expect(await mails(chainId)).toEqual([]);
  await store.givesBack(subject, 1);
  expect(await mails(chainId)).toEqual(['ask']);
});

test('a store that asks keeps them, however long ago she was there', async () => {
  const store = await newStore();
  const { chainId, subject } = await somebody(store);
  await store.isVisited(subject);
  for (let day = 0; day < 20; day += 1) {
    await house.pass(dayMs, dayMs);
    await store.ask(chainId);
  }
  await browses(chainId);
  await house.pass(dayMs, dayMs);
  expect(await mails(chainId)).toEqual([]);
  await store.givesBack(subject, 1);
  expect(await mails(chainId)).toEqual(['ask']);
});

test('a store of an earlier build is lent nothing, and waited for by nobody; nor is anything lent where no cap is of one', async () => {
  const [old, store] = [await newStore(false), await newStore()];
  const [hers, others] = [await somebody(old), await somebody(store)];
  await old.isVisited(hers.subject);
  expect(await old.ask(hers.chainId)).toEqual({ cap: undefined, isNamed: true, capTermMs: undefined });
  await browses(hers.chainId);
  expect(await mails(hers.chainId)).toEqual(['ask']);
  await house.publish({ shoes: dialogues.shoes }, ofOne.replace('1 per', '2 per'));
  await store.isVisited(others.subject);
  expect(await store.ask(others.chainId)).toEqual({ cap: undefined, isNamed: true, capTermMs: undefined });
  await browses(others.chainId);
  expect(await mails(others.chainId)).toEqual(['ask']);
});

test('folded anew she has what she had', async () => {
  const store = await newStore();
  const { chainId, subject } = await somebody(store);
  await store.isVisited(subject);
  const row = () => database.query('SELECT * FROM cap_holders WHERE chain_id = $1', [chainId]);
  const before = await row();
  expect(before).toMatchObject([{ term: 1, is_recalled: false }]);
  await house.foldAnew(chainId);
  expect(await row()).toEqual(before);
});
