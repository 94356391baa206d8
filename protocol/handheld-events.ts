/**
 * What an associate's handheld and the store say to each other over Socket.IO, namespace `/handheld`.
 *
 * The store holds the truth about each associate's list as a view with a version, the same for all of her handhelds. It
 * sends the whole on connecting and whenever asked, and otherwise the parts that changed with the next version; who
 * misses a version asks for the whole. What she does is one deed with an outcome: a deed that comes twice acts once, and
 * one that comes late changes nothing and says why.
 *
 * Nothing here names a shopper or ranks her: a sign, a place and what a dialogue says to staff are all that is needed.
 */
import { z } from 'zod';
import { scalar } from './facts.ts';
import { type FloorPlan, floorPlan } from './floor-plan.ts';
import { authorName, derivedId, epochId, instantMs, locale, placeName } from './names.ts';
import { visitSign } from './visit-sign.ts';

export const handheldNamespace = '/handheld';

/** One fills the screen and the next peeks; more than these nobody looks through in three seconds. */
export const tasksShownMax = 8;
/** An associate reads it in passing (DESIGN section 5). */
export const headlineMax = 40;
/** So long a claim or an answer may be taken back. */
export const undoMs = 10_000 as const;
/** A rush ends by itself: it is for now, not for the day. */
export const rushMinutesMax = 120;

export const taskKinds = ['help', 'prompt', 'call', 'approval'] as const;

/** Why somebody is asked; the words are the page's, in the reader's language. Where `zone` is given it happened there. */
export const taskReasons = [
  'asked',
  'signature',
  'dwell',
  'passing',
  'visit',
  'basket',
  'bought',
  'away',
  'online',
  'date',
  'changed',
  'news',
  'store',
  'earlier',
] as const;

const formField = z.strictObject({
  name: authorName,
  kind: z.enum(['text', 'number', 'choice']),
  /** In her language; empty where the dialogue gives none: then the page shows the name. */
  label: z.string().max(80),
  choices: z.array(z.string().max(80)).max(32),
  /** Of each choice, in their order; empty as `label` may be. */
  choiceLabels: z.array(z.string().max(80)).max(32),
});

export const handheldTask = z.strictObject({
  id: derivedId,
  /** Grows with each claim and each offer: what is said to an older one is too late. */
  version: z.int().min(1),
  kind: z.enum(taskKinds),
  /** Hers to take, or hers. */
  state: z.enum(['offered', 'mine']),
  /** As her cart shows it; null where the task is about nobody who is here. */
  sign: visitSign.nullable(),
  cart: placeName.nullable(),
  /** Where to go; null where nobody knows, or where there is nowhere to go. */
  zone: placeName.nullable(),
  /** Metres on foot from where she is; null where either is not known. */
  metres: z.int().min(0).nullable(),
  /** Empty where the page has words of its own for this kind. */
  headline: z.string().max(headlineMax),
  reason: z.strictObject({ is: z.enum(taskReasons), zone: z.string().max(60).nullable() }),
  /** What to say aloud, and what only to know; empty where there is nothing of it. */
  say: z.string().max(500),
  know: z.string().max(500),
  answers: z
    .array(z.strictObject({ id: authorName, label: z.string().max(80), form: z.array(formField).max(16) }))
    .max(3),
  /** A dialogue's own way of saying no; null: handing on is. */
  cannot: z.strictObject({ id: authorName, label: z.string().max(80) }).nullable(),
  /** Since when it waits, and until when it may be taken, or is hers; store time. */
  since: instantMs,
  until: instantMs,
  /** Nobody nearer has taken it: she is asked instead of them. */
  isEscalated: z.boolean(),
});
export type HandheldTask = z.infer<typeof handheldTask>;

export const dutyStates = ['on', 'break', 'busy', 'off'] as const;

