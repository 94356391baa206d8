/**
 * Folds whoever has to be folded: people in whose facts something came, and those for whom a timer is due, a page at a
 * time. Several processes do so on one database: each person's row in `to_fold` is held while she is folded, and what
 * others hold is left to them. Her state, what was decided and what is to be done are committed together.
 */
import { hopOf } from '@kairos/dialogue/engine/seat.ts';
import { writeRun } from '@kairos/dialogue/engine/state-codec.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { LentRun } from '@kairos/protocol/sync-messages.ts';
import { type Database, type Sql, SqlRefusedError } from '../database/database.ts';
import { lendRunsOfMany } from '../down/waiting-runs.ts';
import { byKey, openArrivals } from './arrivals.ts';
import { foldUnderstood, noteBeyond } from './beyond.ts';
import {
  afterReturn,
  type CapHolder,
  type CapStandings,
  isSameHolder,
  nextHolder,
  readCapStandings,
  writeCapHolders,
} from './cap-holder.ts';
import { type Command, commandsOf, standingCommands, withdrawOthers, writeCommands } from './commands.ts';
import { type CustomerState, writeCustomerState } from './customer-state.ts';
import { FactReader } from './fact-reader.ts';
import { type Folding, foldPerson, type MadeFact } from './fold-person.ts';
import { countFoldedToOne } from './folded-to-one.ts';
import { followIdentities } from './identities.ts';
import { type Mind, type MindOptions, readMind } from './mind.ts';
import { type PageFacts, readFacts } from './page.ts';
import { type PagePerson, readLineStandings, readPeople } from './page-people.ts';
import { spreadPage } from './spreads.ts';

/** People folded in one transaction: others who write about them wait for it. */
const peoplePerPageMax = 100;
/** Of the first page, and of pages of people of whom there is a great deal. */
const peoplePerPageMin = 10;
/** As far as the pages before foretell: all of a page is in memory at once. */
const factsPerPage = 2_000;
/** At once: while the database reads or writes one, the engine folds the other. */
const pagesAtOnce = 2;
/** Before it is looked what else has come. */
const pagesPerRound = 32;
/** Rounds of one call; what is left then waits for the next. */
const roundsMax = 100_000;

export interface FolderOptions extends MindOptions {
  readonly database: Database;
  readonly ports: Pick<Ports, 'clock'>;
  /** Told of each step that has been done: where a test ends the process. */
  readonly onStep?: (step: FoldStep) => void;
}

/** The rest of what is half here is looked for again after so long. */
const restComesMs = 30_000;

/** What folding a page consists of, in this order. */
export const foldSteps = ['taken', 'folded', 'written', 'committed'] as const;
export type FoldStep = (typeof foldSteps)[number];

export interface Folder {
  /** Everybody in `to_fold`, and whose timer is due. Nothing without a release. */
  foldDue(): Promise<{ readonly folded: number; readonly facts: number }>;
}

/** PostgreSQL gave up on one of two who waited for each other: the other goes on, this one later. */
const yielding: ReadonlySet<string> = new Set(['40P01', '40001']);

export function createFolder(options: FolderOptions): Folder {
  return new DatabaseFolder(options);
}

class DatabaseFolder implements Folder {
  readonly #options: FolderOptions;
  readonly #reader = new FactReader();
  #mind: Mind | null = null;
  #hasLookedBack = false;
  #peoplePerPage = peoplePerPageMin;

  constructor(options: FolderOptions) {
    this.#options = options;
  }

