import { hasValidCheckDigit } from '@kairos/protocol/check-digit.ts';
import { contains, type Point } from '@kairos/protocol/geometry.ts';
import { describe, expect, it } from 'vitest';
import { demoCarts, demoStore } from '../demo-store.ts';
import { readShop } from '../store-files.ts';
import type { Act } from './deeds.ts';
import { briskPace, dayPace, type Pace } from './pace.ts';
import { traceLine } from './trace.ts';
import { stepMs, World } from './world.ts';

const shop = readShop(demoStore);
const goods = new Map(shop.goods.map((item) => [item.code, item]));
const carts = demoCarts(12);
const tenMinutes = 600_000 / stepMs;

function worldOf(seed: number, pace: Pace = briskPace, startMs = 0): World {
  return new World({ shop, carts, seed, pace, startMs });
}

function run(world: World, steps: number, each: (world: World) => void = () => {}): Act[] {
  const acts: Act[] = [];
  for (let step = 0; step < steps; step += 1) {
    acts.push(...world.step());
    each(world);
  }
  return acts;
}

const traceOf = (acts: readonly Act[]): string => acts.map((act) => traceLine(act, goods)).join('\n');

describe('the trace', () => {
  it('is the same for the same seed, to the letter', () => {
    expect(traceOf(run(worldOf(7), tenMinutes))).toBe(traceOf(run(worldOf(7), tenMinutes)));
  });

  it('is the same whether or not anybody listens to the radio', () => {
    const listened = run(worldOf(7), tenMinutes, (world) => {
      for (const cart of carts) world.hear(cart.id);
    });
    expect(traceOf(listened)).toBe(traceOf(run(worldOf(7), tenMinutes)));
  });

  it('is another one for another seed', () => {
    expect(traceOf(run(worldOf(8), tenMinutes))).not.toBe(traceOf(run(worldOf(7), tenMinutes)));
  });
});

describe('ten brisk minutes', () => {
  const ways: Point[] = [];
  const acts = run(worldOf(3), tenMinutes, (world) => {
    for (const cart of carts) ways.push(world.poseOf(cart.id).at);
  });
  const of = (kind: Act['deed']['kind']): Act[] => acts.filter((act) => act.deed.kind === kind);

  it('see every cart taken, and most shoppers pay', () => {
    expect(new Set(acts.map((act) => act.cart)).size).toBe(carts.length);
    expect(of('pays').length).toBeGreaterThan(20);
  });

  it('see nobody walk through a shelf', () => {
    const inside = ways.filter((at) => shop.plan.shelves.some((shelf) => contains(shelf.polygon, at)));
    expect(inside).toEqual([]);
    expect(ways.length).toBe(tenMinutes * carts.length);
  });

  it('see nobody move faster than people do', () => {
    const metresAStep = ways.map((at, index) => {
      const before = ways[index - carts.length] ?? at;
      return Math.hypot(at[0] - before[0], at[1] - before[1]);
    });
    expect(Math.max(...metresAStep)).toBeLessThanOrEqual((1.35 * stepMs) / 1000 + 1e-9);
    expect(Math.max(...metresAStep)).toBeGreaterThan(0.2);
  });

  it('see known members, unknown numbers, wrong digits put right, and guests', () => {
    const known = new Set(shop.members.map((member) => member.number));
    const presented = of('presents').map((act) => (act.deed.kind === 'presents' ? act.deed.number : ''));
    expect(presented.filter((number) => known.has(number)).length).toBeGreaterThan(10);
    expect(presented.some((number) => hasValidCheckDigit(number) && !known.has(number))).toBe(true);
    expect(presented.some((number) => !hasValidCheckDigit(number))).toBe(true);
    expect(of('stays-guest').length).toBeGreaterThan(0);
  });

  it('pay for exactly what was taken and not put back', () => {
    for (const act of of('pays')) {
      if (act.deed.kind !== 'pays') continue;
      const taken = acts
        .filter((other) => other.visit === act.visit)
        .reduce((sum, { deed }) => {
          if (deed.kind !== 'takes' && deed.kind !== 'puts-back') return sum;
          const price = ((goods.get(deed.code)?.price ?? Number.NaN) * deed.quantity) / 1000;
          return deed.kind === 'takes' ? sum + price : sum - price;
        }, 0);
      expect(act.deed.total).toBe(taken);
    }
  });

  it('see two shoppers never served at one till at once', () => {
    for (const till of shop.plan.tills) {
      const times = of('pays').flatMap((act) => (act.deed.kind === 'pays' && act.deed.till === till.id ? act.at : []));
      const gaps = times.slice(1).map((at, index) => at - (times[index] as number));
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(briskPace.serviceMs[0] - stepMs);
    }
  });
});

describe('a day', () => {
  const day = 86_400_000;
  const acts = run(worldOf(5, dayPace, 8 * 3_600_000), (13 * 3_600_000) / stepMs);

  it('begins after opening and is over before midnight', () => {
    expect(acts.length).toBeGreaterThan(1000);
    expect(Math.min(...acts.map((act) => act.at))).toBeGreaterThanOrEqual(9 * 3_600_000);
    expect(Math.max(...acts.map((act) => act.at))).toBeLessThan(day);
    const count = (kind: string): number => acts.filter((act) => act.deed.kind === kind).length;
    expect(count('docks')).toBe(count('enters'));
  });
});
