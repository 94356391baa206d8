/** Zones on recordings that nobody here made: the goals of the tracker, as a test. */
import { judge, summarise, type ZoneFigures } from '@kairos/edge-agent/zones/judge.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { expect, it } from 'vitest';
import { judgeOffice, readOffice } from './office-scans.ts';
import {
  detect,
  detectByStrongest,
  phasesMs,
  type RecordedRun,
  type Recordings,
  readRecordings,
  recordingsFolder,
  silenced,
} from './recorded-runs.ts';

const recordings = readRecordings();
const missing = `no recordings in ${recordingsFolder()}: set KAIROS_RECORDINGS`;

/** The one skip there is: without the recordings, and not in CI, where they are required. */
function onRecordings(name: string, test: (recordings: Recordings) => void): void {
  it(name, (context) => {
    if (recordings !== null) return test(recordings);
    if (process.env.CI === 'true') throw new Error(missing);
    context.skip(missing);
  });
}

/** Over all runs and all phases of the tracker's look within half a second. */
const figuresOf = (plan: FloorPlan, runs: readonly RecordedRun[], phases: readonly number[] = phasesMs): ZoneFigures =>
  summarise(phases.flatMap((phaseMs) => runs.map((run) => judge(run.truth, detect(plan, run.rows, { phaseMs })))));

onRecordings('the six runs hold the twenty true entries that they are known to hold', ({ runs }) => {
  expect(runs).toHaveLength(6);
  expect(runs.reduce((sum, { truth }) => sum + truth.length, 0)).toBe(20);
});

onRecordings(
  'zone entries: F1 of 0.70, one false for two true at most, 95 % of those found within six seconds',
  (all) => {
    const { f1, falsePerTrue, latencyP95S } = figuresOf(all.plan, all.runs);
    expect(f1).toBeGreaterThanOrEqual(0.7);
    expect(falsePerTrue).toBeLessThanOrEqual(0.5);
    expect(latencyP95S).toBeLessThanOrEqual(6);
  },
);

onRecordings(
  'with the fingerprints of set 1 F1 is 0.90 within the same six seconds, and worse with another day’s',
  (all) => {
    const sameDay = figuresOf(all.measured[1], all.runs);
    expect(sameDay.f1).toBeGreaterThanOrEqual(0.9);
    expect(sameDay.latencyP95S).toBeLessThanOrEqual(6);
    expect(figuresOf(all.measured[2], all.runs).f1).toBeLessThan(sameDay.f1);
  },
);

onRecordings('with 11 % of the seconds silenced, F1 falls by at most 0.05', ({ plan, runs }) => {
  const f1s = Array.from({ length: 20 }, (_, seed) => {
    const quiet = runs.map((run) => silenced(run, 0.11, seed + 1));
    return figuresOf(plan, quiet, [phasesMs[seed % phasesMs.length] as number]).f1;
  });
  const mean = f1s.reduce((sum, f1) => sum + f1, 0) / f1s.length;
  expect(mean).toBeGreaterThanOrEqual(figuresOf(plan, runs).f1 - 0.05);
});

onRecordings('the tracker is better than the strongest receiver', ({ plan, runs }) => {
  const strongest = summarise(runs.map((run) => judge(run.truth, detectByStrongest(plan, run.rows))));
  expect(figuresOf(plan, runs).f1).toBeGreaterThan(strongest.f1);
});

onRecordings('two looks at the same rows say the same', ({ measured, runs }) => {
  for (const { rows } of runs) expect(detect(measured[1], rows)).toEqual(detect(measured[1], rows));
});

onRecordings('office scans: more right and fewer wrong than the strongest beacon; empty ones are unknown', () => {
  const office = readOffice();
  if (office === null) throw new Error(missing);
  for (const count of [4, 12] as const) {
    const { likeliest, said, strongest, empty } = judgeOffice(office, count);
    expect(likeliest.right, `${count} zones`).toBeGreaterThan(strongest.right);
    expect(likeliest.wrong, `${count} zones`).toBeLessThan(strongest.wrong);
    // What is said aloud after a single scan is said seldom, and hardly ever wrong.
    expect(said.wrong, `${count} zones`).toBeLessThan(said.right / 3);
    expect(empty).toEqual({ scans: 353, unknown: 353 });
  }
});
