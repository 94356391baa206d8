/**
 * The list of calls. A representative takes the next one of her team; from then on it is hers by a lease, with one
 * winner whatever happens at once, and comes back to the list when she lets the lease end. What she logs is a fact, in
 * the transaction that ends the call. Calls for which there is no room in their time, and those that nobody has taken on
 * in it, are said to reach nobody.
 */
import type { Scalar } from '@kairos/protocol/facts.ts';
import { fromDay } from '@kairos/protocol/time.ts';
import { mayContact } from '../../customers/preference-book.ts';
import type { Database, Sql } from '../../database/database.ts';
import { reportAnswer } from '../channel-facts.ts';
import { type Command, commandColumns, commandTables, priorityUnsaid, readCommand } from '../command.ts';
import { endCommand, holdCommands } from '../command-book.ts';
import { dayIn } from '../quiet-hours.ts';
import { mayCarry, type NeverReason, type SendingRules, type SendingVerdict } from '../sending-rule.ts';
import { callsWithoutRoom } from './call-plan.ts';

export interface Team {
  /** Calls that it makes in a day. */
  readonly perDay: number;
  /** Roles that dialogues name (`to.role`), beside the team's own name. */
  readonly roles: readonly string[];
}

export interface CallsConfig {
  /** The first one takes what names no other. */
  readonly teams: Readonly<Record<string, Team>>;
  /** Days are counted on this wall. */
  readonly timeZone: string;
}

/** Of one call; whoever needs longer is asked for nothing, unless somebody else has taken it. */
export const callLeaseMs = 20 * 60_000;
/** Looked at for one that may be made now. */
const candidatesMax = 50;
/** Of a team, planned at a time. */
const plannedMax = 20_000;
const dayMs = 86_400_000;

export type NextCall =
  | { readonly kind: 'call'; readonly call: Command; readonly until: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'day-is-full' };

export interface CallDay {
  readonly waiting: number;
  readonly taken: number;
}

export type Logged = 'logged' | 'not-hers';

export class CallList {
  readonly #database: Database;
  readonly #config: CallsConfig;
  readonly #rules: SendingRules;

  constructor(options: { database: Database; config: CallsConfig; rules: SendingRules }) {
    this.#database = options.database;
    this.#config = options.config;
    this.#rules = options.rules;
  }

  hasTeam(team: string): boolean {
    return Object.hasOwn(this.#config.teams, team);
  }

  /** What dialogues call this team: its own name, and its roles. */
  rolesFor(team: string): readonly string[] {
    return [team, ...(this.#config.teams[team]?.roles ?? [])];
  }

  perDayOf(team: string): number {
    return this.#config.teams[team]?.perDay ?? 0;
  }

  /** The call that is hers; null: none. */
  async ofHers(person: string, now: number): Promise<{ call: Command; until: number } | null> {
    return this.#hers(this.#database, person, now);
  }

  /** Hers again, where she has one; else the most urgent that may be made at this hour. */
  takeNext({ person, team, now }: { person: string; team: string; now: number }): Promise<NextCall> {
    return this.#database.transaction(async (sql) => {
      const hers = await this.#hers(sql, person, now);
      if (hers) return { kind: 'call', ...hers };
      const { taken } = await this.#lockDay(sql, team, now);
      if (taken >= this.perDayOf(team)) return { kind: 'day-is-full' };
      const candidates = await this.#candidates(sql, team, now);
      while (candidates.length > 0) {
        const call = await this.#firstOf(sql, candidates, now);
        if (call === null || !(await claim(sql, call, { person, now }))) continue;
        await this.#countDay(sql, { team, now, by: 1 });
        return { kind: 'call', call, until: now + callLeaseMs };
      }
      return { kind: 'none' };
    });
  }

  /** The first that may be made now; it and what stands before it are taken off. What may never be made is ended. */
  async #firstOf(sql: Sql, candidates: Command[], now: number): Promise<Command | null> {
    const never: (readonly [Command, Extract<SendingVerdict, { kind: 'never' }>])[] = [];
    const later: (readonly [Command, number])[] = [];
    let first: Command | null = null;
    while (first === null && candidates.length > 0) {
      const call = candidates.shift() as Command;
      const contact = await mayContact(sql, { chainId: call.chainId, channel: 'call', now });
      const verdict = mayCarry(call, { contact, now, rules: this.#rules });
      if (verdict.kind === 'later') later.push([call, verdict.notBefore]);
      else if (verdict.kind === 'never') never.push([call, verdict]);
      else first = call;
    }
    const calls = never.map(([call]) => call);
    const held = await holdCommands(sql, calls, { where: isFree, values: [now], others: 'skip', now });
    for (const [call, verdict] of never) {
      if (!held.some(({ command }) => command === call.command)) continue;
      const state = verdict.reason === 'consent' ? 'withdrawn' : 'failed';
      await endCommand(sql, call, { state, outcome: { reason: verdict.reason }, never: verdict }, now);
    }
    for (const [call, notBefore] of later) await putOff(sql, call, notBefore);
    return first;
  }

  /** What was answered, or that nobody was reached. The one who holds it logs it, once. */
  log(of: { person: string; command: string; answer: string; form: Readonly<Record<string, Scalar>>; now: number }) {
    return this.#ifHers(of, async (sql, call): Promise<Logged> => {
      const { answer, form, now, person } = of;
      const outcome = { answered: answer, by: person };
      await endCommand(sql, call, { state: 'done', outcome }, now);
      await reportAnswer(sql, call, { answer, form, now });
      return 'logged';
    });
  }

