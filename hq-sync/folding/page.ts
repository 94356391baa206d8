/**
 * What a page of people needs to be folded, read at once: who they are, what is known of them, and what has come.
 */
import type { Person } from '@kairos/dialogue/engine/engine.ts';
import type { Sql } from '../database/database.ts';
import { nobody } from '../facts/own-facts.ts';
import { type CustomerState, emptyCustomer, readCustomerState } from './customer-state.ts';
import { type Appearance, type FactReader, type FactsOf, keyOf } from './fact-reader.ts';
import { compareKeys, inOrder, type PersonFact } from './person-fact.ts';
import { newsOf, readNewsMarks } from './store-news.ts';

/** Her as she stands in the tables. */
export interface PagePerson {
  readonly chainId: string;
  /** Ids that are hers, `chainId` the first. */
  readonly ids: readonly string[];
  readonly appearances: readonly Appearance[];
  readonly state: CustomerState | null;
  readonly person: Person;
  readonly isListed: boolean;
  /** Stores whose customer she is. */
  readonly stores: readonly number[];
  /** Every store that knows her has told everything up to then; infinity where none does. */
  readonly syncedTo: number;
}

export async function readPeople(sql: Sql, chainIds: readonly string[], defaultLocale: string): Promise<PagePerson[]> {
  const aliases = await sql.query<{ id: string; into: string }>(
    'SELECT chain_id AS id, into_id AS into FROM identities WHERE into_id = ANY($1::text[]) ORDER BY 1',
    [chainIds],
  );
  const idsOf = (chainId: string): string[] => [
    chainId,
    ...aliases.filter(({ into }) => into === chainId).map(({ id }) => id),
  ];
  const all = [...chainIds, ...aliases.map(({ id }) => id)];
  const states = await byId<{ state: unknown }>(sql, 'SELECT chain_id AS id, state FROM customer_states', all);
  const rows = await byId<{ attributes: Person['attributes']; locale: string }>(
    sql,
    'SELECT chain_id AS id, attributes, locale FROM customers',
    chainIds,
  );
  const consents = await sql.query<{ id: string; purpose: string; granted: boolean }>(
    `SELECT DISTINCT ON (chain_id, purpose) chain_id AS id, purpose, granted FROM consents
     WHERE chain_id = ANY($1::text[]) ORDER BY chain_id, purpose, at DESC`,
    [all],
  );
  const consentOf = groupById(consents);
  const appearances = groupById(
    await sql.query<Appearance & { id: string }>(
      'SELECT chain_id AS id, store, epoch, subject FROM subjects WHERE chain_id = ANY($1::text[]) ORDER BY 2, 3, 4',
      [all],
    ),
  );
  const stores = groupById(
    await sql.query<{ id: string; store: number }>(
      'SELECT chain_id AS id, store FROM store_customers WHERE chain_id = ANY($1::text[])',
      [all],
    ),
  );
  const synced = await sql.query<{ store: number; at: number }>(
    'SELECT DISTINCT ON (store) store, synced_at AS at FROM lines ORDER BY store, epoch DESC',
  );
  const syncedAt = new Map(synced.map(({ store, at }) => [store, at]));
  return chainIds.map((chainId) => {
    const ids = idsOf(chainId);
    const hers = ids.flatMap((id) => appearances.get(id) ?? []);
    const row = rows.get(chainId);
    const known = [...new Set(ids.flatMap((id) => stores.get(id) ?? []).map(({ store }) => store))];
    const consent = ids.toReversed().flatMap((id) => consentOf.get(id) ?? []);
    return {
      chainId,
      ids,
      appearances: hers,
      state: joined(ids.map((id) => readCustomerState(states.get(id)?.state))),
      isListed: row !== undefined,
      person: {
        chainId,
        attributes: row?.attributes ?? {},
        consent: Object.fromEntries(consent.map(({ purpose, granted }) => [purpose, granted])),
        locale: row?.locale || defaultLocale,
      },
      stores: known,
      syncedTo: Math.min(Number.POSITIVE_INFINITY, ...known.map((store) => syncedAt.get(store) ?? 0)),
    };
  });
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

async function byId<Row extends object>(
  sql: Sql,
  select: string,
  chainIds: readonly string[],
): Promise<Map<string, Row & { id: string }>> {
  const rows = await sql.query<Row & { id: string }>(`${select} WHERE chain_id = ANY($1::text[])`, [chainIds]);
  return new Map(rows.map((row) => [row.id, row]));
}

function groupById<Row extends { readonly id: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.id);
    if (group) group.push(row);
    else groups.set(row.id, [row]);
  }
  return groups;
}

export interface PageFacts {
  /** What her facts are folded on; null: they are all there. */
  readonly known: CustomerState | null;
  readonly facts: readonly PersonFact[];
  readonly lines: CustomerState['lines'];
  readonly own: CustomerState['own'];
  readonly nobodysFrom: number;
  readonly newsFrom: CustomerState['newsFrom'];
  /** Something of hers is only half here: what its store decided of it comes with the next chunk. */
  readonly isHeldBack: boolean;
}

