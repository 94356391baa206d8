/**
 * A history of purchases as a CSV file of invoice lines, read into sales and returns invoice by invoice: memory holds
 * a few of them. Lines that are no purchase of a customer's are left out, each counted under one reason.
 *
 * Known columns: invoice, code, name, quantity, at, unitPrice, number; or those of the UCI's "online retail" (InvoiceNo,
 * StockCode …), which has everything that such a file can have: cancelled invoices (C…), lines that stand twice, lines of
 * nobody, postage and bank charges, stock put right.
 */

import { csvRows } from '@kairos/protocol/csv-rows.ts';
import { factKinds, type SaleLine } from '@kairos/protocol/facts.ts';
import { goodsCode, money, quantity as quantitySchema } from '@kairos/protocol/names.ts';
import { fromIso } from '@kairos/protocol/time.ts';

/** Lines of one fact; a longer invoice becomes several. */
const linesMax = 500;
/** Lines of one invoice that are held; what stands beyond is counted. */
const invoiceLinesMax = 20_000;
/** Lines of one invoice need not stand one after the other, as long as no more than so many others begin in between. */
const openMax = 50;

/** Why a line is in no fact: a closed list, each counted. */
export const leftOutReasons = [
  'unreadable',
  /** The same line, to the letter, stands in its invoice already. */
  'duplicate',
  'no-customer',
  /** Postage, discounts, charges, vouchers. */
  'not-goods',
  /** Goods that came back on an invoice that is no cancellation, or went out on one that is: stock put right. */
  'adjustment',
] as const;
export type LeftOutReason = (typeof leftOutReasons)[number];

export interface Purchase {
  readonly line: number;
  readonly type: 'sale' | 'return';
  readonly number: string;
  readonly at: number;
  /** Of the invoice, and which part of it where it is long: the same in every reading of the file. */
  readonly id: string;
  readonly body: { readonly receipt: string; readonly lines: readonly SaleLine[]; readonly total: number };
}

export type PurchaseRow =
  | { readonly kind: 'purchase'; readonly purchase: Purchase }
  /** `message`: of an unreadable line, what to mend. */
  | {
      readonly kind: 'left-out';
      readonly line: number;
      readonly reason: LeftOutReason;
      readonly column?: string;
      readonly message?: string;
    };

const columnNames = {
  invoice: ['invoice', 'InvoiceNo'],
  code: ['code', 'StockCode'],
  name: ['name', 'Description'],
  quantity: ['quantity', 'Quantity'],
  at: ['at', 'InvoiceDate'],
  unitPrice: ['unitPrice', 'UnitPrice'],
  number: ['number', 'CustomerID'],
} as const;
type Column = keyof typeof columnNames;

/** Codes of what is no goods, where the operator names no others; each also as the beginning of "gift_0001_20". */
export const notGoodsByDefault = ['POST', 'DOT', 'C2', 'M', 'D', 'S', 'B', 'CRUK', 'AMAZONFEE', 'BANK CHARGES', 'gift'];

export interface ReadPurchases {
  readonly notGoods: readonly string[];
}

interface InvoiceLine {
  readonly line: number;
  readonly invoice: string;
  readonly number: string;
  readonly at: number;
  readonly isCancelled: boolean;
  readonly goods: SaleLine;
}

interface OpenInvoice {
  readonly invoice: string;
  readonly lines: InvoiceLine[];
  readonly texts: Set<string>;
}

/** In the order in which invoices are complete: when a few others have begun behind their last line. */
export async function* readPurchases(
  text: AsyncIterable<string>,
  { notGoods }: ReadPurchases,
): AsyncGenerator<PurchaseRow> {
  let columns: Record<Column, number> | null = null;
  let width = 0;
  const invoices = new Map<string, OpenInvoice>();
  const isNoGoods = new Set(notGoods.map((code) => code.toLowerCase()));
  for await (const row of csvRows(text)) {
    const { line } = row;
    if (row.kind === 'broken') {
      yield { kind: 'left-out', line, reason: 'unreadable', message: row.message };
      if (columns === null) return;
      continue;
    }
    if (columns === null) {
      const found = placesOf(row.fields);
      if (typeof found === 'string') {
        yield {
          kind: 'left-out',
          line,
          reason: 'unreadable',
          column: found,
          message: 'this column is missing, and nothing can be read',
        };
        return;
      }
      columns = found;
      width = row.fields.length;
      continue;
    }
    if (row.fields.length !== width) {
      const message = `has ${row.fields.length} fields where the first row names ${width}`;
      yield { kind: 'left-out', line, reason: 'unreadable', message };
      continue;
    }
    const fields = fieldsOf(row.fields, columns);
    let open = invoices.get(fields.invoice);
    if (open === undefined) {
      const [oldest] = invoices.size === openMax ? invoices.values() : [];
      if (oldest) {
        invoices.delete(oldest.invoice);
        yield* purchasesOf(oldest);
      }
      open = { invoice: fields.invoice, lines: [], texts: new Set() };
      invoices.set(fields.invoice, open);
    }
    const whole = row.fields.join('\u0000');
    if (open.texts.has(whole)) {
      yield { kind: 'left-out', line, reason: 'duplicate' };
      continue;
    }
    if (open.texts.size < invoiceLinesMax) open.texts.add(whole);
    const read = readLine(fields, line, isNoGoods);
    if ('kind' in read) yield read;
    else if (open.lines.length < invoiceLinesMax) open.lines.push(read);
    else
      yield {
        kind: 'left-out',
        line,
        reason: 'unreadable',
        message: `an invoice has more than ${invoiceLinesMax} lines`,
      };
  }
  for (const open of invoices.values()) yield* purchasesOf(open);
}

