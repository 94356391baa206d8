/**
 * How much of what a person may take is taken (DESIGN section 4, bounds), reckoned without writing it out: never less
 * than the text of her state, the basket apart, which is the visit's and goes with it.
 */
import type { RunState, SubjectState, TailState } from './subject-state.ts';

/** Short names, brackets and numbers of each part, at their longest. */
const baseBytes = 130;
const visitBytes = 275;
const runBytes = 190;
const messageBytes = 142;
const taskBytes = 126;
const tailBytes = 100;
const timeBytes = 13;
const capBytes = 40;
const idBytes = 36;
/** A slot and its value; sums of large amounts take more, and are few. */
const slotBytes = 12;

export function stateBytes(state: SubjectState): number {
  const { visit, runs, tails, clues, measures } = state;
  let bytes = baseBytes + timeBytes * state.said.length + idBytes * state.recent.length;
  if (state.capTerm > 0) bytes += capBytes;
  if (visit !== null) bytes += visitBytes + length(visit.zone) + visit.zoneBy.length + enteredNow(visit.entered);
  for (const run of runs) bytes += ofRun(run);
  for (const tail of tails) bytes += ofTail(tail);
  bytes += enteredBefore(state.entered) + values(state.attributes);
  for (const key of clues.first) bytes += key.length + 3;
  bytes += lists(clues.counts);
  for (const key in clues.lasts) bytes += key.length + 110;
  for (const [key] of clues.partials) bytes += key.length + 24;
  for (const key in measures) {
    bytes += key.length + 20 + slotBytes * (measures[key]?.slots.length ?? 0);
  }
  return bytes;
}

/** What a run that has just been entered adds at most, with the times by which its dialogue is limited. */
export function enteredBytes(run: RunState): number {
  return ofRun(run) + 2 * run.dialogue.length + 2 * timeBytes + 14;
}

/** What coming to a step adds at most. */
export function movedBytes({ step, here }: RunState): number {
  return 2 * step.length + length(here) + 7;
}

function ofRun(run: RunState): number {
  let bytes = runBytes + run.dialogue.length + length(run.key) + run.step.length + length(run.here) + length(run.arm);
  bytes += values(run.entry) + counted(run.reached) + tables(run.answers) + tables(run.rewards);
  if (run.message !== null) bytes += messageBytes + length(run.message.target) + length(run.message.zone);
  if (run.task !== null) bytes += taskBytes + length(run.task.role) + length(run.task.associate);
  return bytes;
}

function ofTail(tail: TailState): number {
  return tailBytes + tail.dialogue.length + values(tail.entry);
}

function length(text: string | null): number {
  return text?.length ?? 0;
}

function enteredNow(entered: ReadonlyMap<string, number>): number {
  let bytes = 0;
  for (const name of entered.keys()) bytes += name.length + 7;
  return bytes;
}

function enteredBefore(entered: ReadonlyMap<string, readonly number[]>): number {
  let bytes = 0;
  for (const [name, times] of entered) bytes += name.length + 6 + 14 * times.length;
  return bytes;
}

function counted(table: Readonly<Record<string, number>>): number {
  let bytes = 0;
  for (const name in table) bytes += name.length + 7;
  return bytes;
}

function lists(table: Readonly<Record<string, readonly number[]>>): number {
  let bytes = 0;
  for (const name in table) bytes += name.length + 6 + 14 * (table[name]?.length ?? 0);
  return bytes;
}

function values(table: Readonly<Record<string, unknown>>): number {
  let bytes = 0;
  for (const name in table) {
    const value = table[name];
    // A character may need an escape.
    bytes += name.length + 6 + (typeof value === 'string' ? 2 * value.length : 24);
  }
  return bytes;
}

function tables(table: Readonly<Record<string, Readonly<Record<string, unknown>>>>): number {
  let bytes = 0;
  for (const name in table) bytes += name.length + 6 + values(table[name] ?? {});
  return bytes;
}
