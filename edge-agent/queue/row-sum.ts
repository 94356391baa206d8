/**
 * The sum of a row: SQLite notices a broken page, but not a bit that a worn SD card has turned within a text. A row
 * whose sum is wrong is never sent as if it were what happened.
 */
import { crc32 } from 'node:zlib';

export function rowSum({
  at,
  type,
  body,
}: {
  readonly at: number;
  readonly type: string;
  readonly body: string;
}): number {
  return crc32(body, crc32(`${at} ${type} `));
}

/** Rows of an older agent bear none, and are believed. */
export function isWhole(row: {
  readonly at: number;
  readonly type: string;
  readonly body: string;
  readonly sum: number | null;
}): boolean {
  return row.sum === null || row.sum === rowSum(row);
}
