import type { Fact } from '@kairos/protocol/facts.ts';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { expect, test } from 'vitest';
import { HeldBack } from './held-back.ts';

function open() {
  const ports = simulatedPorts({ startMs: 0, seed: 1 });
  const waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const released: string[] = [];
  const held = new HeldBack({
    journal: { committed: () => new Promise((resolve, reject) => waiting.push({ resolve, reject })) },
    timers: ports.timers,
    onReleased: (messages) => released.push(...messages),
  });
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return { held, waiting, released, settled, ports };
}
const reward = (run: string) => ({ type: 'reward.issued', body: { run } }) as Fact;
const decided = (message: string, run: string, channel = 'cart') =>
  ({ type: 'message.decided', body: { message, run, channel } }) as Fact;

test('what is only said does not wait, and asks nothing of the disk', () => {
  const { held, waiting } = open();
  held.note([decided('m1', 'r1')]);
  expect(held.isHeld('m1')).toBe(false);
  expect(waiting).toEqual([]);
});

test('a message with a reward waits for the disk, then is said', async () => {
  const { held, waiting, released, settled } = open();
  held.note([reward('r1'), decided('m1', 'r1')]);
  expect(held.isHeld('m1')).toBe(true);
  waiting[0]?.resolve();
  await settled();
  expect(released).toEqual(['m1']);
  expect(held.isHeld('m1')).toBe(false);
});

test('also where the reward was issued a moment before, and no longer once that is on disk', async () => {
  const { held, waiting, settled } = open();
  held.note([reward('r1')]);
  held.note([decided('m1', 'r1')]);
  expect(held.isHeld('m1')).toBe(true);
  waiting[0]?.resolve();
  await settled();
  // The message came after: it is in a later group.
  expect(held.isHeld('m1')).toBe(true);
  waiting[1]?.resolve();
  await settled();
  expect(held.isHeld('m1')).toBe(false);
  held.note([decided('m2', 'r1')]);
  expect(held.isHeld('m2')).toBe(false);
});

test.each(['handheld', 'pos', 'call', 'mail'])('what asks somebody for something waits: %s', (channel) => {
  const { held } = open();
  held.note([decided('m1', 'r1', channel)]);
  expect(held.isHeld('m1')).toBe(true);
});

test('where the disk refuses it is not said, and asked for again', async () => {
  const { held, waiting, released, settled, ports } = open();
  held.note([reward('r1'), decided('m1', 'r1')]);
  waiting[0]?.reject(new Error('full'));
  await settled();
  expect(held.isHeld('m1')).toBe(true);
  ports.advance(1_000);
  waiting[1]?.resolve();
  await settled();
  expect(released).toEqual(['m1']);
});
