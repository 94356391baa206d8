/**
 * What the store tells its overview page over Socket.IO, namespace `/overview`: the floor, where the carts are, and the
 * decisions as they fall. The page only watches; it says nothing.
 *
 * On connecting (and so after every loss of the line) the page gets the whole `state`; then the parts as they change.
 * A `cart` replaces the cart of that id, a `decision` the decision about that message: receiving one twice does no
 * harm. No names of people: a cart's number is all that the floor needs.
 */
import { z } from 'zod';
import { silences, strength } from './facts.ts';
import { floorPlan } from './floor-plan.ts';
import { authorName, derivedId, instantMs, placeName } from './names.ts';

export const overviewNamespace = '/overview';

/** The newest decisions that a page is given on connecting; the page keeps no more than this either. */
export const overviewDecisionsMax = 60;

export const overviewCart = z.strictObject({
  id: placeName,
  /** Where the store believes the cart is; null: not seen, or in no zone. */
  zone: placeName.nullable(),
  /** Of who is shopping with it; null: nobody. */
  strength: strength.nullable(),
  /** What its screen says right now; null: it is quiet. */
  speaking: z.strictObject({ message: derivedId, headline: z.string().max(200) }).nullable(),
  /** Since when she has been asking for an associate; null: she is not. Ends with her visit, or after a while. */
  helpSince: instantMs.nullable(),
});
export type OverviewCart = z.infer<typeof overviewCart>;

/** How far a message has come: said, seen, then one ending. */
export const overviewOutcomes = ['decided', 'shown', 'answered', ...silences, 'withdrawn'] as const;

/** One message from decision to ending; sent again with every step that it takes. */
export const overviewDecision = z.strictObject({
  message: derivedId,
  /** When it was decided. */
  at: instantMs,
  cart: placeName.nullable(),
  /** Where she was when it was decided. */
  zone: placeName.nullable(),
  /** The dialogue's name and title, and the step that speaks. */
  dialogue: authorName,
  title: z.string().max(120),
  step: authorName,
  /** As painted on the cart; empty where the text is no longer held. */
  headline: z.string().max(200),
  outcome: z.enum(overviewOutcomes),
  /** Where it was answered: the answer's words as she read them, or its name. */
  answer: z.string().max(80).nullable(),
});
export type OverviewDecision = z.infer<typeof overviewDecision>;

/** Since midnight, store time; `factsPerSecond` over the last ten seconds. */
export const overviewCounts = z.strictObject({
  visits: z.int().min(0),
  /** Messages that were seen. */
  messages: z.int().min(0),
  answers: z.int().min(0),
  /** Of the seen ones: how many came to an end, answered or not. */
  ended: z.int().min(0),
  factsPerSecond: z.number().min(0),
});
export type OverviewCounts = z.infer<typeof overviewCounts>;

export const overviewState = z.strictObject({
  storeTime: instantMs,
  store: z.strictObject({ title: z.string().max(80), timeZone: z.string().max(60) }),
  plan: floorPlan,
  carts: z.array(overviewCart).max(5000),
  /** Newest first. */
  decisions: z.array(overviewDecision).max(overviewDecisionsMax),
  counts: overviewCounts,
});
export type OverviewState = z.infer<typeof overviewState>;

/** The events by name; the AsyncAPI document can be made from this table. */
export const overviewEvents = {
  state: { payload: overviewState, from: 'store', says: 'Everything: on connecting.' },
  cart: { payload: overviewCart, from: 'store', says: 'A cart has moved, changed hands, or begun or ended speaking.' },
  decision: {
    payload: overviewDecision,
    from: 'store',
    says: 'A message was decided, seen, answered, or fell silent.',
  },
  counts: { payload: overviewCounts, from: 'store', says: 'The day so far; at most once a second.' },
} as const;

/** Socket.IO's typed map. */
export interface StoreToOverview {
  state(payload: OverviewState): void;
  cart(payload: OverviewCart): void;
  decision(payload: OverviewDecision): void;
  counts(payload: OverviewCounts): void;
}
