import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { beforeEach, expect, it } from 'vitest';
import { LineQueue } from './line-queue.ts';

const line = { store: 1, epoch: 'life-1' };
let ports: ReturnType<typeof simulatedPorts>;
let queue: LineQueue;

beforeEach(() => {
  ports = simulatedPorts({ startMs: 0, seed: 1 });
  queue = new LineQueue(ports.timers, { aheadMax: 1 });
});

/** Whether its turn has come, once all that can happen without time has happened. */
async function hasCome(turn: Promise<void>): Promise<boolean> {
  let is = false;
  void turn.then(() => {
    is = true;
  });
  for (let step = 0; step < 10; step += 1) await Promise.resolve();
  return is;
}

it('the next of a line waits for nobody', async () => {
  const place = queue.enter({ ...line, after: 10 });
  expect(place.mayCopyAhead(10)).toBe(true);
  expect(await hasCome(place.turn(10))).toBe(true);
});

it('a later one waits for those before it, and may copy its rows meanwhile', async () => {
  const first = queue.enter({ ...line, after: 10 });
  const second = queue.enter({ ...line, after: 20 });
  expect(second.mayCopyAhead(10)).toBe(true);
  const turn = second.turn(10);
  expect(await hasCome(turn)).toBe(false);
  first.leave();
  expect(await hasCome(turn)).toBe(true);
});

it('no more of them hold a transaction than may', () => {
  queue.enter({ ...line, after: 10 });
  const second = queue.enter({ ...line, after: 20 });
  const third = queue.enter({ ...line, after: 30 });
  expect(second.mayCopyAhead(10)).toBe(true);
  expect(third.mayCopyAhead(10)).toBe(false);
  second.leave();
  expect(queue.enter({ ...line, after: 40 }).mayCopyAhead(10)).toBe(true);
});

it('one that is here before the one before it waits for it, a moment only', async () => {
  const second = queue.enter({ ...line, after: 20 });
  expect(second.mayCopyAhead(10)).toBe(false);
  const turn = second.turn(10);
  expect(await hasCome(turn)).toBe(false);
  const first = queue.enter({ ...line, after: 10 });
  await ports.advance(1_000);
  expect(await hasCome(turn)).toBe(false);
  first.leave();
  expect(await hasCome(turn)).toBe(true);
  second.leave();
  const alone = queue.enter({ ...line, after: 90 }).turn(20);
  await ports.advance(1_000);
  expect(await hasCome(alone)).toBe(true);
});

it('one that is stuck holds the others up for so long and no longer; other lines not at all', async () => {
  queue.enter({ ...line, after: 10 });
  const second = queue.enter({ ...line, after: 20 }).turn(10);
  expect(await hasCome(queue.enter({ store: 2, epoch: 'life-1', after: 20 }).turn(20))).toBe(true);
  await ports.advance(4_000);
  expect(await hasCome(second)).toBe(false);
  await ports.advance(2_000);
  expect(await hasCome(second)).toBe(true);
});
