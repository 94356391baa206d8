/**
 * The measures of the releases in use. Conditions name a measure by its place in their own release; tallies are kept
 * by name and shape, so that a tally of another window is never read as this one's but begun anew.
 */
import type { CompiledMeasure, CompiledRelease } from '../compiled.ts';
import type { Calendar } from '../measure/calendar.ts';
import { createMeasure, type Measure, type Tally } from '../measure/measure.ts';
import type { SubjectState } from './subject-state.ts';

export interface KeptMeasure {
  readonly measure: Measure;
  readonly compiled: CompiledMeasure;
  /** Where its tallies are kept. */
  readonly key: string;
}

export class MeasureBook {
  readonly #calendar: Calendar;
  /** By name, of the current release. */
  #current = new Map<string, KeptMeasure>();
  /** By place, for each release that conditions in use were compiled in; what has gone is null. */
  readonly #views: { readonly names: readonly string[]; readonly list: (KeptMeasure | null)[] }[] = [];

  constructor(calendar: Calendar) {
    this.#calendar = calendar;
  }

  /** Takes over a release's measures; what its conditions see by place. */
  replace(release: CompiledRelease): readonly (KeptMeasure | null)[] {
    const next = new Map<string, KeptMeasure>();
    for (const compiled of release.measures) {
      const key = `${compiled.name}:${shapeOf(compiled)}`;
      const known = this.#current.get(compiled.name);
      const isKept = known?.compiled === compiled;
      next.set(compiled.name, isKept ? known : { measure: createMeasure(compiled, this.#calendar), compiled, key });
    }
    this.#current = next;
    const names = release.measures.map(({ name }) => name);
    // The same names in the same places are the same view: what is unchanged keeps seeing what everybody sees.
    const known = this.#views.find((one) => one.names.join() === names.join());
    const view = known ?? { names, list: [] as (KeptMeasure | null)[] };
    if (!known) this.#views.push(view);
    for (const { names: seen, list } of this.#views) {
      list.splice(0, list.length, ...seen.map((name) => next.get(name) ?? null));
    }
    return view.list;
  }

  /** Which tallies still belong to a measure; others are dropped when their owner is next heard of. */
  isCurrent(key: string): boolean {
    return this.#current.get(key.slice(0, key.lastIndexOf(':')))?.key === key;
  }
}

/** The first fact that counts begins a tally; those of measures that are no more make room for it. */
export function beginTally(
  state: SubjectState,
  { key }: KeptMeasure,
  { tally, book }: { tally: Tally; book: MeasureBook },
): void {
  for (const old of Object.keys(state.measures)) if (!book.isCurrent(old)) delete state.measures[old];
  state.measures[key] = tally;
}

/**
 * Slots of all measures of one person. Beyond it the longest tally gives up its oldest, and is worth that much less.
 */
const slotsMax = 272;

export function boundTallies(state: SubjectState): void {
  for (;;) {
    let total = 0;
    let longest = '';
    let most = 0;
    for (const key in state.measures) {
      const { length } = (state.measures[key] as Tally).slots;
      total += length;
      if (length <= most) continue;
      longest = key;
      most = length;
    }
    const tally = state.measures[longest];
    if (!tally || total <= slotsMax) return;
    // Another object: what is known of a tally's value is known by the object.
    state.measures[longest] = { slots: tally.slots.slice(1), values: tally.values.slice(1) };
  }
}

/** What it is worth now, without leaving a trace in the state; 0 for a measure that has gone. */
export function worth(state: SubjectState, kept: KeptMeasure | null | undefined, now: number): number {
  if (!kept) return 0;
  const tally = state.measures[kept.key];
  return tally ? kept.measure.valueOf(tally, now) : emptyValue(kept);
}

function emptyValue({ compiled }: KeptMeasure): number {
  return compiled.kind === 'last' ? Number.NaN : 0;
}

/** A short print of what a tally's numbers mean. */
function shapeOf({ kind, window, endingAgo, buckets, perLine }: CompiledMeasure): string {
  const text = JSON.stringify([kind, window, endingAgo, buckets, perLine]);
  let print = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) print = Math.imul(print ^ text.charCodeAt(at), 0x01000193);
  return (print >>> 0).toString(36);
}
