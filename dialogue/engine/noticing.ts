/**
 * What entries and measures notice of a fact and keep: the first of its kind, how many within a window, how far a
 * sequence has come, when something last happened. Part of folding: a replay notices the same and opens nothing.
 *
 * Partial sequences are at most `partialsMax` for a person; beyond it the oldest is given up. A count keeps the times
 * it needs to know that it is reached, at most `countedMax`.
 */
import type { Fact, SaleLine, Scalar } from '@kairos/protocol/facts.ts';
import type { CompiledEntry } from '../compiled.ts';
import { withPurchase } from '../rhythm/history.ts';
import type { Bucket, Listener } from './bucket.ts';
import { crossedBy, type Thresholds } from './crossing.ts';
import { causeOf } from './ids.ts';
import { isMatch } from './matching.ts';
import { beginTally, boundTallies } from './measure-book.ts';
import type { Plan } from './plan.ts';
import type { Listeners } from './release-book.ts';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

/** DESIGN section 4, bounds. */
const partialsMax = 8;
const countedMax = 64;
/** A tally shorter than this is none of those that take too much room together. */
const slotsLooked = 16;

/** An entry that has been reached: what a run that enters may know. */
export interface Reached {
  readonly plan: Plan;
  readonly line: SaleLine | null;
  readonly known: Readonly<Record<string, Scalar>>;
  readonly cause: string;
  /** Still to be tried. */
  readonly where: Extract<CompiledEntry, { kind: 'dwell' }>['where'];
}

const nothingKnown = Object.freeze({});

/** Entries that this fact has reached by what was noticed before; null: none. */
export function notice(world: World, subject: Subject, fact: Fact, listeners: Listeners): Reached[] | null {
  const { measures, noticing } = listeners;
  const { anywhere, byZone } = noticing;
  if (measures.length === 0 && anywhere.listeners.length === 0 && byZone === null) return null;
  const reached: Reached[] = [];
  const zone = (fact.body as { zone?: string }).zone;
  world.look(subject, fact);
  if (measures.length > 0) countInMeasures(world, subject, { fact, listeners, reached });
  noticeAll(world, subject, { fact, bucket: anywhere, reached });
  const here = zone === undefined ? undefined : byZone?.get(zone);
  if (here) noticeAll(world, subject, { fact, bucket: here, reached });
  return reached.length === 0 ? null : reached;
}

function noticeAll(
  world: World,
  subject: Subject,
  { fact, bucket, reached }: { fact: Fact; bucket: Bucket; reached: Reached[] },
): void {
  for (const listener of bucket.listeners) noticeOne(world, subject, { fact, listener, reached });
}

interface Noticing {
  readonly fact: Fact;
  readonly listener: Listener;
  readonly reached: Reached[];
}

function countInMeasures(
  world: World,
  subject: Subject,
  { fact, listeners, reached }: { fact: Fact; listeners: Listeners; reached: Reached[] },
): void {
  const now = world.nowOf(subject);
  const zone = (fact.body as { zone?: string }).zone ?? '';
  for (const kept of listeners.measures) {
    const { zones } = kept.compiled.pattern;
    if (zones !== null && !zones.includes(zone)) continue;
    const crossings = world.book.crossings.get(kept.compiled.name);
    const before: Thresholds | null = crossings ? crossedBy(subject, crossings, now) : null;
    world.scope.measures = world.book.measures;
    // A tally is begun only for a fact that counts: trying leaves nothing behind.
    const known = subject.state.measures[kept.key];
    const tally = known ?? kept.measure.empty();
    if (!kept.measure.observe(tally, world.scope, fact.at)) continue;
    if (tally.slots.length >= slotsLooked) boundTallies(subject.state);
    if (!known) beginTally(subject.state, kept, { tally, book: world.measures });
    subject.forgetClocks();
    subject.stir();
    for (const watch of before?.newly(now) ?? []) {
      const { plan, key } = watch;
      reached.push({ plan, line: null, known: nothingKnown, cause: `${causeOf(fact)}/${key}`, where: null });
    }
  }
}

function noticeOne(world: World, subject: Subject, { fact, listener, reached }: Noticing): void {
  const { plan, pattern } = listener;
  world.scope.measures = plan.measures;
  if (!isMatch(world, subject, pattern) || !isReached(world, subject, fact, listener)) return;
  const { line } = world.scope;
  reached.push({ plan, line, known: nothingKnown, cause: causeOf(fact), where: null });
}

/** Keeps what the entry has noticed; whether this was what it waited for. */
function isReached(world: World, subject: Subject, fact: Fact, { entry, key, place }: Listener): boolean {
  const { clues } = subject.state;
  subject.grow();
  switch (entry.kind) {
    case 'first':
      if (clues.first.includes(key)) return false;
      clues.first.push(key);
      return true;
    case 'count':
      return isCountReached(world, subject, fact, { entry, key });
    case 'absence':
      noteLast(world, subject, fact, { entry, key });
      return false;
    case 'sequence':
      return isSequenceComplete(world, subject, fact, { entry, key, place });
    default:
      return false;
  }
}

type Kept<Kind extends CompiledEntry['kind']> = {
  readonly entry: Extract<CompiledEntry, { kind: Kind }>;
  readonly key: string;
};

function isCountReached(world: World, subject: Subject, fact: Fact, { entry, key }: Kept<'count'>): boolean {
  const { counts } = subject.state.clues;
  if (entry.within === null) {
    const count = (counts[key]?.[0] ?? 0) + 1;
    counts[key] = [count];
    return count === entry.reaches;
  }
  const from = backBy(world, world.nowOf(subject), entry.within);
  const times = [...(counts[key] ?? []), fact.at].filter((at) => at > from).sort((one, other) => one - other);
  counts[key] = times.slice(-Math.min(countedMax, entry.reaches + 1));
  return fact.at > from && times.length === entry.reaches;
}

function noteLast(world: World, subject: Subject, fact: Fact, { entry, key }: Kept<'absence'>): void {
  const { lasts } = subject.state.clues;
  const known = lasts[key];
  const rhythm = entry.after === 'unusual' ? withPurchase(known?.rhythm ?? null, fact.at, world.calendar) : undefined;
  const isLater = known === undefined || fact.at > known.at;
  lasts[key] = {
    at: isLater ? fact.at : known.at,
    told: isLater ? 0 : known.told,
    ...(rhythm === undefined ? {} : { rhythm }),
  };
  subject.forgetClocks();
  subject.stir();
}

function isSequenceComplete(
  world: World,
  subject: Subject,
  fact: Fact,
  { entry, key, place }: Kept<'sequence'> & { readonly place: number },
): boolean {
  const { clues } = subject.state;
  if (place < 0) {
    clues.partials = clues.partials.filter((partial) => partial[0] !== key);
    return false;
  }
  const from = backBy(world, fact.at, entry.within);
  const next = clues.partials.find(
    ([of, matched, at]) => of === key && matched === place && at >= from && at <= fact.at,
  );
  if (place > 0 && !next) return false;
  if (place + 1 === entry.patterns.length) {
    clues.partials = clues.partials.filter((partial) => partial[0] !== key);
    return true;
  }
  if (next && place > 0) {
    next[1] += 1;
    return false;
  }
  clues.partials.push([key, 1, fact.at]);
  if (clues.partials.length > partialsMax) clues.partials.shift();
  return false;
}

function backBy(world: World, at: number, span: { readonly ms: number } | { readonly months: number }): number {
  return 'ms' in span ? at - span.ms : world.calendar.addMonths(at, -span.months);
}
