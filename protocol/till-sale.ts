/**
 * A sale in the plainest words a till can say it in: one JSON object for one receipt, by HTTP or MQTT, for tills that
 * speak no POSLog. What names it (till, business day, receipt) makes it idempotent: sent twice, it counts once.
 */
import { z } from 'zod';
import { saleLine } from './facts.ts';
import { derivedId, goodsCode, money, placeName, presentedNumber } from './names.ts';
import { fromIso } from './time.ts';

/** The day a till books on, which ends when the till is closed and not at midnight: "2026-11-22". */
export const businessDay = z.iso.date('give the business day as 2026-11-22');
const receipt = z.string().min(1).max(60);

/** What a till knows of a line; the store adds name, department and tags from its goods file. Quantities in thousandths. */
const tillLine = saleLine
  .partial({ id: true, name: true, department: true, tags: true })
  .required({ code: true })
  .extend({ code: goodsCode });
export type TillLine = z.infer<typeof tillLine>;

const receiptHead = {
  till: placeName,
  receipt,
  day: businessDay,
  /** When it was paid, with its offset: "2026-11-22T18:03:11+01:00". */
  at: z.string().refine((text) => fromIso(text) !== null, 'give the time with its offset: 2026-11-22T18:03:11+01:00'),
};

export const tillSale = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.enum(['sale', 'return']),
    ...receiptHead,
    currency: z.string().regex(/^[A-Z]{3}$/, 'give an ISO 4217 code such as EUR'),
    cart: placeName.optional(),
    /** The customer's card, as read. */
    number: presentedNumber.optional(),
    lines: z.array(tillLine).min(1).max(500),
    /** Coupons that were taken, as scanned: rewards of ours are recorded as redeemed, others are passed over. */
    coupons: z.array(z.string().min(1).max(120)).max(20).optional(),
    /** What was paid, or paid back, in minor units, never negative. */
    total: money.min(0),
  }),
  /** Takes a whole receipt back, after it was paid. */
  z.strictObject({ kind: z.literal('void'), ...receiptHead, of: z.strictObject({ receipt, day: businessDay }) }),
]);
export type TillSale = z.infer<typeof tillSale>;

/** What becomes of one receipt: told after it is on disk. `known`: it had been taken in before. */
export const saleAnswer = z.strictObject({
  /** "till-2/2026-11-22/R-0815" */
  receipt: z.string().max(120),
  outcome: z.enum(['taken', 'known', 'passed-over', 'refused', 'try-again']),
  /** Of what was refused or passed over: why, and what to do. */
  reason: z.string().max(60).optional(),
  detail: z.string().max(300).optional(),
  /** Rewards of ours among its coupons. `redeemed-before`: it was taken once already, on this receipt or another. */
  coupons: z.array(z.strictObject({ reward: derivedId, outcome: z.enum(['redeemed', 'redeemed-before']) })).optional(),
});
export type SaleAnswer = z.infer<typeof saleAnswer>;
