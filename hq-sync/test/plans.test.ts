/**
 * How PostgreSQL goes about what headquarters do with facts: on tables that were filled a moment ago and that nobody has
 * counted, no statement of folding reads `facts` or `own_facts` from one end to the other. Each statement is explained where it is carried out, in its transaction.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database, Sql } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { openPostgres } from '../database/postgres.ts';
import { recordOwn } from '../facts/own-facts.ts';
import { type Postgres, startPostgres } from '../process/postgres.ts';
import { dialogues, FoldHouse, hourMs, startMs } from './fold-house.ts';
import type { ToldStore } from './told-store.ts';

const customersMax = 300;
const large = ['facts', 'own_facts'];
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
  await house.publish({ shoes: dialogues.shoes, plain: dialogues.plain });
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
