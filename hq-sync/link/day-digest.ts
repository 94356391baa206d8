/**
 * What a day of facts hashes to, so that a store and headquarters can find the day on which they differ without sending
 * it: the sum, modulo 2^64, of the first eight bytes of each fact's MD5. A sum, so that the order in which rows are
 * read does not matter; MD5, because PostgreSQL has it built in and nobody here defends against a forger.
 *
 * Both sides compute it of their own rows. `factText` must say the same as `digestSql` in `audit/hq-days.ts`.
 */
import { createHash } from 'node:crypto';
import type { DayDigest } from '@kairos/protocol/sync-messages.ts';
import { toDay } from '@kairos/protocol/time.ts';

/** The columns of a chunk, as the journal has them. */
export type UpwardRow = readonly [
  seq: number,
  type: number,
  at: number,
  subject: number | null,
  source: number | null,
  sourceSeq: number | null,
  cause: number | null,
  late: number,
  place: number | null,
  thing: number | null,
  ref: string | null,
  amount: number | null,
  rest: string | null,
];

export const dayMs = 86_400_000;

/** Numbers by digits, an amount by its eight bytes (nobody agrees how to write it), nothing as nothing. */
export function factText(row: UpwardRow): string {
  const amount = row[11];
  const said = [...row.slice(0, 11), amount === null ? null : floatHex(amount), row[12]];
  return said.map((value) => (value === null ? '' : String(value))).join('|');
}

export class DayDigests {
  readonly #days = new Map<number, { facts: number; sum: bigint }>();

  add(row: UpwardRow): void {
    const day = Math.floor(row[2] / dayMs);
    const known = this.#days.get(day) ?? { facts: 0, sum: 0n };
    const hash = createHash('md5').update(factText(row)).digest().readBigUInt64BE(0);
    this.#days.set(day, { facts: known.facts + 1, sum: BigInt.asUintN(64, known.sum + hash) });
  }

  /** In order of day. */
  all(): DayDigest[] {
    return [...this.#days]
      .sort(([one], [other]) => one - other)
      .map(([day, { facts, sum }]) => ({ day: toDay(day * dayMs), facts, hash: hexOf(sum) }));
  }
}

export function hexOf(sum: bigint): string {
  return BigInt.asUintN(64, sum).toString(16).padStart(16, '0');
}

const eightBytes = Buffer.alloc(8);

function floatHex(amount: number): string {
  eightBytes.writeDoubleBE(amount);
  return eightBytes.toString('hex');
}
