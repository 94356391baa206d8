/**
 * What the line has brought, folded: everybody from her first fact on by the dialogues of the library, by one folder on
 * one thread, to states committed in PostgreSQL; then the same once more, as after another release.
 */
import { generateKeyPairSync } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Database } from '@kairos/hq-sync/database/database.ts';
import { createFolder } from '@kairos/hq-sync/folding/folder.ts';
import { publish } from '@kairos/hq-sync/releases/release-book.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';

const library = resolve(import.meta.dirname, '../../dialogue/library');

export interface FoldOutcome {
  /** Facts folded a second, of the wall clock: PostgreSQL's share is in it. */
  readonly folded: number;
  readonly refolded: number;
  /** The folder's own processor time, microseconds a fact. */
  readonly ownMicros: number;
  readonly facts: number;
}

export async function measureFolding(database: Database): Promise<FoldOutcome> {
  // The demo store's own dialogues have a house of their own.
  const paths = globSync('**/*.yaml', { cwd: library }).filter((path) => !path.startsWith('in-store'));
  const files = paths.map((path) => ({
    path,
    text: readFileSync(join(library, path), 'utf8'),
  }));
  const { privateKey } = generateKeyPairSync('ed25519');
  const published = await publish(database, { files, key: privateKey, now: systemPorts.clock.now() });
  if (published.kind === 'faulty') throw new Error(published.problems);
  const folder = createFolder({
    database,
    ports: systemPorts,
    ...{ chainKey: 'the key of a chain of benches', currency: 'EUR', timeZone: 'Europe/Berlin' },
  });
  const timed = async (): Promise<{ rate: number; facts: number; micros: number }> => {
    const [from, own] = [performance.now(), process.cpuUsage()];
    const { facts } = await folder.foldDue();
    const { user, system } = process.cpuUsage(own);
    return { rate: facts / ((performance.now() - from) / 1_000), facts, micros: (user + system) / facts };
  };
  const first = await timed();
  await database.query("UPDATE customer_states SET state = jsonb_set(state, '{release}', '-1')");
  await database.query('INSERT INTO to_fold (chain_id, since) SELECT chain_id, 0 FROM customer_states');
  const again = await timed();
  return { folded: first.rate, refolded: again.rate, ownMicros: first.micros, facts: first.facts };
}
