/**
 * Somebody enters a dialogue: once what it waits for has happened, if its limits, its audience and its key allow. In
 * the holdout she enters silently, and only her objective is counted.
 */
import type { Fact, FactBody, SaleLine, Scalar } from '@kairos/protocol/facts.ts';
import type { Stop, Stopped } from '../moment/stop.ts';
import { causeOf, runId } from './ids.ts';
import { pauseOfDialogue } from './pauses.ts';
import type { Plan } from './plan.ts';
import { roomComes } from './rates.ts';
import { findRun } from './runs.ts';
import { follow } from './stepping.ts';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

/** Runs of one dialogue that one person may have at a time, by key. */
const runsPerDialogueMax = 6;
const textMax = 120;
const never = Number.POSITIVE_INFINITY;

const visitLimit: Stopped = Object.freeze({ stop: 'limit-visit', until: never });
/** A manager may take it back at any time. */
const paused: Stopped = Object.freeze({ stop: 'paused', until: 0 });
const tooMany: Stopped = Object.freeze({ stop: 'state-full', until: never });

/** Most steps ask for nothing of it. */
const nothingKept: Readonly<Record<string, Scalar | null>> = Object.freeze({});

/** What led here: a fact and a line of it, or a clock with what it knows. */
export interface Occasion {
  readonly fact: Fact | null;
  readonly line: SaleLine | null;
  /** For `entry`, beside what the fact says; null: nothing. */
  readonly known: Readonly<Record<string, Scalar>> | null;
  /** Stable over a crash; null: the fact's own. */
  readonly cause: string | null;
}

/** Asked at every match, before anything is made for it: most lead nowhere. */
export function mayEnter(world: World, subject: Subject, plan: Plan): boolean {
  if (subject.isFull) {
    if (!subject.isToldFull) noteRefused(world, subject, plan, 'state-full');
    subject.isToldFull = true;
    return false;
  }
  if (isRunning(subject, plan)) {
    subject.shutOut(plan.openings, never);
    return false;
  }
  const refusal = limitOf(world, subject, plan);
  if (refusal === null) return true;
  if (refusal.until > 0) subject.shutOut(plan.openings, refusal.until);
  noteRefused(world, subject, plan, refusal.stop);
  return false;
}

/** Where `mayEnter` said that she may. */
export function enter(world: World, subject: Subject, plan: Plan, occasion: Occasion): void {
  const ticket = admit(world, subject, plan, occasion);
  if (ticket === null) return;
  if (typeof ticket === 'string') noteRefused(world, subject, plan, ticket);
  else begin(world, subject, plan, ticket);
}

function isRunning({ state }: Subject, { dialogue: { name, key } }: Plan): boolean {
  if (key !== null) return false;
  for (const { dialogue } of state.runs) if (dialogue === name) return true;
  return false;
}

interface Ticket {
  readonly run: string;
  readonly owner: string;
  readonly key: string | null;
  readonly entry: Readonly<Record<string, Scalar | null>>;
}

/** What she may enter with; why not; or null where she is in it already. */
function admit(world: World, subject: Subject, plan: Plan, occasion: Occasion): Ticket | Stop | null {
  const { dialogue } = plan;
  const scope = world.look(subject, occasion.fact);
  scope.measures = plan.measures;
  scope.line = occasion.line;
  const entry = keptOf(plan, occasion, world.nowOf(subject));
  scope.enterRun({ entry });
  const key = dialogue.key === null ? null : textOf(dialogue.key(scope));
  if (dialogue.key !== null && key === null) return 'no-key';
  const { person, state } = subject;
  // Without a key there is one at a time, and it was asked for already.
  if (key !== null && state.runs.some((run) => run.dialogue === dialogue.name && run.key === key)) return null;
  if (dialogue.audience !== null && !dialogue.audience(scope)) return 'audience';
  const owner = person?.chainId ?? state.visit?.id ?? `subject/${subject.id}`;
  const run = runId({
    dialogue: dialogue.name,
    owner,
    key,
    cause: causeOfEntry(world, occasion),
  });
  // Another entry of the same dialogue, or the same one after its run has ended at once: one fact opens it once.
  const isOver = world.enteredNow.has(run) || world.options.isOver?.(run, dialogue.name) === true;
  return isOver ? null : { run, owner, key, entry };
}

