/**
 * One receipt as the store books it, whatever format it came in: what was sold, what came back, or which other receipt
 * it takes back. Its own name (till, business day, number) is the source id of its facts, so that a file that is read
 * twice, or comes by two ways, counts once (DESIGN section 3).
 */
import { createHash } from 'node:crypto';
import type { TillLine, TillSale } from '@kairos/protocol/till-sale.ts';
import { fromIso } from '@kairos/protocol/time.ts';

/** Unique for ever: numbers of a till begin anew on another business day at the earliest. */
export interface ReceiptKey {
  readonly till: string;
  /** "2026-11-22" */
  readonly day: string;
  readonly number: number;
}

export interface TillRecord {
  readonly key: ReceiptKey;
  /** What people call it. */
  readonly receipt: string;
  /** When it was paid, milliseconds since 1970. */
  readonly at: number;
  readonly currency: string;
  readonly cart: string | null;
  /** The card as read; null for the many who show none. */
  readonly number: string | null;
  readonly sold: readonly TillLine[];
  /** Amounts and quantities as they were given back: positive. */
  readonly returned: readonly TillLine[];
  /** Paid, less what was paid back; minor units. */
  readonly total: number;
  /** Coupons that were taken, as scanned. */
  readonly coupons: readonly string[];
  /** The receipt that this one takes back; its lines are looked up. */
  readonly voids: ReceiptKey | null;
}

/** What came out of reading one transaction. `nothing`: rightly no receipt of ours (signing on, training, suspended). */
export type ReadRecord =
  | { readonly kind: 'record'; readonly record: TillRecord }
  | { readonly kind: 'nothing'; readonly receipt: string; readonly why: string }
  | {
      readonly kind: 'refused';
      readonly receipt: string;
      readonly till: string;
      readonly reason: 'sale-shape' | 'sale-totals' | 'unknown-till';
      readonly detail: string;
    };

/** What one receipt may lead to, in the order in which it happened. */
const places = ['identity.presented', 'sale', 'return'] as const;
export type ReceiptFact = (typeof places)[number];
const placesMax = 4;

/** Facts of one receipt lie beside each other. */
export function sequenceOf({ number }: ReceiptKey, type: ReceiptFact): number {
  return number * placesMax + places.indexOf(type);
}

/** A business day of a till, as an epoch of its facts. */
export function epochOf({ day }: ReceiptKey): string {
  return `day-${day}`;
}

const plainNumber = /^0*([1-9]\d{0,11})$/;
/** Above every number that a till counts to, so that a text never falls on one; 2^48 of them in a day. */
const textsFrom = 2 ** 50;

/** Receipts that count are their number; any other text is turned into one. */
export function receiptNumber(receipt: string): number {
  const plain = plainNumber.exec(receipt);
  if (plain) return Number(plain[1]);
  return textsFrom + createHash('sha256').update(receipt).digest().readUIntBE(0, 6);
}

export function recordOf(sale: TillSale): TillRecord {
  const { till, receipt, day } = sale;
  const shared = {
    key: { till, day, number: receiptNumber(receipt) },
    receipt: `${till}/${day}/${receipt}`,
    at: fromIso(sale.at) as number,
  };
  if (sale.kind === 'void') {
    const voids = { till, day: sale.of.day, number: receiptNumber(sale.of.receipt) };
    return { ...shared, currency: '', cart: null, number: null, sold: [], returned: [], total: 0, coupons: [], voids };
  }
  const isSale = sale.kind === 'sale';
  return {
    ...shared,
    currency: sale.currency,
    cart: sale.cart ?? null,
    number: sale.number ?? null,
    sold: isSale ? sale.lines : [],
    returned: isSale ? [] : sale.lines,
    total: isSale ? sale.total : -sale.total,
    coupons: isSale ? (sale.coupons ?? []) : [],
    voids: null,
  };
}
