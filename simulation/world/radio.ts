/**
 * What a receiver makes of a tag a few metres away, indoors: log-distance path loss, walls, a body in between, slow
 * shadowing for each pair and fast noise for each packet; packets that are lost, spells of silence, and the readings
 * that cannot be (+42 dBm) which real receivers report. The same numbers serve both ways round: fixed receivers that
 * hear the cart's tag, and a receiver on the cart that hears beacons on the ceiling.
 */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { type Chance, chanceOf } from './chance.ts';
import type { Pose } from './itinerary.ts';
import { cross, edgesOf, type Segment } from './plane.ts';

export interface Hearing {
  /** The fixed side. */
  readonly anchor: string;
  /** dBm as the device reports it, impossible values among them. */
  readonly rssi: number;
}

const pathLossExponent = 2.5;
const wallLossDb = 4;
/** A person pushing the cart stands between it and what is behind her. */
const bodyLossDb = 7;
const shadowDeviationDb = 2.5;
/** How much of the slow shadowing is left after one packet. */
const shadowMemory = 0.97;
const noiseDeviationDb = 3.5;
const sensitivityDbm = -94;
const lostShare = 0.18;
const silenceShare = 0.004;
const silenceMs: readonly [number, number] = [2000, 7000];
const outlierShare = 0.003;
const outliers = [42, 29, 0, 127];
const tagHeightMetres = 1;

interface Link {
  shadowDb: number;
}

export class Radio {
  readonly #plan: FloorPlan;
  readonly #walls: readonly Segment[];
  readonly #seed: number;
  readonly #carts = new Map<string, { chance: Chance; links: Map<string, Link>; silentUntilMs: number }>();

  constructor(plan: FloorPlan, seed: number) {
    this.#plan = plan;
    this.#walls = plan.walls.flatMap((wall) => edgesOf(wall, false));
    this.#seed = seed;
  }

  /** One packet of the cart's tag, as each anchor heard it; anchors that missed it are absent. */
  hear(cart: string, pose: Pose, nowMs: number): Hearing[] {
    const state = this.#stateOf(cart);
    const { chance } = state;
    if (chance.happens(silenceShare)) state.silentUntilMs = nowMs + chance.between(...silenceMs);
    const heard: Hearing[] = [];
    for (const anchor of this.#plan.anchors) {
      const link = state.links.get(anchor.address) ?? { shadowDb: chance.normal(0, shadowDeviationDb) };
      state.links.set(anchor.address, link);
      link.shadowDb =
        shadowMemory * link.shadowDb + Math.sqrt(1 - shadowMemory ** 2) * chance.normal(0, shadowDeviationDb);
      const rssi = this.#meanDbm(pose, anchor) + link.shadowDb + chance.normal(0, noiseDeviationDb);
      const isLost = chance.happens(lostShare);
      const isOutlier = chance.happens(outlierShare);
      if (nowMs < state.silentUntilMs || isLost || (rssi < sensitivityDbm && !isOutlier)) continue;
      heard.push({ anchor: anchor.address, rssi: isOutlier ? chance.pick(outliers) : Math.round(rssi) });
    }
    return heard;
  }

  #stateOf(cart: string): { chance: Chance; links: Map<string, Link>; silentUntilMs: number } {
    let state = this.#carts.get(cart);
    if (state === undefined) {
      state = { chance: chanceOf(this.#seed, `radio/${cart}`), links: new Map(), silentUntilMs: 0 };
      this.#carts.set(cart, state);
    }
    return state;
  }

  #meanDbm(pose: Pose, anchor: FloorPlan['anchors'][number]): number {
    const [x, y, z] = anchor.at;
    const [dx, dy] = [x - pose.at[0], y - pose.at[1]];
    const metres = Math.max(0.5, Math.hypot(dx, dy, z - tagHeightMetres));
    const walls = this.#walls.filter((wall) => cross([pose.at, [x, y]], wall)).length;
    // She is behind the handle: what lies behind her is heard through her.
    const behind =
      pose.heading === null
        ? 0
        : Math.max(0, -Math.cos(Math.atan2(dy, dx) - pose.heading)) * Math.min(1, Math.hypot(dx, dy));
    return anchor.powerAt1m - 10 * pathLossExponent * Math.log10(metres) - walls * wallLossDb - behind * bodyLossDb;
  }
}
