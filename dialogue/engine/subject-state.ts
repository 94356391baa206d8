/**
 * What the engine keeps of one person: plain values, folded from facts and decisions and from nothing else, so that a
 * snapshot is their text (`state-codec.ts`). Times are store time in milliseconds; 0 stands for "not yet" and "none".
 *
 * Bounds (DESIGN section 4): each list names its own; together at most `stateBytesMax`, the basket of an open visit
 * apart. Nobody enters another dialogue whose state would not fit.
 */
import type { Channel, SaleLine, Scalar, Strength } from '@kairos/protocol/facts.ts';
import type { Tally } from '../measure/measure.ts';
import type { PurchaseHistory } from '../rhythm/history.ts';

/** Bytes of JSON that a person may take, her basket apart. */
export const stateBytesMax = 4096;
/** Dialogues in which one person can be at a time. */
export const runsMax = 12;
/** Messages that are over and still recognised when a late report names them; the oldest goes first. */
export const recentMessagesMax = 8;
/** Ended runs that still wait for their objective; the oldest goes first and is attributed no more. */
export const tailsMax = 8;
/** Times of messages kept for caps and stages; no rate can ask for more. */
export const saidMax = 32;
/** Lines of a basket kept for conditions; a longer one is seen up to here. */
export const basketLinesMax = 200;

export interface SubjectState {
  /** Up to here her clocks have been carried forward: the newest time of any fact of hers. */
  at: number;
  visit: VisitState | null;
  runs: RunState[];
  /** Times of entering by dialogue, as many as its limit counts. */
  entered: Table<readonly number[]>;
  /** When she was spoken to, replies apart; newest last. */
  said: number[];
  /** End of the last message in the store. */
  quietSince: number;
  /** Messages ignored in a row in the store … */
  ignored: number;
  restUntil: number;
  recent: string[];
  tails: TailState[];
  /** Set by dialogues. */
  attributes: Record<string, Scalar>;
  clues: CluesState;
  /** By name. */
  measures: Record<string, Tally>;
  /** Asked to be forgotten: nothing is left once her runs have ended. */
  erased: boolean;
  /** … and at home: letting a letter lie is no rebuff to the cart. */
  ignoredAtHome: number;
  restAtHomeUntil: number;
  /** At headquarters: clocks have been carried up to here, apart from what has been heard since. */
  clockedTo: number;
  /** In a store: under which term headquarters have lent it her caps of one; 0: they have not. */
  capTerm: number;
  /** … and when another place spoke last. */
  capSaid: number;
}

export interface VisitState {
  id: string;
  openedAt: number;
  strength: Strength;
  cart: string | null;
  till: string | null;
  zone: string | null;
  /** Since when she has been in it, and what the fact that said so is known by. */
  zoneAt: number;
  zoneBy: string;
  /** The fact that said so came too late to open anything. */
  zoneLate: boolean;
  /** Dwell of up to here, from `zoneAt`, has been told. */
  dwellTo: number;
  /** The last times she came into a zone, newest last: walking fast shows here. */
  hops: number[];
  zones: number;
  /** Last change of place. */
  movedAt: number;
  /** Last report of a place. */
  heardAt: number;
  /** She scanned, or touched the screen. */
  touchedAt: number;
  /** "Not today". */
  quiet: boolean;
  paidAt: number;
  budget: number;
  messages: number;
  /** Runs entered in this visit by dialogue, where that is limited. */
  entered: Table<number>;
  lines: SaleLine[];
  total: number;
  /**
   * A till asks its cashier for one thing in a sale: the message that has been that, empty while none has, `over` when
   * the lane has gone on since, until she is presented at a till again.
   */
  prompt: string;
}

