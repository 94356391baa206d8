/**
 * What a device may say to the store, and what it hears back: batches of facts with the device's own numbering, and
 * the acknowledgement that alone lets it delete them (DESIGN section 3).
 */
import { z } from 'zod';
import { customFactBody, factKinds, saleLine } from './facts.ts';
import { epochId, goodsCode, instantMs, money, placeName, presentedNumber, quantity, sequence } from './names.ts';
import { numberDigest } from './number-digest.ts';

/** A batch is at most this many facts … */
export const batchFactsMax = 200;
/** … and this many bytes of JSON. */
export const batchBytesMax = 65_536;
/** Acknowledgements are gathered for at most this long. */
export const ackDelayMaxMs = 250;

/** What a till or a cart knows of a line; the store adds name and department from its goods file. */
const deviceLine = saleLine.partial({ id: true, name: true, department: true, tags: true }).required({ code: true });

/** Bodies as devices send them: loyalty numbers and goods codes are still as read. Intake turns them into facts. */
export const deviceFactBodies = {
  'identity.presented': z
    .strictObject({
      cart: placeName.optional(),
      till: placeName.optional(),
      means: z.enum(['typed', 'scanned', 'card', 'guest']),
      number: presentedNumber.optional(),
      /** In place of the number, where the store wants none to leave a device (`number-digest.ts`). */
      digest: numberDigest.optional(),
    })
    .refine((body) => (body.cart === undefined) !== (body.till === undefined), 'name either the cart or the till')
    .refine(
      ({ means, number, digest }) =>
        (means === 'guest' ? 0 : 1) === (number === undefined ? 0 : 1) + (digest === undefined ? 0 : 1),
      'a guest has no number, all others have one, or its digest',
    ),
  'identity.dropped': factKinds['identity.dropped'].body,
  'zone.entered': factKinds['zone.entered'].body,
  'zone.left': factKinds['zone.left'].body,
  'basket.added': z.strictObject({ cart: placeName, code: goodsCode, quantity: quantity.min(1).default(1000) }),
  'basket.removed': z.strictObject({ cart: placeName, code: goodsCode, quantity: quantity.min(1).default(1000) }),
  sale: z.strictObject({
    till: placeName,
    cart: placeName.optional(),
    number: presentedNumber.optional(),
    receipt: z.string().min(1).max(80),
    currency: z.string().regex(/^[A-Z]{3}$/),
    lines: z.array(deviceLine).max(500),
    total: money,
  }),
  return: z.strictObject({
    till: placeName,
    number: presentedNumber.optional(),
    receipt: z.string().min(1).max(80),
    currency: z.string().regex(/^[A-Z]{3}$/),
    lines: z.array(deviceLine).max(500),
    total: money,
  }),
  'quiet.requested': factKinds['quiet.requested'].body,
  'help.requested': factKinds['help.requested'].body,
  'help.withdrawn': factKinds['help.withdrawn'].body,
  'language.chosen': factKinds['language.chosen'].body,
  'forget.requested': factKinds['forget.requested'].body,
  'consent.changed': factKinds['consent.changed'].body.omit({ fromHq: true }).extend({ cart: placeName }),
  'message.shown': factKinds['message.shown'].body,
  'message.answered': factKinds['message.answered'].body,
  'screen.changed': factKinds['screen.changed'].body,
  'screen.played': factKinds['screen.played'].body,
  'queue.changed': factKinds['queue.changed'].body,
  'lane.cleared': factKinds['lane.cleared'].body,
} as const satisfies Record<string, z.ZodType>;

export type DeviceFactType = keyof typeof deviceFactBodies;
export type DeviceFactBody<Type extends DeviceFactType> = z.infer<(typeof deviceFactBodies)[Type]>;
export const deviceFactTypes = Object.keys(deviceFactBodies) as DeviceFactType[];
export const customDeviceFactBody = customFactBody.and(z.object({ cart: placeName.optional() }));

/** What every fact from a device carries; the body is judged by its type. */
export const deviceFact = z.strictObject({
  sequence,
  /** Milliseconds between the event and this sending, by the device's monotonic clock. */
  ageMs: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  type: z.string().max(60),
  body: z.unknown(),
});
export type DeviceFact = {
  [Type in DeviceFactType]: {
    sequence: number;
    ageMs: number;
    type: Type;
    body: z.input<(typeof deviceFactBodies)[Type]>;
  };
}[DeviceFactType];

/** One publish on a device's `facts` topic, one `facts` event of a screen. In order of sequence. */
export const deviceBatch = z.strictObject({
  epoch: epochId,
  /**
   * The lowest sequence of this epoch that the device still holds: all below it were acknowledged or given up by its
   * stated policy. A fact above `oldest` whose predecessor the store has not seen waits for it.
   */
  oldest: sequence,
  facts: z.array(deviceFact).min(1).max(batchFactsMax),
});
export type DeviceBatch = { epoch: string; oldest: number; facts: DeviceFact[] };

/** Why intake refused something: a closed list, each a label of a counter. */
export const rejectReasons = [
  'too-large',
  'not-json',
  'batch-shape',
  'unknown-type',
  'not-from-devices',
  'body-shape',
  'not-yours',
  'check-digit',
  'number-shape',
  'number-prefix',
  'unknown-cart',
  'unknown-till',
  'unknown-zone',
  'unknown-goods',
  'unknown-message',
  'no-visit',
  'unknown-topic',
  'unreadable-reading',
  'foreign-radio',
  'too-often',
  'unhandled',
  'not-xml',
  'sale-shape',
  'sale-totals',
  'unknown-receipt',
] as const;
export const rejectReason = z.enum(rejectReasons);
export type RejectReason = z.infer<typeof rejectReason>;

/** Sent after commit: everything of `epoch` up to `upTo` is stored, or refused for good. */
export const ack = z.strictObject({
  epoch: epochId,
  upTo: z.int().min(0),
  rejected: z.array(z.strictObject({ sequence, reason: rejectReason })).max(batchFactsMax),
  storeTime: instantMs,
});
export type Ack = z.infer<typeof ack>;
