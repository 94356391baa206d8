/**
 * Takes a history of purchases in, as facts of headquarters' own: the ids follow from the invoices, so the same file again
 * changes nothing. A batch is one transaction; memory holds a batch.
 */
import type { Database, Sql } from '../database/database.ts';
import { markToFold } from '../facts/own-facts.ts';
import { erasedAmong } from './erasure-book.ts';
import { type Identifying, identify } from './identify.ts';
import {
  type LeftOutReason,
  leftOutReasons,
  type Purchase,
  type PurchaseRow,
  type ReadPurchases,
  readPurchases,
} from './purchase-file.ts';

/** Sales and returns of one transaction. */
const batchMax = 500;

export interface PurchasesImported {
  readonly sales: number;
  readonly returns: number;
  /** In minor units, of what is new. */
  readonly salesTotal: number;
  readonly returnsTotal: number;
  /** Were here already. */
  readonly known: number;
  /** Are here under the same invoice with other lines: the first stands, and a person has to look. */
  readonly different: number;
  /** Of those who were erased. */
  readonly erased: number;
  /** Whose number is none of the chain's. */
  readonly nobodys: number;
  /** Lines. */
  readonly leftOut: Readonly<Record<LeftOutReason, number>>;
}

export interface ImportPurchases extends ReadPurchases, Identifying {
  readonly text: AsyncIterable<string>;
  /** ISO 4217. */
  readonly currency: string;
  readonly now: number;
  /** Of lines that cannot be read, and of invoices that differ. */
  readonly onFault: (fault: { readonly line: number; readonly column: string; readonly message: string }) => void;
}

interface KnownPurchase extends Purchase {
  readonly chainId: string;
}

type Counts = { -readonly [Name in keyof Omit<PurchasesImported, 'leftOut'>]: number };

export async function importPurchases(database: Database, options: ImportPurchases): Promise<PurchasesImported> {
  const counts: Counts = {
    sales: 0,
    returns: 0,
    salesTotal: 0,
    returnsTotal: 0,
    known: 0,
    different: 0,
    erased: 0,
    nobodys: 0,
  };
  const leftOut = Object.fromEntries(leftOutReasons.map((reason) => [reason, 0])) as Record<LeftOutReason, number>;
  let batch: KnownPurchase[] = [];
  const take = async (): Promise<void> => {
    const taken = batch;
    batch = [];
    if (taken.length > 0) add(counts, await database.transaction((sql) => takeBatch(sql, taken, options)));
  };
  for await (const row of readPurchases(options.text, options)) {
    if (row.kind === 'left-out') {
      leftOut[row.reason] += 1;
      if (row.reason === 'unreadable') options.onFault(faultOf(row));
      continue;
    }
    const { purchase } = row;
    const identified = identify(purchase.number, options);
    if (identified.kind === 'refused') counts.nobodys += 1;
    else {
      // What stands twice in a file meets what is in the database already, not itself.
      if (batch.some(({ id }) => id === purchase.id)) await take();
      batch.push({ ...purchase, chainId: identified.chainId });
    }
    if (batch.length === batchMax) await take();
  }
  await take();
  return { ...counts, leftOut };
}

function faultOf({ line, column = '', message = '' }: Extract<PurchaseRow, { kind: 'left-out' }>): {
  line: number;
  column: string;
  message: string;
} {
  return { line, column, message };
}

function add(counts: Counts, more: Partial<Counts>): void {
  for (const [name, count] of Object.entries(more) as [keyof Counts, number][]) counts[name] += count;
}

async function takeBatch(
  sql: Sql,
  batch: readonly KnownPurchase[],
  { chainKey, currency, now, onFault }: ImportPurchases,
): Promise<Partial<Counts>> {
  const chainIds = [...new Set(batch.map(({ chainId }) => chainId))].sort();
  const erased = await erasedAmong(sql, chainKey, chainIds);
  const living = batch.filter(({ chainId }) => !erased.has(chainId));
  const rows = living.map((one) => ({
    ...{ chain_id: one.chainId, id: `purchase:${one.id}`, type: one.type, at: one.at },
    body: { till: 'import', currency, ...one.body },
  }));
  // Held first: her facts are numbered in the order in which they are there to be seen, and nobody waits in a circle.
  await markToFold(sql, new Set(living.map(({ chainId }) => chainId)), now);
  await sql.query(
    `INSERT INTO customers (chain_id, made_at, changed_at) SELECT id, $2, $2 FROM unnest($1::text[]) AS id
     ON CONFLICT DO NOTHING`,
    [chainIds.filter((id) => !erased.has(id)), now],
  );
  const added = await sql.query<{ chain_id: string; id: string }>(
    `INSERT INTO own_facts (chain_id, id, type, at, body, taken_at)
     SELECT chain_id, id, type, at, body, $2 FROM jsonb_to_recordset($1::jsonb)
       AS row (chain_id text, id text, type text, at bigint, body jsonb)
     ON CONFLICT DO NOTHING RETURNING chain_id, id`,
    [JSON.stringify(rows), now],
  );
  const isNew = new Set(added.map(({ chain_id, id }) => `${chain_id} ${id}`));
  const keyed = living.map((one, index) => ({ one, row: rows[index] as (typeof rows)[number] }));
  const before = keyed.filter(({ row }) => !isNew.has(`${row.chain_id} ${row.id}`));
  const others = await differing(
    sql,
    before.map(({ row }) => row),
  );
  for (const { one, row } of before)
    if (others.has(`${row.chain_id} ${row.id}`))
      onFault({
        line: one.line,
        column: '',
        message: 'its invoice is here with other lines already; the first stands',
      });
  const fresh = keyed.filter(({ row }) => isNew.has(`${row.chain_id} ${row.id}`)).map(({ one }) => one);
  const of = (type: Purchase['type']): Purchase[] => fresh.filter((one) => one.type === type);
  const sum = (some: readonly Purchase[]): number => some.reduce((total, { body }) => total + body.total, 0);
  return {
    sales: of('sale').length,
    returns: of('return').length,
    salesTotal: sum(of('sale')),
    returnsTotal: sum(of('return')),
    known: before.length - others.size,
    different: others.size,
    erased: batch.length - living.length,
  };
}

/** Of those that were here before, which say something else: as "ID FACT". */
async function differing(
  sql: Sql,
  rows: readonly { readonly chain_id: string; readonly id: string }[],
): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const found = await sql.query<{ chain_id: string; id: string }>(
    `SELECT own_facts.chain_id, own_facts.id FROM own_facts JOIN jsonb_to_recordset($1::jsonb)
       AS row (chain_id text, id text, at bigint, body jsonb)
       ON row.chain_id = own_facts.chain_id AND row.id = own_facts.id
     WHERE row.body <> own_facts.body OR row.at <> own_facts.at`,
    [JSON.stringify(rows)],
  );
  return new Set(found.map(({ chain_id, id }) => `${chain_id} ${id}`));
}
