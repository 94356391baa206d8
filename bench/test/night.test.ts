/** The short form of `bench -- night`: a few stores with little to say; what it found is not judged by time. */
import { expect, it } from 'vitest';
import { measureNight, nightFigures } from '../night.ts';

it('each of a night’s stores is done with all three of headquarters, and each is timed', async () => {
  const run = { stores: 9, facts: 200, customers: 20, nightMs: 100, settleMs: 0, say: () => undefined };
  const outcome = await measureNight(run);
  expect(outcome.missing).toBe(0);
  expect(outcome.nights).toHaveLength(9);
  for (const { facts, customers, ms } of outcome.nights) {
    expect(facts).toBeGreaterThanOrEqual(200);
    // None of those who had changed was still on the way when it was told that there is nothing more.
    expect(customers).toBeGreaterThanOrEqual(100);
    expect(ms).toBeGreaterThan(0);
  }
  const figures = new Map(nightFigures(outcome).map(({ name, value }) => [name, value]));
  expect(figures.get('night_slowest_ratio')).toBeGreaterThanOrEqual(1);
  expect(figures.get('night_facts_per_second')).toBeGreaterThan(0);
});
