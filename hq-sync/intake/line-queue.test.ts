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
async function hasCome(turn: Promise<unknown>): Promise<boolean> {
  let is = false;
  void turn.then(() => {
    is = true;
  });
  for (let step = 0; step < 10; step += 1) await Promise.resolve();
  return is;
}

it('the next of a line waits for nobody', async () => {
  const place = queue.enter({ ...line, after: 10 });
  expect(await place.turnToCopy(10)).toBe(true);
  expect(await hasCome(place.turn(10))).toBe(true);
});

it('a later one waits for those before it, and may copy its rows as soon as they have copied theirs', async () => {
  const first = queue.enter({ ...line, after: 10 });
  const second = queue.enter({ ...line, after: 20 });
  const copying = second.turnToCopy(10);
  expect(await hasCome(copying)).toBe(false);
  first.copied();
  expect(await copying).toBe(true);
  const turn = second.turn(10);
  expect(await hasCome(turn)).toBe(false);
  first.leave();
  expect(await hasCome(turn)).toBe(true);
});

it('one that left without having copied is not waited for', async () => {
  const first = queue.enter({ ...line, after: 10 });
  const copying = queue.enter({ ...line, after: 20 }).turnToCopy(10);
  first.leave();
  expect(await hasCome(copying)).toBe(true);
});

it('no more of them hold a transaction than may', async () => {
  queue.enter({ ...line, after: 10 }).copied();
  const second = queue.enter({ ...line, after: 20 });
  const third = queue.enter({ ...line, after: 30 });
  expect(await second.turnToCopy(10)).toBe(true);
  expect(await third.turnToCopy(10)).toBe(false);
  second.leave();
  expect(await queue.enter({ ...line, after: 25 }).turnToCopy(10)).toBe(true);
});

it('one that is here before the one before it waits for it, a moment only', async () => {
  const second = queue.enter({ ...line, after: 20 });
  expect(await second.turnToCopy(10)).toBe(false);
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
