import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { batchBytesMax, batchFactsMax, type DeviceBatch, deviceBatch } from '@kairos/protocol/device-facts.ts';
import { type SimulatedPorts, simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DurableQueue, openDurableQueue, type QueueOptions } from './durable-queue.ts';

let folder = '';
let opened: DurableQueue[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-queue-'));
});
afterEach(() => {
  for (const queue of opened) queue.close();
  opened = [];
  rmSync(folder, { recursive: true, force: true });
});

let seed = 1;
const newPorts = (): SimulatedPorts => simulatedPorts({ startMs: 1_700_000_000_000, seed: seed++ });

function open(ports: SimulatedPorts = newPorts(), limits: Partial<QueueOptions> = {}): DurableQueue {
  const result = openDurableQueue({ file: join(folder, 'queue.db'), ports, ...limits });
  if (result.kind !== 'open') throw new Error(result.message);
  opened.push(result.queue);
  return result.queue;
}
function close(queue: DurableQueue): void {
  queue.close();
  opened = opened.filter((other) => other !== queue);
}

const scan = (code: string | number) => ({ cart: 'cart-01', code: String(code), quantity: 1000 });
const zone = (name: string | number) => ({ cart: 'cart-01', zone: `zone-${name}`, confidence: 900 });

async function put(queue: DurableQueue, ports: SimulatedPorts, codes: readonly (string | number)[]): Promise<void> {
  const all = codes.map((code) => queue.enqueue('basket.added', scan(code)));
  ports.advance(10);
  for (const result of await Promise.all(all)) expect(result).toEqual({ kind: 'stored' });
}

/** Takes batches as a store would that acknowledges each at once. */
function drain(queue: DurableQueue): DeviceBatch[] {
  const batches: DeviceBatch[] = [];
  for (let batch = queue.nextBatch(); batch; batch = queue.nextBatch()) {
    batches.push(parse(batch.payload));
    queue.acknowledge(batch);
  }
  return batches;
}
const parse = (payload: string): DeviceBatch => deviceBatch.parse(JSON.parse(payload)) as DeviceBatch;
const codesOf = (batches: readonly DeviceBatch[]): unknown[] =>
  batches.flatMap(({ facts }) =>
    facts.map(({ body }) => (body as { code?: string; zone?: string }).code ?? (body as { zone?: string }).zone),
  );
const count = (n: number): number[] => Array.from({ length: n }, (_, index) => index);

describe('a queue that is closed', () => {
  it('refuses what comes later, and leaves what was on its way to the next start', async () => {
    const ports = newPorts();
    const queue = open(ports);
    await put(queue, ports, ['a']);
    const batch = queue.nextBatch();
    close(queue);
    expect(queue.acknowledge(batch as NonNullable<typeof batch>)).toBe(0);
    expect(queue.nextBatch()).toBeNull();
    const late = queue.enqueue('basket.added', scan('b'));
    ports.advance(60_000);
    expect(await late).toEqual({ kind: 'refused', reason: 'disk' });
    expect(codesOf(drain(open(ports)))).toEqual(['a']);
  });

  it('still tells what was in it when it was closed, and is closed once', async () => {
    const ports = newPorts();
    const queue = open(ports);
    await put(queue, ports, ['a', 'b']);
    const [stats, counters] = [queue.stats(), queue.counters()];
    expect(stats.depth).toBe(2);
    close(queue);
    queue.close();
    expect(queue.stats()).toEqual(stats);
    expect(queue.counters()).toEqual(counters);
    expect(open(ports).stats()).toMatchObject({ depth: 2, bytes: stats.bytes });
  });
});

