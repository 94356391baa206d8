import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { openPglite } from '../database/pglite.ts';
import { ownIdMax, recordOwn } from './own-facts.ts';

const her = 'a'.repeat(32);
const visit = { chainId: her, type: 'site.visited', at: 1_000, body: { page: '/sandals' } } as const;
let database: Database;

beforeAll(async () => {
  database = await openPglite(null);
  await migrate(database);
});
afterAll(() => database.close());

test('a fact that comes twice under one id is there once, and she is folded next', async () => {
  const record = (): Promise<boolean> => database.transaction((sql) => recordOwn(sql, { ...visit, id: 'v-1' }, 2_000));
  expect(await record()).toBe(true);
  expect(await record()).toBe(false);
  expect(await database.query('SELECT * FROM to_fold')).toEqual([{ chain_id: her, since: 2_000 }]);
  expect(await database.transaction((sql) => recordOwn(sql, { ...visit, id: 'v-2' }, 3_000))).toBe(true);
  expect(await database.query('SELECT * FROM to_fold')).toEqual([{ chain_id: her, since: 2_000 }]);
  expect(await database.query('SELECT id, taken_at FROM own_facts ORDER BY id')).toEqual([
    { id: 'v-1', taken_at: 2_000 },
    { id: 'v-2', taken_at: 3_000 },
  ]);
});

test('a fact about nobody is kept as nobody’s, one whose id is too long is refused', async () => {
  await database.transaction((sql) =>
    recordOwn(sql, { id: 'price', chainId: null, type: 'goods.changed', at: 1, body: {} }, 2),
  );
  expect(await database.query("SELECT id FROM own_facts WHERE chain_id = ''")).toEqual([{ id: 'price' }]);
  await expect(recordOwn(database, { ...visit, id: 'x'.repeat(ownIdMax + 1) }, 2)).rejects.toThrow('120 characters');
});
