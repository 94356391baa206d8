/**
 * Where a cart may be: a probability for each cell of the floor, moved by how people walk and weighed by what was
 * heard (a hidden Markov model over the grid).
 *
 * What was heard is compared with the log-distance law. Its residuals are judged by a Student law with a heavier lower
 * side, because bodies and shelves only ever take strength away, so that one odd receiver outvotes nothing. What all
 * receivers have in common (the power of this cart's tag, a battery running down) is an offset: part of it is fitted
 * at each cell, the rest followed slowly.
 */
import type { ZoneGrid } from './zone-grid.ts';

/** Share of a cart's belief that moves to a neighbouring metre within a second. */
const moveShare = 0.7;
/** After a silence the belief spreads no further than this many steps: a still cart is not lost. */
const stepsMax = 10;
/** Share that is spread evenly at each update, so that a cart which was carried elsewhere is found again. */
const anywhereShare = 0.01;
/** Scale of the residuals in dB: louder than expected, and quieter. */
const louderDb = 3;
const quieterDb = 7;
/** Degrees of freedom of the Student law; with five of them, its power for a whole second is the third. */
const freedom = 5;
const wholePower = (freedom + 1) / 2;
/** An update after nearly a second counts as one after a second. */
const wholeSecondFrom = 0.85;
/** The offset counts as this many receivers that say "as before". */
const offsetPrior = 20;
const offsetRate = 0.05;
const offsetMaxDb = 20;

export interface Heard {
  /** From `ZoneGrid.expected`. */
  readonly expected: Float32Array;
  readonly rssi: number;
}

/** Room for one update, shared by all carts of a tracker. */
export interface Workspace {
  readonly next: Float64Array;
  readonly residuals: Float64Array;
}

export class PositionBelief {
  /** For each cell; sums to 1. */
  readonly share: Float32Array;
  /** What this cart's readings are louder than the plan says, in dB. */
  #offsetDb = 0;
  readonly #grid: ZoneGrid;

  constructor(grid: ZoneGrid) {
    this.#grid = grid;
    this.share = new Float32Array(grid.cells);
    const openCells = grid.open.reduce((sum, open) => sum + open, 0);
    for (let cell = 0; cell < grid.cells; cell += 1) this.share[cell] = grid.open[cell] === 1 ? 1 / openCells : 0;
  }

  /** Moves the belief by `seconds` of walking, then weighs it by what was heard since. */
  update(seconds: number, heard: readonly Heard[], work: Workspace): void {
    const steps = Math.min(stepsMax, Math.max(1, Math.round(seconds)));
    for (let step = 0; step < steps; step += 1) this.#walk(Math.min(1, seconds / steps), work.next);
    this.#weigh(Math.min(1, seconds), heard, work);
  }

  /** The likeliest zone (-1: outside all of them) and how likely it is. */
  zone(sums: Float64Array): { zone: number; share: number } {
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
    return { zone: best - 1, share: sums[best] as number };
  }

  #walk(seconds: number, next: Float64Array): void {
    const { cells, steps, cellM } = this.#grid;
    const share = this.share;
    // Four straight neighbours and four diagonal ones, which are further away by the root of two.
    const straight = Math.min(0.9, (moveShare * seconds) / cellM) / (4 + 4 * Math.SQRT1_2);
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
    const { cells, open } = this.#grid;
    const share = this.share;
    const count = heard.length;
    const tables = heard.map(({ expected }) => expected);
    const levels = heard.map(({ rssi }) => rssi - this.#offsetDb);
    const isWhole = weight >= wholeSecondFrom;
    let total = 0;
    let offsetTotal = 0;
    let openCells = 0;
    for (let cell = 0; cell < cells; cell += 1) {
      next[cell] = 0;
      if (open[cell] === 0) continue;
      openCells += 1;
      let sum = 0;
      for (let index = 0; index < count; index += 1) {
        const residual = (levels[index] as number) - ((tables[index] as Float32Array)[cell] as number);
        residuals[index] = residual;
        sum += residual;
      }
      const common = sum / (count + offsetPrior);
      let product = 1;
      for (let index = 0; index < count; index += 1) {
        const residual = (residuals[index] as number) - common;
        const scaled = residual * (residual > 0 ? 1 / louderDb : 1 / quieterDb);
        product *= 1 + scaled * scaled * (1 / freedom);
      }
      // The general power costs more than all the rest.
      const fit = isWhole ? 1 / (product * product * product) : product ** (-weight * wholePower);
      const weighed = (share[cell] as number) * fit;
      next[cell] = weighed;
      total += weighed;
      offsetTotal += weighed * sum;
    }
    // Nothing fits anywhere (numbers underflow): keep the belief, believe the next reading.
    if (!(total > 0)) return;
    const kept = (1 - anywhereShare) / total;
    const anywhere = anywhereShare / openCells;
    for (let cell = 0; cell < cells; cell += 1) {
      this.share[cell] = open[cell] === 0 ? 0 : (next[cell] as number) * kept + anywhere;
    }
    const offset = this.#offsetDb + (offsetRate * weight * offsetTotal) / (total * count);
    this.#offsetDb = Math.max(-offsetMaxDb, Math.min(offsetMaxDb, offset));
  }
}
