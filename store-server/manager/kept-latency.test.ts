import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fact } from '@kairos/protocol/facts.ts';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { afterEach, expect, test } from 'vitest';
import { KeptLatency } from './kept-latency.ts';
import { PaintLatency } from './paint-latency.ts';

const minute = 60_000;
const startMs = 1_764_000_000_000;
const data = mkdtempSync(join(tmpdir(), 'kairos-latency-'));
afterEach(() => rmSync(join(data, 'paint-latency.json'), { force: true }));

/** One run of a store over what the journal holds; it ends without a word, as in a crash. */
async function run(facts: Fact[]) {
  const ports = simulatedPorts({ startMs: facts.at(-1)?.at ?? startMs, seed: 1 });
  const now = (): number => ports.clock.now();
  const latency = new PaintLatency({ receivedAt: now, zoneOf: () => 'wine', now });
  const journal = {
    start: { lastSeq: facts.at(-1)?.seq ?? 0 },
    facts: async ({ from = 0, types }: { from?: number; types?: readonly string[] }) =>
      facts.filter(({ seq, type }) => seq >= from && (types?.includes(type) ?? true)),
  };
  const kept = new KeptLatency({ latency, data, journal, timers: ports.timers, log: { warn: () => undefined } });
  await kept.recall();
  const note = (type: string, body: object): void => {
    const fact = { seq: facts.length + 1, type, at: now(), subject: 7, late: false, body } as unknown as Fact;
    facts.push(fact);
    latency.note([fact]);
  };
  return {
    latency,
    kept,
    step: (zone: string) => note('zone.entered', { cart: 'cart-1', zone }),
    say: (message: string) => note('message.decided', { message }),
    paint: (message: string, afterMs: number) => {
      ports.advance(afterMs);
      note('message.shown', { message });
    },
    pass: (ms: number) => ports.advance(ms),
  };
}

test('a crash loses nothing: what was written down, what was painted since, and what still waited for its paint', async () => {
  const facts: Fact[] = [];
  const first = await run(facts);
  first.say('m1');
  first.paint('m1', 40);
  first.say('m2');
  first.pass(minute);
  first.step('shoes');
  first.say('m3');
  first.paint('m3', 300);
  const second = await run(facts);
  second.paint('m2', 10);
  const { latency } = await run(facts);
  expect(latency.current?.count).toBe(3);
  expect(Math.abs((latency.current?.p50 ?? 0) / 300 - 1)).toBeLessThan(0.05);
  const zones = Object.fromEntries(
    latency.byHour.flatMap((hour) => hour.zones.map(({ zone, count }) => [zone, count])),
  );
  expect(zones).toEqual({ wine: 2, shoes: 1 });
});

test('an orderly end writes down what the last minute brought', async () => {
  const facts: Fact[] = [];
  const first = await run(facts);
  first.say('m1');
  first.paint('m1', 40);
  first.kept.close();
  const { latency } = await run(facts);
  expect(latency.current?.count).toBe(1);
});

test('a file that cannot be read stops no start, and counting begins anew', async () => {
  const facts: Fact[] = [];
  const first = await run(facts);
  first.say('m1');
  first.paint('m1', 40);
  first.kept.close();
  writeFileSync(join(data, 'paint-latency.json'), '{"upTo":1');
  const { latency } = await run(facts);
  expect([latency.current, latency.upTo]).toEqual([null, 0]);
});
