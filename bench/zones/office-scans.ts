/**
 * The office scans: a phone hears fixed beacons, as a cart hears those on shelves. Each scan alone is given to the
 * agent's tracker as a cart that was never heard before, for zones of equal area, and is right, wrong or abstained
 * (said to be unknown); beside it the zone of the strongest beacon. Empty scans can only be abstained from.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createZoneTracker } from '@kairos/edge-agent/zones/tracker.ts';
import { type FloorPlan, floorPlan, zoneAt } from '@kairos/protocol/floor-plan.ts';
import {
  type RecordedBeacon,
  type RecordedScan,
  readBeacons,
  readScans,
} from '@kairos/simulation/replay/recorded-scans.ts';
import { recordingsFolder } from './recorded-runs.ts';

export const zoneCounts = [4, 6, 8, 12] as const;
export type ZoneCount = (typeof zoneCounts)[number];
/** Columns and rows of each. */
const layouts: Readonly<Record<ZoneCount, readonly [number, number]>> = { 4: [2, 2], 6: [3, 2], 8: [4, 2], 12: [4, 3] };
/** The recordings give no height; beacons on a wall or ceiling, in metres. */
const beaconHeightM = 2.4;
const cartsAtOnce = 100;

export interface Office {
  readonly beacons: readonly RecordedBeacon[];
  readonly scans: readonly RecordedScan[];
}

export interface Shares {
  readonly right: number;
  readonly wrong: number;
  readonly abstained: number;
}

/** Null where the folder is not there. */
export function readOffice(folder = recordingsFolder()): Office | null {
  const home = join(folder, 'uji-ble');
  if (!existsSync(home)) return null;
  const text = (path: string): string => readFileSync(join(home, path), 'utf8');
  return {
    beacons: readBeacons(text('dep/geo.csv')),
    scans: readScans(text('rss/geo_rss.csv'), text('rss/geo_crd.csv')),
  };
}

/** The floor from beacon to beacon and scan to scan, cut into zones of equal area. */
function officePlan({ beacons, scans }: Office, count: ZoneCount): FloorPlan {
  const places = [...beacons, ...scans];
  const [left, top] = [Math.min(...places.map(({ x }) => x)), Math.min(...places.map(({ y }) => y))];
  const width = Math.max(...places.map(({ x }) => x)) - left;
  const height = Math.max(...places.map(({ y }) => y)) - top;
  const [columns, rows] = layouts[count];
  const zones = Array.from({ length: count }, (_, index) => {
    const at = (column: number, row: number): [number, number] => [(column * width) / columns, (row * height) / rows];
    const [column, row] = [index % columns, Math.floor(index / columns)];
    const polygon = [at(column, row), at(column + 1, row), at(column + 1, row + 1), at(column, row + 1)];
    return { id: `zone-${index + 1}`, name: `Zone ${index + 1}`, polygon };
  });
  return floorPlan.parse({
    name: 'Recorded office',
    width,
    height,
    zones,
    anchors: beacons.map(({ address, x, y }) => ({ address, at: [x - left, y - top, beaconHeightM] })),
  });
}

export interface OfficeFigures {
  /** The likeliest zone of whatever was heard. */
  readonly likeliest: Shares;
  /** Only what the tracker would say aloud, as a zone that is entered. */
  readonly said: Shares;
  readonly strongest: Shares;
  /** Scans that hold nothing, and how many of them were said to be unknown. */
  readonly empty: { readonly scans: number; readonly unknown: number };
}

export function judgeOffice(office: Office, count: ZoneCount): OfficeFigures {
  const plan = officePlan(office, count);
  const [left, top] = originOf(office);
  const zoneOf = (x: number, y: number): string | null => zoneAt(plan, inside(plan, x - left, y - top))?.id ?? null;
  let tracker = createZoneTracker(plan);
  const answers = office.scans.map((scan, index) => {
    // A tracker of its own for so many carts: ticks ask each of them.
    if (index % cartsAtOnce === 0) tracker = createZoneTracker(plan);
    const truth = zoneOf(scan.x, scan.y);
    const [loudest] = [...scan.heard].toSorted(([, a], [, b]) => b - a);
    const beacon = office.beacons.find(({ address }) => address === loudest?.[0]);
    return {
      truth,
      isEmpty: scan.heard.size === 0,
      ...scanAlone(tracker, scan, index),
      strongest: beacon === undefined ? null : zoneOf(beacon.x, beacon.y),
    };
  });
  const empty = answers.filter(({ isEmpty }) => isEmpty);
  return {
    likeliest: sharesOf(answers.map(({ truth, likeliest }) => [truth, likeliest])),
    said: sharesOf(answers.map(({ truth, said }) => [truth, said])),
    strongest: sharesOf(answers.map(({ truth, strongest }) => [truth, strongest])),
    empty: { scans: empty.length, unknown: empty.filter(({ likeliest }) => likeliest === null).length },
  };
}

/** Carts take turns; a second gives each its look. */
function scanAlone(
  tracker: ReturnType<typeof createZoneTracker>,
  scan: RecordedScan,
  index: number,
): { likeliest: string | null; said: string | null } {
  const cart = `scan-${index}`;
  const at = index * 10_000;
  for (const [anchor, rssi] of scan.heard) tracker.observe({ cart, anchor, rssi, at });
  for (let tick = 0; tick <= 10; tick += 1) tracker.tick(at + tick * 100);
  return { likeliest: tracker.likeliestZone(cart)?.zone ?? null, said: tracker.zoneOf(cart) };
}

function sharesOf(answers: readonly (readonly [string | null, string | null])[]): Shares {
  const share = (is: (truth: string | null, answer: string | null) => boolean): number =>
    answers.filter(([truth, answer]) => is(truth, answer)).length / answers.length;
  return {
    right: share((truth, answer) => answer !== null && answer === truth),
    wrong: share((truth, answer) => answer !== null && answer !== truth),
    abstained: share((_, answer) => answer === null),
  };
}

function originOf({ beacons, scans }: Office): [number, number] {
  const places = [...beacons, ...scans];
  return [Math.min(...places.map(({ x }) => x)), Math.min(...places.map(({ y }) => y))];
}

/** What stands on the far edge belongs to the zone before it. */
function inside({ width, height }: FloorPlan, x: number, y: number): [number, number] {
  const within = (value: number, most: number): number => Math.max(1e-6, Math.min(value, most - 1e-6));
  return [within(x, width), within(y, height)];
}
