/**
 * Judges zone detections against where a cart truly was: the matching rule by which zones are measured, whatever the
 * tracker. A true entry is a zone that differs from the current one and has held for two consecutive seconds, timed at
 * the second of those. A detection of the same zone serves for it from 3 s before to 10 s after; each serves once,
 * nearest first. What is left over is a false entry on one side, a miss on the other. The first entry of a run counts.
 */

const matchBeforeMs = 3_000;
const matchAfterMs = 10_000;
const heldSeconds = 2;

export interface ZoneEntry {
  readonly zone: string;
  readonly at: number;
}

export interface TruePosition {
  readonly at: number;
  readonly x: number;
  readonly y: number;
}

export interface Verdict {
  readonly found: number;
  readonly falseEntries: number;
  readonly missed: number;
  /** Detection less truth, of what was found. */
  readonly latenciesMs: readonly number[];
}

export interface ZoneFigures extends Verdict {
  readonly trueEntries: number;
  readonly f1: number;
  readonly falsePerTrue: number;
  readonly latencyMedianS: number;
  readonly latencyP95S: number;
}

/** The true entries of one run; the zone of a second is that of the mean position of its rows. */
export function trueEntries(positions: readonly TruePosition[], zoneOf: (x: number, y: number) => string): ZoneEntry[] {
  const seconds = new Map<number, { x: number; y: number; rows: number }>();
  for (const { at, x, y } of positions) {
    const second = Math.floor(at / 1000);
    const sum = seconds.get(second) ?? { x: 0, y: 0, rows: 0 };
    seconds.set(second, { x: sum.x + x, y: sum.y + y, rows: sum.rows + 1 });
  }
  const entries: ZoneEntry[] = [];
  let current: string | null = null;
  let candidate: string | null = null;
  let held = 0;
  for (const [second, sum] of [...seconds].sort(([a], [b]) => a - b)) {
    const zone = zoneOf(sum.x / sum.rows, sum.y / sum.rows);
    held = zone === candidate ? held + 1 : 1;
    candidate = zone;
    if (zone !== current && held >= heldSeconds) {
      entries.push({ zone, at: second * 1000 });
      current = zone;
    }
  }
  return entries;
}

export function judge(truth: readonly ZoneEntry[], detections: readonly ZoneEntry[]): Verdict {
  const pairs: { entry: number; detection: number; lateMs: number }[] = [];
  truth.forEach(({ zone, at }, entry) => {
    detections.forEach((found, detection) => {
      const lateMs = found.at - at;
      if (found.zone === zone && lateMs >= -matchBeforeMs && lateMs <= matchAfterMs) {
        pairs.push({ entry, detection, lateMs });
      }
    });
  });
  pairs.sort((a, b) => Math.abs(a.lateMs) - Math.abs(b.lateMs));
  const entriesServed = new Set<number>();
  const detectionsUsed = new Set<number>();
  const latenciesMs: number[] = [];
  for (const { entry, detection, lateMs } of pairs) {
    if (entriesServed.has(entry) || detectionsUsed.has(detection)) continue;
    entriesServed.add(entry);
    detectionsUsed.add(detection);
    latenciesMs.push(lateMs);
  }
  const found = latenciesMs.length;
  return { found, falseEntries: detections.length - found, missed: truth.length - found, latenciesMs };
}

/** The figures over all runs judged. */
export function summarise(verdicts: readonly Verdict[]): ZoneFigures {
  const sum = (of: (verdict: Verdict) => number): number => verdicts.reduce((total, verdict) => total + of(verdict), 0);
  const found = sum((verdict) => verdict.found);
  const falseEntries = sum((verdict) => verdict.falseEntries);
  const missed = sum((verdict) => verdict.missed);
  const latenciesMs = verdicts.flatMap((verdict) => verdict.latenciesMs).sort((a, b) => a - b);
  const all = 2 * found + falseEntries + missed;
  return {
    found,
    falseEntries,
    missed,
    latenciesMs,
    trueEntries: found + missed,
    f1: all === 0 ? 0 : (2 * found) / all,
    falsePerTrue: found + missed === 0 ? 0 : falseEntries / (found + missed),
    latencyMedianS: quantile(latenciesMs, 0.5) / 1000,
    latencyP95S: quantile(latenciesMs, 0.95) / 1000,
  };
}

/** Nearest rank; NaN of nothing. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
