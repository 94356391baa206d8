import { beforeEach, expect, it } from 'vitest';
import { Pace } from './pace.ts';

const max = 32_000;
const much = { left: 1_000_000, max };
let pace: Pace;
let now: number;

beforeEach(() => {
  pace = new Pace();
  pace.begin();
  now = 1_000;
});

/** The next chunk goes over a line of so many facts a second. */
function send(factsPerSecond: number, left = much.left): number {
  const facts = pace.next({ left, max });
  const sentAt = now;
  now += (facts * 1_000) / factsPerSecond;
  pace.answered({ facts, sentAt, now, max });
  return facts;
}

it('of a line of which nothing is known one chunk is under way, of a fast one several', () => {
  expect(pace.underWay(max)).toBe(1);
  send(500_000);
  expect(pace.underWay(max)).toBe(5);
  const slow = new Pace();
  slow.answered({ facts: 4_000, sentAt: 0, now: 2_000, max });
  expect(slow.underWay(max)).toBe(1);
});

it('a chunk takes about a second of a slow line, and is as large as headquarters take it on a fast one', () => {
  const slow = Array.from({ length: 8 }, () => send(6_000));
  expect(slow.at(-1)).toBe(6_000);
  pace.begin();
  const fast = Array.from({ length: 8 }, () => send(500_000));
  expect(fast.at(-1)).toBe(max);
});

it('the first chunks of a sending are short, each at most twice as long as the one before, and the last ones are', () => {
  for (let chunk = 0; chunk < 8; chunk += 1) send(500_000);
  pace.begin();
  expect([1, 2, 3, 4].map(() => pace.next(much))).toEqual([4_000, 8_000, 16_000, 32_000]);
  expect([100_000, 60_000, 10_000].map((left) => pace.next({ left, max }))).toEqual([25_000, 15_000, 8_000]);
});

it('what waited behind another chunk was not on its way meanwhile', () => {
  send(500_000);
  // Both sent at once, each is answered a tenth of a second after the one before.
  pace.answered({ facts: 16_000, sentAt: 5_000, now: 5_100, max });
  pace.answered({ facts: 16_000, sentAt: 5_000, now: 5_200, max });
  expect(pace.underWay(max)).toBe(5);
});

it('what a line has shown holds for the next sending, until it was cut or has become slow', () => {
  for (let chunk = 0; chunk < 8; chunk += 1) send(500_000);
  pace.begin();
  expect(pace.underWay(max)).toBe(5);
  pace.answered({ facts: 4_000, sentAt: now, now: now + 4_000, max });
  expect(pace.underWay(max)).toBe(1);
  expect(pace.next(much)).toBe(1_000);
  pace.lost();
  pace.begin();
  expect([pace.underWay(max), pace.next(much)]).toEqual([1, 4_000]);
});
