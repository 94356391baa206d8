/**
 * The scene of the glass under kills: a real store server, the cart's built page in a real Chromium with a scripted
 * person before it, her cart's and her till's devices on MQTT, and other carts as load. Ends what it began.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { seededRandom } from '@kairos/protocol/simulated-ports.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import type { Browser, Page } from 'playwright-core';
import { ChaosCart } from '../chaos/chaos-cart.ts';
import { writeChaosStore } from '../chaos/chaos-store.ts';
import { Ledger } from '../chaos/ledger.ts';
import { DeviceClient } from '../devices/device-client.ts';
import { lastingPort } from '../process/lasting-port.ts';
import { type StorePorts, StoreProcess } from '../process/store-process.ts';
import { GlassWatch } from './glass-watch.ts';
import { PersonAtCart } from './person-at-cart.ts';

const root = resolve(import.meta.dirname, '../..');
/** A window in which a kill can tell what was said from what was stored. */
const commitSlowedMs = 60;

export interface GlassScene {
  readonly cart: string;
  readonly journal: string;
  readonly store: StoreProcess;
  readonly ports: StorePorts;
  readonly ledger: Ledger;
  readonly load: readonly ChaosCart[];
  readonly devices: readonly DeviceClient[];
  readonly person: PersonAtCart;
  readonly glass: GlassWatch;
  readonly chance: () => number;
  /** Errors that the page threw. */
  readonly faults: readonly string[];
  /** Another screen on the same cart, with no memory of its own; the one before is dark. */
  replaceScreen(): Promise<void>;
  /** Ends the page, the devices and the store, in order; the journal stays to be read until `remove`. */
  close(): Promise<void>;
  remove(): void;
}

export interface GlassSceneOptions {
  readonly browser: Browser;
  readonly seed: number;
  readonly cartsOfLoad: number;
  /** The dialogue that speaks in the zone "wine". */
  readonly wine: string;
  readonly answerShare: number;
}

export async function openGlassScene(options: GlassSceneOptions): Promise<GlassScene> {
  const { browser, seed, cartsOfLoad, wine, answerShare } = options;
  if (!existsSync(join(root, 'cart-display/dist/index.html'))) {
    throw new Error('the cart’s page has not been built: run "npm run build" (npm test does it by itself)');
  }
  const folder = mkdtempSync(join(tmpdir(), 'kairos-glass-'));
  const chance = seededRandom(seed);
  const dialogues = { 'dwell-at-wine.yaml': wine };
  const shop = writeChaosStore({ folder, carts: 1 + cartsOfLoad, slowCommitMs: commitSlowedMs, dialogues });
  const environment = {
    KAIROS_LISTEN_HTTP: String(await lastingPort()),
    KAIROS_LISTEN_MQTT: String(await lastingPort()),
  };
  const store = new StoreProcess({ config: shop.config, data: shop.data, environment });
  const ports = await store.start();
  const ledger = new Ledger();
  const { zones, goods } = shop;
  const [cart = '', ...others] = shop.carts;
  const [till = '', ...tills] = shop.tills;
  const load = others.map((name, at) => {
    const numbers = shop.numbers(at + 1);
    return new ChaosCart({ cart: name, till: tills[at] as string, numbers, zones, goods, ports, ledger, chance });
  });
  const url = `mqtt://127.0.0.1:${ports.mqtt}`;
  const connect = (device: string): DeviceClient =>
    new DeviceClient({ device, url, ports: systemPorts, onAck: (ack) => ledger.noteAck(device, ack) });
  const [cartDevice, tillDevice] = [connect(cart), connect(till)];
  const numbers = shop.numbers(0);
  const person = new PersonAtCart({ cart, till, numbers, goods, cartDevice, tillDevice, chance, answerShare });
  const glass = new GlassWatch({ shopper: () => person.shopper, onAck: (ack) => ledger.noteAck(cart, ack) });
  const faults: string[] = [];
  const address = `http://127.0.0.1:${ports.http}/cart/?cart=${cart}`;
  const devices = [cartDevice, tillDevice];
  let page: Page | null = null;
  const replaceScreen = async (): Promise<void> => {
    await page?.close();
    page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
    page.on('pageerror', ({ message }) => faults.push(message));
    await glass.attach(page);
    await page.goto(address);
    person.standBefore(page);
  };
  await replaceScreen();
  const close = async (): Promise<void> => {
    await Promise.all([...load, ...devices].map((one) => one.close()));
    await page?.close();
    await store.stop();
  };
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const journal = join(shop.data, 'journal.db');
  return {
    cart,
    journal,
    store,
    ports,
    ledger,
    load,
    devices,
    person,
    glass,
    chance,
    faults,
    replaceScreen,
    close,
    remove,
  };
}
