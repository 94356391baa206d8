/**
 * What kind of customer somebody is: how often she comes, what she likes, and whether she has stopped coming. Drawn from
 * the seed and her number, so that her past, her visits and her answers by post go together, whatever is said to her.
 */
import { type Chance, chanceOf } from './chance.ts';
import { arrivalsADay } from './pace.ts';
import type { Goods, Shop } from './shop.ts';
import { type Temperament, temperamentOf } from './temperament.ts';
import { memberShare } from './visit-plan.ts';

export interface CustomerProfile {
  readonly number: string;
  /** Visits a week while she comes. */
  readonly visitsAWeek: number;
  /** Departments she buys from, the dearest to her first. */
  readonly likes: readonly string[];
  readonly temperament: Temperament;
  /** Days before the first day on which she first came. */
  readonly since: number;
  /** Days before the first day on which she came for the last time; 0: she still comes. */
  readonly stoppedDaysAgo: number;
}

/** Nobody is drawn to come more often, or less. */
const visitsAWeekRange: readonly [number, number] = [0.1, 6];
const stoppedShare = 0.12;
const newShare = 0.05;
/** Days before the first one; whoever is not new has come at least so long, where the past reaches as far. */
const firstSinceMin = 30;
const likesRange: readonly [number, number] = [2, 5];
/** All customers of a shop; together they come as often as its days have visits of customers. */
export function profilesOf(seed: number, shop: Shop, pastDays: number): CustomerProfile[] {
  const meanVisitsAWeek = (7 * arrivalsADay * memberShare) / Math.max(1, shop.members.length * (1 - stoppedShare));
  return shop.members.map(({ number }) => profileOf(seed, number, { shop, meanVisitsAWeek, pastDays }));
}

function profileOf(
  seed: number,
  number: string,
  {
    shop,
    meanVisitsAWeek,
    pastDays,
  }: { readonly shop: Shop; readonly meanVisitsAWeek: number; readonly pastDays: number },
): CustomerProfile {
  const chance = chanceOf(seed, `customer/${number}`);
  const departments = [...new Set(shop.goods.map((item) => item.department))];
  // Exponentially distributed: the shape that many have found for how often people buy.
  const drawn = -Math.log(1 - chance.next()) * meanVisitsAWeek;
  const isNew = chance.happens(newShare);
  const since = isNew || pastDays === 0 ? 0 : chance.whole(Math.min(firstSinceMin, pastDays), pastDays);
  const hasStopped = since > 0 && chance.happens(stoppedShare);
  return {
    number,
    visitsAWeek: Math.min(visitsAWeekRange[1], Math.max(visitsAWeekRange[0], drawn)),
    likes: chance.draw(departments, chance.whole(...likesRange)),
    temperament: temperamentOf(chance),
    since,
    stoppedDaysAgo: hasStopped ? chance.whole(1, since) : 0,
  };
}

/** What she takes home from one visit: mostly what she likes. */
export function basketOf({ likes }: CustomerProfile, goods: readonly Goods[], chance: Chance): Goods[] {
  const liked = goods.filter((item) => likes.includes(item.department));
  const basket = chance.draw(liked, chance.whole(1, 5));
  return chance.happens(0.3) ? [...basket, ...chance.draw(goods, 1)] : basket;
}