  /** For somebody else to take. */
  giveBack(of: { person: string; team: string; command: string; now: number }): Promise<Logged> {
    return this.#ifHers(of, async (sql, { chainId, command }): Promise<Logged> => {
      await sql.query(
        `UPDATE commands SET state = 'open', claimed_by = NULL, claimed_until = NULL WHERE chain_id = $1 AND command = $2`,
        [chainId, command],
      );
      await this.#countDay(sql, { team: of.team, now: of.now, by: -1 });
      return 'logged';
    });
  }

  async today(team: string, now: number): Promise<CallDay> {
    const [day] = await this.#database.query<{ taken: number }>(
      'SELECT taken FROM call_days WHERE team = $1 AND day = $2',
      [team, dayIn(now, this.#config.timeZone)],
    );
    const [row] = await this.#database.query<{ waiting: number }>(
      `SELECT count(*)::int AS waiting FROM commands c WHERE c.kind = 'call' AND c.state = 'open' AND c.until > $2
         AND ${roleMatches}`,
      [this.#rolesOf(team), now],
    );
    return { waiting: row?.waiting ?? 0, taken: day?.taken ?? 0 };
  }

  /** What was not made, or not taken on, in its time, and what there is no room for. One process at a time. */
  async endOverdue(now: number): Promise<void> {
    await this.#alone((sql) => endOverdue(sql, now));
    for (const team of Object.keys(this.#config.teams)) await this.#alone((sql) => this.#endCrowdedOut(sql, team, now));
  }

  #alone(run: (sql: Sql) => Promise<void>): Promise<void> {
    return this.#database.transaction(async (sql) => {
      const [lock] = await sql.query<{ got: boolean }>(
        `SELECT pg_try_advisory_xact_lock(hashtext('kairos calls')) AS got`,
      );
      if (lock?.got) await run(sql);
    });
  }

  async #endCrowdedOut(sql: Sql, team: string, now: number): Promise<void> {
    const { taken } = await this.#lockDay(sql, team, now);
    const rows = await sql.query(
      `SELECT ${commandColumns} FROM ${commandTables} WHERE c.kind = 'call' AND c.state = 'open' AND c.until > $2
         AND ${roleMatches} ORDER BY ${deadline} LIMIT ${plannedMax}`,
      [this.#rolesOf(team), now],
    );
    const calls = new Map(rows.map(readCommand).map((call) => [`${call.chainId}/${call.command}`, call]));
    const planned = [...calls].map(([id, call]) => ({
      id,
      priority: call.words.priority,
      lastDay: this.#daysUntil(now, deadlineOf(call)),
    }));
    const crowdedOut = callsWithoutRoom(planned, { perDay: this.perDayOf(team), takenToday: taken });
    const calledOff = [...crowdedOut].flatMap((id) => calls.get(id) ?? []);
    await endAll(sql, calledOff, { where: "c.state = 'open'", values: [], reasonOf: () => 'full', now });
  }

  async #candidates(sql: Sql, team: string, now: number): Promise<Command[]> {
    const rows = await sql.query(
      `SELECT ${commandColumns} FROM ${commandTables}
         LEFT JOIN carriage g ON g.chain_id = c.chain_id AND g.command = c.command
       WHERE c.kind = 'call' AND (c.state = 'open' OR (c.state = 'claimed' AND c.claimed_until <= $2))
         AND c.until > $2 AND coalesce(g.not_before, 0) <= $2 AND ${roleMatches}
       ORDER BY coalesce((c.words->>'priority')::float, ${priorityUnsaid}) DESC, ${deadline}, c.chain_id, c.command
       LIMIT ${candidatesMax}`,
      [this.#rolesOf(team), now],
    );
    return rows.map(readCommand);
  }

  async #hers(sql: Sql, person: string, now: number): Promise<{ call: Command; until: number } | null> {
    const [row] = await sql.query<{ claimed_until: number }>(
      `SELECT ${commandColumns}, c.claimed_until FROM ${commandTables}
       WHERE c.kind = 'call' AND c.state = 'claimed' AND c.claimed_by = $1 AND c.claimed_until > $2 LIMIT 1`,
      [holderOf(person), now],
    );
    return row ? { call: readCommand(row), until: row.claimed_until } : null;
  }

  #ifHers(
    { person, command, now }: { person: string; command: string; now: number },
    run: (sql: Sql, call: Command) => Promise<Logged>,
  ): Promise<Logged> {
    return this.#database.transaction(async (sql) => {
      const asked = await sql.query<Pick<Command, 'chainId' | 'command'>>(
        `SELECT chain_id AS "chainId", command FROM commands WHERE command = $1 AND kind = 'call' AND state = 'claimed'`,
        [command],
      );
      const where = "c.state = 'claimed' AND c.claimed_by = $3";
      const [call] = await holdCommands(sql, asked, { where, values: [holderOf(person)], others: 'wait', now });
      return call ? run(sql, call) : 'not-hers';
    });
  }

  /** Two who take the last call of a day at once are one too many: they wait for each other here. */
  async #lockDay(sql: Sql, team: string, now: number): Promise<{ taken: number }> {
    const [row] = await sql.query<{ taken: number }>(
      `INSERT INTO call_days (team, day, taken) VALUES ($1, $2, 0)
       ON CONFLICT (team, day) DO UPDATE SET taken = call_days.taken RETURNING taken`,
      [team, dayIn(now, this.#config.timeZone)],
    );
    return { taken: row?.taken ?? 0 };
  }

  async #countDay(sql: Sql, { team, now, by }: { team: string; now: number; by: 1 | -1 }): Promise<void> {
    await sql.query('UPDATE call_days SET taken = greatest(0, taken + $3) WHERE team = $1 AND day = $2', [
      team,
      dayIn(now, this.#config.timeZone),
      by,
    ]);
  }

  /** For `roleMatches`: what this team answers to, or, of the first team, what the others do not. */
  #rolesOf(team: string): string {
    const [first] = Object.keys(this.#config.teams);
    const namesOf = (one: string): string[] => [one, ...(this.#config.teams[one]?.roles ?? [])];
    const others = Object.keys(this.#config.teams).filter((one) => one !== team);
    return JSON.stringify(team === first ? { not: others.flatMap(namesOf) } : { only: namesOf(team) });
  }

  #daysUntil(now: number, until: number): number {
    const days = (at: number): number => fromDay(dayIn(at, this.#config.timeZone)) / dayMs;
    // A call must be made before its time is over, not in the minute in which it is.
    return days(until - 1) - days(now);
  }
}

/** `$1`: JSON of `#rolesOf`. */
const roleMatches = `CASE WHEN $1::jsonb ? 'not' THEN NOT ($1::jsonb->'not' ? coalesce(c.words->>'role', ''))
  ELSE $1::jsonb->'only' ? coalesce(c.words->>'role', '') END`;

/** Nobody has it: for `holdCommands`, with the time as its value. */
const isFree = "(c.state = 'open' OR (c.state = 'claimed' AND c.claimed_until <= $3))";

/** Until when it must have been taken on: the end of its time, or sooner where its dialogue says so. */
const deadline = `least(c.until, coalesce(nullif((c.words->>'claimBy')::bigint, 0), c.until))`;

function deadlineOf({ until, words: { claimBy } }: Command): number {
  return claimBy > 0 ? Math.min(until, claimBy) : until;
}

export function holderOf(person: string): string {
  return `call:${person}`;
}

/** False where somebody else has it meanwhile. */
async function claim(
  sql: Sql,
  { chainId, command }: Command,
  { person, now }: { readonly person: string; readonly now: number },
): Promise<boolean> {
  const claimed = await sql.query(
    `UPDATE commands SET state = 'claimed', claimed_by = $3, claimed_until = $4
     WHERE (chain_id, command) IN (SELECT c.chain_id, c.command FROM commands c
       WHERE c.chain_id = $1 AND c.command = $2
         AND (c.state = 'open' OR (c.state = 'claimed' AND c.claimed_until <= $5)) FOR UPDATE SKIP LOCKED)
     RETURNING command`,
    [chainId, command, holderOf(person), now + callLeaseMs, now],
  );
  return claimed.length > 0;
}

async function endOverdue(sql: Sql, now: number): Promise<void> {
  const overdue = await sql.query<Pick<Command, 'chainId' | 'command'>>(
    `SELECT c.chain_id AS "chainId", c.command FROM commands c WHERE c.kind = 'call' AND ${deadline} <= $1
       AND (c.state = 'open' OR (c.state = 'claimed' AND c.claimed_until <= $1))`,
    [now],
  );
  const reasonOf = (call: Command): NeverReason => (call.until <= now ? 'expired' : 'unclaimed');
  await endAll(sql, overdue, { where: isFree, values: [now], reasonOf, now });
}

async function endAll(
  sql: Sql,
  calls: readonly Pick<Command, 'chainId' | 'command'>[],
  {
    reasonOf,
    ...held
  }: {
    readonly where: string;
    readonly values: readonly unknown[];
    readonly reasonOf: (call: Command) => NeverReason;
    readonly now: number;
  },
): Promise<void> {
  for (const call of await holdCommands(sql, calls, { ...held, others: 'skip' })) {
    const reason = reasonOf(call);
    await endCommand(sql, call, { state: 'failed', outcome: { reason }, never: { reason } }, held.now);
  }
}

async function putOff(sql: Sql, { chainId, command }: Command, notBefore: number): Promise<void> {
  await sql.query(
    `INSERT INTO carriage (chain_id, command, tag, not_before) VALUES ($1, $2, '', $3)
     ON CONFLICT (chain_id, command) DO UPDATE SET not_before = excluded.not_before`,
    [chainId, command, notBefore],
  );
}
