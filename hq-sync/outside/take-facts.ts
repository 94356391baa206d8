/**
 * Takes facts from outside in, a batch in one transaction, each answered by itself. A fact counts once: a source's id is
 * remembered as a keyed hash (it may name somebody), and gives the same outcome for ever. What was refused is not
 * remembered: mended, it comes under the same id.
 */
import { createHmac } from 'node:crypto';
import { customFactBody } from '@kairos/protocol/facts.ts';
import type { LoyaltyScheme } from '@kairos/protocol/loyalty-number.ts';
import {
  type OutsideFact,
  type OutsideOutcome,
  type OutsideReason,
  type OutsideType,
  outsideBodies,
  type outsideConsentBody,
  type outsideCustomerBody,
  outsideFact,
} from '@kairos/protocol/outside-operations.ts';
import type { z } from 'zod';
import { setConsent } from '../customers/consent-history.ts';
import { erasedAmong } from '../customers/erasure-book.ts';
import { identify } from '../customers/identify.ts';
import type { Database, Sql } from '../database/database.ts';
import { markToFold, nobody, recordOwn } from '../facts/own-facts.ts';
import { unstorableAt, unstorableText } from '../facts/storable-text.ts';
import { openHandle } from './handle.ts';
import { allows, type OutsideSource } from './source-book.ts';

/** Clocks differ by so much; what is said to happen later is wrong. */
const aheadMaxMs = 10 * 60_000;
const messageMax = 200;
/** Between these, a time is one of our days in seconds: read as milliseconds it would be in the year 1970 to 1973. */
const likelySeconds = { from: 1_000_000_000, to: 100_000_000_000 };

export interface TakeOutside {
  readonly chainKey: string;
  readonly loyalty: LoyaltyScheme;
  readonly now: number;
}

/** A fact whose every word was judged. */
export interface JudgedFact {
  readonly id: string;
  readonly type: OutsideFact['type'];
  readonly at: number;
  readonly body: unknown;
  /** Null: about nobody. */
  readonly chainId: string | null;
}

export type Judged =
  | { readonly kind: 'good'; readonly fact: JudgedFact }
  | { readonly kind: 'refused'; readonly outcome: OutsideOutcome };

/** In the order of `said`. */
export async function takeOutside(
  database: Database,
  {
    source,
    said,
    context,
  }: { readonly source: OutsideSource; readonly said: readonly unknown[]; readonly context: TakeOutside },
): Promise<OutsideOutcome[]> {
  return database.transaction(async (sql) => {
    const judged: Judged[] = [];
    for (const one of said) judged.push(await judge(sql, one, { source, context }));
    return recordJudged(sql, { source: source.name, judged, context });
  });
}

/** Facts that were judged already, in the caller's transaction. */
export async function recordJudged(
  sql: Sql,
  {
    source,
    judged,
    context: { chainKey, now },
  }: {
    readonly source: string;
    readonly judged: readonly Judged[];
    readonly context: Pick<TakeOutside, 'chainKey' | 'now'>;
  },
): Promise<OutsideOutcome[]> {
  const good = judged.flatMap((one) => (one.kind === 'good' ? [one.fact] : []));
  const people = [...new Set(good.flatMap(({ chainId }) => chainId ?? []))].sort();
  const erased = await erasedAmong(sql, chainKey, people);
  const keyOf = (id: string): string =>
    createHmac('sha256', chainKey).update(`outside ${source} ${id}`).digest('hex').slice(0, 40);
  const outcomeOf = ({ chainId }: JudgedFact): 'taken' | 'nobody' =>
    chainId !== null && erased.has(chainId) ? 'nobody' : 'taken';
  // Of the same id twice in a batch the first is meant.
  const first = new Map(good.toReversed().map((fact) => [keyOf(fact.id), fact]));
  const keys = [...first.keys()].sort();
  const fresh = await sql.query<{ id: string }>(
    `INSERT INTO outside_seen (source, id, outcome, at)
     SELECT $1, id, outcome, $4 FROM unnest($2::text[], $3::text[]) AS new (id, outcome)
     ON CONFLICT DO NOTHING RETURNING id`,
    [source, keys, keys.map((key) => outcomeOf(first.get(key) as JudgedFact)), now],
  );
  const unseen = new Set(fresh.map(({ id }) => id));
  // As it happened, and of one moment as it was said: of two changes of one thing the later one stands.
  const taken = good
    .flatMap((fact) => {
      const key = keyOf(fact.id);
      return unseen.delete(key) && outcomeOf(fact) === 'taken' ? [{ ...fact, id: `outside:${source}:${key}` }] : [];
    })
    .sort((one, other) => one.at - other.at);
  // All at once and in one order, before anything of them: batches about the same people would wait for each other in a circle.
  await markToFold(
    sql,
    taken.map(({ chainId }) => chainId ?? nobody),
    now,
  );
  await sql.query(
    `INSERT INTO customers (chain_id, made_at, changed_at) SELECT id, $2, $2 FROM unnest($1::text[]) AS id
     ON CONFLICT DO NOTHING`,
    [people.filter((id) => !erased.has(id)), now],
  );
  for (const fact of taken) await record(sql, fact, now);
  const known = await sql.query<{ id: string; outcome: 'taken' | 'nobody' }>(
    'SELECT id, outcome FROM outside_seen WHERE source = $1 AND id = ANY($2::text[])',
    [source, keys],
  );
  const outcomes = new Map(known.map(({ id, outcome }) => [id, outcome]));
  return judged.map((one) =>
    one.kind === 'refused' ? one.outcome : { id: one.fact.id, outcome: outcomes.get(keyOf(one.fact.id)) ?? 'taken' },
  );
}

