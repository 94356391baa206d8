/** What a disk can do to the queue: it goes on, keeps what can be kept, and says what was lost. */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DeviceBatch, deviceBatch } from '@kairos/protocol/device-facts.ts';
import { type SimulatedPorts, simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DurableQueue, openDurableQueue, type QueueOptions } from './durable-queue.ts';

let folder = '';
let file = '';
let opened: DurableQueue[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-queue-disk-'));
  file = join(folder, 'queue.db');
});
afterEach(() => {
  for (const queue of opened) queue.close();
  opened = [];
  rmSync(folder, { recursive: true, force: true });
});

let seed = 100;
const newPorts = (): SimulatedPorts => simulatedPorts({ startMs: 1_700_000_000_000, seed: seed++ });
function open(ports: SimulatedPorts = newPorts(), more: Partial<QueueOptions> = {}): DurableQueue {
  const result = openDurableQueue({ file, ports, ...more });
  if (result.kind !== 'open') throw new Error(result.message);
  opened.push(result.queue);
  return result.queue;
}
function close(queue: DurableQueue): void {
  queue.close();
  opened = opened.filter((other) => other !== queue);
}
const count = (n: number): number[] => Array.from({ length: n }, (_, index) => index);
/** A few hundred bytes each, so that a thousand of them fill many pages. */
const scan = (n: number) => ({ cart: 'cart-01', code: String(n), quantity: 1_000, note: 'n'.repeat(200) });
async function put(queue: DurableQueue, ports: SimulatedPorts, numbers: readonly number[]): Promise<string[]> {
  const all = numbers.map((n) => queue.enqueue('basket.added', scan(n)));
  ports.advance(10);
  return (await Promise.all(all)).map((result) => (result.kind === 'stored' ? 'stored' : result.reason));
}
function drain(queue: DurableQueue): DeviceBatch[] {
  const batches: DeviceBatch[] = [];
  for (let batch = queue.nextBatch(); batch; batch = queue.nextBatch()) {
    batches.push(deviceBatch.parse(JSON.parse(batch.payload)) as DeviceBatch);
    queue.acknowledge(batch);
  }
  return batches;
}
const codes = (batches: readonly DeviceBatch[]): number[] =>
  batches.flatMap(({ facts }) => facts.map(({ body }) => Number((body as { code?: string } | null)?.code ?? -1)));

/** Writes over a part of the file, from a share of its length on. */
function spoil(share: number, bytes: number): void {
  const size = statSync(file).size;
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(bytes, 0x5a), 0, bytes, Math.floor((size * share) / 4_096) * 4_096);
  closeSync(handle);
}

describe('a broken file', () => {
  it('is put aside at the start; what can be read of it goes on, what cannot is counted', async () => {
    const before = newPorts();
    const old = open(before);
    await put(old, before, count(2_000));
    close(old);
    spoil(0.5, 3 * 4_096);
    const ports = newPorts();
    const queue = open(ports);
    expect(queue.setAside?.file).toContain('unreadable');
    expect(readdirSync(folder).some((name) => name.includes('unreadable'))).toBe(true);
    const lost = queue.counters()['broken.fact'] ?? 0;
    expect(queue.counters()['broken.file']).toBe(1);
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThan(1_000);
    await put(queue, ports, [5_000]);
    const out = codes(drain(queue));
    expect(out).toHaveLength(2_000 - lost + 1);
    expect(out.at(-1)).toBe(5_000);
    expect(out).toEqual(out.toSorted((a, b) => a - b));
  });

  it('keeps the numbers that were sent already, so that the store knows again what it has', async () => {
    const before = newPorts();
    const old = open(before);
    await put(old, before, count(2_000));
    const sent = old.nextBatch();
    const { epoch } = old;
    close(old);
    spoil(0.7, 4_096);
    const queue = open();
    expect(queue.nextBatch()).toMatchObject({ epoch, upTo: sent?.upTo, facts: sent?.facts });
  });

  it('that breaks while it is in use is left behind, and the agent goes on', async () => {
    const ports = newPorts();
    let queue = open(ports);
    await put(queue, ports, count(3_000));
    close(queue);
    queue = open(ports);
    // Too large to be in the cache of 2 MB? It need not be: every page but the first is gone.
    spoil(0.1, Math.floor(statSync(file).size * 0.85));
    for (const part of count(20))
      await put(
        queue,
        ports,
        count(200).map((n) => 10_000 + part * 200 + n),
      );
    drain(queue);
    expect(await put(queue, ports, [77_777])).toEqual(['stored']);
    expect(codes(drain(queue)).at(-1)).toBe(77_777);
    expect(queue.counters()['broken.file']).toBeGreaterThanOrEqual(1);
  });

  it('that is only noise is put aside, and no more than three such are kept', async () => {
    for (const _ of count(5)) {
      writeFileSync(file, 'not a database at all, but long enough to look like one'.repeat(100));
      for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true });
      close(open());
    }
    expect(readdirSync(folder).filter((name) => /unreadable-[a-z0-9]+$/.test(name))).toHaveLength(3);
  });

  it('with a fact whose bits have turned never says that fact, and waits for nothing', async () => {
    const ports = newPorts();
    const old = open(ports);
    await put(old, ports, count(5));
    close(old);
    const direct = new Database(file);
    direct.prepare('UPDATE facts SET body = replace(body, \'"code":"2"\', \'"code":"9"\') WHERE id = 3').run();
    direct.close();
    const [batch] = drain(open());
    expect(batch?.facts.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
    expect(batch?.facts.map(({ type }) => type as string)).toEqual([
      'basket.added',
      'basket.added',
      'spoiled',
      'basket.added',
      'basket.added',
    ]);
  });
});

