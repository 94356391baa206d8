/**
 * How PostgreSQL goes about what headquarters do with facts: on tables that were filled a moment ago and that nobody has
 * counted, no statement of folding, of counting figures or of drawing them reads `facts` or `own_facts` from one end to the
 * other, and an erasure neither. Each statement is explained where it is carried out, in its transaction.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dialogueFigures } from '../customers/dialogue-figures.ts';
import { eraseCustomer } from '../customers/erase-customer.ts';
import { countFacts, uncounted } from '../customers/figure-counting.ts';
import type { Database, Sql } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { openPostgres } from '../database/postgres.ts';
import { recordOwn } from '../facts/own-facts.ts';
import { type Postgres, startPostgres } from '../process/postgres.ts';
import { dialogues, FoldHouse, hourMs, startMs } from './fold-house.ts';
import type { ToldStore } from './told-store.ts';

const customersMax = 300;
const large = ['facts', 'own_facts', 'cap_holders'];
const chainIdOf = (place: number): string => `c${place.toString(16).padStart(31, '0')}`;

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly Plan[];
}

let postgres: Postgres;
let plain: Database;
let database: Database;
let house: FoldHouse;
let stores: readonly ToldStore[];
/** Statements that were explained, and those that read a large table whole. */
const explained = new Set<string>();
const whole = new Set<string>();

/** The same database, which explains what it does with the large tables, and counts no table for the planner. */
function explaining(of: Database): Database {
  const wrap = (sql: Sql): Sql => ({
    copyIn: (...rows) => sql.copyIn(...rows),
    query: async <Row extends object>(text: string, values: readonly unknown[] = []) => {
      if (/^ANALYZE/.test(text)) return [];
      if (large.some((name) => new RegExp(`\\b${name}\\b`).test(text))) await explain(sql, text, values);
      return sql.query<Row>(text, values);
    },
  });
  return { ...of, ...wrap(of), transaction: (run) => of.transaction((sql) => run(wrap(sql))) };
}

async function explain(sql: Sql, text: string, values: readonly unknown[]): Promise<void> {
  const rows = await sql.query<{ 'QUERY PLAN': readonly [{ Plan: Plan }] }>(`EXPLAIN (FORMAT JSON) ${text}`, values);
  explained.add(text);
  if (readsWhole(rows[0]?.['QUERY PLAN'][0].Plan as Plan)) whole.add(text);
}

function readsWhole(plan: Plan): boolean {
  const isWhole = /Seq Scan/.test(plan['Node Type']) && large.includes(plan['Relation Name'] ?? '');
  return isWhole || (plan.Plans ?? []).some(readsWhole);
}

/** What was explained since it was asked last: statements that name one of these tables, and those that read it whole. */
function taken(): { explained: number; whole: string[] } {
  const all = { explained: explained.size, whole: [...whole] };
  explained.clear();
  whole.clear();
  return all;
}

/** Of one store: each of its customers enters a dialogue, is spoken to and buys. */
function tell(store: ToldStore, visit: number): void {
  for (let place = 0; place < customersMax; place += 1) {
    const subject = place + 1;
    const at = startMs + visit * hourMs + place * 1_000;
    const [run, message] = [`run-${visit}-${place}`, `message-${visit}-${place}`];
    store.know(subject, chainIdOf(place));
    const line = { id: '1', code: '2000000000008', name: 'Bread', department: 'bakery', tags: [] };
    const amounts = { quantity: 1_000, unitPrice: 250, amount: 250 };
    const cause = store.hear('sale', at, subject, {
      ...{
        till: 'till-1',
        receipt: `R-${visit}-${place}`,
        currency: 'EUR',
        lines: [{ ...line, ...amounts }],
        total: 250,
      },
    });
    const entered = { run, dialogue: 'plain', held: false, release: 1, entry: {} };
    store.decide('run.entered', at, subject, { ...entered, cause });
    const decided = { message, run, dialogue: 'plain', step: 'hello', channel: 'cart', target: 'cart-1' } as const;
    store.decide('message.decided', at, subject, {
      ...{ ...decided, validUntil: at + 60_000, answerWithinMs: 60_000, score: 1, rivals: [], cause },
    });
    store.hear('message.shown', at + 1, subject, { message, screen: 'cart-1' });
    store.hear('message.answered', at + 2, subject, { message, answer: 'yes', screen: 'cart-1' });
  }
}

