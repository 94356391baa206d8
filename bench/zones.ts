/**
 * Zones of the recorded trolley runs: F1 of zone entries by the matching rule of the judge, false entries for each
 * true one, latency, and the same with 11 % of the seconds silenced; beside the strongest receiver, and with what it
 * costs for a store full of carts.
 *
 * The tracker has one set of parameters. It was chosen on these six runs, on walks drawn through the fingerprints'
 * histograms and on runs with added body shadow; recordings that it has not seen say more than these.
 */
import { judge, summarise, type ZoneFigures } from '@kairos/edge-agent/zones/judge.ts';
import { createZoneTracker } from '@kairos/edge-agent/zones/tracker.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { type BenchOptions, type BenchResult, type Figure, rounded } from './measurement/figures.ts';
import {
  detect,
  detectByStrongest,
  type Recordings,
  readRecordings,
  recordingsFolder,
  silenced,
} from './zones/recorded-runs.ts';

/** Where in the second the tracker looks. */
const phasesMs = [0, 200, 400, 600, 800];
const silentShare = 0.11;
const silencedSeeds = 20;
const carts = 300;

export async function run({ long, say }: BenchOptions): Promise<BenchResult> {
  const recordings = readRecordings();
  if (recordings === null) {
    throw new Error(`no recordings in ${recordingsFolder()}: set KAIROS_RECORDINGS to the folder that holds tetam-ble`);
  }
  const { plan, runs } = recordings;
  say(`${runs.length} runs`);
  const phases = phasesMs.map((phase) => summarise(runs.map((one) => judge(one.truth, detect(plan, one.rows, phase)))));
  const main = phases[0] as ZoneFigures;
  const strongest = summarise(runs.map((one) => judge(one.truth, detectByStrongest(plan, one.rows))));
  const quiet = silencedF1(recordings);
  const cost = coreShare(plan, long ? 60 : 15);
  const spread = (of: (figures: ZoneFigures) => number): readonly [number, number] => [
    rounded(Math.min(...phases.map(of))),
    rounded(Math.max(...phases.map(of))),
  ];
  const counted = (name: string, value: number): Figure => ({ name, value, unit: 'count', goal: null, spread: null });
  return {
    figures: [
      { name: 'f1', value: rounded(main.f1), unit: 'ratio', goal: '>= 0.7', spread: spread(({ f1 }) => f1) },
      {
        name: 'false_per_true',
        value: rounded(main.falsePerTrue),
        unit: 'ratio',
        goal: '<= 0.5',
        spread: spread(({ falsePerTrue }) => falsePerTrue),
      },
      {
        name: 'latency_p95_s',
        value: main.latencyP95S,
        unit: 's',
        goal: '<= 6',
        spread: spread(({ latencyP95S }) => latencyP95S),
      },
      { name: 'latency_median_s', value: main.latencyMedianS, unit: 's', goal: null, spread: null },
      { name: 'f1_silenced', value: rounded(quiet.mean), unit: 'ratio', goal: null, spread: quiet.spread },
      { name: 'f1_silenced_fall', value: rounded(main.f1 - quiet.mean), unit: 'ratio', goal: '<= 0.05', spread: null },
      counted('true_entries', main.trueEntries),
      counted('found', main.found),
      counted('false_entries', main.falseEntries),
      counted('missed', main.missed),
      { name: 'f1_strongest_receiver', value: rounded(strongest.f1), unit: 'ratio', goal: null, spread: null },
      { name: 'core_share_300_carts', value: rounded(cost), unit: 'cores', goal: '<= 0.1', spread: null },
    ],
  };
}

function silencedF1({ plan, runs }: Recordings): { mean: number; spread: readonly [number, number] } {
  const f1s = Array.from({ length: silencedSeeds }, (_, seed) => {
    const quiet = runs.map((one) => silenced(one, silentShare, seed + 1));
    return summarise(quiet.map((one) => judge(one.truth, detect(plan, one.rows)))).f1;
  });
  const mean = f1s.reduce((sum, f1) => sum + f1, 0) / f1s.length;
  return { mean, spread: [rounded(Math.min(...f1s)), rounded(Math.max(...f1s))] };
}

/** Processor time for each second of a store in which every cart is heard by twelve receivers twice a second. */
function coreShare(hall: FloorPlan, seconds: number): number {
  // A store of 60 m by 40 m with sixty receivers; the recorded hall is small.
  const anchors = Array.from({ length: 60 }, (_, index) => ({
    address: index.toString(16).padStart(12, '0'),
    at: [3 + 6 * (index % 10), 3 + 6.8 * Math.floor(index / 10), 2.5] as [number, number, number],
    powerAt1m: -59,
  }));
  const zones = hall.zones.map((zone) => ({
    ...zone,
    polygon: zone.polygon.map(([x, y]): [number, number] => [(x * 60) / hall.width, (y * 40) / hall.height]),
  }));
  const tracker = createZoneTracker({ ...hall, width: 60, height: 40, zones, anchors });
  let spentUs = 0;
  for (let tenth = 0; tenth < seconds * 10; tenth += 1) {
    const now = tenth * 100;
    const before = process.cpuUsage();
    for (let cart = 0; cart < carts; cart += 1) {
      // Each cart is heard twice a second, at its own time.
      if ((tenth + cart) % 5 !== 0) continue;
      for (let heard = 0; heard < 12; heard += 1) {
        const anchor = anchors[(cart * 7 + heard) % anchors.length]?.address ?? '';
        tracker.observe({ cart: `cart-${cart}`, anchor, rssi: -60 - ((cart * 13 + heard * 7 + tenth) % 30), at: now });
      }
    }
    tracker.tick(now);
    const { user, system } = process.cpuUsage(before);
    // The first seconds warm up the compiler.
    if (tenth >= 30) spentUs += user + system;
  }
  return spentUs / 1e6 / (seconds - 3);
}