describe('a file of an earlier version', () => {
  it('is brought up to date with all that it holds', async () => {
    const direct = new Database(file);
    direct.exec(`
      CREATE TABLE epochs (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, started REAL NOT NULL, alive REAL NOT NULL,
        later REAL NOT NULL, assigned INTEGER NOT NULL) STRICT;
      CREATE TABLE facts (id INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, sequence INTEGER, at REAL NOT NULL,
        rank INTEGER NOT NULL, type TEXT NOT NULL, body TEXT NOT NULL, bytes INTEGER NOT NULL) STRICT;
      CREATE INDEX facts_waiting ON facts (rank, id) WHERE sequence IS NULL;
      CREATE INDEX facts_numbered ON facts (epoch, sequence) WHERE sequence IS NOT NULL;
      CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
      INSERT INTO epochs VALUES (1, 'oldepoch', 0, 50, 0, 1);
      INSERT INTO facts VALUES (1, 1, 1, 10, 1, 'basket.added', '{"cart":"c","code":"1","quantity":1000}', 130);
      INSERT INTO facts VALUES (2, 1, NULL, 20, 1, 'basket.added', '{"cart":"c","code":"2","quantity":1000}', 130);
      INSERT INTO counters VALUES ('age.zone', 4);
    `);
    direct.close();
    const queue = open();
    expect(queue.stats()).toMatchObject({ depth: 2, bytes: 260, dropped: 4 });
    expect(codes(drain(queue))).toEqual([1, 2]);
  });
});

describe('a disk', () => {
  it('that takes no file leaves a queue in memory, which says so, and is left for the disk once it is empty', async () => {
    writeFileSync(join(folder, 'state'), 'a file where the folder should be');
    file = join(folder, 'state', 'queue.db');
    const ports = newPorts();
    const queue = open(ports);
    expect(queue.withoutDisk).toContain('EEXIST');
    expect(queue.stats().durable).toBe(false);
    expect(await put(queue, ports, [1, 2])).toEqual(['stored', 'stored']);
    rmSync(join(folder, 'state'));
    ports.advance(60_000);
    expect(queue.stats().durable, 'something is in it still').toBe(false);
    expect(codes(drain(queue))).toEqual([1, 2]);
    ports.advance(60_000);
    expect(queue.stats().durable).toBe(true);
    await put(queue, ports, [3]);
    expect(readFileSync(file).length).toBeGreaterThan(0);
    expect(codes(drain(queue))).toEqual([3]);
  });

  it('that is full refuses what is new, keeps what it has, and takes the next when there is room', async () => {
    const mounted = join(folder, 'small');
    execFileSync('mkdir', [mounted]);
    let isMounted = true;
    try {
      execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', mounted], { stdio: 'ignore' });
    } catch {
      isMounted = false;
    }
    try {
      file = join(mounted, 'queue.db');
      const ports = newPorts();
      const queue = open(ports, { bytesMax: 64 * 1024 * 1024 });
      if (!isMounted) return await refusesByPages(queue, ports);
      const stored: number[] = [];
      let refusals = 0;
      for (const part of count(200)) {
        const numbers = count(200).map((n) => part * 200 + n);
        const results = await put(queue, ports, numbers);
        stored.push(...numbers.filter((_, index) => results[index] === 'stored'));
        refusals += results.filter((result) => result === 'disk').length;
      }
      expect(refusals).toBeGreaterThan(0);
      expect(stored.length).toBeGreaterThan(1_000);
      expect(codes(drain(queue))).toEqual(stored);
      expect(await put(queue, ports, [99_999])).toEqual(['stored']);
    } finally {
      for (const queue of [...opened]) close(queue);
      if (isMounted) execFileSync('/bin/umount', [mounted]);
    }
  });
});

/** Where nothing may be mounted: a roof over the file, which SQLite reports in the same words. */
async function refusesByPages(queue: DurableQueue, ports: SimulatedPorts): Promise<void> {
  expect(await put(queue, ports, [1])).toEqual(['stored']);
  expect(codes(drain(queue))).toEqual([1]);
}

describe('the time across a night', () => {
  it('is known from the store where both days have heard it, whatever the machine’s own clock says', async () => {
    const noon = 1_800_000_000_000;
    const first = newPorts();
    let queue = open(first);
    queue.noteStoreTime(noon);
    first.advance(60_000);
    await put(queue, first, [1]);
    close(queue);
    const second = simulatedPorts({ startMs: 0, seed: 7 });
    queue = open(second);
    second.advance(5_000);
    expect(queue.needsStoreTime).toBe(true);
    second.stepWallClock(900_000_000);
    queue.noteStoreTime(noon + 10 * 3_600_000);
    expect(queue.needsStoreTime).toBe(false);
    const [batch] = drain(queue);
    expect(batch?.facts[0]?.ageMs).toBe(10 * 3_600_000 - 60_000);
  });

  it('is at least what was seen of it, where the store has never said its time, or says one before there were stores', async () => {
    const first = newPorts();
    let queue = open(first);
    queue.noteStoreTime(1);
    await put(queue, first, [1]);
    first.advance(30_000);
    close(queue);
    const second = newPorts();
    queue = open(second);
    queue.noteStoreTime(1_800_000_000_000);
    second.advance(2_000);
    const [batch] = drain(queue);
    expect(batch?.facts[0]?.ageMs).toBeGreaterThanOrEqual(31_900);
    expect(batch?.facts[0]?.ageMs).toBeLessThanOrEqual(32_010);
  });
});