  async foldDue(): Promise<{ folded: number; facts: number }> {
    const { database, ports } = this.#options;
    const sum = { folded: 0, facts: 0 };
    const mind = await this.#readMind();
    if (mind === null) return sum;
    if (!this.#hasLookedBack) await foldUnderstood(database, ports.clock.now());
    this.#hasLookedBack = true;
    for (let round = 0; round < roundsMax; round += 1) {
      const now = ports.clock.now();
      const isOpened = await openArrivals(database, now);
      const isSpread = await spreadPage(database, { release: mind.release, now });
      await markDue(database, now);
      const pages = await this.#foldPages(mind, now);
      sum.folded += pages.folded;
      sum.facts += pages.facts;
      if (!isOpened && !isSpread && pages.folded === 0) return sum;
    }
    return sum;
  }

  /** Several beside each other, until nobody is left whom no other process holds. Where one fails, all end first. */
  async #foldPages(mind: Mind, now: number): Promise<{ folded: number; facts: number }> {
    const sum = { folded: 0, facts: 0 };
    let left = pagesPerRound;
    const foldOn = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const page = await this.#foldPage(mind, now);
        sum.folded += page.folded;
        sum.facts += page.facts;
        if (page.folded === 0) left = 0;
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: pagesAtOnce }, foldOn));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    return sum;
  }

  async #readMind(): Promise<Mind | null> {
    const [row] = await this.#options.database.query<{ number: number | null }>(
      'SELECT max(number) AS number FROM releases',
    );
    if (row?.number === this.#mind?.release) return this.#mind;
    const mind = await readMind(this.#options.database, this.#options);
    // Stores are told of it: from then on they say under caps of one only what they were lent.
    if (mind !== null)
      await this.#options.database.query(
        'UPDATE releases SET has_cap_of_one = $2 WHERE number = $1 AND has_cap_of_one <> $2',
        [mind.release, mind.hasCapOfOne],
      );
    this.#mind = mind;
    return this.#mind;
  }

  async #foldPage(mind: Mind, now: number): Promise<{ folded: number; facts: number }> {
    const { database, onStep } = this.#options;
    try {
      const page = await database.transaction(async (sql) => {
        await byKey(sql);
        const chainIds = await takePage(sql, this.#peoplePerPage, now);
        if (chainIds.length === 0) return { folded: 0, facts: 0 };
        onStep?.('taken');
        const { facts, written } = await this.#fold(sql, mind, chainIds, now);
        onStep?.('folded');
        await write(sql, written, now);
        await sql.query('DELETE FROM to_fold WHERE chain_id = ANY($1::text[])', [chainIds]);
        onStep?.('written');
        return { folded: chainIds.length, facts };
      });
      if (page.folded === 0) return page;
      this.#peoplePerPage = peopleFor(page);
      onStep?.('committed');
      return page;
    } catch (error) {
      if (error instanceof SqlRefusedError && yielding.has(error.code)) return { folded: 0, facts: 0 };
      throw error;
    }
  }

  async #fold(
    sql: Sql,
    mind: Mind,
    chainIds: readonly string[],
    now: number,
  ): Promise<{ facts: number; written: Written[] }> {
    const { release, defaultLocale } = mind;
    const lines = await readLineStandings(sql);
    const people = await readPeople(sql, chainIds, { ...lines, defaultLocale });
    const factsOf = await readFacts(sql, this.#reader, people, { release, lines, now });
    await noteBeyond(sql, this.#reader.takeBeyond(chainIds));
    const caps = mind.hasCapOfOne ? await readCapStandings(sql, chainIds, now) : null;
    let facts = 0;
    const written = people.filter(isSomebody(factsOf)).map((one) => {
      const hers = factsOf.get(one.chainId) as PageFacts;
      facts += hers.facts.length;
      return foldOne(mind, one, { hers, caps, now });
    });
    return { facts, written };
  }
}

/** So many that the next page has as many facts as a page may, if they are as those before. */
function peopleFor({ folded, facts }: { readonly folded: number; readonly facts: number }): number {
  const people = Math.floor((factsPerPage * folded) / Math.max(facts, 1));
  return Math.min(Math.max(people, peoplePerPageMin), peoplePerPageMax);
}

/** Of whom nothing is there, or left, nothing is written. */
function isSomebody(factsOf: ReadonlyMap<string, PageFacts>): (one: PagePerson) => boolean {
  return ({ chainId, isListed, state }) => {
    const { facts = [], isHeldBack = false } = factsOf.get(chainId) ?? {};
    return isListed || state !== null || isHeldBack || facts.length > 0;
  };
}

interface Written {
  readonly chainId: string;
  /** As she was before. */
  readonly before: PagePerson;
  readonly state: CustomerState;
  readonly due: number | null;
  readonly made: readonly MadeFact[];
  readonly commands: readonly Command[];
  readonly standing: readonly string[];
  readonly lent: readonly LentRun[];
  /** Who has her caps of one, where that is another, or otherwise, than before; null: nothing has changed. */
  readonly holder: CapHolder | null;
  readonly consents: readonly { readonly purpose: string; readonly at: number; readonly granted: boolean }[];
}

function foldOne(
  mind: Mind,
  her: PagePerson,
  { hers, caps, now }: { readonly hers: PageFacts; readonly caps: CapStandings | null; readonly now: number },
): Written {
  const { chainId, person, syncedTo } = her;
  return mind.with(person, (folding) => {
    const before = caps?.of(chainId) ?? null;
    const standing = before && afterReturn(before, hers.facts, now);
    if (standing) folding.holdCaps({ isHeld: standing.store === 0, said: standing.said });
    const { state, made, due } = foldPerson(folding, {
      ...hers,
      release: mind.release,
      made: her.state?.made ?? 0,
      now,
      syncedTo,
    });
    const { engine, subject } = folding;
    const written = {
      chainId,
      before: her,
      state,
      made,
      commands: commandsOf(made, { engine, subject, chainId, locale: person.locale }),
      standing: standingCommands(engine, subject),
      lent: engine.waitingForVisit(subject).map((run) => ({
        ...{ run: run.id, dialogue: run.dialogue, step: run.step },
        ...{ term: hopOf(run), state: writeRun(run) },
      })),
      consents: consentsOf(hers),
    };
    const looks = [due, hers.isHeldBack ? now + restComesMs : null];
    let holder: CapHolder | null = null;
    if (caps && before && standing) {
      const word = standing.store === 0 ? null : wordIfHeld(folding, state.engine);
      const isWanted = word !== null && word <= now;
      const { takers } = caps;
      const after = nextHolder(standing, { facts: hers.facts, isWanted, takers, engine: state.engine, now });
      if (!isSameHolder(after, before)) holder = after;
      // A store that does not give them back is not waited for for ever; nor is one asked before there is something to say.
      if (after.store !== 0) looks.push(after.isRecalled ? standing.ends : word);
    }
    return { ...written, holder, due: earliest(looks) };
  });
}

function earliest(looks: readonly (number | null)[]): number | null {
  const known = looks.filter((look) => look !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/**
 * When headquarters could say what nothing but a cap of one, which is not theirs, keeps back; null: there is nothing.
 * Nothing of hers is used afterwards.
 */
function wordIfHeld({ engine, subject, holdCaps }: Folding, state: string | null): number | null {
  if (state === null) return null;
  const wordWhere = (isHeld: boolean): number | null => {
    holdCaps({ isHeld, said: 0 });
    engine.load(subject, state);
    return engine.nextWord(subject);
  };
  const word = wordWhere(true);
  return word === wordWhere(false) ? null : word;
}

/** What she said in a store. */
function consentsOf({ facts }: PageFacts): Written['consents'] {
  return facts.flatMap(({ fact, store, isNew }) =>
    isNew && store !== 0 && fact.type === 'consent.changed' ? [{ ...fact.body, at: fact.at }] : [],
  );
}

/** Whose timer is due is on the list, with whoever is on it already; in one order, as all who mark do. */
function markDue(database: Database, now: number): Promise<void> {
  return database.transaction(async (sql) => {
    await byKey(sql);
    await sql.query(
      `INSERT INTO to_fold (chain_id, since)
       SELECT chain_id, $1::bigint FROM (
         SELECT chain_id FROM customer_states WHERE due <= $1::bigint
           AND NOT EXISTS (SELECT 1 FROM to_fold WHERE to_fold.chain_id = customer_states.chain_id)
         ORDER BY due LIMIT $2) AS due ORDER BY chain_id
       ON CONFLICT DO NOTHING`,
      [now, peoplePerPageMax * pagesPerRound],
    );
  });
}

/** Each is held until the transaction ends. */
async function takePage(sql: Sql, people: number, now: number): Promise<string[]> {
  const rows = await sql.query<{ id: string; into: string | null }>(
    `SELECT chain_id AS id, (SELECT into_id FROM identities WHERE identities.chain_id = to_fold.chain_id) AS into
     FROM to_fold WHERE chain_id <> '' ORDER BY chain_id LIMIT $1 FOR UPDATE OF to_fold SKIP LOCKED`,
    [people],
  );
  return followIdentities(sql, rows, now);
}

async function write(sql: Sql, written: readonly Written[], now: number): Promise<void> {
  const chainIds = written.map(({ chainId }) => chainId);
  await writeMade(sql, written, now);
  await sql.query(
    `INSERT INTO customer_states (chain_id, state, folded_at, due)
     SELECT chain_id, state::jsonb, $4::bigint, due FROM unnest($1::text[], $2::text[], $3::bigint[])
       AS folded (chain_id, state, due)
     ON CONFLICT (chain_id) DO UPDATE SET state = excluded.state, folded_at = excluded.folded_at, due = excluded.due`,
    [chainIds, written.map(({ state }) => writeCustomerState(state)), written.map(({ due }) => due), now],
  );
  const asked = written.filter(({ before }) => before.hasOpenCommands);
  await withdrawOthers(
    sql,
    asked.map(({ chainId }) => chainId),
    asked.flatMap(({ standing }) => standing),
  );
  await writeCommands(
    sql,
    written.flatMap(({ commands }) => commands),
  );
  await writeCustomers(sql, written, now);
  await lendAll(sql, written);
  await writeCapHolders(
    sql,
    written.flatMap(({ chainId, holder }) => (holder === null ? [] : [{ chainId, holder }])),
  );
  // The last, because its row is one that all pages share.
  await countFoldedToOne(sql, moreFoldedToOne(written), now);
}

/** Whoever is folded from the first fact on has been counted before. */
function moreFoldedToOne(written: readonly Written[]): number {
  return written.reduce((sum, { before, state }) => sum + Math.max(0, state.doubled - (before.state?.doubled ?? 0)), 0);
}

/** Most wait for nothing, as before. */
async function lendAll(sql: Sql, written: readonly Written[]): Promise<void> {
  const changed = written.filter(
    ({ before, lent }) =>
      before.lent.length !== lent.length ||
      lent.some((one) => !before.lent.some(([run, state]) => run === one.run && state === one.state)),
  );
  await lendRunsOfMany(
    sql,
    changed.map(({ chainId, lent }) => ({ chainId, runs: lent })),
  );
}

async function writeMade(sql: Sql, written: readonly Written[], now: number): Promise<void> {
  const made = written.flatMap(({ chainId, made: facts }) => facts.map((fact) => ({ ...fact, chainId })));
  if (made.length === 0) return;
  await sql.query(
    `INSERT INTO own_facts (chain_id, id, type, at, body, taken_at)
     SELECT chain_id, id, type, at, body::jsonb, $6::bigint
     FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[]) AS made (chain_id, id, type, at, body)`,
    [
      made.map(({ chainId }) => chainId),
      made.map(({ id }) => id),
      made.map(({ type }) => type),
      made.map(({ at }) => at),
      made.map(({ body }) => JSON.stringify(body)),
      now,
    ],
  );
}

async function writeCustomers(sql: Sql, written: readonly Written[], now: number): Promise<void> {
  const fresh = written.filter(({ before }) => !before.isListed).map(({ chainId }) => chainId);
  if (fresh.length > 0)
    await sql.query(
      `INSERT INTO customers (chain_id, made_at, changed_at) SELECT id, $2::bigint, $2::bigint
       FROM unnest($1::text[]) AS id ON CONFLICT DO NOTHING`,
      [fresh, now],
    );
  const said = written.flatMap(({ chainId, consents }) => consents.map((consent) => ({ ...consent, chainId })));
  if (said.length > 0)
    await sql.query(
      `INSERT INTO consents (chain_id, purpose, at, granted, origin)
       SELECT chain_id, purpose, at, granted, 'store' FROM unnest($1::text[], $2::text[], $3::bigint[], $4::boolean[])
         AS said (chain_id, purpose, at, granted) ON CONFLICT DO NOTHING`,
      [
        said.map(({ chainId }) => chainId),
        said.map(({ purpose }) => purpose),
        said.map(({ at }) => at),
        said.map(({ granted }) => granted),
      ],
    );
}
