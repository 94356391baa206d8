/**
 * What crosses from the thread that decides to the thread that writes: arrays of numbers, strings and nulls, because
 * cloning those costs a quarter of cloning facts (0.4 against 1.5 µs a fact, measured on Node 24).
 */
import type { ForgottenVisit, HqMark, PersonChange, Rejection, StateKind } from './journal.ts';

/**
 * One row of `facts`, and the note beside it:
 * seq, type, at, subject, source, source_seq, cause, late, place, thing, ref, amount, rest, note.
 */
export type FactRow = readonly [
  seq: number,
  type: number,
  at: number,
  subject: number | null,
  source: number | null,
  sourceSeq: number | null,
  cause: number | null,
  late: 0 | 1,
  place: number | null,
  thing: number | null,
  ref: string | null,
  amount: number | null,
  rest: string | null,
  note: string | null,
];

/** One `put`, encoded. Words and sources come first: the facts point at them. */
export interface EncodedChange {
  readonly words: readonly (readonly [id: number, text: string])[];
  readonly newSources: readonly (readonly [id: number, device: string, epoch: string])[];
  readonly facts: readonly FactRow[];
  readonly sources: readonly (readonly [id: number, upTo: number])[];
  readonly timers: readonly (readonly [subject: number, due: number | null])[];
  readonly people: readonly PersonChange[];
  readonly states: readonly (readonly [subject: number, kind: StateKind, state: string | null, foldedTo: number])[];
  readonly rejected: readonly Rejection[];
  /** With the dictionary's numbers of the types that stay, nobody's. */
  readonly forgotten: readonly (ForgottenVisit & { readonly kept: readonly number[] })[];
  readonly snapshotAt: number | null;
  readonly fromHq: HqMark | null;
  /** Store time of the change: the sources it names were heard from then. */
  readonly at: number;
}
