/**
 * The recorded trolley runs, walked through the tracker as a receiver would send them: rows in the order of the file,
 * with their own times, impossible values and all; one look a second. The true positions are read only to judge.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { trueEntries, type ZoneEntry } from '@kairos/edge-agent/zones/judge.ts';
import { createZoneTracker } from '@kairos/edge-agent/zones/tracker.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { seededRandom } from '@kairos/protocol/simulated-ports.ts';
import { type RecordedRow, readPositions, readRows } from '@kairos/simulation/replay/recording.ts';
import { tetamFloorPlan, tetamZoneOf } from '@kairos/simulation/replay/tetam-floor-plan.ts';

export interface RecordedRun {
  readonly name: string;
  readonly rows: readonly RecordedRow[];
  readonly truth: readonly ZoneEntry[];
}

export interface Recordings {
  readonly plan: FloorPlan;
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
  return {
    plan: tetamFloorPlan(readFileSync(join(home, 'cnf/tetam.dev'), 'utf8')),
    runs: files.toSorted().map((name) => {
      const text = readFileSync(join(home, 'trk', name), 'utf8');
      return { name, rows: readRows(text), truth: trueEntries(readPositions(text), tetamZoneOf) };
    }),
  };
}

/** What the tracker says of a run. `phaseMs` moves the look within the second. */
export function detect(plan: FloorPlan, rows: readonly RecordedRow[], phaseMs = 0): ZoneEntry[] {
  const tracker = createZoneTracker(plan);
  const detections: ZoneEntry[] = [];
  const first = rows[0]?.at ?? 0;
  let next = (Math.floor(first / 1000) + 1) * 1000 + phaseMs;
  const look = (): void => {
    for (const { kind, zone, at } of tracker.tick(next)) if (kind === 'entered') detections.push({ zone, at });
    next += 1000;
  };
  for (const { tag, receiver, rssi, at } of rows) {
    while (at >= next) look();
    tracker.observe({ cart: tag, anchor: receiver, rssi, at });
  }
  look();
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
