/**
 * The agent as it is run: a process of its own with readers on serial lines (socat's) and a real broker. Devices come
 * and go, readers hang, the store is away, the agent is killed; what was scanned arrives, once. Each test has a cart of
 * its own and mostly waits, so that they run beside each other.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FloorPlan, floorPlan } from '@kairos/protocol/floor-plan.ts';
import { checkDigit } from '@kairos/protocol/loyalty-number.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import type { DeviceConfig, DeviceStatus } from '@kairos/protocol/topics.ts';
import { describe, expect, it, type TestContext } from 'vitest';
import { SerialCable } from './serial-cable.ts';
import { openSmallStore, type SmallStore } from './small-store.ts';

const device = 'cart-01';
const main = new URL('../main.ts', import.meta.url).pathname;
const plan: FloorPlan = floorPlan.parse({
  name: 'Hall',
  width: 20,
  height: 10,
  zones: [
    {
      id: 'west',
      name: 'West',
      polygon: [
        [0, 0],
        [10, 0],
        [10, 10],
        [0, 10],
      ],
    },
    {
      id: 'east',
      name: 'East',
      polygon: [
        [10, 0],
        [20, 0],
        [20, 10],
        [10, 10],
      ],
    },
  ],
  anchors: [0, 5, 10, 15, 20].flatMap((x, column) =>
    [0, 10].map((y, row) => ({ address: `00000000${column}${row}00`, at: [x, y, 2.5] as [number, number, number] })),
  ),
});
const settings: DeviceConfig = {
  store: 'small',
  storeTime: 1,
  cart: device,
  loyalty: { prefixes: ['29'], gsrn: true },
  floorPlan: plan,
};

interface Cart {
  readonly folder: string;
  openStore(port?: number, ledger?: SmallStore['facts']): Promise<SmallStore>;
  startAgent(url: string): ChildProcess;
  cable(name: string): SerialCable;
  /** All that its agents wrote to their log. */
  logged(): string;
}

