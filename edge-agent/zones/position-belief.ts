/**
 * Where a cart may be and which way it goes: a probability for each cell of the floor and each heading, moved by how
 * people walk and weighed by what was heard (a hidden Markov model over the grid, filtered forward; Rabiner 1989). The
 * headings matter for time: a belief without them trails a walking cart by two to three seconds.
 *
 * What was heard is compared with the radio map. Residuals are judged by a Student law, so one odd receiver outvotes
 * nothing. What all receivers have in common (the power of this cart's tag, a battery running down) is the cart's
 * loudness: part of it is fitted at each cell, the rest followed slowly. What one receiver has for itself (its antenna,
 * a shelf in front of it, the person who pushes) is its bias, followed slowly and forgotten slowly.
 */
import type { AnchorField } from './radio-map.ts';
import type { TrackerSettings } from './tracker-settings.ts';
import { ways, type ZoneGrid } from './zone-grid.ts';

/** Standing still, or walking one of the eight ways. */
export const headings = ways.length + 1;
/** A belief walks in steps of about so many seconds … */
const stepS = 0.5;
/** … and after a silence no more of them than this: a still cart is not lost. */
const stepsMax = 10;
/** Of a step of a cell's width at most this is made at once. */
const strideMax = 0.95;
/** Before anything was heard, as likely as not the cart stands. */
const standingAtFirst = 0.5;
const loudnessMaxDb = 20;
/** Cells that weigh so little teach nothing about loudness and bias. */
const negligible = 1e-5;
/** A residual beyond this says nothing about an anchor's bias. */
const biasNewsMaxDb = 12;

export interface Heard {
  readonly field: AnchorField;
  /** dBm */
  readonly rssi: number;
  /** How many readings this stands for. */
  readonly weight: number;
}

/** Room for one update, shared by all carts of a tracker. */
export interface Workspace {
  /** For each cell and heading. */
  readonly next: Float64Array;
  /** For each anchor that is heard: at the cell being looked at, and the mean over all of them. */
  readonly residuals: Float64Array;
  readonly means: Float64Array;
}

export interface ZoneShares {
  /** The likeliest zone but the current one; -1: outside all of them. */
  readonly zone: number;
  readonly share: number;
  /** How likely the cart is still in the current zone, or within the margin of it. */
  readonly currentShare: number;
}

export class PositionBelief {
  /** For each cell one after the other: standing, then each heading; sums to 1. */
  readonly share: Float32Array;
  /** What this cart's readings are louder than the map says, in dB. */
  #loudnessDb = 0;
  /** And what one anchor is louder beyond that, in dB. */
  readonly #biases = new Map<AnchorField, number>();
  readonly #grid: ZoneGrid;
  readonly #settings: TrackerSettings;

  constructor(grid: ZoneGrid, settings: TrackerSettings) {
    this.#grid = grid;
    this.#settings = settings;
    this.share = new Float32Array(grid.cells * headings);
    for (let cell = 0; cell < grid.cells; cell += 1) {
      const each = (grid.open[cell] as number) / grid.openCells;
      this.share.fill((each * (1 - standingAtFirst)) / (headings - 1), cell * headings, (cell + 1) * headings);
      this.share[cell * headings] = each * standingAtFirst;
    }
  }

  /** Moves the belief by `seconds` of walking, then weighs it by what was heard since. */
  update(seconds: number, heard: readonly Heard[], work: Workspace): void {
    const steps = Math.min(stepsMax, Math.max(1, Math.round(seconds / stepS)));
    for (let step = 0; step < steps; step += 1) this.#walk(Math.min(1, seconds / steps), work.next);
    this.#weigh(Math.min(1, seconds), heard, work);
  }

  /** The likeliest zone (-1: outside all of them). `sums`: one for each zone, and one. */
  likeliest(sums: Float64Array): { readonly zone: number; readonly share: number } {
    this.#sum(sums, null);
    const best = largest(sums);
    return { zone: best - 1, share: sums[best] as number };
  }

  /** What speaks for the cart having gone elsewhere; `current` is an index into the grid's zones, -1 outside them. */
  against(current: number, sums: Float64Array): ZoneShares {
    const stayed = this.#sum(sums, current === -1 ? null : this.#grid.cover.reachOf(current));
    const currentShare = stayed + (sums[current + 1] as number);
    sums[current + 1] = 0;
    const best = largest(sums);
    return { zone: best - 1, share: sums[best] as number, currentShare };
  }

  /** How likely the cart is in that zone, an index into the grid's, without any margin. */
  shareIn(zone: number, sums: Float64Array): number {
    this.#sum(sums, null);
    return sums[zone + 1] as number;
  }

