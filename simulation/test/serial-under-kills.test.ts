/**
 * A real edge agent on serial lines while everything around its disk dies: the store ten times, the agent itself five
 * times, the cable pulled twice. What the agent had on its disk, or was told that the store has, is in the journal, once.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Ack } from '@kairos/protocol/device-facts.ts';
import { seededRandom } from '@kairos/protocol/simulated-ports.ts';
import { deviceTopic } from '@kairos/protocol/topics.ts';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { audit } from '../chaos/audit.ts';
import { type ChaosStore, writeChaosStore } from '../chaos/chaos-store.ts';
import { Ledger } from '../chaos/ledger.ts';
import { scannerName, snifferName } from '../devices/wired-cart.ts';
import { lastingPort } from '../process/lasting-port.ts';
import { StoreProcess } from '../process/store-process.ts';
import { BusyScanner } from './busy-scanner.ts';
import { factTypes, repeated, scannedGoods } from './scanned-goods.ts';
import { WiredAgent } from './wired-agent.ts';

const seed = Number(process.env.KAIROS_SEED ?? 20261122);
const patienceMs = 240_000;
const calmMaxMs = 60_000;
const lullMsMin = 300;
const lullMsMax = 1_300;
/** The store stays dead, and the agent alone, for so long before it dies, too. */
const aloneMs = 700;
const kinds = 5_000;
const commitSlowedMs = 60;

/** Ten deaths of the store, five of the agent (three of them while the store is dead), two pulled cables. */
const misfortunes = [
  ...Array.from({ length: 7 }, () => 'store' as const),
  ...Array.from({ length: 3 }, () => 'both' as const),
  ...Array.from({ length: 2 }, () => 'agent' as const),
  'scanner cable' as const,
  'sniffer cable' as const,
];

let folder: string;
let shop: ChaosStore;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-serial-'));
  shop = writeChaosStore({ folder, carts: 1, goods: kinds, slowCommitMs: commitSlowedMs });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Hears what the agent hears of the store, and notes what it was promised. */
function overhear(device: string, port: number, ledger: Ledger): MqttClient {
  const client = mqtt.connect({
    host: '127.0.0.1',
    port,
    protocolVersion: 4,
    clientId: `${device}-overheard`,
    username: device,
    reconnectPeriod: 100,
  });
  client.on('error', () => undefined);
  client.on('connect', () => client.subscribe(deviceTopic(device, 'acks'), { qos: 1 }, () => undefined));
  client.on('message', (_, payload) => ledger.noteAck(device, JSON.parse(payload.toString()) as Ack));
  return client;
}

test(`a scanner and a sniffer through kills and pulled cables: what the agent took arrives, once (seed ${seed})`, {
  timeout: patienceMs,
}, async () => {
  const chance = seededRandom(seed);
  const mqttPort = await lastingPort();
  const environment = { KAIROS_LISTEN_HTTP: String(await lastingPort()), KAIROS_LISTEN_MQTT: String(mqttPort) };
  const store = new StoreProcess({ config: shop.config, data: shop.data, environment });
  const journal = join(shop.data, 'journal.db');
  const [device = ''] = shop.carts;
  const agent = new WiredAgent({ folder, device, url: `mqtt://127.0.0.1:${mqttPort}`, beacons: shop.beacons });
  const ledger = new Ledger();
  const overheard = overhear(device, mqttPort, ledger);
  const hands = new BusyScanner({ agent, codes: shop.goods, chance });
  /** On the agent's disk at one of its deaths. */
  const taken = new Set<string>();
  const harvest = (): void => {
    for (const code of agent.queuedGoods()) if (shop.goods.includes(code)) taken.add(code);
  };
  const befall = {
    store: async () => {
      await store.kill();
      await store.start();
    },
    agent: async () => {
      await agent.kill();
      harvest();
      agent.start();
    },
    both: async () => {
      await store.kill();
      await pause(aloneMs);
      await agent.kill();
      harvest();
      agent.start();
      await store.start();
    },
    'scanner cable': () => pullOut(agent, scannerName),
    'sniffer cable': () => pullOut(agent, snifferName),
  };
  try {
    await store.start();
    agent.start();
    await logIn(agent, shop, journal);
    hands.startScanning();
    hands.startWalking([0, 1]);
    for (const misfortune of shuffled(misfortunes, chance)) {
      await pause(lullMsMin + chance() * (lullMsMax - lullMsMin));
      await befall[misfortune]();
    }
    await hands.stop();
    await drained(hands, journal);
  } finally {
    await hands.stop();
    await agent.close();
    await overheard.endAsync(true);
    await store.stop();
  }
  const there = scannedGoods(journal);
  const arrived = new Set(there);
  expect(repeated(there)).toEqual([]);
  expect([...taken].filter((code) => !arrived.has(code))).toEqual([]);
  const found = audit(journal, ledger, Date.now());
  expect(found.complaints).toEqual([]);
  expect(found).toMatchObject({ ackedLost: 0, doubled: 0 });
  // Nothing that was never scanned, and in the order in which it was.
  const order = there.map((code) => hands.scanned.indexOf(code));
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(order).not.toContain(-1);
  // A storm in which nothing was taken proves nothing.
  expect(taken.size).toBeGreaterThan(0);
  expect(there.length).toBeGreaterThan(50);
  expect(factTypes(journal)).toContain('zone.entered');
});

/** By her card under the scanner, as often as it takes until the reader is open. */
async function logIn(agent: WiredAgent, { numbers }: ChaosStore, journal: string): Promise<void> {
  const [card = ''] = numbers(0);
  for (const since = performance.now(); performance.now() - since < calmMaxMs; await pause(500)) {
    if (factTypes(journal).includes('visit.opened')) return;
    agent.scan(card);
  }
  throw new Error(`the card under the scanner opened no visit:\n${agent.log}`);
}

/** The queue is drained in order: when one of these scans has come, everything before it has. */
async function drained(hands: BusyScanner, journal: string): Promise<void> {
  const last = new Set<string>();
  for (const since = performance.now(); performance.now() - since < calmMaxMs; await pause(500)) {
    if (scannedGoods(journal).some((code) => last.has(code))) return;
    last.add(hands.scanNext());
  }
  throw new Error(`nothing that was scanned in the calm has arrived within ${calmMaxMs / 1000} s`);
}

async function pullOut(agent: WiredAgent, name: typeof scannerName | typeof snifferName): Promise<void> {
  await agent.pullOut(name);
  await pause(aloneMs);
  agent.plugIn(name);
}

function shuffled<Value>(values: readonly Value[], chance: () => number): Value[] {
  return values
    .map((value) => ({ value, place: chance() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value);
}