/** A cart for one test, gone when that has finished. */
function newCart({ onTestFinished }: TestContext): Cart {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-agent-'));
  let logged = '';
  const cleanUp: (() => Promise<void>)[] = [];
  onTestFinished(async () => {
    for (const step of cleanUp.reverse()) await step();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder,
    logged: () => logged,
    async openStore(port = 0, ledger = []) {
      const store = await openSmallStore({ device, port, ledger });
      cleanUp.push(() => store.close());
      await store.publish('config', settings, true);
      return store;
    },
    startAgent(url) {
      const file = join(folder, 'edge.yaml');
      writeFileSync(
        file,
        `device: ${device}
store: { url: "${url}" }
readers:
  - { name: shelves, kind: absniffer, path: ${folder}/shelves }
  - { name: scanner, kind: barcode, path: ${folder}/scanner }
`,
      );
      // One start instead of two or three; lean-start.test.ts has those.
      const env = { ...process.env, KAIROS_LEAN_START: 'last' };
      const agent = spawn(process.execPath, [main, '--config', file], { stdio: ['ignore', 'ignore', 'pipe'], env });
      agent.stderr?.setEncoding('utf8').on('data', (text: string) => {
        logged += text;
      });
      cleanUp.push(() => end(agent, 'SIGTERM'));
      return agent;
    },
    cable(name) {
      const made = new SerialCable(join(folder, name));
      cleanUp.push(() => made.pullOut());
      return made;
    },
  };
}
async function end(agent: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (agent.exitCode !== null || agent.signalCode !== null) return;
  const ended = new Promise((resolve) => agent.once('exit', resolve));
  agent.kill(signal);
  await ended;
}

const readerIs = (store: SmallStore, name: string, state: string) => (): boolean =>
  store.statuses.at(-1)?.readers?.find((reader) => reader.name === name)?.state === state;
const hasScans = (store: SmallStore, count: number) => (): boolean =>
  store.facts.filter(({ type }) => type === 'basket.added').length === count;
const codesOf = (store: SmallStore): string[] =>
  store.facts.filter(({ type }) => type === 'basket.added').map(({ body }) => (body as { code: string }).code);
function ean(number: number): string {
  const digits = `400${String(number).padStart(9, '0')}`;
  return digits + checkDigit(digits);
}

/** The processes that belong to one. */
function childrenOf(pid: number | undefined): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(pid);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Both readers of an agent, as soon as they run: they are started when their code is ready. */
async function readersOf(agent: ChildProcess): Promise<number[]> {
  let readers = childrenOf(agent.pid);
  while (readers.length !== 2) {
    await new Promise((resolve) => systemPorts.timers.after(20, () => resolve(undefined)));
    readers = childrenOf(agent.pid);
  }
  return readers;
}

describe.concurrent('a device', () => {
  it('absent at the start, plugged in, pulled out and plugged in again is read each time it is there', async (context) => {
    const cart = newCart(context);
    const store = await cart.openStore();
    cart.startAgent(store.url);
    await store.until(readerIs(store, 'scanner', 'absent'));
    const scanner = cart.cable('scanner');
    for (let time = 1; time <= 3; time += 1) {
      await scanner.plugIn();
      await store.until(readerIs(store, 'scanner', 'open'));
      await scanner.write(`${ean(time)}\r`);
      await store.until(hasScans(store, time));
      await scanner.pullOut();
      await store.until(readerIs(store, 'scanner', 'absent'));
    }
    expect(codesOf(store)).toEqual([ean(1), ean(2), ean(3)]);
  });

  it('whose reader hangs stops nothing else, and is read again once the reader was replaced', async (context) => {
    const cart = newCart(context);
    const store = await cart.openStore();
    const agent = cart.startAgent(store.url);
    const scanner = cart.cable('scanner');
    await scanner.plugIn();
    await store.until(readerIs(store, 'scanner', 'open'));
    const before = await readersOf(agent);
    // Both stand still, as in a driver that does not come back.
    for (const pid of before) process.kill(pid, 'SIGSTOP');
    await store.until(() => (store.statuses.at(-1)?.counts?.['reader.restarts'] ?? 0) >= 2);
    await store.until(readerIs(store, 'scanner', 'open'));
    await scanner.write(`${ean(7)}\r`);
    await store.until(hasScans(store, 1));
    expect(codesOf(store)).toEqual([ean(7)]);
  });
});

describe.concurrent('what is scanned', () => {
  it('becomes goods, a customer, or nothing where it was misread', async (context) => {
    const cart = newCart(context);
    const store = await cart.openStore();
    cart.startAgent(store.url);
    const scanner = cart.cable('scanner');
    await scanner.plugIn();
    await store.until(readerIs(store, 'scanner', 'open'));
    await scanner.write('4006381333931\r2912345678906\r4006381333932\r\u0007noise\r]E04006381333931\r');
    await store.until(() => store.facts.length === 3);
    expect(store.facts.map(({ type, body }) => [type, body])).toEqual([
      ['basket.added', { cart: device, code: '4006381333931', quantity: 1000 }],
      ['identity.presented', { cart: device, means: 'scanned', number: '2912345678906' }],
      ['basket.added', { cart: device, code: '4006381333931', quantity: 1000 }],
    ]);
    await store.until(() => store.statuses.at(-1)?.counts?.['misread.check-digit'] === 1);
  });

  it('while the store is away, and before the agent is killed, arrives once, in order', async (context) => {
    const cart = newCart(context);
    let store = await cart.openStore();
    const port = Number(new URL(store.url).port);
    let agent = cart.startAgent(store.url);
    const scanner = cart.cable('scanner');
    await scanner.plugIn();
    await store.until(readerIs(store, 'scanner', 'open'));
    let scanned = 0;
    const scan = async (count: number): Promise<void> => {
      for (let one = 0; one < count; one += 1) {
        scanned += 1;
        await scanner.write(`${ean(scanned)}\r`);
        // As fast as hands are in a hurry: each scan on its own.
        await new Promise((resolve) => systemPorts.timers.after(5, () => resolve(undefined)));
      }
    };
    for (let time = 0; time < 2; time += 1) {
      await scan(20);
      await store.until(hasScans(store, scanned));
      await store.close();
      await scan(20);
      store = await cart.openStore(port, store.facts);
      await store.until(hasScans(store, scanned));
      await end(agent, 'SIGKILL');
      await store.until(() => store.statuses.at(-1)?.state === 'offline');
      agent = cart.startAgent(store.url);
      await store.until(readerIs(store, 'scanner', 'open'));
    }
    expect(codesOf(store)).toEqual(Array.from({ length: scanned }, (_, index) => ean(index + 1)));
  });

  it('out of reach of the store from the start is understood by the settings of the last time', async (context) => {
    const cart = newCart(context);
    let store = await cart.openStore();
    const port = Number(new URL(store.url).port);
    const agent = cart.startAgent(store.url);
    const scanner = cart.cable('scanner');
    await scanner.plugIn();
    await store.until(readerIs(store, 'scanner', 'open'));
    await end(agent, 'SIGTERM');
    await store.close();
    const again = cart.startAgent(`mqtt://127.0.0.1:${port}`);
    await opened(again, 'scanner');
    await scanner.write('2912345678906\r');
    store = await cart.openStore(port);
    await store.until(() => store.facts.length === 1);
    expect(store.facts[0]).toMatchObject({ type: 'identity.presented', body: { number: '2912345678906' } });
  });
});

describe.concurrent('radio', () => {
  it('of shelf beacons becomes zones of the cart, and nobody else’s leaves the reader', async (context) => {
    const cart = newCart(context);
    const store = await cart.openStore();
    cart.startAgent(store.url);
    const shelves = cart.cable('shelves');
    await shelves.plugIn();
    await store.until(readerIs(store, 'shelves', 'open'));
    let isDone = false;
    const walk = (async () => {
      for (let half = 0; !isDone; half += 1) {
        const x = half < 20 ? 4 : 16;
        for (const { address, at } of plan.anchors) {
          const rssi = Math.round(-59 - 20 * Math.log10(Math.hypot(x - at[0], 5 - at[1], 1.3)));
          await shelves.write(`OK+SCAN:${address.toUpperCase()},${rssi},3,3,020106\r\n`);
        }
        await shelves.write('OK+SCAN:C0FFEE123456,-40,3,3,020106\r\n');
        await new Promise((resolve) => systemPorts.timers.after(500, () => resolve(undefined)));
      }
    })();
    await store.until(() => store.facts.length >= 3);
    isDone = true;
    await walk;
    expect(store.facts.map(({ type, body }) => [type, (body as { zone: string }).zone])).toEqual([
      ['zone.entered', 'west'],
      ['zone.left', 'west'],
      ['zone.entered', 'east'],
    ]);
    await store.until(() => (store.statuses.at(-1)?.counts?.['radio.foreign'] ?? 0) > 20);
    expect(JSON.stringify([store.facts, store.statuses, cart.logged()]).toLowerCase()).not.toContain('c0ffee');
  });
});

describe.concurrent('the process', () => {
  it('ends with its readers, says goodbye, and leaves nothing running', async (context) => {
    const cart = newCart(context);
    const store = await cart.openStore();
    const agent = cart.startAgent(store.url);
    await store.until(readerIs(store, 'scanner', 'absent'));
    const readers = await readersOf(agent);
    await end(agent, 'SIGTERM');
    expect(agent.exitCode).toBe(0);
    await store.until(() => store.statuses.at(-1)?.state === 'offline');
    expect((store.statuses.at(-1) as DeviceStatus).queue?.depth).toBe(0);
    for (const pid of readers) expect(() => process.kill(pid, 0)).toThrow();
  });

  it('takes its readers with it when it is killed', async (context) => {
    const cart = newCart(context);
    const store = await cart.openStore();
    const agent = cart.startAgent(store.url);
    await store.until(readerIs(store, 'scanner', 'absent'));
    const readers = await readersOf(agent);
    await end(agent, 'SIGKILL');
    const areGone = (): boolean => readers.every((pid) => !isRunning(pid));
    while (!areGone()) await new Promise((resolve) => systemPorts.timers.after(20, () => resolve(undefined)));
    expect(areGone()).toBe(true);
  });

  it('with a configuration that is wrong says all of it and does not start', async (context) => {
    const cart = newCart(context);
    const file = join(cart.folder, 'edge.yaml');
    writeFileSync(file, 'device: Cart 1\ncolour: red\n');
    const agent = spawn(process.execPath, [main, '--config', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    agent.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    await new Promise((resolve) => agent.once('close', resolve));
    expect(agent.exitCode).toBe(1);
    expect(said).toContain('device: lower-case letters');
    expect(said).toContain('colour: there is no such key');
    expect(said).toContain('store: is missing');
    expect(said).not.toContain('    at ');
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The log says that a reader is open. */
function opened(agent: ChildProcess, reader: string): Promise<void> {
  return new Promise((resolve) => {
    agent.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes(`"reader":"${reader}","msg":"the reader is open"`)) resolve();
    });
  });
}
