import { expect, test } from 'vitest';
import { LaterTablesError, migrate } from './migrate.ts';
import { openPglite } from './pglite.ts';

const [first, second, third] = [1, 10, 20].map((version) => ({
  version,
  sql: `CREATE TABLE t${version} (id integer)`,
}));

test('each migration is carried out once, also one that came in between; tables of a later build are left alone', async () => {
  if (!first || !second || !third) throw new Error('three migrations');
  const database = await openPglite(null);
  try {
    expect(await migrate(database, [first, third])).toEqual([1, 20]);
    expect(await migrate(database, [first, second, third])).toEqual([10]);
    expect(await migrate(database, [first, second, third])).toEqual([]);
    await expect(migrate(database, [first, second])).rejects.toThrow(LaterTablesError);
  } finally {
    await database.close();
  }
});
