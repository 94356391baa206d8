import { expect, it } from 'vitest';
import { liftOf } from './lift.ts';

it('is the difference of two shares with Newcombe’s interval, as his paper has it', () => {
  // Newcombe 1998, table II, case a: 56/70 against 48/80, method 10: 0.0524 to 0.3339.
  const lift = liftOf({ entered: 70, reached: 56 }, { entered: 80, reached: 48 });
  expect(lift?.difference).toBeCloseTo(0.2, 10);
  expect(lift?.low).toBeCloseTo(0.0524, 4);
  expect(lift?.high).toBeCloseTo(0.3339, 4);
});

it('says nothing where nobody was left alone, and stays within bounds where all or none got there', () => {
  expect(liftOf({ entered: 5, reached: 5 }, { entered: 0, reached: 0 })).toBeNull();
  const lift = liftOf({ entered: 5, reached: 5 }, { entered: 5, reached: 0 });
  expect(lift?.difference).toBe(1);
  expect(lift?.high).toBeLessThanOrEqual(1);
  expect(lift?.low).toBeGreaterThan(0);
});
