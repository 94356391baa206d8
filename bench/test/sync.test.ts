/** The short form of `bench -- sync`: everything that it does, with few facts; what it found is not judged by time. */
import { expect, it } from 'vitest';
import { measureSync } from '../sync.ts';

it('a journal arrives whole, on each way that is compared', async () => {
  const outcome = await measureSync({ facts: 5_000, rounds: 1, say: () => undefined });
  expect(outcome.missing).toBe(0);
  for (const rates of [outcome.line, outcome.first, outcome.copy, outcome.copyAgain, outcome.unnest]) {
    expect(rates).toHaveLength(1);
    expect(rates[0]).toBeGreaterThan(0);
  }
  expect(outcome.folding.facts).toBeGreaterThan(3_000);
  expect(outcome.folding.folded).toBeGreaterThan(0);
  expect(outcome.folding.processMb).toBeGreaterThan(0);
  // The dictionary of a store that was never heard of goes along, and this is a small journal.
  expect(outcome.bytesPerFact).toBeGreaterThan(5);
  expect(outcome.bytesPerFact).toBeLessThan(100);
});
