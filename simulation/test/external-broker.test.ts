/**
 * A store on somebody else's broker: Debian's Mosquitto by URL. The main job in small (a card under a real scanner, a
 * dwell under shelf beacons, a message, an answer, its step), and the same again after the broker has died and come
 * back three times while goods were scanned: nothing is lost, nothing is there twice.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ScreenMessage } from '@kairos/protocol/screen-events.ts';
import { seededRandom } from '@kairos/protocol/simulated-ports.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ChaosStore, writeChaosStore } from '../chaos/chaos-store.ts';
import { ScreenClient } from '../devices/screen-client.ts';
import { lastingPort } from '../process/lasting-port.ts';
import { StoreProcess } from '../process/store-process.ts';
import { BusyScanner } from './busy-scanner.ts';
import { Mosquitto } from './mosquitto.ts';
import { factTypes, repeated, scannedGoods } from './scanned-goods.ts';
import { WiredAgent } from './wired-agent.ts';

const seed = Number(process.env.KAIROS_SEED ?? 20261122);
const patienceMs = 240_000;
const waitMaxMs = 60_000;
const brokerDeaths = 3;
const lifeMsMin = 400;
const lifeMsMax = 1_200;
const deadMsMin = 200;
const deadMsMax = 1_000;
const kinds = 3_000;
/** Of `chaos-store.ts`: what is asked where she dwells, and what follows from its first answer. */
const question = 'See the new suits in your size?';
const followUp = 'Did you find them?';
const suits = 0;
const shoes = 1;

let folder: string;
let shop: ChaosStore;
let broker: Mosquitto;
let store: StoreProcess;
let journal: string;
const chance = seededRandom(seed);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-broker-'));
  shop = writeChaosStore({ folder, carts: 1, goods: kinds });
  journal = join(shop.data, 'journal.db');
  broker = new Mosquitto({ folder, port: await lastingPort() });
  await broker.start();
  const environment = { KAIROS_BROKER_URL: broker.url, KAIROS_LISTEN_HTTP: String(await lastingPort()) };
  store = new StoreProcess({ config: shop.config, data: shop.data, environment });
});
afterAll(async () => {
  await store?.kill();
  await broker?.kill();
  rmSync(folder, { recursive: true, force: true });
});

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const since = performance.now(); !(await isSo()); await pause(100)) {
    if (performance.now() - since > waitMaxMs) throw new Error(`${what} did not come within ${waitMaxMs / 1000} s`);
  }
}

const count = (type: string): number => factTypes(journal).filter((one) => one === type).length;

test(`a store on Mosquitto: login, dwell, message, answer; and a broker that dies and comes back loses nothing (seed ${seed})`, {
  timeout: patienceMs,
}, async () => {
  const { http } = await store.start();
  const [device = ''] = shop.carts;
  const agent = new WiredAgent({ folder, device, url: broker.url, beacons: shop.beacons });
  const hands = new BusyScanner({ agent, codes: shop.goods, chance });
  const shown: string[] = [];
  const screen: ScreenClient = new ScreenClient({
    cart: device,
    url: `http://127.0.0.1:${http}`,
    ports: systemPorts,
    onMessage: ({ id, headline, answers: [answer] }: ScreenMessage) => {
      shown.push(headline);
      if (answer) screen.answer(id, answer.id);
    },
    onMessageGone: () => undefined,
    onPhase: () => undefined,
  });
  agent.start();
  hands.startWalking([shoes, suits]);
  try {
    const visit = async (card: string): Promise<void> => {
      const opened = count('visit.opened');
      const heard = shown.length;
      await until('the visit', async () => {
        if (count('visit.opened') > opened) return true;
        agent.scan(card);
        await pause(400);
        return false;
      });
      await until('the question and what follows from its answer', () => shown.length === heard + 2);
      expect(shown.slice(heard)).toEqual([question, followUp]);
    };
    const [first = '', second = ''] = shop.numbers(0);
    await visit(first);

    hands.startScanning();
    for (let death = 1; death <= brokerDeaths; death += 1) {
      await pause(lifeMsMin + chance() * (lifeMsMax - lifeMsMin));
      await broker.kill();
      await until('a store that says that its broker is gone', async () => !(await isReady(http)));
      await pause(deadMsMin + chance() * (deadMsMax - deadMsMin));
      await broker.start();
      await until('a store that has found its broker again', () => isReady(http));
    }
    // And the store itself, once, with the broker alive and facts on their way.
    await store.kill();
    await store.start();
    await hands.stop();
    const last = hands.scanNext();
    await until('the last scan', () => scannedGoods(journal).includes(last));
    expect(repeated(scannedGoods(journal))).toEqual([]);
    expect(scannedGoods(journal)).toEqual(hands.scanned);
    expect(hands.scanned.length).toBeGreaterThan(30);

    hands.startWalking([shoes, suits]);
    await visit(second);
    expect(count('message.answered')).toBe(4);
  } finally {
    screen.close();
    await hands.stop();
    await agent.close();
    await store.stop();
  }
});

async function isReady(http: number): Promise<boolean> {
  const { ready } = (await (await fetch(`http://127.0.0.1:${http}/health`)).json()) as { ready: boolean };
  return ready;
}
