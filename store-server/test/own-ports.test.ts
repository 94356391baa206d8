/**
 * The serial ports of the store's own box: bad lines are refused like everything else, with reason, counter and sample;
 * and where the store wants no number to leave a device, its own agent sends digests too, and she is known by them.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SerialCable } from '@kairos/edge-agent/test/serial-cable.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Rejection } from '../journal/journal.ts';
import { breadCode, card, type OpenStore, openStore, TestScreen } from './open-store.ts';

let store: OpenStore;
let folder = '';
let scanner: SerialCable;
let shelves: SerialCable;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-ports-'));
  scanner = new SerialCable(join(folder, 'scanner'));
  shelves = new SerialCable(join(folder, 'shelves'));
  await scanner.plugIn();
  await shelves.plugIn();
  const readers = [
    { name: 'scanner', kind: 'barcode', path: scanner.path },
    { name: 'shelves', kind: 'absniffer', path: shelves.path },
  ];
  store = await openStore({
    agent: { device: 'cart-1', readers },
    loyalty: { prefixes: ['29'], cards: true, hashed: true },
  });
  await until(async () => {
    const { devices } = (await store.get('/health')) as { devices: Record<string, { readers?: { state: string }[] }> };
    return devices['cart-1']?.readers?.every(({ state }) => state === 'open') ?? false;
  });
});
afterAll(async () => {
  await store?.close();
  await scanner?.pullOut();
  await shelves?.pullOut();
  rmSync(folder, { recursive: true, force: true });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise<void>((resolve) => systemPorts.timers.after(50, resolve));
}
const counter = async (series: string): Promise<number> => {
  const text = await (await fetch(`http://127.0.0.1:${store.running.httpPort}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`kairos_${series} `));
  return Number(line?.split(' ').at(-1) ?? 0);
};
const refused = (reason: string) => counter(`rejected_total{reason="${reason}",by="serial"}`);

it('bad lines are counted to the last, kept without a card’s number or a foreign address, and scans between them arrive', async () => {
  await scanner.write(`${breadCode}\r2912345678905\r${breadCode}\r`);
  await shelves.write('OK+SCAN:C0FFEE12,-86,3,3,020106\r\n');
  for (let part = 0; part < 4; part += 1) await scanner.write('\u0001\u0099\r'.repeat(250));
  await scanner.write(`${breadCode}\r`);
  await until(async () => (await counter('facts_total{type="basket.added",by="mqtt"}')) === 3);
  await until(async () => (await refused('not-text')) === 1_000);
  expect(await refused('check-digit')).toBe(1);
  expect(await refused('cut-off')).toBe(1);

  const { rejected } = (await store.get('/api/rejected?limit=1000')) as { rejected: Rejection[] };
  const serial = rejected.filter(({ by }) => by === 'serial');
  expect(serial).toContainEqual(
    expect.objectContaining({ device: 'cart-1', reason: 'check-digit', sample: '•••••••••••05' }),
  );
  expect(serial).toContainEqual(
    expect.objectContaining({ reason: 'cut-off', sample: 'OK+SCAN:••••••••,-86,3,3,••••••' }),
  );
  expect(serial.filter(({ reason }) => reason === 'not-text').length).toBeGreaterThan(10);
  expect(JSON.stringify(rejected).toLowerCase()).not.toContain('c0ffee');
});

it('a card that is scanned is known by its digest, and its number is on no disk and in no queue', async () => {
  const screen = new TestScreen(store.running.httpPort, { screen: 'cart-1', epoch: 'page-one' });
  await screen.until(() => screen.view !== null);
  await scanner.write(`${card}\r`);
  await screen.until(() => screen.view?.shopper?.name === 'Ada');
  screen.close();
  const files = readdirSync(join(store.folder, 'data'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  expect(files.some((file) => file.includes('queue.db'))).toBe(true);
  for (const file of files) expect(readFileSync(file, 'latin1').includes(card), file).toBe(false);
});
