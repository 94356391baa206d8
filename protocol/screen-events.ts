/**
 * What a screen and the store say to each other over Socket.IO, namespace `/screens`.
 *
 * The store holds the truth about a screen as a view with a version. It sends the whole on connecting and whenever
 * asked, and otherwise the parts that changed with the next version; a screen that misses a version asks for the
 * whole. Socket.IO's own recovery is not relied upon (reliability.md, finding 6).
 */
import { z } from 'zod';
import { ack, deviceBatch } from './device-facts.ts';
import { saleLine, strength } from './facts.ts';
import { type FloorPlan, floorPlan } from './floor-plan.ts';
import { authorName, derivedId, epochId, instantMs, locale, money, placeName } from './names.ts';
import { visitSign } from './visit-sign.ts';

/** What a screen says about itself in the handshake. */
export const screenHello = z.strictObject({
  screen: placeName,
  epoch: epochId,
  /** A second pair of eyes on a cart: it is shown everything and reports nothing. */
  watching: z.boolean().default(false),
  token: z.string().max(200).optional(),
});
export type ScreenHello = z.infer<typeof screenHello>;

/** A message as painted: text is ready, in her language; nothing in it is markup. */
export const screenMessage = z.strictObject({
  id: derivedId,
  headline: z.string().max(200),
  body: z.string().max(500).default(''),
  answers: z.array(z.strictObject({ id: authorName, label: z.string().max(80) })).max(4),
  /** Left until it may no longer be shown, at the time of sending; the screen counts down by its own clock. */
  validForMs: z.int().min(0),
  /** The zone a map would lead to. */
  zone: placeName.optional(),
  picture: z.string().max(200).optional(),
  /** Why she is told this, in one plain sentence of her language, from the why ledger. */
  why: z.string().max(200).optional(),
});
export type ScreenMessage = z.infer<typeof screenMessage>;

/** What became of her call for an associate; a new call has a new id. */
export const helpView = z.strictObject({
  id: derivedId,
  /** The associates have been told · one of them is on the way · nobody is on duty or free. */
  state: z.enum(['asked', 'coming', 'nobody-free']),
});
export type HelpView = z.infer<typeof helpView>;

export const cartView = z.strictObject({
  cart: placeName,
  store: z.string().max(80),
  locale,
  currency: z.string().regex(/^[A-Z]{3}$/),
  /** Nobody here · asked once whether to be remembered · shopping · being checked out · just paid. */
  phase: z.enum(['idle', 'first-use', 'shopping', 'at-till', 'goodbye']),
  shopper: z
    .strictObject({
      strength,
      name: z.string().max(80).nullable(),
      /** Her number was only typed, and a PIN would show that it is hers; absent: no. */
      pin: z.literal(true).optional(),
    })
    .nullable(),
  /** Set where a number was keyed that this store does not know: she shops as a guest. */
  notice: z.enum(['unknown-number', 'taken-over', 'quiet']).nullable(),
  /** Where the store believes the cart is. */
  zone: placeName.nullable(),
  basket: z.strictObject({
    lines: z.array(saleLine).max(500),
    total: money,
    /** What she pays less than before, as far as it is certain before the till has its say; absent: nothing. */
    saved: money.optional(),
  }),
  /** Her call for an associate; null, or absent: none that is still open. */
  help: helpView.nullable().optional(),
  /** By what whoever comes to her knows her cart; null, or absent: nobody has been asked to. */
  sign: visitSign.nullable().optional(),
  message: screenMessage.nullable(),
});
export type CartView = z.infer<typeof cartView>;

export const snapshot = z.strictObject({ version: z.int().min(0), storeTime: instantMs, view: cartView });
export type Snapshot = z.infer<typeof snapshot>;

/** Applies only to the version before it; parts that are named replace those of the view. */
export const update = z.strictObject({
  version: z.int().min(1),
  storeTime: instantMs,
  changes: cartView.partial(),
});
export type Update = z.infer<typeof update>;

/** How often a screen says that it lives. */
export const aliveEveryMs = 5_000 as const;
/** What is really on the glass: a page that is covered, dark or behind says so, and is not spoken through. */
export const screenAlive = z.strictObject({
  /** Of the view that it holds. */
  version: z.int().min(0),
  /** The message that has been painted and can be seen; null: none. */
  painted: derivedId.nullable(),
  isVisible: z.boolean(),
});
export type ScreenAlive = z.infer<typeof screenAlive>;

/** What she keys to show that the typed number is hers. It is answered at once or never: it is no fact and is not kept. */
export const pinEntry = z.strictObject({ pin: z.string().regex(/^\d{4,8}$/) });
export type PinEntry = z.infer<typeof pinEntry>;

export const pinAnswer = z.discriminatedUnion('kind', [
  /** The view that follows is hers. */
  z.strictObject({ kind: z.literal('right') }),
  z.strictObject({ kind: z.literal('wrong'), triesLeft: z.int().min(1) }),
  /** Nothing was compared; the next try can be made in so long. */
  z.strictObject({ kind: z.literal('locked'), minutes: z.int().min(1) }),
  /** Nothing was compared or counted. */
  z.strictObject({ kind: z.literal('busy') }),
  /** Nobody is here whom a PIN would make somebody. */
  z.strictObject({ kind: z.literal('nobody') }),
]);
export type PinAnswer = z.infer<typeof pinAnswer>;

/** Why the store will not talk to a screen; sent as `data.reason` of the connection error. */
export const screenRefusals = ['hello-shape', 'unknown-screen', 'wrong-token', 'wrong-origin'] as const;
export type ScreenRefusal = (typeof screenRefusals)[number];

export const screenNamespace = '/screens';

/** The events by name, sender and payload; the AsyncAPI document is made from this table. */
export const screenEvents = {
  snapshot: { payload: snapshot, from: 'store', says: 'The whole view: on connecting, and when asked.' },
  update: { payload: update, from: 'store', says: 'The parts that changed since the version before.' },
  plan: { payload: floorPlan, from: 'store', says: 'The floor plan, once after connecting, for maps and ways.' },
  acks: { payload: ack, from: 'store', says: 'What is stored for good, or refused for good.' },
  facts: { payload: deviceBatch, from: 'screen', says: 'Facts of this screen, in order, until acknowledged.' },
  resync: {
    payload: z.strictObject({ have: z.int().min(0) }),
    from: 'screen',
    says: 'A version was missed; send the whole.',
  },
  pin: { payload: pinEntry, from: 'screen', says: 'A PIN to a typed number. Compared at once, kept by nobody.' },
  pinAnswer: { payload: pinAnswer, from: 'store', says: 'What the comparison came to.' },
  alive: { payload: screenAlive, from: 'screen', says: 'A sign of life, with what is really on the glass.' },
} as const;

/** Socket.IO's typed maps. */
export interface StoreToScreen {
  snapshot(payload: Snapshot): void;
  update(payload: Update): void;
  plan(payload: FloorPlan): void;
  acks(payload: z.infer<typeof ack>): void;
  pinAnswer(payload: PinAnswer): void;
}
export interface ScreenToStore {
  facts(payload: z.input<typeof deviceBatch>): void;
  resync(payload: { have: number }): void;
  alive(payload: ScreenAlive): void;
  pin(payload: PinEntry): void;
}
