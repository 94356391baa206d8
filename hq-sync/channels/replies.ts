/** What people wrote back in words of their own, and what may be none of theirs: kept apart from facts, for a person to read, and erased with her. */
import type { Sql } from '../database/database.ts';
import { storable } from '../facts/storable-text.ts';

/** Characters of a mail that are kept. */
const wordsMax = 4_000;
const headMax = 200;
/** Shown at once, the oldest first. */
const shownMax = 50;

export interface Reply {
  readonly chainId: string;
  /** Of the mail, so that it is kept once. */
  readonly id: string;
  readonly command: string;
  readonly at: number;
  readonly sender: string;
  readonly subject: string;
  readonly words: string;
  /** Nobody can tell whether these are her words: a failure to deliver, a complaint to her provider. */
  readonly isUnclear?: boolean;
}

export async function keepReply(sql: Sql, reply: Reply): Promise<void> {
  const { chainId, id, command, at, sender, subject, words, isUnclear = false } = reply;
  await sql.query(
    `INSERT INTO replies (chain_id, id, command, at, sender, subject, words, is_unclear)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT DO NOTHING`,
    [chainId, id, command, at, cut(sender, headMax), cut(subject, headMax), cut(words, wordsMax), isUnclear],
  );
}

function cut(text: string, charsMax: number): string {
  return storable(text.slice(0, charsMax));
}

/** Those that nobody has dealt with. */
export function openReplies(sql: Sql): Promise<Reply[]> {
  return sql.query<Reply>(
    `SELECT chain_id AS "chainId", id, command, at, sender, subject, words, is_unclear AS "isUnclear" FROM replies WHERE seen_by IS NULL
     ORDER BY at, id LIMIT ${shownMax}`,
  );
}

export async function settleReply(
  sql: Sql,
  { chainId, id, by }: { readonly chainId: string; readonly id: string; readonly by: string },
): Promise<void> {
  await sql.query('UPDATE replies SET seen_by = $3 WHERE chain_id = $1 AND id = $2 AND seen_by IS NULL', [
    chainId,
    id,
    by,
  ]);
}