describe('what is enqueued', () => {
  it('comes out in order, as batches of the protocol, numbered from 1 in the epoch of this start', async () => {
    const ports = newPorts();
    const queue = open(ports);
    await put(queue, ports, ['a', 'b', 'c']);
    const [batch] = drain(queue);
    expect(batch).toMatchObject({ epoch: queue.epoch, oldest: 1 });
    expect(batch?.facts.map(({ sequence, type }) => [sequence, type])).toEqual([
      [1, 'basket.added'],
      [2, 'basket.added'],
      [3, 'basket.added'],
    ]);
  });

  it('is stored within ten milliseconds, and not said to be before', async () => {
    const ports = newPorts();
    const queue = open(ports);
    let isStored = false;
    void queue.enqueue('basket.added', scan('a')).then(() => {
      isStored = true;
    });
    await Promise.resolve();
    expect(isStored).toBe(false);
    expect(queue.nextBatch()).toBeNull();
    ports.advance(10);
    await Promise.resolve();
    expect(isStored).toBe(true);
    expect(queue.nextBatch()).not.toBeNull();
  });

  it('is told to whoever sends it', async () => {
    const ports = newPorts();
    const queue = open(ports);
    let calls = 0;
    queue.onReady(() => {
      calls += 1;
    });
    await put(queue, ports, ['a', 'b']);
    expect(calls).toBe(1);
  });

  it('may be no larger than a fact can be', async () => {
    const queue = open();
    expect(await queue.enqueue('basket.added', scan('x'.repeat(40_000)))).toEqual({
      kind: 'refused',
      reason: 'too-large',
    });
  });
});

describe('a batch', () => {
  it('holds at most 200 facts and 64 KB, and sixteen are on their way at once', async () => {
    const ports = newPorts();
    const queue = open(ports);
    await put(queue, ports, count(3_500));
    const sent = count(20).map(() => queue.nextBatch());
    expect(sent.filter((batch) => batch !== null)).toHaveLength(16);
    for (const batch of sent.slice(0, 16)) expect(batch?.facts).toBe(batchFactsMax);

    await put(
      queue,
      ports,
      count(50).map((n) => `${n}-${'x'.repeat(3_000)}`),
    );
    queue.rewind();
    const batches = drain(queue);
    for (const batch of batches) {
      expect(batch.facts.length).toBeLessThanOrEqual(batchFactsMax);
      expect(JSON.stringify(batch).length).toBeLessThanOrEqual(batchBytesMax);
    }
    expect(codesOf(batches)).toHaveLength(3_550);
  });

  it('says how old its facts are', async () => {
    const ports = newPorts();
    const queue = open(ports);
    await put(queue, ports, ['a']);
    ports.advance(60_000);
    ports.stepWallClock(-3_600_000);
    const [batch] = drain(queue);
    expect(batch?.facts[0]?.ageMs).toBe(60_010);
  });
});

describe('an acknowledgement', () => {
  it('alone deletes, and only what it covers', async () => {
    const ports = newPorts();
    const queue = open(ports);
    await put(queue, ports, ['a', 'b', 'c']);
    expect(queue.nextBatch()).not.toBeNull();
    expect(queue.stats().depth).toBe(3);
    expect(queue.acknowledge({ epoch: queue.epoch, upTo: 2 })).toBe(2);
    expect(queue.stats().depth).toBe(1);
    queue.rewind();
    const again = queue.nextBatch();
    expect(parse(again?.payload ?? '')).toMatchObject({ oldest: 3, facts: [{ sequence: 3, body: scan('c') }] });
  });

  it('that comes twice, late, for another epoch or for what was never sent harms nothing', async () => {
    const ports = newPorts();
    const queue = open(ports);
    await put(queue, ports, ['a', 'b', 'c']);
    expect(queue.acknowledge({ epoch: queue.epoch, upTo: 1 }), 'before anything was sent').toBe(0);
    queue.nextBatch();
    expect(queue.acknowledge({ epoch: queue.epoch, upTo: 1 })).toBe(1);
    expect(queue.acknowledge({ epoch: queue.epoch, upTo: 1 })).toBe(0);
    expect(queue.acknowledge({ epoch: 'another-epoch', upTo: 3 })).toBe(0);
    expect(queue.acknowledge({ epoch: queue.epoch, upTo: 1_000_000 })).toBe(0);
    expect(queue.stats().depth).toBe(2);
  });

  it('that was lost is made good by sending again: the same numbers for the same facts', async () => {
    const ports = newPorts();
    const queue = open(ports);
    await put(queue, ports, count(300));
    const first = [queue.nextBatch(), queue.nextBatch()].map((batch) => batch && parse(batch.payload));
    expect(queue.nextBatch()).toBeNull();
    queue.rewind();
    const second = [queue.nextBatch(), queue.nextBatch()].map((batch) => batch && parse(batch.payload));
    expect(second).toEqual(first);
  });
});