beforeAll(async () => {
  postgres = await startPostgres({ more: ['autovacuum=off'] });
  plain = await openPostgres(await postgres.createDatabase('hq'));
  await migrate(plain);
  database = explaining(plain);
  house = new FoldHouse(database);
  // A cap of one as well: who has it is asked of everybody.
  const ofOne = 'stages: { everybody: { when: "true", messages: 1 per 7d } }\n';
  await house.publish({ shoes: dialogues.shoes, plain: dialogues.plain }, ofOne);
  stores = [await house.store('harbour'), await house.store('riverside')];
  house.ports.advance(3 * hourMs);
  for (const [visit, store] of stores.entries()) {
    tell(store, visit);
    await store.sync();
  }
  const now = house.ports.clock.now();
  await plain.transaction(async (sql) => {
    for (let place = 0; place < customersMax; place += 1)
      await recordOwn(
        sql,
        {
          id: `v-${place}`,
          chainId: chainIdOf(place),
          type: 'site.visited',
          at: now,
          body: { page: '/', category: 'shoes' },
        },
        now,
      );
  });
  taken();
});
afterAll(async () => {
  await plain?.close();
  await postgres?.stop();
});

test('a statement that reads a large table whole is noticed, and one that goes by its key is not', async () => {
  await database.query('SELECT count(*) FROM facts WHERE ref IS NOT NULL');
  await database.query('SELECT 1 FROM own_facts WHERE at > 5 ORDER BY body LIMIT 1');
  expect(taken()).toMatchObject({ explained: 2, whole: [expect.any(String), expect.any(String)] });
  await database.query('SELECT 1 FROM facts WHERE store = 1 AND epoch = 1 AND seq = 7');
  expect(taken()).toEqual({ explained: 1, whole: [] });
});

test('folding goes by keys, whoever is folded for the first time, folded on, or folded anew', async () => {
  expect(await house.folder.foldDue()).toMatchObject({ folded: expect.any(Number) });
  expect(taken()).toEqual({ explained: expect.any(Number), whole: [] });
  const [row] = await plain.query<{ people: number; made: number }>(
    `SELECT (SELECT count(*) FROM customer_states) AS people,
       (SELECT count(*) FROM own_facts WHERE type = 'run.entered') AS made`,
  );
  expect(row).toEqual({ people: customersMax, made: customersMax });
  // What the planner has counted meanwhile is nothing.
  expect(await plain.query("SELECT FROM pg_class WHERE relname IN ('facts', 'own_facts') AND reltuples >= 0")).toEqual(
    [],
  );
  tell(stores[0] as ToldStore, 2);
  await stores[0]?.sync();
  await house.folder.foldDue();
  await house.foldAnew(chainIdOf(7));
  const { explained: statements, whole: read } = taken();
  expect(read).toEqual([]);
  // Opening a chunk, its news, the lines, her facts, her own, what was made.
  expect(statements).toBeGreaterThanOrEqual(6);
});

test('figures are counted by keys, and drawn without a look at any fact', async () => {
  await countFacts(database);
  const counted = taken();
  expect(counted.explained).toBeGreaterThanOrEqual(2);
  expect(counted.whole).toEqual([]);
  expect(await dialogueFigures(database)).toMatchObject([
    {
      dialogue: 'plain',
      held: false,
      figures: { entered: customersMax, shown: 3 * customersMax, answered: 3 * customersMax },
    },
    { dialogue: 'shoes', held: false, figures: { entered: customersMax } },
  ]);
  expect(taken()).toEqual({ explained: 0, whole: [] });
});

