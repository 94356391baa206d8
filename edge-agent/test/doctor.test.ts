/** `doctor` as it is run, beside a real agent or without one, on serial lines (socat's) and at a real broker. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { floorPlan } from '@kairos/protocol/floor-plan.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import type { DeviceConfig } from '@kairos/protocol/topics.ts';
import { expect, it, type TestContext } from 'vitest';
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

/** A device for one test, gone when that has finished; the tests mostly listen, so that they run beside each other. */
class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), 'kairos-doctor-'));
  readonly #cleanUp: (() => unknown)[] = [];
  #configs = 0;

  constructor({ onTestFinished }: TestContext) {
    onTestFinished(async () => {
      for (const step of this.#cleanUp.reverse()) await step();
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  atTheEnd(step: () => unknown): void {
    this.#cleanUp.push(step);
  }

  async openStore(password?: string): Promise<SmallStore> {
    const store = await openSmallStore({ device, ...(password === undefined ? {} : { password }) });
    this.atTheEnd(() => store.close());
    await store.publish('config', settingsAt(systemPorts.clock.now()), true);
    return store;
  }

  async plugIn(name: string): Promise<SerialCable> {
    const cable = new SerialCable(join(this.folder, name));
    this.atTheEnd(() => cable.pullOut());
    await cable.plugIn();
    return cable;
  }

  writeConfig(url: string, readers: readonly string[]): string {
    this.#configs += 1;
    const file = join(this.folder, `edge-${this.#configs}.yaml`);
    const lines = readers.map((reader) => `  - { ${reader} }`);
    const text = [`device: ${device}`, `store: { url: "${url}" }`, `state: state-${this.#configs}`];
    writeFileSync(file, [...text, ...(lines.length > 0 ? ['readers:'] : []), ...lines, ''].join('\n'));
    return file;
  }
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

it.concurrent('beside a running agent it finds all well, and disturbs neither the agent nor its line', async (context) => {
  const bench = new Bench(context);
  const { folder } = bench;
  const store = await bench.openStore();
  const scanner = await bench.plugIn('scanner');
  const shelves = await bench.plugIn('shelves');
  const config = bench.writeConfig(store.url, [
    `name: scanner, kind: barcode, path: ${folder}/scanner`,
    `name: shelves, kind: absniffer, path: ${folder}/shelves`,
  ]);
  const agent = start('run', '--config', config);
  bench.atTheEnd(() => {
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

it.concurrent('without an agent it names what is absent, silent, garbled or held, and a store out of reach', async (context) => {
  const bench = new Bench(context);
  const { folder } = bench;
  const [, garbled, held] = [await bench.plugIn('silent'), await bench.plugIn('garbled'), await bench.plugIn('held')];
  const holder = openSync(held.path, 'r+');
  bench.atTheEnd(() => closeSync(holder));
  const config = bench.writeConfig('mqtt://127.0.0.1:1', [
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

it.concurrent('says that the store does not know the device, that a name is nobody’s, and that a clock is wrong', async (context) => {
  const bench = new Bench(context);
  const store = await bench.openStore('what-nobody-told-this-device');
  const open = await bench.openStore();
  await open.publish('config', settingsAt(systemPorts.clock.now() - 3_600_000), true);
  const urls = [store.url, 'mqtt://no-such-store.invalid', open.url];
  const [refused, nameless, late] = await Promise.all(urls.map((url) => examine(bench.writeConfig(url, []))));
  expect(refused?.of('broker')).toMatchObject({ state: 'well' });
  expect(refused?.of('credentials')).toMatchObject({ state: 'wrong', todo: expect.stringContaining('claim') });
  expect(refused?.code).toBe(1);
  expect(nameless?.of('name')).toMatchObject({ state: 'wrong' });
  expect(late?.of('clock')).toMatchObject({ state: 'doubtful', says: expect.stringMatching(/3[56]\d\d\.\d s ahead/) });
  expect(late?.code).toBe(0);
});