/** What changes a customer changes what is known of her as well. */
async function record(sql: Sql, { id, type, at, body, chainId }: JudgedFact, now: number): Promise<void> {
  if (type === 'consent.changed' && chainId !== null) {
    const { purpose, granted } = body as z.infer<typeof outsideConsentBody>;
    await setConsent(sql, { chainId, purpose, granted, origin: 'outside', now: at });
    return;
  }
  if (type === 'customer.changed' && chainId !== null) {
    const { attributes, address = {} } = body as z.infer<typeof outsideCustomerBody>;
    await sql.query(
      `UPDATE customers SET attributes = attributes || $2, address = address || $3, changed_at = $4
       WHERE chain_id = $1`,
      [chainId, JSON.stringify(attributes), JSON.stringify(address), now],
    );
    await recordOwn(sql, { id, chainId, type, at, body: { attributes: Object.keys(attributes) } }, now);
    return;
  }
  await recordOwn(sql, { id, chainId, type: type as OutsideType, at, body }, now);
}

async function judge(
  sql: Sql,
  said: unknown,
  { source, context }: { readonly source: OutsideSource; readonly context: TakeOutside },
): Promise<Judged> {
  const read = outsideFact.safeParse(said);
  const id = idOf(said);
  if (!read.success) return unreadable(id, read.error);
  const { type, at, number, handle } = read.data;
  const refuse = (reason: OutsideReason, path: string, message: string): Judged => ({
    kind: 'refused',
    outcome: { id, outcome: 'refused', reason, path, message },
  });
  if (!allows(source, type))
    return refuse('not-allowed', 'type', `this source may not tell ${type}; it may ${source.types.join(', ')}`);
  if (at > context.now + aheadMaxMs)
    return refuse('in-the-future', 'at', 'is later than now; milliseconds since 1970 are meant');
  if (at >= likelySeconds.from && at < likelySeconds.to)
    return refuse('unreadable', 'at', 'seems to be in seconds; milliseconds since 1970 are meant');
  const body = bodyOf(type).safeParse(read.data.body);
  if (!body.success) return unreadable(id, body.error, ['body']);
  const unstorable = unstorableAt(body.data);
  if (unstorable !== null) return refuse('unreadable', ['body', ...unstorable].join('.'), unstorableText);
  // Of a clock that is ahead: nothing outvotes what she says from now on.
  const fact = { id: read.data.id, type, at: Math.min(at, context.now), body: body.data };
  if (type === 'goods.changed') return { kind: 'good', fact: { ...fact, chainId: null } };
  if (handle !== undefined) {
    const opened = await openHandle(sql, handle, context);
    if (opened.kind === 'good') return { kind: 'good', fact: { ...fact, chainId: opened.chainId } };
    const why = opened.kind === 'expired' ? 'its time is over; make a new one' : 'is no handle of this chain’s';
    return refuse('handle', 'handle', why);
  }
  if (number === undefined)
    return refuse('no-customer', 'number', 'is missing: say whom it is about, by her number or a handle');
  const identified = identify(number, { ...context, ownNumbers: true });
  if (identified.kind === 'refused')
    return refuse(identified.reason, 'number', 'is no number of a customer of this chain');
  return { kind: 'good', fact: { ...fact, chainId: identified.chainId } };
}

function bodyOf(type: OutsideFact['type']): z.ZodType {
  return type.startsWith('custom.') ? customFactBody : outsideBodies[type as OutsideType];
}

export function unreadable(id: string | null, { issues }: z.ZodError, under: readonly string[] = []): Judged {
  const [issue] = issues;
  const path = [...under, ...(issue?.path ?? [])].join('.');
  const message = (issue?.message ?? 'cannot be read').slice(0, messageMax);
  return { kind: 'refused', outcome: { id, outcome: 'refused', reason: 'unreadable', path, message } };
}

/** Of something that may be no fact at all. */
export function idOf(said: unknown): string | null {
  const id = typeof said === 'object' && said !== null && 'id' in said ? said.id : null;
  return typeof id === 'string' ? id.slice(0, 120) : null;
}