test('an erasure goes by keys, whether or not her facts were counted, and leaves the figures as they were', async () => {
  const [her, another] = [chainIdOf(1), chainIdOf(2)];
  const before = await dialogueFigures(database);
  taken();
  const erase = (chainId: string): Promise<boolean> =>
    database.transaction((sql) =>
      eraseCustomer(sql, { chainId, chainKey: 'k'.repeat(32), origin: 'page', now: house.ports.clock.now() }),
    );
  await erase(her);
  expect(await dialogueFigures(database)).toEqual(before);
  // Of this visit nothing is counted yet, and nothing is opened: what she counts for is counted with her erasure.
  tell(stores[1] as ToldStore, 3);
  await stores[1]?.sync();
  await erase(another);
  const figuresOf = async () =>
    await plain.query('SELECT figure, count FROM dialogue_figures WHERE dialogue = $1', ['plain']);
  expect(await figuresOf()).toContainEqual({ figure: 'shown', count: 3 * customersMax + 1 });
  expect(taken().whole).toEqual([]);
  expect(await dialogueFigures(database)).toMatchObject([
    // All but her who was erased before she came again.
    { figures: { entered: customersMax, shown: 4 * customersMax - 1, answered: 4 * customersMax - 1 } },
    {},
  ]);
  for (const chainId of [her, another])
    expect(await plain.query('SELECT FROM dialogue_people WHERE chain_id = $1', [chainId])).toEqual([]);
});

test('a fact that a store has told wrongly is passed over by itself', async () => {
  const before = await dialogueFigures(plain);
  tell(stores[0] as ToldStore, 4);
  await stores[0]?.sync();
  const bend = (which: string, set: string): Promise<unknown> =>
    plain.query(`UPDATE facts SET ${set} WHERE (store, epoch, seq) IN (SELECT store, epoch, seq FROM facts
      JOIN words kind USING (store, epoch) WHERE kind.id = facts.type AND kind.text = '${which}' ORDER BY seq DESC LIMIT 2)`);
  await bend('message.decided', "rest = 'no list'");
  await bend('run.entered', `rest = '["run", "perhaps"]'`);
  const last = chainIdOf(customersMax - 1);
  const erased = { chainId: last, chainKey: 'k'.repeat(32), origin: 'page', now: house.ports.clock.now() };
  expect(await plain.transaction((sql) => eraseCustomer(sql, erased))).toBe(true);
  await countFacts(plain);
  const [plainly] = await dialogueFigures(plain);
  // Three are nobody's by now; of one message nobody knows of which dialogue it is.
  expect(plainly?.figures.shown).toBe((before[0]?.figures.shown ?? 0) + customersMax - 3 - 1);
  expect(await uncounted(plain)).toBe(0);
});

test('a message counts once, whichever of its facts comes first; who was counted for a visit is forgotten with it', async () => {
  const her = chainIdOf(9);
  const now = house.ports.clock.now();
  const own = async (type: 'message.shown' | 'email.sent' | 'message.decided', body: object): Promise<void> => {
    await plain.transaction((sql) => recordOwn(sql, { id: `late-${type}`, chainId: her, type, at: now, body }, now));
    await countFacts(plain);
  };
  await own('message.shown', { message: 'late-1', screen: 'web' });
  await own('message.decided', { message: 'late-1', dialogue: 'late' });
  await own('email.sent', { message: 'late-1' });
  expect(await plain.query("SELECT held, figure, count FROM dialogue_figures WHERE dialogue = 'late'")).toEqual([
    { held: false, figure: 'shown', count: 1 },
  ]);
  const peopleOf = () =>
    plain.query('SELECT figure FROM dialogue_people WHERE chain_id = $1 AND dialogue = $2', [her, 'plain']);
  expect(await peopleOf()).toEqual([{ figure: 'entered' }]);
  const before = await dialogueFigures(plain);
  await plain.query(
    `DELETE FROM facts USING subjects her WHERE her.chain_id = $1 AND her.store = facts.store AND her.epoch = facts.epoch
       AND her.subject = facts.subject`,
    [her],
  );
  expect(await peopleOf()).toEqual([]);
  expect(await dialogueFigures(plain)).toEqual(before);
});
