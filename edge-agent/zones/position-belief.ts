/**
 * Where a cart may be: a probability for each cell of the floor, moved by how people walk and weighed by what was
 * heard (a hidden Markov model over the grid, filtered forward; Rabiner 1989).
 *
 * What was heard is compared with the radio map. Residuals are judged by a Student law, for the law of physics with a
 * heavier lower side, because bodies and shelves only ever take strength away; so one odd receiver outvotes nothing.
 * What all receivers have in common (the power of this cart's tag, a battery running down) is the cart's loudness: part
 * of it is fitted at each cell, the rest followed slowly.
 */
import type { AnchorField } from './radio-map.ts';
import type { TrackerSettings } from './tracker-settings.ts';
import type { ZoneGrid } from './zone-grid.ts';

/** After a silence the belief spreads no further than this many steps: a still cart is not lost. */
const stepsMax = 10;
const loudnessMaxDb = 20;

export interface Heard {
  readonly field: AnchorField;
  /** dBm */
  readonly rssi: number;
  /** How much of a second's evidence this is: 1, less where the source has smoothed it. */
  readonly share: number;
}

/** Room for one update, shared by all carts of a tracker. */
export interface Workspace {
  readonly next: Float64Array;
  readonly residuals: Float64Array;
}

export class PositionBelief {
  /** For each cell; sums to 1. */
  readonly share: Float32Array;
  /** What this cart's readings are louder than the map says, in dB. */
  #loudnessDb = 0;
  readonly #grid: ZoneGrid;
  readonly #settings: TrackerSettings;

  constructor(grid: ZoneGrid, settings: TrackerSettings) {
    this.#grid = grid;
    this.#settings = settings;
    this.share = Float32Array.from(grid.open, (open) => open / grid.openCells);
  }

  /** Moves the belief by `seconds` of walking, then weighs it by what was heard since. */
  update(seconds: number, heard: readonly Heard[], work: Workspace): void {
    const steps = Math.min(stepsMax, Math.max(1, Math.round(seconds)));
    for (let step = 0; step < steps; step += 1) this.#walk(Math.min(1, seconds / steps), work.next);
    this.#weigh(Math.min(1, seconds), heard, work);
  }

  /** The likeliest zone (-1: outside all of them), how likely it is, and how likely the zone `current` still is. */
  zone(sums: Float64Array, current: number): { zone: number; share: number; currentShare: number } {
    sums.fill(0);
    const { zoneOf, cells } = this.#grid;
    for (let cell = 0; cell < cells; cell += 1) {
      const slot = (zoneOf[cell] as number) + 1;
      sums[slot] = (sums[slot] as number) + (this.share[cell] as number);
    }
    let best = 0;
    for (let slot = 1; slot < sums.length; slot += 1) {
      if ((sums[slot] as number) > (sums[best] as number)) best = slot;
    }
    return { zone: best - 1, share: sums[best] as number, currentShare: sums[current + 1] as number };
  }

  #walk(seconds: number, next: Float64Array): void {
    const { cells, steps, cellM } = this.#grid;
    const share = this.share;
    // Four straight neighbours and four diagonal ones, which are further away by the root of two.
    const straight = Math.min(0.9, (this.#settings.walkMps * seconds) / cellM) / (4 + 4 * Math.SQRT1_2);
    const diagonal = straight * Math.SQRT1_2;
    next.fill(0);
    for (let cell = 0; cell < cells; cell += 1) {
      const here = share[cell] as number;
      let gone = 0;
      for (let way = 0; way < 8; way += 1) {
        const target = steps[cell * 8 + way] as number;
        if (target < 0) continue;
        const moved = here * (way < 4 ? straight : diagonal);
        next[target] = (next[target] as number) + moved;
        gone += moved;
      }
      next[cell] = (next[cell] as number) + here - gone;
    }
    for (let cell = 0; cell < cells; cell += 1) share[cell] = next[cell] as number;
  }

  #weigh(weight: number, heard: readonly Heard[], { next, residuals }: Workspace): void {
    const { cells, open, openCells } = this.#grid;
    const { freedom, elsewhereShare, loudnessPrior, loudnessRate } = this.#settings;
    const count = heard.length;
    const tables = heard.map(({ field }) => field.expected);
    const levels = heard.map(({ rssi }) => rssi - this.#loudnessDb);
    const evidence = heard.reduce((sum, { share }) => sum + share, 0) / count;
    const power = (-weight * evidence * (freedom + 1)) / 2;
    const perFreedom = 1 / freedom;
    let total = 0;
    let loudnessTotal = 0;
    for (let cell = 0; cell < cells; cell += 1) {
      next[cell] = 0;
      if (open[cell] === 0) continue;
      let sum = 0;
      for (let index = 0; index < count; index += 1) {
        const residual = (levels[index] as number) - ((tables[index] as Float32Array)[cell] as number);
        residuals[index] = residual;
        sum += residual;
      }
      const common = sum / (count + loudnessPrior);
      let product = 1;
      for (let index = 0; index < count; index += 1) {
        const residual = (residuals[index] as number) - common;
        const { perLouderDb, perQuieterDb } = (heard[index] as Heard).field;
        const scaled = residual * (residual > 0 ? perLouderDb : perQuieterDb);
        product *= 1 + scaled * scaled * perFreedom;
      }
      const weighed = (this.share[cell] as number) * product ** power;
      next[cell] = weighed;
      total += weighed;
      loudnessTotal += weighed * sum;
    }
    // Nothing fits anywhere (numbers underflow): keep the belief, believe the next reading.
    if (!(total > 0)) return;
    const kept = (1 - elsewhereShare) / total;
    const anywhere = elsewhereShare / openCells;
    for (let cell = 0; cell < cells; cell += 1) {
      this.share[cell] = open[cell] === 0 ? 0 : (next[cell] as number) * kept + anywhere;
    }
    const loudness = this.#loudnessDb + (loudnessRate * weight * loudnessTotal) / (total * count);
    this.#loudnessDb = Math.max(-loudnessMaxDb, Math.min(loudnessMaxDb, loudness));
  }
}