describe('a restart', () => {
  it('begins an epoch, and the old one is drained first, with its own numbers', async () => {
    const before = newPorts();
    const old = open(before);
    await put(old, before, ['a', 'b']);
    old.nextBatch();
    old.acknowledge({ epoch: old.epoch, upTo: 1 });
    close(old);

    const ports = newPorts();
    const queue = open(ports);
    await put(queue, ports, ['c']);
    const first = queue.nextBatch();
    expect(parse(first?.payload ?? '')).toMatchObject({ epoch: old.epoch, oldest: 2, facts: [{ sequence: 2 }] });
    expect(queue.nextBatch(), 'the new epoch waits for the old').toBeNull();
    queue.acknowledge({ epoch: old.epoch, upTo: 2 });
    const second = queue.nextBatch();
    expect(parse(second?.payload ?? '')).toMatchObject({ epoch: queue.epoch, oldest: 1, facts: [{ sequence: 1 }] });
  });

  it('makes no fact younger than it was known to be', async () => {
    const first = newPorts();
    let queue = open(first);
    await put(queue, first, ['a']);
    first.advance(120_000);
    close(queue);
    const second = newPorts();
    queue = open(second);
    second.advance(60_000);
    close(queue);
    const third = newPorts();
    queue = open(third);
    third.advance(1_000);
    const [batch] = drain(queue);
    // Noted every 30 s: 120 s of the first process, 60 s of the second, 1 s of this one.
    expect(batch?.facts[0]?.ageMs).toBeGreaterThanOrEqual(180_900);
    expect(batch?.facts[0]?.ageMs).toBeLessThanOrEqual(181_010);
  });

  it('finds what was given up still counted', async () => {
    const ports = newPorts();
    const queue = open(ports, { bytesMax: 200_000 });
    for (const n of count(2_000)) void queue.enqueue('zone.entered', zone(n));
    ports.advance(10);
    const { dropped } = queue.stats();
    expect(dropped).toBeGreaterThan(0);
    close(queue);
    expect(open().stats().dropped).toBe(dropped);
  });
});

describe('a queue that is full', () => {
  const bytesMax = 400_000;
  /** Each about 200 bytes with its overhead: some 2,000 fit. */
  const pad = 'p'.repeat(60);

  it('gives up zone facts first, oldest first, and no scan while one of them is left', async () => {
    const ports = newPorts();
    const queue = open(ports, { bytesMax: 340_000 });
    for (const n of count(800)) void queue.enqueue('zone.entered', zone(n));
    ports.advance(10);
    queue.nextBatch();
    queue.rewind();
    for (const n of count(400)) void queue.enqueue('zone.entered', zone(800 + n));
    ports.advance(10);
    await put(
      queue,
      ports,
      count(900).map((n) => `${n}-${pad}`),
    );
    expect(queue.stats().bytes).toBeLessThanOrEqual(bytesMax);
    expect(queue.counters()['bytes.zone']).toBeGreaterThan(0);
    expect(queue.counters()['bytes.other']).toBeUndefined();
    const out = codesOf(drain(queue));
    expect(out.filter((code) => !String(code).startsWith('zone-'))).toEqual(count(900).map((n) => `${n}-${pad}`));
    const zones = out.filter((code) => String(code).startsWith('zone-'));
    // Those that were numbered stay; of the rest, the newest.
    expect(zones.slice(0, 800)).toEqual(count(800).map((n) => `zone-${n}`));
    expect(zones.at(-1)).toBe('zone-1199');
  });

  it('then gives up the oldest of the rest, and never what is numbered', async () => {
    const ports = newPorts();
    const queue = open(ports, { bytesMax });
    await put(
      queue,
      ports,
      count(800).map((n) => `${n}-${pad}`),
    );
    queue.nextBatch();
    queue.rewind();
    for (const part of count(30).slice(8))
      await put(
        queue,
        ports,
        count(100).map((n) => `${part * 100 + n}-${pad}`),
      );
    const lost = queue.counters()['bytes.other'] ?? 0;
    expect(lost).toBeGreaterThan(0);
    const out = codesOf(drain(queue)).map((code) => Number(String(code).split('-')[0]));
    expect(out).toEqual([...count(800), ...count(3_000).slice(800 + lost)]);
  });

  it('leaves no gap at which the store would wait', async () => {
    const ports = newPorts();
    const queue = open(ports, { bytesMax });
    for (const n of count(3_000)) {
      void queue.enqueue('zone.entered', zone(n));
      void queue.enqueue('basket.added', scan(n));
      if (n % 50 === 0) ports.advance(10);
    }
    ports.advance(10);
    const sequences = drain(queue).flatMap(({ facts }) => facts.map(({ sequence }) => sequence));
    expect(sequences).toEqual(sequences.map((_, index) => index + 1));
  });

  it('refuses a zone fact rather than give up a scan for it', async () => {
    const ports = newPorts();
    const queue = open(ports, { bytesMax });
    for (const part of count(40))
      await put(
        queue,
        ports,
        count(100).map((n) => `${part * 100 + n}-${pad}`),
      );
    const refused = queue.enqueue('zone.entered', zone('late'));
    ports.advance(10);
    // There may be room for one more small fact; there is none for a hundred.
    const more = count(100).map((n) => queue.enqueue('zone.entered', zone(n)));
    ports.advance(10);
    await refused;
    expect((await Promise.all(more)).at(-1)).toEqual({ kind: 'refused', reason: 'full' });
    expect(queue.counters()['bytes.zone']).toBeGreaterThan(0);
  });
});

