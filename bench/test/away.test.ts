/** The short form of `bench -- away`: a few thousand facts, cut again and again; what it found is not judged by time. */
import { expect, it } from 'vitest';
import { measureAway } from '../away.ts';

it('a line that is cut again and again brings all of it, and what it carried is counted', async () => {
  const run = {
    facts: 8_000,
    customers: 300,
    bitsPerSecond: 4_000_000,
    cutEvery: { bytes: 110_000 },
    say: () => undefined,
  };
  const outcome = await measureAway(run);
  expect(outcome).toMatchObject({ missing: 0, missingCustomers: 0 });
  expect(outcome.heardBytes).toBeGreaterThan(300 * 100);
  expect(outcome.askedBytes).toBeGreaterThanOrEqual(outcome.heardBytes);
  expect(outcome.cuts).toBeGreaterThan(0);
  expect(outcome.takenBytes).toBeGreaterThan(50_000);
  // A cut between two chunks costs nothing.
  expect(outcome.sentBytes).toBeGreaterThanOrEqual(outcome.takenBytes);
  expect(outcome.carriedBytes).toBeGreaterThan(outcome.takenBytes);
  for (const memory of [outcome.storeRssMb, outcome.hqRssMb]) expect(memory).toBeGreaterThan(10);
});
