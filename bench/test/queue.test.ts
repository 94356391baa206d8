/** The short form of `bench -- queue`: everything that it does, with few facts; what it found is not judged by time. */
import { expect, it } from 'vitest';
import { balance, factAt } from '../queue/facts.ts';
import { measureQueue } from '../queue.ts';

it('a long absence, a dead battery and the way back lose nothing and double nothing', async () => {
  const outcome = await measureQueue({ facts: 6_000, hours: 2, floorFacts: 3_000, idleMs: 200, say: () => undefined });
  expect(outcome).toMatchObject({ queued: 6_000, lost: 0, doubled: 0, left: 0 });
  expect(outcome.oldestHours).toBeCloseTo(2, 1);
  for (const rate of [outcome.drainPerSecond, outcome.floorPerSecond]) expect(rate).toBeGreaterThan(0);
  for (const memory of [outcome.rssOfflineMb, outcome.rssDrainingMb, outcome.idlePssMb, outcome.idleRssMb]) {
    expect(memory).toBeGreaterThan(10);
    expect(memory).toBeLessThan(1_000);
  }
});

it('the ledger sees a fact that is missing, and one that is there twice', () => {
  const all = Array.from({ length: 20_000 }, (_, n) => factAt(n, 'cart').body);
  expect(balance(all, 20_000)).toEqual({ lost: 0, doubled: 0 });
  expect(balance(all.slice(0, -7), 20_000)).toEqual({ lost: 7, doubled: 0 });
  expect(balance(all.toSpliced(9_000, 3), 20_000)).toEqual({ lost: 3, doubled: 0 });
  expect(balance(all.toSpliced(9_000, 0, all[8_990]!, all[8_991]!), 20_000)).toEqual({ lost: 0, doubled: 2 });
});