/** Of each what is new, or, where that is not the newest or cannot be folded on what is known, all of hers. */
export async function readFacts(
  sql: Sql,
  reader: FactReader,
  people: readonly PagePerson[],
  { release, now }: { readonly release: number; readonly now: number },
): Promise<Map<string, PageFacts>> {
  const nobodys = await newestOfNobody(sql);
  const marks = await readNewsMarks(
    sql,
    people.flatMap(({ stores }) => stores),
    now,
  );
  const news = new Map(people.map((one) => [one.chainId, newsFromOf(one, marks)]));
  const isCurrent = ({ state }: PagePerson): boolean => state?.release === release;
  const fresh: FactsOf = new Map();
  const current = people.filter(isCurrent);
  await readInto(sql, reader, current, { fresh, nobodys, news, isWhole: false });
  const anew = people.filter((one) => !isCurrent(one) || !isNewest(one, fresh.get(one.chainId) ?? []));
  const whole: FactsOf = new Map();
  await readInto(sql, reader, anew, { fresh: whole, nobodys, news, isWhole: true });
  const open = await openLines(sql);
  const anewIds = new Set(anew.map(({ chainId }) => chainId));
  return new Map(
    people.map((one) => {
      const isWhole = anewIds.has(one.chainId);
      const read = (isWhole ? whole : fresh).get(one.chainId) ?? [];
      const complete = read.filter((fact) => isWholly(fact, open));
      const isHeldBack = complete.length < read.length;
      const facts = inOrder(complete);
      const newsFrom = news.get(one.chainId) ?? {};
      const all = marksOf(one, facts, { nobodys, newsFrom });
      return [one.chainId, { ...all, known: isWhole ? null : one.state, facts, isHeldBack }];
    }),
  );
}

/** They come behind all that is folded. */
function isNewest({ state }: PagePerson, facts: readonly PersonFact[]): boolean {
  return state !== null && facts.every(({ key, isTorn }) => !isTorn && compareKeys(key, state.to) > 0);
}

/** By "store.epoch": where a line that is being told begins a fact of which not all may be here. */
type OpenLines = ReadonlyMap<string, number>;

async function openLines(sql: Sql): Promise<OpenLines> {
  const lines = await sql.query<{ store: number; epoch: number; seq: number | null }>(
    `SELECT store, epoch, (SELECT seq FROM facts WHERE facts.store = lines.store AND facts.epoch = lines.epoch
       AND cause IS NULL ORDER BY seq DESC LIMIT 1) AS seq
     FROM lines WHERE up_to < last_seq`,
  );
  return new Map(lines.map(({ store, epoch, seq }) => [`${store}.${epoch}`, seq ?? 0]));
}

function isWholly({ key: [, store, epoch, seq], mark }: PersonFact, open: OpenLines): boolean {
  return mark.of !== 'line' || open.size === 0 || seq < (open.get(`${store}.${epoch}`) ?? Number.POSITIVE_INFINITY);
}

/**
 * From where on the news of her stores are hers: who is new hears what comes, whom they reach for the first time also
 * what may still open something. What was said once stays so: whoever is folded anew hears the same.
 */
function newsFromOf(
  { stores, state }: PagePerson,
  marks: Awaited<ReturnType<typeof readNewsMarks>>,
): CustomerState['newsFrom'] {
  const known = state?.newsFrom ?? {};
  const fresh = stores.flatMap((store) => {
    const mark = marks.get(newsOf(store));
    if (mark === undefined || known[newsOf(store)] !== undefined) return [];
    return [[newsOf(store), state === null ? mark.newest : mark.over] as const];
  });
  return fresh.length === 0 ? known : { ...known, ...Object.fromEntries(fresh) };
}

interface ReadInto {
  readonly fresh: FactsOf;
  readonly nobodys: number;
  readonly news: ReadonlyMap<string, CustomerState['newsFrom']>;
  readonly isWhole: boolean;
}

async function readInto(
  sql: Sql,
  reader: FactReader,
  people: readonly PagePerson[],
  { fresh, nobodys, news, isWhole }: ReadInto,
): Promise<void> {
  const wanted = people.flatMap(({ chainId, appearances, state }) =>
    appearances.map((one) => {
      const knownTo = state?.lines[keyOf(one)] ?? 0;
      return { ...one, person: chainId, knownTo, after: isWhole ? 0 : knownTo };
    }),
  );
  await reader.read(sql, wanted, fresh);
  const own = people.flatMap(({ chainId, ids, state }) => {
    const newsFrom = news.get(chainId) ?? {};
    return [...ids, nobody, ...Object.keys(newsFrom)].map((id) => {
      const from = id === nobody ? (state?.nobodysFrom ?? nobodys) : (newsFrom[id] ?? 0);
      const knownTo = state?.own[id] ?? from;
      return { person: chainId, chainId: id, knownTo, after: isWhole ? from : knownTo };
    });
  });
  await reader.readOwn(sql, own, { into: fresh, withDecided: isWhole });
}

async function newestOfNobody(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ number: number | null }>(
    'SELECT max(number) AS number FROM own_facts WHERE chain_id = $1',
    [nobody],
  );
  return row?.number ?? 0;
}

function marksOf(
  { state, appearances }: PagePerson,
  facts: readonly PersonFact[],
  { nobodys, newsFrom }: { readonly nobodys: number; readonly newsFrom: CustomerState['newsFrom'] },
): Pick<PageFacts, 'lines' | 'own' | 'nobodysFrom' | 'newsFrom'> {
  const lines: Record<string, number> = {};
  for (const one of appearances) lines[keyOf(one)] = state?.lines[keyOf(one)] ?? 0;
  const own: Record<string, number> = {
    ...newsFrom,
    ...(state?.own ?? {}),
    [nobody]: Math.max(nobodys, state?.own[nobody] ?? 0),
  };
  for (const { mark } of facts) {
    const marks = mark.of === 'line' ? lines : own;
    marks[mark.key] = Math.max(marks[mark.key] ?? 0, mark.number);
  }
  return { lines, own, nobodysFrom: state?.nobodysFrom ?? nobodys, newsFrom };
}