export interface RunState {
  id: string;
  dialogue: string;
  release: number;
  held: boolean;
  arm: string | null;
  key: string | null;
  entry: Readonly<Record<string, Scalar | null>>;
  enteredAt: number;
  /** The visit in which it was entered; null outside one. */
  visit: string | null;
  /** … and in which its step was reached: the next one is another. */
  seenVisit: string | null;
  /** Empty until the first `run.moved`. */
  step: string;
  /** The wait, or the waiting for a moment, ends; 0 at a message: waits for the next visit. */
  until: number;
  /** The message is not tried before. */
  from: number;
  /** Where she was when the step was reached. */
  here: string | null;
  /** How many times each step was reached. */
  reached: Record<string, number>;
  /** How often this step was tried again. */
  again: number;
  answers: Readonly<Record<string, Readonly<Record<string, Scalar>>>>;
  rewards: Readonly<Record<string, Readonly<Record<string, Scalar>>>>;
  /** An answer of hers led here: what comes next is a reply. The time of that answer. */
  answeredAt: number;
  replyAt: number;
  /** A late fact led here: nothing is said in the store. */
  late: boolean;
  /** A signature was given for this message. */
  approved: boolean;
  objective: boolean;
  message: MessageState | null;
  task: TaskState | null;
}

export interface MessageState {
  id: string;
  channel: Channel;
  target: string | null;
  decidedAt: number;
  validUntil: number;
  answerWithinMs: number;
  /** The earliest. */
  shownAt: number;
  withdrawnAt: number;
  why: string;
  zone: string | null;
  context: string;
  /** It counts as an interruption of hers; a reply does not. */
  spent: boolean;
  /** … and was said in the visit that is open. */
  inVisit: boolean;
}

export interface TaskState {
  id: string;
  kind: 'claim' | 'approval';
  offers: number;
  role: string | null;
  /** Unclaimed or unsigned until then; of a claim, the end of the lease. */
  until: number;
  /** The last moment to be claimed at all. */
  deadline: number;
  associate: string | null;
}

export interface TailState {
  run: string;
  dialogue: string;
  release: number;
  held: boolean;
  enteredAt: number;
  until: number;
  entry: Readonly<Record<string, Scalar | null>>;
}

/** What entries have noticed so far, by the entry's key ("dialogue/index"). */
export interface CluesState {
  first: string[];
  /** Times of matches; without a window only how many. */
  counts: Record<string, number[]>;
  /** Last match, whether its absence was told, and her rhythm where that is asked for. */
  lasts: Record<string, { at: number; told: 0 | 1; rhythm?: PurchaseHistory }>;
  /** Entry, patterns matched so far, time of the first. */
  partials: [key: string, matched: number, at: number][];
}

/**
 * By the names of dialogues, of which there are as many as authors think of: an object that gets its names one by one is
 * another kind of object with each. To JSON it is one all the same.
 */
export class Table<Value> extends Map<string, Value> {
  toJSON(): Record<string, Value> {
    return Object.fromEntries(this);
  }
}

export function emptyState(at: number): SubjectState {
  return {
    at,
    visit: null,
    runs: [],
    entered: new Table(),
    said: [],
    quietSince: 0,
    ignored: 0,
    restUntil: 0,
    recent: [],
    tails: [],
    attributes: {},
    clues: { first: [], counts: {}, lasts: {}, partials: [] },
    measures: {},
    erased: false,
    ignoredAtHome: 0,
    restAtHomeUntil: 0,
    clockedTo: 0,
    capTerm: 0,
    capSaid: 0,
  };
}

/** Whether forgetting this would change anything that is ever said. */
export function isWorthKeeping(state: SubjectState): boolean {
  const { clues } = state;
  return (
    state.visit !== null ||
    state.capTerm > 0 ||
    state.runs.length + state.said.length + state.recent.length + state.tails.length > 0 ||
    clues.first.length + clues.partials.length > 0 ||
    state.entered.size > 0 ||
    [state.attributes, state.measures, clues.counts, clues.lasts].some((part) => hasKeys(part))
  );
}

function hasKeys(part: object): boolean {
  for (const _ in part) return true;
  return false;
}
