/**
 * The prompt at a till: what its second screen, a frame in a browser-based till, or a till of another maker is told of
 * the lane, and what it says back. The view is whole each time, for it is small; nothing of it outlives the sale.
 *
 * A page speaks Socket.IO (namespace `/tills`); other tills use HTTP (`lane-operations.ts`); a till that holds the page
 * in a frame speaks to it by `postMessage`.
 */
import { z } from 'zod';
import { ack, deviceBatch } from './device-facts.ts';
import { channel, strength } from './facts.ts';
import { authorName, derivedId, instantMs, locale, placeName, presentedNumber } from './names.ts';
import { screenAlive } from './screen-events.ts';

/** Older ones are nobody's business at a till. */
export const toldMax = 4;
/** "Can't now": always there, and counts as never said. */
export const cannotNow = 'not-reached';

/** What the reward of a prompt is worth, and what the till scans to take it. */
export const tillCoupon = z.strictObject({
  /** Of a percentage thousandths (150 is 15 %), of an amount minor units. */
  value: z.int(),
  unit: z.enum(['percent', 'amount']),
  until: instantMs.optional(),
  /** The reward's own id, as a barcode (Code 128 has no room for more on a small panel) and as text. */
  code: z.string().min(1).max(60),
});
export type TillCoupon = z.infer<typeof tillCoupon>;

/** After a receipt, where nothing prints it: what it is worth, and nothing of whose it is. */
export const paperlessCoupon = z.strictObject({
  /** The message for the receipt, which is shown by this. */
  id: derivedId,
  coupon: tillCoupon,
});
export type PaperlessCoupon = z.infer<typeof paperlessCoupon>;

export const tillPrompt = z.strictObject({
  id: derivedId,
  /** To be said aloud; in the associate's language. */
  say: z.string().max(200),
  /** To be known, and not said. */
  know: z.string().max(500),
  /** Answered by the keys 1, 2 and 3 in this order; `not-reached` by 0. */
  answers: z.array(z.strictObject({ id: authorName, label: z.string().max(80) })).max(4),
  /** Left until it may no longer be shown, at the time of sending. */
  validForMs: z.int().min(0),
  coupon: tillCoupon.nullable(),
});
export type TillPrompt = z.infer<typeof tillPrompt>;

/** Something she was told: in this visit, and before it where she is surely herself. */
export const toldBefore = z.strictObject({
  headline: z.string().max(200),
  at: instantMs,
  channel,
  /** What she pressed, in words; null: nothing. */
  answer: z.string().max(80).nullable(),
});
export type ToldBefore = z.infer<typeof toldBefore>;

export const laneView = z.strictObject({
  till: placeName,
  store: z.string().max(80),
  locale,
  currency: z.string().regex(/^[A-Z]{3}$/),
  timeZone: z.string().max(60),
  /** Pages of these origins may hold this one in a frame and speak to it. */
  frameOrigins: z.array(z.string().max(200)).max(20),
  /** Whose turn it is; null: nobody is known at the lane. A number that was typed has no name. */
  customer: z
    .strictObject({
      /** Another with each sale. */
      lane: derivedId,
      strength,
      name: z.string().max(80).nullable(),
    })
    .nullable(),
  told: z.array(toldBefore).max(toldMax),
  prompt: tillPrompt.nullable(),
  /** Of the sale that has just ended; gone with the next customer, or after a minute. */
  coupon: paperlessCoupon.nullable(),
});
export type LaneView = z.infer<typeof laneView>;

export const laneSnapshot = z.strictObject({ version: z.int().min(0), storeTime: instantMs, view: laneView });
export type LaneSnapshot = z.infer<typeof laneSnapshot>;

export const tillNamespace = '/tills';

export const tillEvents = {
  lane: { payload: laneSnapshot, from: 'store', says: 'All that the lane shows: on connecting, and at each change.' },
  acks: { payload: ack, from: 'store', says: 'What is stored for good, or refused for good.' },
  facts: {
    payload: deviceBatch,
    from: 'screen',
    says: 'What was shown and answered, that a lane has gone on, who was presented; until acknowledged.',
  },
  alive: { payload: screenAlive, from: 'screen', says: 'A sign of life, with what is really on the glass.' },
} as const;

/** Socket.IO's typed maps. */
export interface StoreToTill {
  lane(payload: LaneSnapshot): void;
  acks(payload: z.infer<typeof ack>): void;
}
export interface TillToStore {
  facts(payload: z.input<typeof deviceBatch>): void;
  alive(payload: z.infer<typeof screenAlive>): void;
}

/** Keys that answer; the till hands them on to a frame, which never has the focus. */
export const tillKeys = ['1', '2', '3', '0'] as const;
export type TillKey = (typeof tillKeys)[number];

/** What a till's page says to the frame in it, by `postMessage`, from an origin of `frameOrigins`. */
export const toFrame = z.discriminatedUnion('kairos', [
  z.strictObject({ kairos: z.literal('hello') }),
  z.strictObject({ kairos: z.literal('key'), key: z.enum(tillKeys) }),
  z.strictObject({
    kairos: z.literal('identified'),
    means: z.enum(['typed', 'scanned', 'card']),
    number: presentedNumber,
  }),
  /** `began`: the next sale, so the one before is over. */
  z.strictObject({ kairos: z.literal('sale'), event: z.enum(['began', 'ended', 'voided']) }),
]);
export type ToFrame = z.infer<typeof toFrame>;

/** What the frame says to the page around it, to the origin that said hello alone. Nothing of it is personal. */
export const fromFrame = z.discriminatedUnion('kairos', [
  z.strictObject({ kairos: z.literal('ready') }),
  z.strictObject({ kairos: z.literal('height'), px: z.int().min(0) }),
  z.strictObject({ kairos: z.literal('prompt'), keys: z.array(z.enum(tillKeys)) }),
  z.strictObject({ kairos: z.literal('answered'), prompt: derivedId, answer: authorName }),
]);
export type FromFrame = z.infer<typeof fromFrame>;
