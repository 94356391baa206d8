/** How much time shoppers take, and how they arrive. All times in milliseconds of the world. */
import type { Chance } from './chance.ts';

type Range = readonly [low: number, high: number];

export interface Pace {
  /** Departments on a shopping list. */
  readonly stops: Range;
  /** Standing at a shelf before the hand goes out. */
  readonly dwellMs: Range;
  /** Looking around where nothing may be bought, and the share of visits on which that happens. */
  readonly browseMs: Range;
  readonly browses: number;
  readonly loginMs: Range;
  readonly serviceMs: Range;
  /** Metres a second. */
  readonly speed: Range;
  readonly arrivals: (chance: Chance) => Arrivals;
}

/** Says when the next shopper comes. */
export interface Arrivals {
  /** The moment at which a cart that came back at `freedMs` may be taken again. */
  readyAt(freedMs: number): number;
  /** Whether somebody comes in at this step; asked once a step while a cart is ready. */
  comes(nowMs: number, stepMs: number): boolean;
}

/** A short list and no dawdling: a visit takes three to four minutes, and every cart is soon taken again. */
export const briskPace: Pace = {
  stops: [2, 4],
  dwellMs: [6000, 16_000],
  browseMs: [28_000, 50_000],
  browses: 0.75,
  loginMs: [4000, 9000],
  serviceMs: [8000, 16_000],
  speed: [0.9, 1.35],
  arrivals: (chance) => ({ readyAt: (freedMs) => freedMs + chance.between(2000, 25_000), comes: () => true }),
};

const hourMs = 3_600_000;
const opensAtHour = 9;
/** A day's first shopper comes after this moment of it. */
export const opensAtMs = opensAtHour * hourMs;
const closesAtHour = 20;
/** Shoppers an hour from opening to closing: a slow morning, noon, and the rush before supper. */
const arrivalsAnHour = [6, 9, 14, 18, 13, 10, 12, 20, 24, 15, 5];

/** Shoppers on a day; the last half hour is for those who are in. */
export const arrivalsADay = arrivalsAnHour.reduce((sum, count) => sum + count, 0) - (arrivalsAnHour.at(-1) ?? 0) / 2;

/** An ordinary day: longer lists, and people who come when they come. */
export const dayPace: Pace = {
  stops: [3, 8],
  dwellMs: [8000, 40_000],
  browseMs: [30_000, 120_000],
  browses: 0.4,
  loginMs: [4000, 12_000],
  serviceMs: [30_000, 90_000],
  speed: [0.8, 1.3],
  arrivals: (chance) => ({
    readyAt: (freedMs) => freedMs,
    comes: (nowMs, stepMs) => {
      const hour = (nowMs / hourMs) % 24;
      // The last half hour is for those who are in.
      if (hour < opensAtHour || hour >= closesAtHour - 0.5) return false;
      return chance.happens(((arrivalsAnHour[Math.floor(hour - opensAtHour)] ?? 0) * stepMs) / hourMs);
    },
  }),
};
