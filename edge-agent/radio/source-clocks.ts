/**
 * How old a reading is, from the clock of whoever heard it, which may be wrong by years, drift or be set at any moment.
 * Only differences count: of each source the smallest distance between its time and ours is taken for "at once", and
 * what lies further apart came so much later. A gateway that was out of touch and hands over what it kept is told from
 * one whose clock was set back: what it kept comes quickly, a clock that was set back stays so.
 */
import type { SourceClock } from './observation.ts';

/** The smallest distance is forgotten after one to two of these, so that a drifting clock is followed. */
const windowMs = 60_000;
/** A clock that tells whole seconds may be late by one without meaning it. */
const resolutionMs: Readonly<Record<SourceClock, number>> = {
  'source-ms': 0,
  'source-s': 1_000,
  boot: 1_000,
  none: 0,
};
/** A distance that has stayed this much larger, within this spread, for this long is the clock's new one. */
const suspectFromMs = 5_000;
const steadySpreadMs = 2_000;
const steadyForMs = 3_000;
/** Sources that are remembered; the one longest silent makes room. */
const sourcesMax = 5_000;

interface Source {
  smallest: number;
  smallestBefore: number;
  windowSince: number;
  suspect: { readonly since: number; least: number; most: number } | null;
}

export class SourceClocks {
  readonly #sources = new Map<string, Source>();

  /** Milliseconds, 0 and up; `arrivedAt` on a clock that never steps back. 0 where the source gives no time. */
  age(reading: {
    readonly source: string;
    readonly sourceTime: number | null;
    readonly clock: SourceClock;
    readonly arrivedAt: number;
  }): number {
    const { source: name, sourceTime, clock, arrivedAt } = reading;
    if (sourceTime === null || clock === 'none' || !Number.isFinite(sourceTime)) return 0;
    const distance = arrivedAt - sourceTime;
    const source = this.#sources.get(name) ?? this.#begin(name, distance, arrivedAt);
    // The least recently heard stands first.
    this.#sources.delete(name);
    this.#sources.set(name, source);
    if (arrivedAt - source.windowSince >= windowMs) {
      source.smallestBefore = source.smallest;
      source.smallest = distance;
      source.windowSince = arrivedAt;
    }
    if (distance < source.smallest) source.smallest = distance;
    const late = distance - Math.min(source.smallest, source.smallestBefore);
    if (late >= suspectFromMs && isNewClock(source, distance, arrivedAt)) {
      Object.assign(source, { smallest: distance, smallestBefore: distance, windowSince: arrivedAt, suspect: null });
      return 0;
    }
    if (late < suspectFromMs) source.suspect = null;
    return Math.max(0, late - resolutionMs[clock]);
  }

  #begin(name: string, distance: number, arrivedAt: number): Source {
    if (this.#sources.size >= sourcesMax) {
      for (const oldest of this.#sources.keys()) {
        this.#sources.delete(oldest);
        break;
      }
    }
    const source: Source = { smallest: distance, smallestBefore: distance, windowSince: arrivedAt, suspect: null };
    this.#sources.set(name, source);
    return source;
  }
}

function isNewClock(source: Source, distance: number, arrivedAt: number): boolean {
  const { suspect } = source;
  const least = Math.min(suspect?.least ?? distance, distance);
  const most = Math.max(suspect?.most ?? distance, distance);
  if (suspect === null || most - least > steadySpreadMs) {
    source.suspect = { since: arrivedAt, least: distance, most: distance };
    return false;
  }
  Object.assign(suspect, { least, most });
  return arrivedAt - suspect.since >= steadyForMs;
}
