import { describe, expect, it } from 'vitest';
import { judge, summarise, type TruePosition, trueEntries } from './judge.ts';

const zoneOf = (x: number): string => (x < 10 ? 'west' : 'east');
/** One position a second, from second 100 on. */
const walk = (...xs: number[]): TruePosition[] => xs.map((x, index) => ({ at: (100 + index) * 1000 + 500, x, y: 0 }));

describe('true entries', () => {
  it('count a zone once it has held for two seconds, timed at the second of them', () => {
    expect(trueEntries(walk(1, 1, 1, 15, 15, 15), zoneOf)).toEqual([
      { zone: 'west', at: 101_000 },
      { zone: 'east', at: 104_000 },
    ]);
  });

  it('do not count a second across the line', () => {
    expect(trueEntries(walk(1, 1, 15, 1, 1), zoneOf)).toEqual([{ zone: 'west', at: 101_000 }]);
  });

  it('take the mean position of a second', () => {
    const positions = [
      { at: 100_100, x: 1, y: 0 },
      { at: 100_200, x: 1, y: 0 },
      { at: 100_900, x: 20, y: 0 },
      { at: 101_000, x: 1, y: 0 },
    ];
    expect(trueEntries(positions, zoneOf)).toEqual([{ zone: 'west', at: 101_000 }]);
  });
});

describe('the matching rule', () => {
  const truth = [{ zone: 'a', at: 100_000 }];

  it.each([
    [-3_000, true],
    [-3_001, false],
    [10_000, true],
    [10_001, false],
  ])('a detection %i ms off the truth matches: %s', (lateMs, matches) => {
    expect(judge(truth, [{ zone: 'a', at: 100_000 + lateMs }]).found).toBe(matches ? 1 : 0);
  });

  it('is about the same zone', () => {
    expect(judge(truth, [{ zone: 'b', at: 100_000 }])).toMatchObject({ found: 0, falseEntries: 1, missed: 1 });
  });

  it('lets each detection serve once, nearest first', () => {
    const twice = [...truth, { zone: 'a', at: 108_000 }];
    expect(judge(twice, [{ zone: 'a', at: 107_000 }])).toMatchObject({ found: 1, missed: 1, latenciesMs: [-1_000] });
    expect(
      judge(
        truth,
        [101_000, 104_000].map((at) => ({ zone: 'a', at })),
      ),
    ).toMatchObject({
      found: 1,
      falseEntries: 1,
      latenciesMs: [1_000],
    });
  });

  it('sums runs before it divides', () => {
    const perfect = judge(truth, truth);
    const blind = judge(truth, [{ zone: 'b', at: 0 }]);
    expect(summarise([perfect, perfect, blind])).toMatchObject({
      found: 2,
      falseEntries: 1,
      missed: 1,
      trueEntries: 3,
      f1: 2 / 3,
      falsePerTrue: 1 / 3,
      latencyP95S: 0,
    });
  });
});