describe('age', () => {
  it('gives up what is older than the limit, but nothing that is numbered', async () => {
    const ports = newPorts();
    const queue = open(ports, { ageMaxMs: 3_600_000 });
    await put(queue, ports, count(800));
    queue.nextBatch();
    queue.rewind();
    await put(queue, ports, count(200));
    ports.advance(3_500_000);
    await put(queue, ports, ['young']);
    expect(queue.stats().depth).toBe(1_001);
    ports.advance(200_000);
    expect(queue.counters()).toEqual({ 'age.other': 200 });
    expect(queue.stats()).toMatchObject({ depth: 801, dropped: 200 });
    expect(codesOf(drain(queue)).at(-1)).toBe('young');
  });
});

describe('the file', () => {
  it('that is no queue is set aside, and the agent goes on', async () => {
    writeFileSync(
      join(folder, 'queue.db'),
      'not a database at all, but quite long enough to look like one'.repeat(100),
    );
    const ports = newPorts();
    const queue = open(ports);
    expect(queue.setAside?.file).toContain('unreadable');
    await put(queue, ports, ['a']);
    expect(codesOf(drain(queue))).toEqual(['a']);
    expect(readdirSync(folder).some((name) => name.includes('unreadable'))).toBe(true);
  });

  it('belongs to one agent at a time, and the second is told what to do', () => {
    open();
    expect(openDurableQueue({ file: join(folder, 'queue.db'), ports: newPorts() })).toMatchObject({
      kind: 'in-use',
      message: expect.stringContaining('"state" folder of its own'),
    });
  });
});

describe('status', () => {
  it('knows depth, size and the age of the oldest', async () => {
    const ports = newPorts();
    const queue = open(ports);
    expect(queue.stats()).toEqual({ depth: 0, bytes: 0, oldestAgeMs: 0, dropped: 0, durable: true });
    await put(queue, ports, ['a', 'b']);
    ports.advance(990);
    expect(queue.stats()).toMatchObject({ depth: 2, oldestAgeMs: 1_000 });
    drain(queue);
    expect(queue.stats()).toEqual({ depth: 0, bytes: 0, oldestAgeMs: 0, dropped: 0, durable: true });
  });
});

it('what the store has stands in no byte of the queue’s files, once nothing has come for a while or it is closed', async () => {
  const holds = (word: string): string[] =>
    readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(word));
  const words = count(400).map((index) => `planted-${index}`);
  const ports = newPorts();
  const queue = open(ports);
  await put(queue, ports, words);
  expect(holds('planted-3')).not.toEqual([]);
  drain(queue);
  // A control: deleted rows are in the log for as long as nobody cuts it.
  expect(holds('planted-3')).not.toEqual([]);
  ports.advance(90_000);
  expect(holds('planted-')).toEqual([]);
  await put(queue, ports, words);
  drain(queue);
  close(queue);
  expect(holds('planted-')).toEqual([]);
  // What waits is kept.
  const again = open(ports);
  await put(again, ports, ['planted-waits']);
  ports.advance(90_000);
  close(again);
  expect(codesOf(drain(open(ports)))).toEqual(['planted-waits']);
});
