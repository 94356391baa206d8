import { describe, expect, it } from 'vitest';
import { meanDifference, pooledDifference, shareDifference, shareInterval } from './intervals.ts';

describe('the interval of a difference of shares', () => {
  // Newcombe 1998, table II, method 10: 56/70 against 48/80, 9/10 against 3/10, 10/10 against 0/10, 0/10 against 0/20.
  it.each([
    [{ of: 70, count: 56 }, { of: 80, count: 48 }, 0.0524, 0.3339],
    [{ of: 10, count: 9 }, { of: 10, count: 3 }, 0.1705, 0.809],
    [{ of: 10, count: 10 }, { of: 10, count: 0 }, 0.6075, 1],
    [{ of: 10, count: 0 }, { of: 20, count: 0 }, -0.1611, 0.2775],
  ])('is the one that Newcombe published', (one, other, low, high) => {
    const found = shareDifference(one, other);
    expect(found?.low).toBeCloseTo(low, 4);
    expect(found?.high).toBeCloseTo(high, 4);
  });

  it('is not there where one side is nobody, and all that is possible for a share of nobody', () => {
    expect(shareDifference({ of: 0, count: 0 }, { of: 5, count: 1 })).toBeNull();
    expect(shareInterval({ of: 0, count: 0 })).toEqual({ low: 0, high: 1 });
  });
});

describe('the interval of a difference of sums', () => {
  it('is Welch’s: two fives of one spread have eight degrees of freedom, and Student’s t there is 2.306', () => {
    const found = meanDifference({ of: 5, sum: 15, squares: 55 }, { of: 5, sum: 25, squares: 135 });
    expect(found?.difference).toBeCloseTo(-2, 10);
    expect(found?.low).toBeCloseTo(-4.306, 3);
    expect(found?.high).toBeCloseTo(0.306, 3);
  });

  it('has fewer degrees of freedom where one side is far wider: 4.0000 at t = 2.776 where the other does not differ at all', () => {
    const found = meanDifference({ of: 5, sum: 15, squares: 55 }, { of: 50, sum: 100, squares: 200 });
    // The error is that of the five alone: the square root of a half.
    expect(found?.high).toBeCloseTo(1 + Math.SQRT1_2 * 2.776, 2);
  });

  it('is none below two customers, and none wide where nobody differs', () => {
    expect(meanDifference({ of: 1, sum: 3, squares: 9 }, { of: 9, sum: 3, squares: 9 })).toBeNull();
    const same = { of: 4, sum: 8, squares: 16 };
    expect(meanDifference(same, same)).toEqual({ difference: 0, low: 0, high: 0 });
  });
});

describe('one difference over several dialogues', () => {
  it('compares within each dialogue: unequal holdouts make no difference where there is none', () => {
    const strata = [
      { spoken: { of: 900, count: 450 }, held: { of: 100, count: 50 } },
      { spoken: { of: 100, count: 10 }, held: { of: 900, count: 90 } },
    ];
    expect(pooledDifference(strata)?.difference).toBeCloseTo(0, 10);
    // Control: thrown together, the audiences differ by 32 points.
    expect(shareDifference({ of: 1000, count: 460 }, { of: 1000, count: 140 })?.difference).toBeCloseTo(0.32, 10);
  });

  it('is not there without a holdout', () => {
    expect(pooledDifference([{ spoken: { of: 10, count: 1 }, held: { of: 0, count: 0 } }])).toBeNull();
  });
});