/** What a dialogue decides for a second time is another occasion: its run alone does not tell the two apart. */
function causeOfEntry({ input }: World, { fact, cause }: Occasion): string {
  const own = cause ?? (fact ? causeOf(fact) : '');
  return fact?.cause === 0 && input !== null ? `${own}/${causeOf(input)}` : own;
}

function begin(world: World, subject: Subject, plan: Plan, { run, owner, key, entry }: Ticket): void {
  const { dialogue } = plan;
  const chainId = subject.person?.chainId ?? null;
  subject.isLeftAlone ??= world.lots.isHeldFromAll(chainId, world.house.globalHoldout);
  const held = subject.isLeftAlone || world.lots.isHeld(dialogue.name, chainId, dialogue.holdout);
  world.enteredNow.add(run);
  // As long as this run lasts nothing lets her in again: what ends it opens them.
  if (key === null) subject.shutOut(plan.openings, never);
  const body: FactBody<'run.entered'> = {
    run,
    dialogue: dialogue.name,
    release: world.book.release.number,
    held,
    entry,
  };
  if (dialogue.variants.length > 0) body.arm = world.lots.arm(dialogue.name, owner, dialogue.variants);
  if (key !== null) body.key = key;
  world.decide(subject, 'run.entered', body);
  const entered = findRun(subject, run);
  if (!entered) return;
  if (held) noteRefused(world, subject, plan, 'held-out');
  else follow(world, subject, entered, dialogue.first);
}

/** `until`: so long nothing but the end of a run or a visit can change it; 0: it may at any time. */
function limitOf(world: World, subject: Subject, { dialogue }: Plan): Stopped | null {
  const { state } = subject;
  if (pauseOfDialogue(world.store, dialogue.name, world.nowOf(subject)) !== null) return paused;
  const { perVisit, perCustomer } = dialogue.limits;
  if (perVisit !== null && state.visit && (state.visit.entered.get(dialogue.name) ?? 0) >= perVisit) return visitLimit;
  const times = perCustomer === null ? undefined : state.entered.get(dialogue.name);
  if (times && perCustomer) {
    const until = roomComes(times, perCustomer, state.at, world.calendar);
    if (until > 0) return { stop: 'limit-customer', until };
  }
  return dialogue.key !== null && countOf(subject, dialogue.name) >= runsPerDialogueMax ? tooMany : null;
}

function countOf({ state }: Subject, name: string): number {
  let count = 0;
  for (const { dialogue } of state.runs) if (dialogue === name) count += 1;
  return count;
}

/** All that the run keeps of what let it in: the paths that its steps use. */
function keptOf({ dialogue }: Plan, occasion: Occasion, now: number): Readonly<Record<string, Scalar | null>> {
  if (dialogue.entryPaths.length === 0) return nothingKept;
  const kept: Record<string, Scalar | null> = {};
  for (const path of dialogue.entryPaths) kept[path] = valueAt(path, occasion, now);
  return kept;
}

function valueAt(path: string, { fact, line, known }: Occasion, now: number): Scalar | null {
  const own = known?.[path];
  if (own !== undefined) return own;
  if (path === 'at') return fact?.at ?? now;
  let value: unknown = path.startsWith('line.')
    ? { line: line ?? (fact?.body as { line?: SaleLine })?.line }
    : fact?.body;
  for (const name of path.split('.')) value = (value as Record<string, unknown> | null | undefined)?.[name];
  if (typeof value === 'string') return value.slice(0, textMax);
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function textOf(value: Scalar | null): string | null {
  return value === null ? null : String(value).slice(0, textMax);
}

function noteRefused(world: World, subject: Subject, plan: Plan, stopped: Stop): void {
  if (!subject.isRefusalNew(plan)) return;
  const { name, first } = plan.dialogue;
  world.ledger.begin({ at: world.nowOf(subject), subject: subject.id, message: null, chosen: null });
  world.ledger.addRival({ dialogue: name, step: first }, 0, stopped);
}
