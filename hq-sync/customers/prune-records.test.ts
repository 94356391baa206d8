import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { openPglite } from '../database/pglite.ts';
import { lookUpsKeptMs, outsideSeenKeptMs, pruneRecords, samplesKeptMs } from './prune-records.ts';

const now = 1_800_000_000_000;
let database: Database;
beforeAll(async () => {
  database = await openPglite(null);
  await migrate(database);
});
afterAll(() => database.close());

it('records that were kept long enough go, however many they are; younger ones stay', async () => {
  const old = (keptMs: number): string => `CASE WHEN one > 3 THEN ${now - keptMs - 1} ELSE ${now - keptMs} END`;
  await database.query(
    `INSERT INTO outside_seen SELECT 'shop', one::text, 'taken', ${old(outsideSeenKeptMs)} FROM generate_series(1, 12000) AS one`,
  );
  await database.query(
    `INSERT INTO look_ups SELECT 'olga', ${old(lookUpsKeptMs)}, one::text, 'tomb', true FROM generate_series(1, 10) AS one`,
  );
  await database.query(
    `INSERT INTO quarantine SELECT 1, 1, one, 'why', 'what came', ${old(samplesKeptMs)} FROM generate_series(1, 10) AS one`,
  );
  expect(await pruneRecords(database, now)).toBe(11_997 + 7 + 7);
  const count = async (text: string): Promise<unknown> =>
    ((await database.query<{ count: number }>(`SELECT count(*) AS count FROM ${text}`))[0] as { count: number }).count;
  expect(await count('outside_seen')).toBe(3);
  expect(await count('look_ups')).toBe(3);
  // That it was put aside, and why, is still to be seen.
  expect(await count("quarantine WHERE reason = 'why'")).toBe(10);
  expect(await count("quarantine WHERE sample <> ''")).toBe(3);
  expect(await pruneRecords(database, now)).toBe(0);
});
