/** What headquarters holds of a store's days, hashed by the database itself, and the days on which the store differs. */
import type { DayDigest, DaysAnswer } from '@kairos/protocol/sync-messages.ts';
import { fromDay, toDay } from '@kairos/protocol/time.ts';
import type { Sql } from '../database/database.ts';
import type { StoreLine } from '../intake/store-lines.ts';
import { dayMs, hexOf } from '../link/day-digest.ts';

/** The same text as `factText` makes of a row in the store. */
const digestSql = `
  SELECT at / ${dayMs} AS day, count(*) AS facts,
    sum(('x' || substr(md5(concat_ws('|', seq, type, at, coalesce(subject::text, ''), coalesce(source::text, ''),
      coalesce(source_seq::text, ''), coalesce(cause::text, ''), late, coalesce(place::text, ''),
      coalesce(thing::text, ''), coalesce(ref, ''), coalesce(encode(float8send(amount), 'hex'), ''),
      coalesce(rest, ''))), 1, 16))::bit(64)::bigint)::text AS sum
  FROM facts
  WHERE store = $1 AND epoch = $2 AND at >= $3 AND at < $4 AND seq <= $5
  GROUP BY 1 ORDER BY 1`;

export async function hqDays(
  sql: Sql,
  { store, epoch }: Pick<StoreLine, 'store' | 'epoch'>,
  { sinceDay, untilDay, upTo }: { readonly sinceDay: string; readonly untilDay?: string; readonly upTo: number },
): Promise<DayDigest[]> {
  const until = untilDay === undefined ? Number.MAX_SAFE_INTEGER : fromDay(untilDay);
  const asked = [store, epoch, fromDay(sinceDay), until, upTo];
  const rows = await sql.query<{ day: number; facts: number; sum: string }>(digestSql, asked);
  return rows.map(({ day, facts, sum }) => ({ day: toDay(day * dayMs), facts, hash: hexOf(BigInt(sum)) }));
}

/** Facts in quarantine are counted on neither side's behalf: a day that holds one differs until a person has looked. */
export function differingDays(store: readonly DayDigest[], hq: readonly DayDigest[]): DaysAnswer['differing'] {
  const here = new Map(hq.map((one) => [one.day, one]));
  const there = new Map(store.map((one) => [one.day, one]));
  return [...new Set([...there.keys(), ...here.keys()])]
    .sort()
    .map((day) => ({ day, store: there.get(day) ?? null, hq: here.get(day) ?? null }))
    .filter((one) => one.store?.facts !== one.hq?.facts || one.store?.hash !== one.hq?.hash);
}
