/** Several that fold at once on one PostgreSQL, and those that end in the middle: nobody twice, and each command once. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { openPostgres } from '../database/postgres.ts';
import { recordOwn } from '../facts/own-facts.ts';
import { foldSteps } from '../folding/folder.ts';
import { addSource, sourceOfToken, typesByDefault } from '../outside/source-book.ts';
import { takeOutside } from '../outside/take-facts.ts';
import { type Postgres, startPostgres } from '../process/postgres.ts';
import { dialogues, FoldHouse } from './fold-house.ts';

const mortal = join(import.meta.dirname, 'mortal-folder.ts');
/** More than one process folds at once: who comes after one that has just died has somebody left. */
const peopleMax = 650;

let postgres: Postgres;
let url: string;
let database: Database;
let house: FoldHouse;
let round = 0;

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase('folding');
  database = await openPostgres(url);
  await migrate(database);
  house = new FoldHouse(database);
  await house.publish({ shoes: dialogues.shoes });
});
afterAll(async () => {
  await database?.close();
  await postgres?.stop();
});

/** They all come by the site: an e-mail each is what follows. */
async function allCome(): Promise<string[]> {
  round += 1;
  const ids = Array.from({ length: peopleMax }, (_, index) => `${round}${index}`.padStart(32, 'a'));
  const at = house.ports.clock.now();
  await database.query(
    `INSERT INTO consents (chain_id, purpose, at, granted, origin)
     SELECT id, 'email', 0, true, 'page' FROM unnest($1::text[]) AS id`,
    [ids],
  );
  await database.transaction(async (sql) => {
    for (const chainId of ids)
      await recordOwn(
        sql,
        { id: `visit-${round}`, chainId, type: 'site.visited', at, body: { page: '/', category: 'shoes' } },
        at,
      );
  });
  return ids;
}

async function expectEachOnce(ids: readonly string[]): Promise<void> {
  const commands = await database.query<{ chain_id: string; count: number }>(
    'SELECT chain_id, count(*) FROM commands WHERE chain_id = ANY($1::text[]) GROUP BY 1',
    [ids],
  );
  expect(commands.map(({ count }) => count)).toEqual(ids.map(() => 1));
  const decided = await database.query<{ type: string; count: number }>(
    'SELECT type, count(*) FROM own_facts WHERE chain_id = ANY($1::text[]) GROUP BY 1 ORDER BY 1',
    [ids],
  );
  expect(decided).toEqual(
    ['message.decided', 'run.entered', 'run.moved', 'site.visited'].map((type) => ({ type, count: ids.length })),
  );
  expect(await database.query('SELECT * FROM to_fold')).toEqual([]);
}

test('three that fold at once never fold the same person, and make no command twice', async () => {
  const ids = await allCome();
  const folders = [1, 2, 3].map(() => house.newFolder());
  const done = await Promise.all(folders.map((folder) => folder.foldDue()));
  expect(done.reduce((sum, { folded }) => sum + folded, 0)).toBe(ids.length);
  await expectEachOnce(ids);
});

test('one that ends at whatever step leaves nothing half done, and the next makes each command once', async () => {
  const ids = await allCome();
  for (const [index, step] of foldSteps.entries()) {
    const child = spawn(process.execPath, [
      mortal,
      url,
      String(house.ports.clock.now()),
      step,
      String(1 + (index % 2)),
    ]);
    const signal = await new Promise((resolve) => child.once('exit', (_, by) => resolve(by)));
    expect(signal).toBe('SIGKILL');
  }
  // The database notices in its own time that the last one holds nobody any more.
  const left = async (): Promise<number> => {
    await house.folder.foldDue();
    return (await database.query('SELECT 1 FROM to_fold')).length;
  };
  await expect.poll(left).toBe(0);
  await expectEachOnce(ids);
});

test('batches about the same people, in other orders and at once, wait for each other in no circle', async () => {
  const outside = await openPostgres(await postgres.createDatabase('outside'));
  await migrate(outside);
  const source = await sourceOfToken(outside, await addSource(outside, { name: 'shop', types: typesByDefault }, 0));
  if (source === null) throw new Error('its own token is nobody’s');
  const people = Array.from({ length: 60 }, (_, index) => `own-${index}`);
  const context = { chainKey: 'the key of this chain', loyalty: { prefixes: [], gsrn: true }, now: 1_000 };
  const batches = Array.from({ length: 8 }, (_, batch) => {
    const turned = [...people.slice(batch * 7), ...people.slice(0, batch * 7)];
    const order = batch % 2 === 0 ? turned : turned.toReversed();
    const body = { attributes: { city: `c${batch}` } };
    return order.map((number) => ({ id: `${batch}-${number}`, number, type: 'customer.changed', at: 1_000, body }));
  });
  const outcomes = await Promise.all(batches.map((said) => takeOutside(outside, { source, said, context })));
  expect(new Set(outcomes.flat().map(({ outcome }) => outcome))).toEqual(new Set(['taken']));
  const [facts] = await outside.query<{ count: number }>('SELECT count(*) FROM own_facts');
  expect(facts?.count).toBe(8 * 60);
  await outside.close();
});
