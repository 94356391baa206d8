/**
 * What a measure remembers of one customer: amounts by slot, in order of time, never more than its bounds. Plain JSON.
 * How each kind of measure takes in an amount, forgets what has left, and reads itself.
 */
import type { CompiledMeasure } from '../compiled.ts';
import type { Lifespan } from './lifespan.ts';

/** At most `distinctMax` pairs for a distinct measure, at most its `buckets` otherwise. Slots ascend. */
export interface Tally {
  slots: number[];
  values: number[];
}

/** DESIGN section 4, bounds. Beyond it the values seen longest ago go first, and the measure stays at most here. */
const distinctMax = 256;

/** What a tally goes by; the same for all customers. */
export interface TallyRules {
  readonly kind: CompiledMeasure['kind'];
  readonly life: Lifespan;
}

interface Amount {
  readonly slot: number;
  readonly value: number;
}

/** Takes in an amount. `value` is a number to add, to remember, or (distinct) the mark of a value. */
export function record(tally: Tally, { kind, life }: TallyRules, { slot, value }: Amount): void {
  if (kind === 'distinct') {
    recordDistinct(tally, life, { slot, value });
    return;
  }
  const place = placeOf(tally, slot);
  const known = tally.slots[place] === slot;
  if (kind !== 'last') {
    if (known) tally.values[place] = bounded((tally.values[place] as number) + value);
    else insert(tally, place, { slot, value: bounded(value) });
  } else if (life.widthMs > 0) {
    if (known) tally.values[place] = value;
    else insert(tally, place, { slot, value });
  } else if (place >= tally.slots.length || known) {
    tally.slots = [slot];
    tally.values = [value];
  }
}

/** Drops what has left by `now`, and gathers what has entered for good. Changes no value at `now` or later. */
export function settle(tally: Tally, { kind, life }: TallyRules, now: number): void {
  const { slots } = tally;
  let gone = 0;
  while (gone < slots.length && life.leaves(slots[gone] as number) <= now) gone++;
  remove(tally, 0, gone);
  if (life.forEver && life.widthMs > 0) gather(tally, { kind, life }, now);
}

/** Of what has entered for good, only the sum, the set or the newest matters. */
function gather(tally: Tally, { kind, life }: TallyRules, now: number): void {
  const { slots, values } = tally;
  let entered = 0;
  while (entered < slots.length && life.enters(slots[entered] as number) <= now) entered++;
  if (kind === 'last') remove(tally, 0, entered - 1);
  else if (kind === 'distinct') slots.fill(0, 0, entered);
  else if (entered > 0) {
    const sum = values.slice(0, entered).reduce((total, value) => bounded(total + value), 0);
    remove(tally, 0, entered);
    insert(tally, 0, { slot: 0, value: sum });
  }
}

/** The value at `now`. NaN for the last of nothing, so that no comparison with it holds. */
export function read({ slots, values }: Tally, { kind, life }: TallyRules, now: number): number {
  const told = kind === 'distinct' ? new Set<number>() : null;
  let sum = 0;
  let last = Number.NaN;
  for (let at = 0; at < slots.length; at++) {
    const slot = slots[at] as number;
    if (life.enters(slot) > now || life.leaves(slot) <= now) continue;
    const value = values[at] as number;
    told?.add(value);
    sum += value;
    last = value;
  }
  if (told !== null) return told.size;
  return kind === 'last' ? last : bounded(sum);
}

/** The first moment after `now` at which anything enters or leaves; infinity where nothing will. */
export function nextBoundary({ slots }: Tally, { life }: TallyRules, now: number): number {
  let next = Number.POSITIVE_INFINITY;
  for (const slot of slots) {
    const enters = life.enters(slot);
    const leaves = life.leaves(slot);
    if (enters > now && enters < next) next = enters;
    if (leaves > now && leaves < next) next = leaves;
  }
  return next;
}

/**
 * One pair a value where it counts at once (its newest) or for ever (its oldest); where the window ends some time ago,
 * a value may leave and enter again, and every slot of it is kept.
 */
function recordDistinct(tally: Tally, life: Lifespan, { slot, value }: Amount): void {
  const { slots, values } = tally;
  const atOnce = life.enters(slot) <= life.startOf(slot);
  for (let at = values.indexOf(value); at >= 0; at = values.indexOf(value, at + 1)) {
    const known = slots[at] as number;
    if (known === slot || (life.forEver && known < slot) || (!life.forEver && atOnce && known > slot)) return;
    if (life.forEver || atOnce) remove(tally, at--, 1);
  }
  if (slots.length >= distinctMax) {
    const oldest = slots[0] as number;
    if (life.forEver || slot < oldest) return;
    remove(tally, 0, 1);
  }
  insert(tally, placeOf(tally, slot), { slot, value });
}

/** Where `slot` stands, or would stand. New facts are nearly always the newest. */
function placeOf({ slots }: Tally, slot: number): number {
  let place = slots.length;
  while (place > 0 && (slots[place - 1] as number) >= slot) place--;
  return place;
}

function insert(tally: Tally, place: number, { slot, value }: Amount): void {
  tally.slots.splice(place, 0, slot);
  tally.values.splice(place, 0, value);
}

function remove(tally: Tally, from: number, count: number): void {
  if (count <= 0) return;
  tally.slots.splice(from, count);
  tally.values.splice(from, count);
}

/** Sums stop at the ends of the safe integers; beyond them they would no longer be what was added. */
function bounded(sum: number): number {
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, sum));
}