function placesOf(header: readonly string[]): Record<Column, number> | string {
  const names = header.map((name) => name.trim());
  const places = {} as Record<Column, number>;
  for (const [column, known] of Object.entries(columnNames) as [Column, readonly string[]][]) {
    const place = names.findIndex((name) => known.includes(name));
    if (place === -1) return known[0] as string;
    places[column] = place;
  }
  return places;
}

function fieldsOf(fields: readonly string[], places: Record<Column, number>): Record<Column, string> {
  const read = {} as Record<Column, string>;
  for (const column of Object.keys(places) as Column[]) read[column] = (fields[places[column]] ?? '').trim();
  return read;
}

type LeftOut = Extract<PurchaseRow, { kind: 'left-out' }>;

function readLine(fields: Record<Column, string>, line: number, notGoods: ReadonlySet<string>): InvoiceLine | LeftOut {
  const leftOut = (reason: LeftOutReason): LeftOut => ({ kind: 'left-out', line, reason });
  const unreadable = (column: Column, message: string): LeftOut => ({
    kind: 'left-out',
    line,
    reason: 'unreadable',
    column,
    message,
  });
  if (!/^[\x21-\x7e]{1,60}$/.test(fields.invoice)) return unreadable('invoice', 'is no number of an invoice');
  const at = instantOf(fields.at);
  if (at === null) return unreadable('at', 'is no time; write 2010-12-01T08:26:00Z');
  const quantity = decimal(fields.quantity, 3);
  if (quantity === null || !quantitySchema.safeParse(quantity).success)
    return unreadable('quantity', 'is no quantity; write 6 or 0.42');
  // Tenths of thousandths of a minor unit would be no price; four places are what such files have.
  const price = decimal(fields.unitPrice, 4);
  if (price === null) return unreadable('unitPrice', 'is no price; write 2.55');
  if (fields.number === '') return leftOut('no-customer');
  const code = fields.code.toLowerCase();
  if (notGoods.has(code) || notGoods.has(code.split('_')[0] as string)) return leftOut('not-goods');
  if (!goodsCode.safeParse(fields.code).success) return unreadable('code', 'is no code of goods');
  const isCancelled = /^C\d/.test(fields.invoice);
  if (quantity === 0 || quantity < 0 !== isCancelled) return leftOut('adjustment');
  const count = Math.abs(quantity);
  const amount = rounded(BigInt(count) * BigInt(price), 100_000n);
  if (price < 0 || !money.safeParse(amount).success) return unreadable('unitPrice', 'is no price of goods');
  const unitPrice = rounded(BigInt(price), 100n);
  const goods: SaleLine = {
    id: String(line),
    code: fields.code,
    name: fields.name.slice(0, 200),
    department: '',
    tags: [],
    quantity: count,
    unitPrice,
    amount,
  };
  return { line, invoice: fields.invoice, number: fields.number, at, isCancelled, goods };
}

/** Sales and returns of an invoice, by customer, in parts of at most `linesMax`. */
function* purchasesOf({ invoice, lines }: OpenInvoice): Generator<PurchaseRow> {
  const byNumber = Map.groupBy(lines, ({ number }) => number);
  for (const [number, own] of byNumber) {
    for (let from = 0; from < own.length; from += linesMax) {
      const part = own.slice(from, from + linesMax);
      const [first] = part as [InvoiceLine, ...InvoiceLine[]];
      // Numbered within the invoice: the same wherever in a file it stands.
      const goods = part.map((one, index) => ({ ...one.goods, id: String(from + index + 1) }));
      const body = { receipt: invoice, lines: goods, total: goods.reduce((sum, { amount }) => sum + amount, 0) };
      const type = first.isCancelled ? 'return' : 'sale';
      const purchase: Purchase = {
        ...{ line: first.line, type, number, at: first.at, body },
        id: from === 0 ? invoice : `${invoice}/${from / linesMax + 1}`,
      };
      const known = factKinds[type].body.safeParse({ ...body, till: 'import', currency: 'XXX' });
      if (known.success) yield { kind: 'purchase', purchase };
      else
        for (const { line } of part)
          yield { kind: 'left-out', line, reason: 'unreadable', message: 'its invoice comes to more than a sale can' };
    }
  }
}

/** As a whole number of the last place; null where it is no number. Digits beyond it are no price. */
function decimal(text: string, places: number): number | null {
  const read = /^(-?)(\d{1,9})(?:\.(\d{1,4}))?$/.exec(text);
  if (!read) return null;
  const [, sign, whole = '', rest = ''] = read;
  if (rest.length > places && /[1-9]/.test(rest.slice(places))) return null;
  const value = Number(`${whole}${rest.padEnd(places, '0').slice(0, places)}`);
  return sign === '-' ? -value : value;
}

/** Half away from zero. */
function rounded(value: bigint, by: bigint): number {
  const half = value < 0n ? -by / 2n : by / 2n;
  return Number((value + half) / by);
}

/** ISO 8601, also with a blank for the T and without a zone, which then is UTC. */
function instantOf(text: string): number | null {
  const plain = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2}))?)?(Z|[+-]\d{2}:\d{2})?$/.exec(text);
  if (!plain) return null;
  const [, day, minutes = '00:00', seconds = '00', zone = 'Z'] = plain;
  const at = fromIso(`${day}T${minutes}:${seconds}${zone}`);
  return at !== null && at >= 0 ? at : null;
}
