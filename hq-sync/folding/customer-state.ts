/**
 * What headquarters keep of one person's folding, as text in `customer_states`: the engine's own text, how far each line
 * has been folded, and what it takes to know a decision that was made from an old term. It follows from her facts and
 * nothing else; where it cannot be used she is folded from her first fact on.
 */
import { z } from 'zod';
import { beforeAll, type FactKey } from './person-fact.ts';

const version = 1;
/** Of a state that nothing can be folded on. */
export const noRelease = -1;
/** Runs that are over and still recognised when another store tells of them. */
export const endedMax = 32;
/** Dialogues of a lifetime; what is entered beyond may be entered again. */
export const onceMax = 64;

const stored = z.object({
  version: z.literal(version),
  release: z.int(),
  to: z.tuple([z.number(), z.number(), z.number(), z.number(), z.number()]),
  lines: z.record(z.string(), z.number()),
  own: z.record(z.string(), z.number()),
  nobodysFrom: z.number(),
  newsFrom: z.record(z.string(), z.number()).default({}),
  engine: z.string().nullable(),
  ended: z.array(z.string()),
  once: z.array(z.string()).default([]),
  movers: z.record(z.string(), z.array(z.number())),
  made: z.number(),
  doubled: z.number(),
});

export interface CustomerState {
  /** The release under which she was folded. */
  readonly release: number;
  /** The last of her facts. */
  readonly to: FactKey;
  /** The last number folded, by "store.epoch.subject". */
  readonly lines: Readonly<Record<string, number>>;
  /** The same of own facts, by chain-wide id; '' for those about nobody. */
  readonly own: Readonly<Record<string, number>>;
  /** Facts about nobody concern her from this number on. */
  readonly nobodysFrom: number;
  /** The same for the news of stores, by `newsOf`. */
  readonly newsFrom: Readonly<Record<string, number>>;
  readonly engine: string | null;
  readonly ended: readonly string[];
  /** Dialogues that one is let into once in a lifetime, and she was. */
  readonly once: readonly string[];
  /** By run, the stores that have moved it. */
  readonly movers: Readonly<Record<string, readonly number[]>>;
  /** Facts that headquarters have made of hers. */
  readonly made: number;
  /** Decisions that were made from an old term, or twice: kept as facts, and folded to one. */
  readonly doubled: number;
}

/** Of somebody of whom nothing has been folded. */
export const emptyCustomer: CustomerState = {
  release: noRelease,
  to: beforeAll,
  lines: {},
  own: {},
  nobodysFrom: 0,
  newsFrom: {},
  engine: null,
  ended: [],
  once: [],
  movers: {},
  made: 0,
  doubled: 0,
};

/** Null: not known, or of another version. */
export function readCustomerState(text: unknown): CustomerState | null {
  const parsed = stored.safeParse(text);
  return parsed.success ? parsed.data : null;
}

export function writeCustomerState(state: CustomerState): string {
  return JSON.stringify({ version, ...state });
}
