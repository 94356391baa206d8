/**
 * What the store tells the manager's page over Socket.IO, namespace `/manager`: the floor, who needs a person, and the
 * decisions as they fall. The page only watches here; what a manager does goes over HTTP.
 *
 * On connecting (and so after every loss of the line) a page gets the whole `state`, then `changes`: what became of it
 * since, a few times a second, the same for every page. A part replaces the part of its name or id, so that receiving
 * it twice does no harm. No names of customers: a cart's number is all that the floor needs, and a headline is what it
 * says to anybody.
 */
import { z } from 'zod';
import { channel, silences } from './facts.ts';
import { floorPlan } from './floor-plan.ts';
import { authorName, derivedId, instantMs, locale, placeName } from './names.ts';

export const managerNamespace = '/manager';

/** The newest decisions that a page is given on connecting; the page keeps no more than this either. */
export const managerDecisionsMax = 60;
export const managerNeedsMax = 200;

const place = z.int().min(0).max(4_999);

/** What a cart is doing: nobody has it · somebody shops · a message speaks to her · she asks for an associate. */
export const cartDoings = ['free', 'shopping', 'spoken-to', 'calling'] as const;

/** One cart as three numbers: its place in `carts`, its zone's place in the plan (-1: in none), its doing's in `cartDoings`. */
export const cartOnFloor = z.tuple([
  place,
  z.int().min(-1).max(999),
  z
    .int()
    .min(0)
    .max(cartDoings.length - 1),
]);
export type CartOnFloor = z.infer<typeof cartOnFloor>;

/** `unseen`: its page has not been there since the store started. */
export const managerScreenStates = ['unseen', 'connected', 'lost', 'dark', 'frozen', 'stale'] as const;
export const managerScreen = z.strictObject({
  id: placeName,
  /** Of a screen in a zone; null: it rides on the cart of its name. */
  zone: placeName.nullable(),
  state: z.enum(managerScreenStates),
});
export type ManagerScreen = z.infer<typeof managerScreen>;

export const managerLane = z.strictObject({ till: placeName, waiting: z.int().min(0).max(999) });
export type ManagerLane = z.infer<typeof managerLane>;

/** An associate while a task of hers lives, and no longer; the zone, and nothing finer. */
export const managerAssociate = z.strictObject({ associate: placeName, zone: placeName.nullable() });

/** What needs a person, the most urgent first. */
export const needKinds = [
  'store',
  'help',
  'task',
  'screen',
  'device',
  'battery',
  'queue',
  'certificate',
  'disk',
  'refused',
] as const;
/** What has happened, for the page to say in its reader's language. */
export const needs = [
  'journal',
  'broker',
  'clock',
  'headquarters',
  'certificate',
  'store',
  'help',
  'help-nobody',
  'approval',
  'task',
  'screen-dark',
  'screen-lost',
  'screen-frozen',
  'screen-stale',
  'screens-dark',
  'screens-lost',
  'screens-frozen',
  'screens-stale',
  'silent',
  'reader',
  'battery',
  'queue',
  'dropped',
  'gateway',
  'radio-battery',
  'disk',
  'refused',
] as const;
export const managerNeed = z.strictObject({
  /** The same as long as it is the same trouble. */
  id: z.string().max(120),
  kind: z.enum(needKinds),
  what: z.enum(needs),
  isUrgent: z.boolean(),
  /** Names and numbers that belong to it: device, count, percent, timeMs, bytes, role, readers, reason, names, more, topic. */
  about: z.partialRecord(
    z.enum(['device', 'count', 'percent', 'timeMs', 'bytes', 'role', 'readers', 'reason', 'names', 'more', 'topic']),
    z.union([z.string().max(200), z.number()]),
  ),
  /** What a part of the store's machine said, as it stands in its log; empty: nothing. */
  detail: z.string().max(300),
  since: instantMs.nullable(),
  zone: placeName.nullable(),
  cart: placeName.nullable(),
});
export type ManagerNeed = z.infer<typeof managerNeed>;

