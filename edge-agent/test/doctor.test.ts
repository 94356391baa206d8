/** `doctor` as it is run, beside a real agent or without one, on serial lines (socat's) and at a real broker. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { floorPlan } from '@kairos/protocol/floor-plan.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import type { DeviceConfig } from '@kairos/protocol/topics.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Finding } from '../doctor/finding.ts';
import { SerialCable } from './serial-cable.ts';
import { openSmallStore, type SmallStore } from './small-store.ts';

const device = 'cart-01';
const main = new URL('../main.ts', import.meta.url).pathname;
const zones = [
  {
    id: 'hall',
    name: 'Hall',
    polygon: [
      [0, 0],
      [9, 0],
      [9, 9],
    ],
  },
];
const anchors = ['00000000aa00', '00000000bb00'].map((address) => ({ address, at: [1, 1, 2] }));
const settingsAt = (storeTime: number): DeviceConfig => ({
  store: 'small',
  storeTime,
  cart: device,
  loyalty: { prefixes: ['29'], gsrn: true },
  floorPlan: floorPlan.parse({ name: 'Hall', width: 9, height: 9, zones, anchors }),
});

let folder = '';
let cleanUp: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-doctor-'));
});
afterEach(async () => {
  for (const step of cleanUp.reverse()) await step();
  cleanUp = [];
  rmSync(folder, { recursive: true, force: true });
});

async function openStore(password?: string): Promise<SmallStore> {
  const store = await openSmallStore({ device, ...(password === undefined ? {} : { password }) });
  cleanUp.push(() => store.close());
  await store.publish('config', settingsAt(systemPorts.clock.now()), true);
  return store;
}
async function plugIn(name: string): Promise<SerialCable> {
  const cable = new SerialCable(join(folder, name));
  cleanUp.push(() => cable.pullOut());
  await cable.plugIn();
  return cable;
}
function writeConfig(url: string, readers: readonly string[]): string {
  const file = join(folder, 'edge.yaml');
  const lines = readers.map((reader) => `  - { ${reader} }`);
  writeFileSync(
    file,
    [`device: ${device}`, `store: { url: "${url}" }`, ...(lines.length > 0 ? ['readers:'] : []), ...lines, ''].join(
      '\n',
    ),
  );
  return file;
}
function start(...args: string[]): ChildProcess {
  const env = { ...process.env, KAIROS_LEAN_START: 'last' };
  return spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'ignore'], env });
}
/** Says something on the line every now and then until it is told that it is enough. */
function keepSaying(cable: SerialCable, text: string): () => Promise<void> {
  let isOver = false;
  const saying = (async () => {
    while (!isOver) {
      await cable.write(text);
      await new Promise((resolve) => systemPorts.timers.after(200, () => resolve(undefined)));
    }
  })();
  return () => {
    isOver = true;
    return saying;
  };
}

async function examine(config: string): Promise<{ code: number | null; of: (about: string) => Finding | undefined }> {
  const doctor = start('doctor', '--json', '--config', config);
  let said = '';
  doctor.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const code = await new Promise<number | null>((resolve) => doctor.once('close', resolve));
  const { findings } = JSON.parse(said) as { findings: Finding[] };
  return { code, of: (about) => findings.find((finding) => finding.about === about) };
}

it('beside a running agent it finds all well, and disturbs neither the agent nor its line', async () => {
  const store = await openStore();
  const scanner = await plugIn('scanner');
  const shelves = await plugIn('shelves');
  const config = writeConfig(store.url, [
    `name: scanner, kind: barcode, path: ${folder}/scanner`,
    `name: shelves, kind: absniffer, path: ${folder}/shelves`,
  ]);
  const agent = start('run', '--config', config);
  cleanUp.push(() => {
    const ended = new Promise((resolve) => agent.once('exit', resolve));
    agent.kill('SIGTERM');
    return ended;
  });
  await store.until(() => store.statuses.at(-1)?.readers?.filter(({ state }) => state === 'open').length === 2);
  const stops = [
    keepSaying(scanner, '4006381333931\r'),
    keepSaying(shelves, 'OK+SCAN:00000000AA00,-60,3,3,020106\r\n'),
  ];
  const { code, of } = await examine(config);
  for (const stop of stops) await stop();
  expect(of('agent')?.says).toContain('connected to the store');
  for (const about of ['agent', 'reader scanner', 'reader shelves', 'radio', 'disk', 'queue', 'broker', 'credentials'])
    expect(of(about), about).toMatchObject({ state: 'well' });
  expect(of('radio')?.says).toContain('1 of 2 anchors heard; not heard: 00000000bb00');
  expect(of('reader scanner')?.says).toMatch(/[1-9][.\d]* lines a second/);
  expect(code).toBe(0);
  expect(
    store.statuses.some(({ state }) => state === 'offline'),
    'its connection was not taken away',
  ).toBe(false);
});

it('without an agent it names what is absent, silent, garbled or held, and a store out of reach', async () => {
  const [, garbled, held] = [await plugIn('silent'), await plugIn('garbled'), await plugIn('held')];
  const holder = openSync(held.path, 'r+');
  cleanUp.push(() => closeSync(holder));
  const config = writeConfig('mqtt://127.0.0.1:1', [
    `name: absent, kind: barcode, path: ${folder}/absent`,
    `name: silent, kind: absniffer, path: ${folder}/silent`,
    `name: garbled, kind: absniffer, baudRate: 9600, path: ${folder}/garbled`,
    `name: held, kind: barcode, path: ${folder}/held`,
  ]);
  const stop = keepSaying(garbled, '\u00f8\u0000\u00e0x\u00fe\r\n');
  const { code, of } = await examine(config);
  await stop();
  expect(of('agent')).toMatchObject({ state: 'doubtful' });
  expect(of('reader absent')).toMatchObject({ state: 'wrong', says: expect.stringContaining('there is no') });
  expect(of('reader silent')).toMatchObject({ state: 'doubtful', says: expect.stringContaining('nothing came') });
  expect(of('reader garbled')).toMatchObject({ state: 'wrong', todo: expect.stringContaining('9600 baud') });
  expect(of('reader held')).toMatchObject({ state: 'wrong', says: expect.stringContaining(`process ${process.pid}`) });
  expect(of('broker')).toMatchObject({ state: 'wrong', says: expect.stringContaining('ECONNREFUSED') });
  expect(of('disk')).toMatchObject({ state: 'well' });
  expect(code).toBe(1);
});

it('says that the store does not know the device, that a name is nobody’s, and that a clock is wrong', async () => {
  const store = await openStore('what-nobody-told-this-device');
  const refused = await examine(writeConfig(store.url, []));
  expect(refused.of('broker')).toMatchObject({ state: 'well' });
  expect(refused.of('credentials')).toMatchObject({ state: 'wrong', todo: expect.stringContaining('claim') });
  expect(refused.code).toBe(1);
  const nameless = await examine(writeConfig('mqtt://no-such-store.invalid', []));
  expect(nameless.of('name')).toMatchObject({ state: 'wrong' });
  const open = await openStore();
  await open.publish('config', settingsAt(systemPorts.clock.now() - 3_600_000), true);
  const late = await examine(writeConfig(open.url, []));
  expect(late.of('clock')).toMatchObject({ state: 'doubtful', says: expect.stringMatching(/3[56]\d\d\.\d s ahead/) });
  expect(late.code).toBe(0);
});
