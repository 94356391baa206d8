/** What a till prints for a customer: words of a dialogue, and the reward that goes with them. */
import { z } from 'zod';
import { authorName, derivedId, instantMs, locale, placeName } from './names.ts';

/** What stands in the coupon's QR code before the reward's own id; a till that scans it sends the id back. */
export const couponPrefix = 'KAIROS:';

export const coupon = z.strictObject({
  /** The message that is shown by being printed; a coupon that comes twice is printed once. */
  message: derivedId,
  till: placeName,
  store: z.string().max(80),
  headline: z.string().max(200),
  body: z.string().max(1_000),
  locale,
  currency: z.string().regex(/^[A-Z]{3}$/),
  reward: z
    .strictObject({
      reward: derivedId,
      name: authorName,
      /** Of a percentage thousandths (150 is 15 %), of an amount minor units. */
      value: z.int(),
      unit: z.enum(['percent', 'amount']),
      until: instantMs.optional(),
    })
    .nullable(),
  timeZone: z.string().max(60),
  /** Not printed later than this from its arrival. */
  validForMs: z.int().min(0),
});
export type Coupon = z.infer<typeof coupon>;
