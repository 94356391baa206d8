/**
 * The recorded trolley runs, walked through the tracker as a receiver would send them: rows in the order of the file,
 * with their own times, impossible values and all, on a clock that ticks as a gateway's does. The true positions are
 * read only to judge.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { trueEntries, type ZoneEntry } from '@kairos/edge-agent/zones/judge.ts';
import { createZoneTracker } from '@kairos/edge-agent/zones/tracker.ts';
import { type TrackerSettings, trackerSettings } from '@kairos/edge-agent/zones/tracker-settings.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { seededRandom } from '@kairos/protocol/simulated-ports.ts';
import { readRecordedFingerprints } from '@kairos/simulation/replay/recorded-fingerprints.ts';
import { type RecordedRow, readPositions, readRows } from '@kairos/simulation/replay/recording.ts';
import { tetamFloorPlan, tetamZoneOf } from '@kairos/simulation/replay/tetam-floor-plan.ts';

export interface RecordedRun {
  readonly name: string;
  readonly rows: readonly RecordedRow[];
  readonly truth: readonly ZoneEntry[];
}

export interface Recordings {
  /** Zones and receivers, and nothing that was measured. */
  readonly plan: FloorPlan;
  /** The same with the fingerprints of a set as its calibration: set 1 is near in time to the runs, set 2 another day. */
  readonly measured: Readonly<Record<1 | 2, FloorPlan>>;
  readonly runs: readonly RecordedRun[];
}

/** Where the recordings lie: `KAIROS_RECORDINGS`, or beside this repository. */
export function recordingsFolder(): string {
  const root = resolve(import.meta.dirname, '../..');
  return resolve(root, process.env.KAIROS_RECORDINGS ?? '../shared/data');
}

/** Null where the folder is not there. */
export function readRecordings(folder = recordingsFolder()): Recordings | null {
  const home = join(folder, 'tetam-ble');
  if (!existsSync(home)) return null;
  const files = readdirSync(join(home, 'trk')).filter((name) => name.endsWith('.mbd'));
  const plan = tetamFloorPlan(readFileSync(join(home, 'cnf/tetam.dev'), 'utf8'));
  const withSet = (set: 1 | 2): FloorPlan => {
    const file = join(home, `hst/set_${set}/tetam_multi_rssi.hst`);
    return { ...plan, calibration: readRecordedFingerprints(readFileSync(file, 'utf8')) };
  };
  return {
    plan,
    measured: { 1: withSet(1), 2: withSet(2) },
    runs: files.toSorted().map((name) => {
      const text = readFileSync(join(home, 'trk', name), 'utf8');
      return { name, rows: readRows(text), truth: trueEntries(readPositions(text), tetamZoneOf) };
    }),
  };
}

/** Where within a look's time the first one comes; every result is judged at each of them, because chance sets it. */
export const phasesMs = [50, 150, 250, 350, 450] as const;
const tickMs = 100;
/** Time for what is on its way at the end of a run. */
const ticksAfterMax = 10;

export interface Detecting {
  readonly phaseMs?: number;
  readonly settings?: TrackerSettings;
}

/** What the agent's tracker says of a run. */
export function detect(
  plan: FloorPlan,
  rows: readonly RecordedRow[],
  { phaseMs = phasesMs[0], settings = trackerSettings }: Detecting = {},
): ZoneEntry[] {
  const tracker = createZoneTracker(plan, settings);
  const detections: ZoneEntry[] = [];
  let next = Math.floor(rows[0]?.at ?? 0) + phaseMs;
  const tick = (): void => {
    for (const { kind, zone, at } of tracker.tick(next)) if (kind === 'entered') detections.push({ zone, at });
    next += tickMs;
  };
  for (const { tag, receiver, rssi, at } of rows) {
    while (at >= next) tick();
    tracker.observe({ cart: tag, anchor: receiver, rssi, at });
  }
  for (let after = 0; after < ticksAfterMax; after += 1) tick();
  return detections;
}

/** A run without any row of that share of its seconds, chosen by the seed. */
export function silenced(run: RecordedRun, share: number, seed: number): RecordedRun {
  const next = seededRandom(seed);
  const seconds = [...new Set(run.rows.map(({ at }) => Math.floor(at / 1000)))];
  const silent = new Set<number>();
  while (silent.size < Math.round(seconds.length * share)) {
    silent.add(seconds[Math.floor(next() * seconds.length)] as number);
  }
  return { ...run, rows: run.rows.filter(({ at }) => !silent.has(Math.floor(at / 1000))) };
}

/** The peer: the zone of the receiver that is strongest over three seconds, held for three (zones.md). */
export function detectByStrongest({ anchors }: FloorPlan, rows: readonly RecordedRow[]): ZoneEntry[] {
  const detections: ZoneEntry[] = [];
  const last = Math.floor((rows.at(-1)?.at ?? 0) / 1000);
  let current = '';
  let candidate = '';
  let held = 0;
  for (let second = Math.floor((rows[0]?.at ?? 0) / 1000); second <= last; second += 1) {
    const recent = rows.filter(({ at, rssi }) => at >= (second - 2) * 1000 && at < (second + 1) * 1000 && rssi < 0);
    const at = anchors.find(({ address }) => address === loudest(recent))?.at;
    if (!at) continue;
    const zone = tetamZoneOf(at[0], at[1]);
    held = zone === candidate ? held + 1 : 1;
    candidate = zone;
    if (zone === current || held < 3) continue;
    current = zone;
    detections.push({ zone, at: second * 1000 });
  }
  return detections;
}

function loudest(rows: readonly RecordedRow[]): string | undefined {
  const means = Map.groupBy(rows, ({ receiver }) => receiver);
  const mean = (of: readonly RecordedRow[]): number => of.reduce((sum, { rssi }) => sum + rssi, 0) / of.length;
  return [...means].toSorted(([, a], [, b]) => mean(b) - mean(a))[0]?.[0];
}
