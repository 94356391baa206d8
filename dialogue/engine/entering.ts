/**
 * Somebody enters a dialogue: once what it waits for has happened, if its limits, its audience and its key allow. In
 * the holdout she enters silently, and only her objective is counted.
 */
import type { Fact, Rival, SaleLine, Scalar } from '@kairos/protocol/facts.ts';
import type { Stop } from '../moment/stop.ts';
import { runId } from './ids.ts';
import type { Plan } from './plan.ts';
import { roomComes } from './rates.ts';
import { findRun } from './runs.ts';
import { stateBytes } from './state-size.ts';
import { endRun, follow } from './stepping.ts';
import type { Subject } from './subject.ts';
import { runsMax, stateBytesMax } from './subject-state.ts';
import type { World } from './world.ts';

/** Runs of one dialogue that one person may have at a time, by key. */
const runsPerDialogueMax = 6;
/** What a fresh run takes. */
const runBytes = 600;
const textMax = 120;

/** What led here: a fact and a line of it, or a clock with what it knows. */
export interface Occasion {
  readonly fact: Fact | null;
  readonly line: SaleLine | null;
  /** For `entry`, beside what the fact says. */
  readonly known: Readonly<Record<string, Scalar>>;
  /** Stable over a crash. */
  readonly cause: string;
}

/** Cheap, and asked first: a match that leads nowhere should cost next to nothing. */
export function isRunning(subject: Subject, plan: Plan): boolean {
  if (plan.dialogue.key !== null) return false;
  for (const { dialogue } of subject.state.runs) if (dialogue === plan.dialogue.name) return true;
  return false;
}

export function enter(world: World, subject: Subject, plan: Plan, occasion: Occasion): void {
  const ticket = admit(world, subject, plan, occasion);
  if (ticket === null) return;
  if (typeof ticket === 'string') noteRefused(world, subject, plan, ticket);
  else begin(world, subject, plan, ticket);
}

interface Ticket {
  readonly run: string;
  readonly owner: string;
  readonly key: string | null;
  readonly entry: Record<string, Scalar | null>;
}

/** What she may enter with; why not; or null where she is in it already. */
function admit(world: World, subject: Subject, plan: Plan, occasion: Occasion): Ticket | Stop | null {
  const { dialogue } = plan;
  const limit = limitOf(world, subject, plan);
  if (limit !== null) return limit;
  const scope = world.look(subject, occasion.fact);
  scope.useMeasures(plan.measures);
  scope.line = occasion.line;
  const entry = keptOf(plan, occasion, world.nowOf(subject));
  scope.enterRun({ entry });
  const key = dialogue.key === null ? null : textOf(dialogue.key(scope));
  if (dialogue.key !== null && key === null) return 'no-key';
  const { person, state } = subject;
  if (state.runs.some((run) => run.dialogue === dialogue.name && run.key === key)) return null;
  if (dialogue.audience !== null && !dialogue.audience(scope)) return 'audience';
  if (isFull(subject, dialogue.name)) return 'state-full';
  const owner = person?.chainId ?? state.visit?.id ?? `subject/${subject.id}`;
  const run = runId({ dialogue: dialogue.name, owner, key, cause: occasion.cause });
  // Another entry of the same dialogue, or the same one after its run has ended at once: one fact opens it once.
  return world.enteredNow.has(run) ? null : { run, owner, key, entry };
}

function begin(world: World, subject: Subject, plan: Plan, { run, owner, key, entry }: Ticket): void {
  const { dialogue } = plan;
  const chainId = subject.person?.chainId ?? null;
  const held =
    world.lots.isHeldFromAll(chainId, world.house.globalHoldout) ||
    world.lots.isHeld(dialogue.name, chainId, dialogue.holdout);
  world.enteredNow.add(run);
  world.decide(subject, 'run.entered', {
    run,
    dialogue: dialogue.name,
    release: world.book.release.number,
    held,
    ...(dialogue.variants.length === 0 ? {} : { arm: world.lots.arm(dialogue.name, owner, dialogue.variants) }),
    ...(key === null ? {} : { key }),
    entry,
  });
  const entered = findRun(subject, run);
  if (!entered) return;
  if (!held) {
    follow(world, subject, entered, dialogue.first);
    return;
  }
  noteRefused(world, subject, plan, 'held-out');
  endRun(world, subject, entered, 'end');
}

function limitOf(world: World, { state }: Subject, { dialogue }: Plan): Stop | null {
  if (isDialoguePaused(world, dialogue.name)) return 'paused';
  const { perVisit, perCustomer } = dialogue.limits;
  if (perVisit !== null && state.visit && (state.visit.entered[dialogue.name] ?? 0) >= perVisit) return 'limit-visit';
  if (perCustomer === null) return null;
  const times = state.entered[dialogue.name];
  if (!times || roomComes(times, perCustomer, state.at, world.calendar) === 0) return null;
  return 'limit-customer';
}

function isDialoguePaused(world: World, dialogue: string): boolean {
  return world.store.pauses.some(
    ({ what, name }) => what === 'everything' || (what === 'dialogue' && name === dialogue),
  );
}

function isFull({ state }: Subject, dialogue: string): boolean {
  if (state.runs.length >= runsMax) return true;
  if (state.runs.filter((run) => run.dialogue === dialogue).length >= runsPerDialogueMax) return true;
  return stateBytes(state) + runBytes > stateBytesMax;
}

/** All that the run keeps of what let it in: the paths that its steps use. */
function keptOf({ dialogue }: Plan, occasion: Occasion, now: number): Record<string, Scalar | null> {
  const kept: Record<string, Scalar | null> = {};
  for (const path of dialogue.entryPaths) kept[path] = valueAt(path, occasion, now);
  return kept;
}

function valueAt(path: string, { fact, line, known }: Occasion, now: number): Scalar | null {
  const own = known[path];
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

/** The same refusal again says nothing new. */
function noteRefused(world: World, subject: Subject, { dialogue }: Plan, stopped: Stop): void {
  const rival: Rival = { dialogue: dialogue.name, step: dialogue.first, score: 0, stopped };
  if (subject.lastRefused?.dialogue === rival.dialogue && subject.lastRefused.stopped === stopped) return;
  subject.lastRefused = rival;
  world.ledger.noteRefused(world.nowOf(subject), subject.id, rival);
}
