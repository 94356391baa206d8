import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type InnerStore, openInnerStore } from './inner-store.ts';

let folder: string;
let disk: { fill(): Promise<void>; free(): Promise<void>; remove(): void };
let store: InnerStore;

/**
 * A disk of 8 MB in memory where this machine lets us mount one; elsewhere a roof over the file, which SQLite reports
 * in the same words.
 */
function smallDisk(): boolean {
  try {
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-full-'));
  const isMounted = smallDisk();
  mkdirSync(join(folder, 'data'));
  store = await openInnerStore({ yaml: `data: ${join(folder, 'data')}\n` });
  const filler = join(folder, 'filler');
  disk = {
    fill: async () => {
      if (!isMounted) return store.journal.limitPages(1);
      const file = openSync(filler, 'w');
      try {
        for (const size of [1 << 16, 1 << 12, 1]) {
          try {
            for (;;) writeSync(file, Buffer.alloc(size));
          } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
          }
        }
      } finally {
        closeSync(file);
      }
    },
    free: async () => (isMounted ? rmSync(filler) : store.journal.limitPages(0)),
    remove: () => {
      if (isMounted) execFileSync('/bin/umount', [folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
afterEach(async () => {
  await store.close();
  disk.remove();
});

it('acknowledges nothing while the disk is full, says so in /health, goes on reading, and recovers by itself', async () => {
  const cart = await store.connect('cart-01');
  let acked = 0;
  cart.on('message', (_, payload) => {
    acked = (JSON.parse(payload.toString()) as { upTo: number }).upTo;
  });
  await cart.subscribeAsync('kairos/devices/cart-01/acks', { qos: 1 });
  let sequence = 0;
  const say = async (facts: number): Promise<void> => {
    const body = { cart: 'cart-01', zone: 'suits', confidence: 900 };
    const list = Array.from({ length: facts }, () => ({ sequence: ++sequence, ageMs: 0, type: 'zone.entered', body }));
    await cart.publishAsync(
      'kairos/devices/cart-01/facts',
      JSON.stringify({ epoch: 'epoch-1', oldest: 1, facts: list }),
      { qos: 1 },
    );
  };
  const health = async () => {
    const response = await fetch(`${store.url}/health`);
    return {
      status: response.status,
      ...((await response.json()) as { journal: { state: string }; complaints: string[] }),
    };
  };
  await say(50);
  await store.until('the first acknowledgement', () => acked === 50);

  await disk.fill();
  let taken = 50;
  // The log may have room left in its file: it is used up, and acknowledged rightly, before the disk refuses.
  for (let batches = 0; batches < 200 && store.journal.health().state === 'open'; batches += 1) {
    await say(100);
    taken += 100;
    await store.until('an answer of the disk', () => acked === taken || store.journal.health().state === 'failing');
  }
  expect(await health()).toMatchObject({ status: 503, journal: { state: 'failing' } });
  expect((await health()).complaints.join()).toMatch(/disk/);
  const ackedWhenFull = acked;
  await say(10);
  taken += 10;
  // Two more tries of the journal, in vain.
  await expect(store.journal.committed()).rejects.toThrow();
  await expect(store.journal.committed()).rejects.toThrow();
  expect(acked).toBe(ackedWhenFull);
  const stored = await store.journal.facts({ limit: 10_000, newestFirst: true });
  expect(stored[0]?.source?.sequence).toBe(ackedWhenFull);
  expect(cart.connected).toBe(true);

  await disk.free();
  await store.until('the last acknowledgement', () => acked === taken);
  expect(await health()).toMatchObject({ status: 200, journal: { state: 'open' }, complaints: [] });
  const all = [];
  for (let from = 1; from <= taken; from += 10_000) all.push(...(await store.journal.facts({ from, limit: 10_000 })));
  expect(all.map((fact) => fact.source?.sequence)).toEqual(Array.from({ length: taken }, (_, index) => index + 1));
});
