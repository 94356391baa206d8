/**
 * Takes a list of customers in: the good rows, or nothing where one is faulty, as the operator chooses. The same list
 * again changes nothing. What she has said herself about her consent stands: a list that was made before she withdrew it
 * does not give it back. Who was erased does not come back.
 */
import type { ConsentPurpose } from '@kairos/protocol/facts.ts';
import type { Database, Sql } from '../database/database.ts';
import { markToFold, recordOwnAll } from '../facts/own-facts.ts';
import { setConsents } from './consent-history.ts';
import { type ListedCustomer, type ListFault, type ReadList, readCustomerList } from './customer-list.ts';
import { erasedAmong } from './erasure-book.ts';

/** Customers of one transaction. */
const batchMax = 500;
/** Attributes that one fact names. */
const namesMax = 64;

export interface CustomersImported {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Were erased, and stay so. */
  readonly erased: number;
  readonly faulty: number;
  /** False where the operator wanted all or nothing, and some row is faulty. */
  readonly isTakenIn: boolean;
}

export interface ImportCustomers extends ReadList {
  /** Opens the file anew each time it is called. */
  readonly open: () => AsyncIterable<string>;
  readonly allOrNothing: boolean;
  readonly now: number;
  readonly onFault: (fault: ListFault) => void;
}

export async function importCustomers(database: Database, options: ImportCustomers): Promise<CustomersImported> {
  const counts = { added: 0, changed: 0, unchanged: 0, erased: 0, faulty: 0 };
  const isTold = options.allOrNothing;
  if (isTold) {
    counts.faulty = await countFaulty(options);
    if (counts.faulty > 0) return { ...counts, isTakenIn: false };
  }
  let batch: ListedCustomer[] = [];
  const take = async (): Promise<void> => {
    const taken = batch;
    batch = [];
    if (taken.length === 0) return;
    const added = await database.transaction((sql) => takeBatch(sql, taken, options));
    for (const outcome of ['added', 'changed', 'unchanged', 'erased'] as const) counts[outcome] += added[outcome];
  };
  for await (const row of readCustomerList(options.open(), options)) {
    if (row.kind === 'faulty') {
      counts.faulty += 1;
      if (!isTold) row.faults.forEach(options.onFault);
      continue;
    }
    batch.push(row.customer);
    if (batch.length === batchMax) await take();
  }
  await take();
  return { ...counts, isTakenIn: true };
}

async function countFaulty(options: ImportCustomers): Promise<number> {
  let faulty = 0;
  for await (const row of readCustomerList(options.open(), options)) {
    if (row.kind !== 'faulty') continue;
    faulty += 1;
    row.faults.forEach(options.onFault);
  }
  return faulty;
}

type Outcome = 'added' | 'changed' | 'unchanged' | 'erased';

async function takeBatch(
  sql: Sql,
  batch: readonly ListedCustomer[],
  { chainKey, now }: ImportCustomers,
): Promise<Record<Outcome, number>> {
  const ids = batch.map(({ chainId }) => chainId);
  const erased = await erasedAmong(sql, chainKey, ids);
  const known = await knownAmong(sql, ids);
  const said = await lastSaid(sql, ids);
  const counts = { added: 0, changed: 0, unchanged: 0, erased: 0 };
  const changes: Change[] = [];
  for (const customer of batch) {
    const before = known.get(customer.chainId);
    const change = erased.has(customer.chainId) ? 'erased' : changeOf(customer, { before, said });
    if (typeof change === 'string') counts[change] += 1;
    else {
      changes.push(change);
      counts[before ? 'changed' : 'added'] += 1;
    }
  }
  await write(sql, changes, now);
  return counts;
}

interface Known {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly address: Readonly<Record<string, unknown>>;
  readonly locale: string;
  readonly timeZone: string;
}

interface Change {
  readonly chainId: string;
  /** Null: nothing but what she has agreed to is other than before. */
  readonly row: (Known & { readonly names: readonly string[] }) | null;
  readonly consents: readonly (readonly [ConsentPurpose, boolean])[];
}

