/** `npm run hq -- returned FILE`: letters that came back, by the list that went to the printer (or a part of it). */
import { existsSync, readFileSync } from 'node:fs';
import type { Database } from '../../database/database.ts';
import { findByTag, takeBounce } from '../email/take-mail.ts';

export interface Returned {
  readonly taken: number;
  /** Known already. */
  readonly again: number;
  /** Lines that name no letter of ours. */
  readonly unknown: number;
}

/** The first cell of each line names the letter; a head and empty lines are passed over. Throws without the file. */
export async function takeReturned(database: Database, file: string, now: number): Promise<Returned> {
  if (!existsSync(file)) throw new Error(`There is no file ${file}.`);
  const letters = readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .map(
      (line) =>
        line
          .replace(/^\uFEFF/, '')
          .split(/[,;\t]/)[0]
          ?.replace(/["'\s]/g, '') ?? '',
    )
    .filter((letter) => letter !== '' && letter !== 'letter');
  const counts = { taken: 0, again: 0, unknown: 0 };
  for (const letter of letters) counts[await takeReturnedLetter(database, letter, now)] += 1;
  return counts;
}

async function takeReturnedLetter(database: Database, letter: string, now: number): Promise<keyof Returned> {
  return database.transaction(async (sql) => {
    const command = await findByTag(sql, letter);
    if (command?.kind !== 'mail') return 'unknown';
    const taken = await takeBounce(sql, command, { detail: '', now, reason: 'returned' });
    return taken === 'bounced' ? 'taken' : 'again';
  });
}