export const handheldView = z.strictObject({
  me: z.strictObject({
    name: z.string().max(80),
    role: z.enum(['associate', 'lead', 'manager']),
    locale,
    /** As she has set it. */
    duty: z.enum(dutyStates),
    /** Where she said she is, or has gone; forgotten with the task. */
    zone: placeName.nullable(),
    /** Asked for nothing now, though she is on: the queue at her lane is long. */
    isAtLongQueue: z.boolean(),
  }),
  /** The most urgent first. */
  tasks: z.array(handheldTask).max(tasksShownMax),
  /** What she did last and may still take back. */
  undo: z
    .strictObject({
      task: derivedId,
      did: z.enum(['claim', 'answer', 'pass']),
      label: z.string().max(80),
      until: instantMs,
    })
    .nullable(),
  /** Dialogues ask nobody until then; 0: until somebody ends it. */
  rush: z.strictObject({ until: instantMs, by: z.string().max(80) }).nullable(),
  /** How many wait at each till, as last told; `limit`: above it nobody there is asked for anything. */
  queues: z.array(z.strictObject({ till: placeName, zone: placeName, waiting: z.int().min(0).max(999) })).max(200),
  queueLimit: z.int().min(0).max(999),
  /** Tasks that have left her list by themselves within the last minute, and why. */
  gone: z.array(z.strictObject({ task: derivedId, why: z.enum(['taken', 'over']) })).max(8),
  /** Of all together, today: nobody is counted by herself. */
  team: z.strictObject({ done: z.int().min(0), medianClaimMs: z.int().min(0).nullable() }),
});
export type HandheldView = z.infer<typeof handheldView>;

export const handheldSnapshot = z.strictObject({ version: z.int().min(0), storeTime: instantMs, view: handheldView });
export type HandheldSnapshot = z.infer<typeof handheldSnapshot>;

/** Applies only to the version before it; parts that are named replace those of the view. */
export const handheldUpdate = z.strictObject({
  version: z.int().min(1),
  storeTime: instantMs,
  changes: handheldView.partial(),
});
export type HandheldUpdate = z.infer<typeof handheldUpdate>;

const about = { id: epochId, task: derivedId, version: z.int().min(1) };

/** `id` is the handheld's own, new for each deed, and the same when it sends one again. */
export const handheldDeed = z.discriminatedUnion('does', [
  z.strictObject({ does: z.literal('claim'), ...about }),
  z.strictObject({
    does: z.literal('answer'),
    ...about,
    answer: authorName,
    form: z.record(authorName, scalar).optional(),
  }),
  /** "Can't now": of one that is offered, not to her; of one that is hers, to somebody else. */
  z.strictObject({ does: z.literal('pass'), ...about }),
  z.strictObject({ does: z.literal('undo'), id: epochId, task: derivedId }),
  z.strictObject({ does: z.literal('duty'), id: epochId, state: z.enum(dutyStates) }),
  z.strictObject({ does: z.literal('place'), id: epochId, zone: placeName.nullable() }),
  /** 0 minutes end it. */
  z.strictObject({ does: z.literal('rush'), id: epochId, minutes: z.int().min(0).max(rushMinutesMax) }),
  z.strictObject({ does: z.literal('queue'), id: epochId, till: placeName, waiting: z.int().min(0).max(999) }),
]);
export type HandheldDeed = z.infer<typeof handheldDeed>;

export const deedOutcomes = [
  'done',
  /** Somebody else has it. */
  'taken',
  /** Nobody needs it any more. */
  'over',
  /** Her time for it had run out, or she had handed it on, before she said so. */
  'late',
  /** Not hers to do. */
  'not-yours',
  /** No such answer, form, zone, till. */
  'unknown',
  /** The disk refuses just now: it has not happened. */
  'not-stored',
] as const;
export const deedOutcome = z.strictObject({ id: epochId, outcome: z.enum(deedOutcomes) });
export type DeedOutcome = z.infer<typeof deedOutcome>;

/** The events by name, sender and payload; the AsyncAPI document is made from this table. */
export const handheldEvents = {
  snapshot: { payload: handheldSnapshot, from: 'store', says: 'Her whole view: on connecting, and when asked.' },
  update: { payload: handheldUpdate, from: 'store', says: 'The parts that changed since the version before.' },
  plan: { payload: floorPlan, from: 'store', says: 'The floor plan, once after connecting, for the map and the way.' },
  deed: {
    payload: handheldDeed,
    from: 'handheld',
    says: 'She did something; the Socket.IO acknowledgement is its outcome.',
  },
  outcome: { payload: deedOutcome, from: 'store', says: 'What became of a deed: the acknowledgement of `deed`.' },
  resync: {
    payload: z.strictObject({ have: z.int().min(0) }),
    from: 'handheld',
    says: 'A version was missed; send the whole.',
  },
} as const;

/** Socket.IO's typed maps. */
export interface StoreToHandheld {
  snapshot(payload: HandheldSnapshot): void;
  update(payload: HandheldUpdate): void;
  plan(payload: FloorPlan): void;
}
export interface HandheldToStore {
  deed(payload: HandheldDeed, outcome: (outcome: DeedOutcome) => void): void;
  resync(payload: { have: number }): void;
}