function changeOf(
  { chainId, ...listed }: ListedCustomer,
  {
    before,
    said,
  }: {
    readonly before: Known | undefined;
    readonly said: ReadonlyMap<string, { readonly granted: boolean; readonly origin: string }>;
  },
): Change | 'unchanged' {
  const names = changedNames(before?.attributes, listed.attributes);
  const addresses = changedNames(before?.address, listed.address);
  // She may have chosen another herself.
  const locale = before?.locale || listed.locale;
  const timeZone = before?.timeZone || listed.timeZone;
  const isOther =
    !before || names.length + addresses.length > 0 || locale !== before.locale || timeZone !== before.timeZone;
  const consents = (Object.entries(listed.consent) as [ConsentPurpose, boolean][]).filter(([purpose, granted]) => {
    const last = said.get(`${chainId} ${purpose}`);
    return last === undefined || (last.origin === 'import' && last.granted !== granted);
  });
  if (!isOther && consents.length === 0) return 'unchanged';
  const { attributes, address } = listed;
  return { chainId, consents, row: isOther ? { names, attributes, address, locale, timeZone } : null };
}

/**
 * In a few statements, however many they are. All of them are held first and in one order, so that two imports, or one and
 * facts from outside, do not wait for each other in a circle.
 */
async function write(sql: Sql, changes: readonly Change[], now: number): Promise<void> {
  const rows = changes.flatMap(({ chainId, row }) => (row === null ? [] : [{ chainId, ...row }]));
  const facts = rows.map(({ chainId, names }) => ({
    ...({ id: `import:${now}`, chainId, type: 'customer.changed', at: now } as const),
    body: { attributes: names.slice(0, namesMax) },
  }));
  await markToFold(
    sql,
    changes.map(({ chainId }) => chainId),
    now,
  );
  await recordOwnAll(sql, facts, now);
  await sql.query(
    `INSERT INTO customers (chain_id, attributes, locale, time_zone, address, made_at, changed_at)
     SELECT "chainId", attributes, locale, "timeZone", address, $2, $2 FROM jsonb_to_recordset($1::jsonb)
       AS row ("chainId" text, attributes jsonb, locale text, "timeZone" text, address jsonb) ORDER BY 1
     ON CONFLICT (chain_id) DO UPDATE SET attributes = customers.attributes || excluded.attributes,
       locale = excluded.locale, time_zone = excluded.time_zone, address = customers.address || excluded.address,
       changed_at = excluded.changed_at`,
    [JSON.stringify(rows), now],
  );
  const words = changes.flatMap(({ chainId, consents }) =>
    consents.map(([purpose, granted]) => ({ chainId, purpose, granted, origin: 'import', now })),
  );
  await setConsents(sql, words, now);
}

function changedNames(
  before: Readonly<Record<string, unknown>> | undefined,
  now: Readonly<Record<string, unknown>>,
): string[] {
  return Object.keys(now).filter((name) => before?.[name] !== now[name]);
}

async function knownAmong(sql: Sql, ids: readonly string[]): Promise<Map<string, Known>> {
  const rows = await sql.query<Known & { chainId: string }>(
    `SELECT chain_id AS "chainId", attributes, address, locale, time_zone AS "timeZone" FROM customers
     WHERE chain_id = ANY($1::text[])`,
    [ids],
  );
  return new Map(rows.map((row) => [row.chainId, row]));
}

/** By "ID PURPOSE". */
async function lastSaid(
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, { readonly granted: boolean; readonly origin: string }>> {
  const rows = await sql.query<{ chainId: string; purpose: string; granted: boolean; origin: string }>(
    `SELECT DISTINCT ON (chain_id, purpose) chain_id AS "chainId", purpose, granted, origin FROM consents
     WHERE chain_id = ANY($1::text[]) ORDER BY chain_id, purpose, at DESC`,
    [ids],
  );
  return new Map(rows.map(({ chainId, purpose, granted, origin }) => [`${chainId} ${purpose}`, { granted, origin }]));
}
