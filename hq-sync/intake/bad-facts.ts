/** Facts that the database will not have: found one by one, with the reason (`quarantine.ts` puts them aside). */
import { type ChunkHeader, chunkColumns } from '@kairos/protocol/sync-messages.ts';
import { type Sql, SqlRefusedError } from '../database/database.ts';
import { partOf } from './copy-rows.ts';
import type { BadFact } from './quarantine.ts';

export const factColumns = ['store', 'epoch', ...chunkColumns];
const sampleCharsMax = 2_000;
const reasonCharsMax = 300;

/** Halves what is refused until single facts are; each of those is bad. */
export async function copyCarefully(sql: Sql, rows: Buffer, count: number): Promise<BadFact[]> {
  const bad: BadFact[] = [];
  const copy = async (from: number, to: number): Promise<void> => {
    if (from === to) return;
    await sql.query('SAVEPOINT part');
    try {
      await sql.copyIn('facts', factColumns, partOf(rows, from, to));
      await sql.query('RELEASE SAVEPOINT part');
    } catch (error) {
      if (!(error instanceof SqlRefusedError)) throw error;
      await sql.query('ROLLBACK TO SAVEPOINT part');
      if (to - from === 1) {
        bad.push(badFact(partOf(rows, from, to), error));
        return;
      }
      const middle = (from + to) >> 1;
      await copy(from, middle);
      await copy(middle, to);
    }
  };
  await copy(0, count);
  return bad;
}

function badFact(row: Buffer, error: Error): BadFact {
  const sample = printable(row.toString()).trimEnd();
  const seq = Number.parseInt(sample.split('\t')[2] ?? '', 10);
  return {
    seq: Number.isSafeInteger(seq) ? seq : 0,
    reason: printable(error.message).slice(0, reasonCharsMax),
    sample: sample.slice(0, sampleCharsMax),
  };
}

/** What the store has given up to send. */
export function givenUpFacts({ givenUp }: ChunkHeader): BadFact[] {
  return givenUp.map(([seq, reason]) => ({ seq, reason: printable(reason), sample: '' }));
}

/** A text of PostgreSQL holds no NUL; what stands for it must not fail where the fact did. */
export function printable(text: string): string {
  return text.replaceAll('\0', '␀');
}
