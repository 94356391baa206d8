/**
 * Cleaning by itself (`clean-traces.ts`), in every process of headquarters and by one of them at a time: soon after
 * somebody was erased where the tables of people are small, by night where they are not, and within a day whatever else
 * is going on. Once a day records that were kept long enough go.
 */
import { createCalendar } from '@kairos/dialogue/measure/calendar.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import { Rounds } from '../channels/rounds.ts';
import type { Database, Sql } from '../database/database.ts';
import { cleanTraces } from './clean-traces.ts';
import { type OwingStore, owingStores } from './erasure-book.ts';
import { pruneRecords } from './prune-records.ts';
import { owedTraces } from './traces-owed.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Between two looks at what is owed. */
const everyMs = minuteMs;
/** A table that is in use is tried again so much later. */
const busyMs = 5 * minuteMs;
/** Up to this, all tables of people together are written anew in a few seconds. */
export const smallBytes = 256 * 1024 * 1024;
const reasonMax = 300;
/** Stores sync between one and five, each by its own name. */
const nightFrom = 5;
const nightTo = 7;
/** Visits that ended leave traces all day: one night, one cleaning. */
const betweenNightsMs = 6 * hourMs;
/** From here on it is done whoever is at work. */
export const lateMs = 20 * hourMs;
/** A store that was heard just now and has more to send is in the middle of it. */
const heardMs = 2 * minuteMs;

export interface CleanStanding {
  /** Since when something that was erased stands in the files; null: nothing does. */
  readonly owedSince: number | null;
  readonly lastAt: number | null;
  /** False: the log of the database is its owner's to begin anew; `reason` says how. */
  readonly isLogClean: boolean;
  readonly reason: string | null;
  /** Stores that have not said yet that they have forgotten somebody. */
  readonly owing: readonly OwingStore[];
}

export interface Due {
  readonly since: number | null;
  readonly urgentSince: number | null;
  readonly lastAt: number | null;
  readonly now: number;
  /** Of the tables of people. */
  readonly bytes: number;
  /** Of the house's day. */
  readonly hour: number;
  readonly isSyncing: boolean;
  readonly afterMs: number;
}

/** Whether it is time. */
export function isCleaningDue({ since, urgentSince, lastAt, now, bytes, hour, isSyncing, afterMs }: Due): boolean {
  if (since === null) return false;
  if (now - since >= lateMs) return true;
  if (isSyncing) return false;
  const isNight = hour >= nightFrom && hour < nightTo;
  if (isNight && (urgentSince !== null || lastAt === null || now - lastAt >= betweenNightsMs)) return true;
  return urgentSince !== null && bytes <= smallBytes && now - urgentSince >= afterMs;
}

export interface CleanWatchOptions {
  readonly database: Database;
  readonly ports: Pick<Ports, 'clock' | 'timers'>;
  readonly timeZone: string;
  readonly afterMinutes: number;
}

export class CleanWatch {
  readonly #options: CleanWatchOptions;
  readonly #rounds: Rounds;
  readonly #calendar: ReturnType<typeof createCalendar>;
  #restsUntil = Number.NEGATIVE_INFINITY;
  #prunedAt = Number.NEGATIVE_INFINITY;
  #reason: string | null = null;

  constructor(options: CleanWatchOptions) {
    this.#options = options;
    this.#calendar = createCalendar(options.timeZone);
    const { timers } = options.ports;
    // Who wants it at once is not kept waiting for the minute.
    const pace = options.afterMinutes === 0 ? 1_000 : everyMs;
    this.#rounds = new Rounds({
      timers,
      everyMs: pace,
      round: () => this.look(),
      onFault: (error) => this.#note(error),
    });
    this.#rounds.start();
  }

  /** Ends when what is under way has ended. */
  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  async look(): Promise<void> {
    const { database, ports, afterMinutes } = this.#options;
    const now = ports.clock.now();
    if (now - this.#prunedAt >= 24 * hourMs) {
      this.#prunedAt = now;
      await pruneRecords(database, now);
    }
    const owed = await owedTraces(database);
    if (owed.since === null) this.#reason = null;
    if (owed.since === null || now < this.#restsUntil) return;
    const afterMs = afterMinutes * minuteMs;
    const due = {
      ...{
        ...owed,
        now,
        afterMs: afterMinutes * minuteMs,
        hour: Math.floor(this.#calendar.local(now).minuteOfDay / 60),
      },
      lastAt: (await lastCleaning(database))?.at ?? null,
      bytes: await bytesOfPeople(database),
      isSyncing: await isAnySyncing(database, now),
    };
    if (!isCleaningDue(due)) return;
    const cleaned = await cleanTraces(database, now);
    this.#reason = cleaned.kind === 'busy' ? cleaned.reason : null;
    if (cleaned.kind === 'busy') this.#restsUntil = now + Math.min(busyMs, afterMs);
  }

  /** What the database refused; it is tried again. */
  #note({ message }: Error): void {
    this.#reason = message.slice(0, reasonMax);
    this.#restsUntil = this.#options.ports.clock.now() + busyMs;
  }

  async standing(): Promise<CleanStanding> {
    const { database } = this.#options;
    const { since } = await owedTraces(database);
    const last = await lastCleaning(database);
    return {
      owedSince: since,
      lastAt: last?.at ?? null,
      isLogClean: last?.isLogClean ?? true,
      reason: this.#reason ?? last?.reason ?? null,
      owing: await owingStores(database),
    };
  }
}

interface LastCleaning {
  readonly at: number;
  readonly isLogClean: boolean;
  readonly reason: string | null;
}

export async function lastCleaning(sql: Sql): Promise<LastCleaning | null> {
  const [row] = await sql.query<LastCleaning>('SELECT at, is_log_clean AS "isLogClean", reason FROM cleanings');
  return row ?? null;
}

async function bytesOfPeople(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ bytes: number }>(
    `SELECT coalesce(sum(pg_total_relation_size(format('%I.%I', table_schema, table_name)::regclass)), 0)::bigint AS bytes
     FROM (SELECT DISTINCT table_schema, table_name FROM information_schema.columns
       WHERE table_schema = current_schema() AND (column_name = 'chain_id' OR table_name = 'notes')) AS tables`,
  );
  return row?.bytes ?? 0;
}

async function isAnySyncing(sql: Sql, now: number): Promise<boolean> {
  const [row] = await sql.query<{ any: boolean }>(
    'SELECT EXISTS (SELECT FROM lines WHERE heard_at > $1 AND last_seq > up_to) AS any',
    [now - heardMs],
  );
  return row?.any ?? false;
}
