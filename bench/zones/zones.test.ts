/** Zones on recordings that nobody here made: the goals of the tracker, as a test. */
import { judge, summarise, type ZoneFigures } from '@kairos/edge-agent/zones/judge.ts';
import { expect, it } from 'vitest';
import {
  detect,
  detectByStrongest,
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

const figuresOf = ({ plan, runs }: Recordings, phaseMs = 0): ZoneFigures =>
  summarise(runs.map((run) => judge(run.truth, detect(plan, run.rows, phaseMs))));

onRecordings('the six runs hold the twenty true entries that they are known to hold', ({ runs }) => {
  expect(runs).toHaveLength(6);
  expect(runs.reduce((sum, { truth }) => sum + truth.length, 0)).toBe(20);
});

onRecordings('zone entries are found with F1 of 0.70 and at most one false for two true, at any phase', (all) => {
  for (const phaseMs of [0, 200, 400, 600, 800]) {
    const { f1, falsePerTrue } = figuresOf(all, phaseMs);
    expect(f1).toBeGreaterThanOrEqual(0.7);
    expect(falsePerTrue).toBeLessThanOrEqual(0.5);
  }
});

onRecordings('with 11 % of the seconds silenced, F1 falls by at most 0.05', (all) => {
  const f1s = Array.from({ length: 20 }, (_, seed) =>
    figuresOf({ ...all, runs: all.runs.map((run) => silenced(run, 0.11, seed + 1)) }),
  ).map(({ f1 }) => f1);
  const mean = f1s.reduce((sum, f1) => sum + f1, 0) / f1s.length;
  expect(mean).toBeGreaterThanOrEqual(figuresOf(all).f1 - 0.05);
});

onRecordings('the tracker is better than the strongest receiver', (all) => {
  const strongest = summarise(all.runs.map((run) => judge(run.truth, detectByStrongest(all.plan, run.rows))));
  expect(figuresOf(all).f1).toBeGreaterThan(strongest.f1);
});