/** How far a message has come: said, seen, then one ending. */
export const decisionOutcomes = ['decided', 'shown', 'answered', ...silences, 'withdrawn'] as const;
export const managerDecision = z.strictObject({
  message: derivedId,
  at: instantMs,
  channel,
  /** The cart, screen or till it speaks on; null where it waits for one. */
  target: placeName.nullable(),
  /** Where she was when it was decided. */
  zone: placeName.nullable(),
  dialogue: authorName,
  title: z.string().max(120),
  step: authorName,
  /** As it reads for anybody: without what was filled in for one customer. */
  headline: z.string().max(200),
  outcome: z.enum(decisionOutcomes),
  /** The answer's words, or its name. */
  answer: z.string().max(80).nullable(),
});
export type ManagerDecision = z.infer<typeof managerDecision>;

export const managerPause = z.strictObject({
  what: z.enum(['dialogue', 'channel', 'everything']),
  name: z.string().max(60),
  title: z.string().max(120),
  since: instantMs,
  until: instantMs.nullable(),
  /** Who set it: the name that colleagues know her by. */
  by: z.string().max(80),
});
export type ManagerPause = z.infer<typeof managerPause>;

/** Milliseconds from the intake of a fact to the first paint of what it led to, over the last hour. */
export const latencyFigures = z.strictObject({
  count: z.int().min(0),
  p50: z.number().min(0),
  p99: z.number().min(0),
});

export const managerPulse = z.strictObject({
  /** Over the last ten seconds. */
  factsPerSecond: z.number().min(0),
  /** Null: nothing was seen within the hour. */
  latency: latencyFigures.nullable(),
});
export type ManagerPulse = z.infer<typeof managerPulse>;

export const managerState = z.strictObject({
  storeTime: instantMs,
  /** Who has signed in on this page; null: whoever sits at the store's own machine. */
  me: z.strictObject({ locale }).nullable(),
  store: z.strictObject({
    title: z.string().max(80),
    timeZone: z.string().max(60),
    currency: z.string().max(3),
  }),
  plan: floorPlan,
  /** Names by place, for `floor`. */
  carts: z.array(placeName).max(2_000),
  floor: z.array(cartOnFloor).max(2_000),
  screens: z.array(managerScreen).max(2_500),
  lanes: z.array(managerLane).max(200),
  associates: z.array(managerAssociate).max(1_000),
  needs: z.array(managerNeed).max(managerNeedsMax),
  /** Newest first. */
  decisions: z.array(managerDecision).max(managerDecisionsMax),
  pauses: z.array(managerPause).max(1_000),
  /** What can be paused by name. */
  dialogues: z.array(z.strictObject({ name: authorName, title: z.string().max(120) })).max(10_000),
  pulse: managerPulse,
});
export type ManagerState = z.infer<typeof managerState>;

/** What became of the state since the changes before; parts that are not there are as they were. */
export const managerChanges = z
  .strictObject({
    storeTime: instantMs,
    /** Carts and screens one by one; the rest whole. */
    floor: managerState.shape.floor,
    screens: managerState.shape.screens,
    /** New ones and those that went a step further, oldest first. */
    decisions: managerState.shape.decisions,
    lanes: managerState.shape.lanes,
    associates: managerState.shape.associates,
    needs: managerState.shape.needs,
    pauses: managerState.shape.pauses,
    pulse: managerPulse,
  })
  .partial()
  .required({ storeTime: true });
export type ManagerChanges = z.infer<typeof managerChanges>;

/** The events by name; the AsyncAPI document is made from this table. */
export const managerEvents = {
  state: { payload: managerState, from: 'store', says: 'Everything: on connecting, and when a visit is forgotten.' },
  changes: { payload: managerChanges, from: 'store', says: 'What has changed, at most five times a second.' },
} as const;

/** Socket.IO's typed map. */
export interface StoreToManager {
  state(payload: ManagerState): void;
  changes(payload: ManagerChanges): void;
}
