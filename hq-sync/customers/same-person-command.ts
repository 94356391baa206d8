/**
 * `npm run hq -- same NUMBER OTHER` and `npm run hq -- apart OTHER`: two numbers that turned out to be one person's, and
 * that this was wrong. Nobody is made one with somebody whom nobody knows: a number that was mistyped is told.
 */
import type { Database } from '../database/database.ts';
import { mergeIdentities, partIdentities } from '../folding/identities.ts';
import { erasedAmong } from './erasure-book.ts';
import { type Identifying, identify } from './identify.ts';
import { isKnown } from './person-file.ts';

export interface SamePersonOptions extends Omit<Identifying, 'ownNumbers'> {
  readonly now: number;
}

/** What to say to whoever asked. Throws with what to do where it cannot be. */
export async function runSame(
  database: Database,
  { number, other }: { readonly number: string; readonly other: string },
  options: SamePersonOptions,
): Promise<string> {
  const [chainId, theirs] = [await knownPerson(database, number, options), await knownPerson(database, other, options)];
  const merged = await mergeIdentities(database, { chainId, other: theirs, now: options.now });
  if (merged.kind === 'done')
    return `They are one person from now on. Where she is reached, and her attributes, are those of ${number}; npm run hq -- apart ${other} undoes it.\n`;
  if (merged.reason === 'same') throw new Error('That is one number, given twice.');
  throw new Error(
    `One of them is part of another already, or ${other} has others in it: name them the other way round, or undo that first (npm run hq -- apart NUMBER).`,
  );
}

/** What to say to whoever asked. Throws where she is part of nobody. */
export async function runApart(database: Database, other: string, options: SamePersonOptions): Promise<string> {
  const isParted = await partIdentities(database, await knownPerson(database, other, options), options.now);
  if (!isParted) throw new Error(`${other} is part of nobody else: it is the number named second that is taken apart.`);
  return 'They are two people again. What was carried out meanwhile stays so.\n';
}

/** Her chain-wide id. Throws where it is no number, or nothing is known of her, with what to do. */
export async function knownPerson(
  database: Database,
  number: string,
  { chainKey, loyalty }: Omit<Identifying, 'ownNumbers'>,
): Promise<string> {
  const identified = identify(number, { chainKey, loyalty, ownNumbers: true });
  if (identified.kind === 'refused') throw new Error(`${number} is no number of a customer (${identified.reason}).`);
  const { chainId } = identified;
  if ((await erasedAmong(database, chainKey, [chainId])).size > 0)
    throw new Error(`${number} has asked to be forgotten, and stays so.`);
  if (!(await isKnown(database, chainId))) throw new Error(`Nothing is known of ${number}. Was it mistyped?`);
  return chainId;
}
