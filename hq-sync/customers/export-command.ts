/**
 * `npm run hq -- export NUMBER`: everything that is known of a customer who has asked for it at a desk or by telephone, as
 * she could take it along herself from her page of preferences. That somebody has looked is written down.
 */
import { tombstoneOf } from '@kairos/protocol/chain-id.ts';
import type { Database } from '../database/database.ts';
import { commandLine, writeLookUp } from './look-ups.ts';
import { readPerson } from './person-file.ts';
import { knownPerson, type SamePersonOptions } from './same-person-command.ts';

/** JSON. Throws where nothing is known of her, with what to do. */
export async function runExport(
  database: Database,
  number: string,
  { now, ...identifying }: SamePersonOptions,
): Promise<string> {
  const chainId = await knownPerson(database, number, identifying);
  const person = tombstoneOf(identifying.chainKey, chainId);
  await writeLookUp(database, { operator: commandLine, now, person, found: true });
  return `${JSON.stringify(await readPerson(database, chainId, now), null, 2)}\n`;
}
