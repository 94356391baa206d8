/**
 * How she wants to be spoken to off site, beside what she has consented to: how often at most, and not at all for a
 * while. The off-site channels ask `mayContact` before they carry a command out.
 */
import type { Sql } from '../database/database.ts';
import { idsOfWhole } from './whole-person.ts';

export const dayMs = 86_400_000;
/** Days between two messages off site, at the least. */
export const frequencies = { any: 0, weekly: 7, monthly: 30 } as const;
export type Frequency = keyof typeof frequencies;

export interface Preferences {
  readonly frequency: Frequency;
  /** Milliseconds since 1970; null: she hears from us. */
  readonly pausedUntil: number | null;
}

/** What speaks off site; a page that she opens herself disturbs nobody. */
const sentTypes = ['email.sent', 'call.logged', 'mail.printed'];

export type MayContact =
  | { readonly kind: 'yes' }
  /** Not before `from`; null: not until she says otherwise. */
  | { readonly kind: 'no'; readonly why: 'consent' | 'paused' | 'frequency'; readonly from: number | null };

/** `ids`: all of hers; what she chose last counts. */
export async function preferencesOf(sql: Sql, ids: readonly string[], now: number): Promise<Preferences> {
  const [row] = await sql.query<{ frequency: string; paused: number | null }>(
    `SELECT frequency, paused_until AS paused FROM preferences WHERE chain_id = ANY($1::text[])
     ORDER BY changed_at DESC LIMIT 1`,
    [ids],
  );
  const pausedUntil = row?.paused != null && row.paused > now ? row.paused : null;
  return { frequency: row && row.frequency in frequencies ? (row.frequency as Frequency) : 'any', pausedUntil };
}

export async function setPreferences(sql: Sql, chainId: string, wanted: Preferences, now: number): Promise<void> {
  await sql.query(
    `INSERT INTO preferences (chain_id, frequency, paused_until, changed_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (chain_id) DO UPDATE SET frequency = excluded.frequency, paused_until = excluded.paused_until,
       changed_at = excluded.changed_at`,
    [chainId, wanted.frequency, wanted.pausedUntil, now],
  );
}

/**
 * Whether something may be said to her by this channel (email, call, mail) now: silence is no consent, and her last word
 * is, under whichever of her ids she said it.
 */
export async function mayContact(
  sql: Sql,
  { chainId, channel, now }: { readonly chainId: string; readonly channel: string; readonly now: number },
): Promise<MayContact> {
  const ids = await idsOfWhole(sql, chainId);
  const [said] = await sql.query<{ granted: boolean }>(
    // Of two words in one millisecond the no counts.
    `SELECT granted FROM consents WHERE chain_id = ANY($1::text[]) AND purpose = $2 ORDER BY at DESC, granted LIMIT 1`,
    [ids, channel],
  );
  if (said?.granted !== true) return { kind: 'no', why: 'consent', from: null };
  const { frequency, pausedUntil } = await preferencesOf(sql, ids, now);
  if (pausedUntil !== null) return { kind: 'no', why: 'paused', from: pausedUntil };
  const gapMs = frequencies[frequency] * dayMs;
  if (gapMs === 0) return { kind: 'yes' };
  const [last] = await sql.query<{ at: number | null }>(
    'SELECT max(at) AS at FROM own_facts WHERE chain_id = ANY($1::text[]) AND type = ANY($2::text[])',
    [ids, sentTypes],
  );
  if (last?.at == null) return { kind: 'yes' };
  const from = last.at + gapMs;
  return from > now ? { kind: 'no', why: 'frequency', from } : { kind: 'yes' };
}