  /** Adds up zones in `sums` and returns what lies within `reach` instead. */
  #sum(sums: Float64Array, reach: Float32Array | null): number {
    const { cells, cover } = this.#grid;
    const { starts, slots, parts } = cover;
    sums.fill(0);
    let reached = 0;
    for (let cell = 0; cell < cells; cell += 1) {
      const here = this.#at(cell);
      const within = reach === null ? 0 : here * (reach[cell] as number);
      reached += within;
      for (let entry = starts[cell] as number; entry < (starts[cell + 1] as number); entry += 1) {
        const slot = slots[entry] as number;
        sums[slot] = (sums[slot] as number) + (here - within) * (parts[entry] as number);
      }
    }
    return reached;
  }

  #at(cell: number): number {
    let sum = 0;
    for (let at = cell * headings; at < (cell + 1) * headings; at += 1) sum += this.share[at] as number;
    return sum;
  }

  #walk(seconds: number, next: Float64Array): void {
    const { cells, steps, cellM } = this.#grid;
    const { walkMps, stopPerS, startPerS, turnPerS } = this.#settings;
    const share = this.share;
    const stops = 1 - Math.exp(-stopPerS * seconds);
    const starts = 1 - Math.exp(-startPerS * seconds);
    const turns = 1 - Math.exp(-turnPerS * seconds);
    const straight = Math.min(strideMax, (walkMps * seconds) / cellM);
    const diagonal = Math.min(strideMax, (walkMps * seconds) / (cellM * Math.SQRT2));
    next.fill(0);
    for (let cell = 0; cell < cells; cell += 1) {
      const first = cell * headings;
      const standing = share[first] as number;
      let walking = 0;
      for (let heading = 1; heading < headings; heading += 1) walking += share[first + heading] as number;
      let stands = standing * (1 - starts) + walking * stops;
      const fresh = (walking * (1 - stops) * turns + standing * starts) / (headings - 1);
      for (let heading = 1; heading < headings; heading += 1) {
        const goes = (share[first + heading] as number) * (1 - stops) * (1 - turns) + fresh;
        const moved = goes * (heading <= 4 ? straight : diagonal);
        const target = steps[cell * (headings - 1) + heading - 1] as number;
        const stays = first + heading;
        next[stays] = (next[stays] as number) + goes - moved;
        if (target < 0) stands += moved;
        else next[target * headings + heading] = (next[target * headings + heading] as number) + moved;
      }
      next[first] = (next[first] as number) + stands;
    }
    for (let at = 0; at < share.length; at += 1) share[at] = next[at] as number;
  }

  #weigh(seconds: number, heard: readonly Heard[], { next, residuals, means }: Workspace): void {
    const { cells, open, openCells } = this.#grid;
    const { freedom, elsewhereShare, loudnessPrior, readingShare } = this.#settings;
    const count = heard.length;
    // Taken out of their objects: this loop is what a store full of carts costs.
    const expected = heard.map(({ field }) => field.expected);
    const perDb = heard.map(({ field }) => field.perDb);
    const breadth = heard.map(({ field }) => field.breadth);
    const weights = Float64Array.from(heard, ({ weight }) => weight);
    const levels = Float64Array.from(
      heard,
      ({ rssi, field }) => rssi - this.#loudnessDb - (this.#biases.get(field) ?? 0),
    );
    const perAll = 1 / (weights.reduce((sum, weight) => sum + weight, 0) + loudnessPrior);
    const power = (-readingShare * (freedom + 1)) / 2;
    const perFreedom = 1 / freedom;
    let total = 0;
    means.fill(0);
    for (let cell = 0; cell < cells; cell += 1) {
      next[cell] = 0;
      if (open[cell] === 0) continue;
      let sum = 0;
      for (let index = 0; index < count; index += 1) {
        const residual = (levels[index] as number) - ((expected[index] as Float32Array)[cell] as number);
        residuals[index] = residual;
        sum += residual * (weights[index] as number);
      }
      const common = sum * perAll;
      let product = 1;
      for (let index = 0; index < count; index += 1) {
        const scaled = ((residuals[index] as number) - common) * ((perDb[index] as Float32Array)[cell] as number);
        const factor = (1 + scaled * scaled * perFreedom) * ((breadth[index] as Float32Array)[cell] as number);
        const weight = weights[index] as number;
        product *= weight === 1 ? factor : weight === 2 ? factor * factor : factor ** weight;
      }
      const likelihood = product ** power;
      next[cell] = likelihood;
      const weighed = this.#at(cell) * likelihood;
      total += weighed;
      if (weighed < total * negligible) continue;
      for (let index = 0; index < count; index += 1) {
        means[index] = (means[index] as number) + weighed * (residuals[index] as number);
      }
    }
    // Nothing fits anywhere (numbers underflow): keep the belief, believe the next reading.
    if (!(total > 0 && total < Number.POSITIVE_INFINITY)) return;
    const kept = (1 - elsewhereShare) / total;
    const anywhere = elsewhereShare / (openCells * headings);
    for (let cell = 0; cell < cells; cell += 1) {
      const likelihood = (next[cell] as number) * kept;
      const least = open[cell] === 0 ? 0 : anywhere;
      for (let at = cell * headings; at < (cell + 1) * headings; at += 1) {
        this.share[at] = (this.share[at] as number) * likelihood + least;
      }
    }
    for (let index = 0; index < count; index += 1) means[index] = (means[index] as number) / total;
    this.#learn(seconds, heard, means);
  }

  /** `means`: by how much each anchor was louder than expected, over all places where the cart may be. */
  #learn(seconds: number, heard: readonly Heard[], means: Float64Array): void {
    const { loudnessRate, biasRate, biasForgets } = this.#settings;
    let weights = 0;
    let common = 0;
    heard.forEach(({ field, weight }, index) => {
      const mean = means[index] as number;
      weights += weight;
      common += mean * weight;
      const bias = this.#biases.get(field) ?? 0;
      const news = Math.max(-biasNewsMaxDb, Math.min(biasNewsMaxDb, mean));
      this.#biases.set(field, bias + seconds * weight * (biasRate * news - biasForgets * bias));
    });
    const loudness = this.#loudnessDb + (loudnessRate * seconds * common) / weights;
    this.#loudnessDb = Math.max(-loudnessMaxDb, Math.min(loudnessMaxDb, loudness));
  }
}

function largest(sums: Float64Array): number {
  let best = 0;
  for (let slot = 1; slot < sums.length; slot += 1) {
    if ((sums[slot] as number) > (sums[best] as number)) best = slot;
  }
  return best;
}
