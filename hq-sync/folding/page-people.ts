/**
 * A page of people as they stand in the tables, and how far the lines are: each in one statement, whoever is how many,
 * because a statement costs more than what it reads of one person.
 */
import type { Person } from '@kairos/dialogue/engine/engine.ts';
import type { Sql } from '../database/database.ts';
import { nobody } from '../facts/own-facts.ts';
import { type CustomerState, emptyCustomer, readCustomerState } from './customer-state.ts';
import type { Appearance } from './fact-reader.ts';

/** Her as she stands in the tables. */
export interface PagePerson {
  readonly chainId: string;
  /** Ids that are hers, `chainId` the first. */
  readonly ids: readonly string[];
  readonly appearances: readonly Appearance[];
  readonly state: CustomerState | null;
  readonly person: Person;
  readonly isListed: boolean;
  /** Something is to be done off site, and nobody has begun it. */
  readonly hasOpenCommands: boolean;
  /** Her runs that wait for a visit, as stores are told of them: the run and its state. */
  readonly lent: readonly (readonly [run: string, state: string])[];
  /** Stores whose customer she is. */
  readonly stores: readonly number[];
  /** Every store that knows her has told everything up to then; infinity where none does. */
  readonly syncedTo: number;
}

/** One id of hers. */
interface IdRow {
  readonly person: string;
  readonly id: string;
  readonly state: unknown;
  readonly attributes: Person['attributes'] | null;
  readonly locale: string | null;
  readonly listed: boolean;
  readonly asked: true | null;
  readonly consent: Readonly<Record<string, readonly [at: number, granted: boolean]>> | null;
  readonly appearances: readonly (readonly [store: number, epoch: number, subject: number])[] | null;
  readonly stores: readonly number[] | null;
  readonly lent: PagePerson['lent'] | null;
}

const peopleSql = `
  SELECT who.person, who.id, states.state, customers.attributes, customers.locale,
    customers.chain_id IS NOT NULL AS listed,
    (SELECT true FROM commands WHERE chain_id = who.id AND state = 'open' LIMIT 1) AS asked,
    (SELECT json_object_agg(purpose, json_build_array(at, granted)) FROM (SELECT DISTINCT ON (purpose) purpose, at, granted FROM consents
       WHERE chain_id = who.id ORDER BY purpose, at DESC) AS newest) AS consent,
    (SELECT json_agg(json_build_array(store, epoch, subject) ORDER BY store, epoch, subject) FROM subjects
       WHERE chain_id = who.id) AS appearances,
    (SELECT json_agg(store) FROM store_customers WHERE chain_id = who.id) AS stores,
    (SELECT json_agg(json_build_array(run, state)) FROM waiting_runs WHERE chain_id = who.id) AS lent
  FROM (SELECT id AS person, id FROM unnest($1::text[]) AS id
    UNION ALL SELECT into_id, chain_id FROM identities WHERE into_id = ANY($1::text[])) AS who
  LEFT JOIN customer_states AS states ON states.chain_id = who.id
  LEFT JOIN customers ON customers.chain_id = who.id
  ORDER BY who.person, who.id <> who.person, who.id`;

export async function readPeople(
  sql: Sql,
  chainIds: readonly string[],
  { defaultLocale, syncedAt }: { readonly defaultLocale: string } & Pick<LineStandings, 'syncedAt'>,
): Promise<PagePerson[]> {
  const rows = await sql.query<IdRow>(peopleSql, [chainIds]);
  return [...Map.groupBy(rows, ({ person }) => person).values()].map((ids) => personOf(ids, defaultLocale, syncedAt));
}

/** `ids`: her own is the first. */
function personOf(ids: readonly IdRow[], defaultLocale: string, syncedAt: LineStandings['syncedAt']): PagePerson {
  const own = ids[0] as IdRow;
  const chainId = own.id;
  const stores = [...new Set(ids.flatMap((one) => one.stores ?? []))];
  return {
    chainId,
    ids: ids.map(({ id }) => id),
    appearances: ids.flatMap(({ appearances }) =>
      (appearances ?? []).map(([store, epoch, subject]) => ({ store, epoch, subject })),
    ),
    state: joined(ids.map(({ state }) => (state === null ? null : readCustomerState(state)))),
    isListed: own.listed,
    hasOpenCommands: own.asked === true,
    lent: own.lent ?? [],
    person: {
      chainId,
      attributes: own.attributes ?? {},
      consent: lastWords(ids),
      locale: own.locale || defaultLocale,
    },
    stores,
    syncedTo: Math.min(Number.POSITIVE_INFINITY, ...stores.map((store) => syncedAt.get(store) ?? 0)),
  };
}

/** Under whichever of her numbers she gave them. */
function lastWords(ids: readonly IdRow[]): Person['consent'] {
  const said = ids.flatMap(({ consent }) => Object.entries(consent ?? {}));
  said.sort(([, [one]], [, [other]]) => one - other);
  return Object.fromEntries(said.map(([purpose, [, granted]]) => [purpose, granted]));
}

/** Of the first, with what was heard of all. */
function joined([own = null, ...others]: readonly (CustomerState | null)[]): CustomerState | null {
  const known = others.filter((one) => one !== null);
  if (known.length === 0) return own;
  const all = [...known, own ?? emptyCustomer];
  return {
    ...(own ?? emptyCustomer),
    lines: highest(all.map(({ lines }) => lines)),
    own: highest(all.map((one) => one.own)),
  };
}

function highest(marks: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const joint: Record<string, number> = {};
  for (const one of marks)
    for (const [key, number] of Object.entries(one)) joint[key] = Math.max(joint[key] ?? 0, number);
  return joint;
}

/** How far each line is, and facts about nobody: asked once a page is held, so that nothing of hers comes in between. */
export interface LineStandings {
  /** Number of the newest fact about nobody. */
  readonly nobodys: number;
  /** By store: it has told everything up to then. One that was removed is not waited for. */
  readonly syncedAt: ReadonlyMap<number, number>;
  /** By "store.epoch": where a line that is being told begins a fact of which not all may be here. */
  readonly open: ReadonlyMap<string, number>;
}

export async function readLineStandings(sql: Sql): Promise<LineStandings> {
  const rows = await sql.query<{
    nobodys: number;
    store: number | null;
    epoch: number;
    synced: number;
    seq: number | null;
    open: boolean;
  }>(
    `SELECT nobodys, lines.store, epoch, CASE WHEN gone.number IS NULL THEN synced_at ELSE $2 END AS synced, up_to < last_seq AS open, CASE WHEN up_to < last_seq THEN
       (SELECT seq FROM facts WHERE facts.store = lines.store AND facts.epoch = lines.epoch AND cause IS NULL
        ORDER BY seq DESC LIMIT 1) END AS seq
     FROM (SELECT coalesce(max(number), 0) AS nobodys FROM own_facts WHERE chain_id = $1) AS own
     LEFT JOIN lines ON true LEFT JOIN (SELECT number FROM stores WHERE removed_at IS NOT NULL) AS gone ON number = lines.store
     ORDER BY lines.store, epoch`,
    [nobody, Number.MAX_SAFE_INTEGER],
  );
  const lines = rows.flatMap(({ store, ...line }) => (store === null ? [] : { store, ...line }));
  return {
    nobodys: rows[0]?.nobodys ?? 0,
    // The newest life of each is its last.
    syncedAt: new Map(lines.map(({ store, synced }) => [store, synced])),
    open: new Map(lines.filter(({ open }) => open).map(({ store, epoch, seq }) => [`${store}.${epoch}`, seq ?? 0])),
  };
}
