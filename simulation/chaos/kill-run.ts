/**
 * The storm: carts under way, the store killed at random moments and started again, then calm, and the audit.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '@kairos/protocol/simulated-ports.ts';
import { lastingPort } from '../process/lasting-port.ts';
import { type StorePorts, StoreProcess } from '../process/store-process.ts';
import { type Audit, audit } from './audit.ts';
import { ChaosCart } from './chaos-cart.ts';
import { writeChaosStore } from './chaos-store.ts';
import { Ledger } from './ledger.ts';
import { viewHeld } from './view-held.ts';

export interface KillRunOptions {
  readonly kills: number;
  readonly carts: number;
  readonly seed: number;
  /** Acknowledge before the commit: the run must then find facts that were promised and lost. */
  readonly negativeControl: boolean;
  readonly say: (line: string) => void;
}

export interface KillRun extends Audit {
  readonly kills: number;
  readonly acks: number;
  /** Screens whose glass, once all was calm, showed another thing than the server holds. */
  readonly screensWrong: number;
  /** Facts that devices still held when the calm had lasted: a stuck queue. */
  readonly stuck: number;
  /** Times the store ended without our hand, and what it complained of: a life that only kills should end. */
  readonly endedByItself: number;
  readonly storeComplaints: readonly string[];
  /** Milliseconds from start to ready, each restart. */
  readonly readyMs: readonly number[];
}

/** Commits are slowed by so much, with and without the control: a window in which a kill can tell the two apart. */
const slowCommitMs = 60;
const livesMsMin = 200;
const livesMsMax = 1200;
/** After the storm: the longest wait for empty queues, and for the last clocks of silence. */
const calmMaxMs = 20_000;
const lastTimersMs = 4_000;
const looksMax = 10;
const betweenLooksMs = 400;

export async function killRun(options: KillRunOptions): Promise<KillRun> {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-chaos-'));
  const chance = seededRandom(options.seed);
  const shop = writeChaosStore({
    folder,
    carts: options.carts,
    negativeControl: options.negativeControl,
    slowCommitMs,
  });
  // The same ports in every life, as in a shop: the devices know where their store is.
  const environment = {
    KAIROS_LISTEN_HTTP: String(await lastingPort()),
    KAIROS_LISTEN_MQTT: String(await lastingPort()),
  };
  const store = new StoreProcess({ config: shop.config, data: shop.data, environment });
  const ledger = new Ledger();
  const readyMs: number[] = [];
  const storeComplaints: string[] = [];
  let endedByItself = 0;
  const ports = await store.start();
  const carts = shop.carts.map(
    (cart, index) =>
      new ChaosCart({
        cart,
        till: shop.tills[index] as string,
        numbers: shop.numbers(index),
        zones: shop.zones,
        goods: shop.goods,
        ports,
        ledger,
        chance,
      }),
  );
  try {
    for (const cart of carts) cart.start();
    for (let kill = 1; kill <= options.kills; kill += 1) {
      await pause(livesMsMin + chance() * (livesMsMax - livesMsMin));
      if (store.endedByItself) endedByItself += 1;
      await store.kill();
      storeComplaints.push(...complaintsIn(store.output));
      const since = performance.now();
      await store.start();
      readyMs.push(performance.now() - since);
      options.say(
        `killed ${kill} of ${options.kills}; ready again after ${Math.round(readyMs.at(-1) ?? 0)} ms; ${ledger.acks} acknowledgements so far`,
      );
    }
    for (const cart of carts) cart.rest();
    // Where facts were promised and lost, the queues behind them stay full, and what is lost is known already.
    if (!options.negativeControl) await calm(carts);
    const screensWrong = await countWrongScreens(carts, ports);
    const stuck = carts.reduce((sum, cart) => sum + cart.held, 0);
    await Promise.all(carts.map((cart) => cart.close()));
    await store.stop();
    const found = audit(join(shop.data, 'journal.db'), ledger, Date.now());
    return {
      ...found,
      kills: options.kills,
      acks: ledger.acks,
      screensWrong,
      stuck,
      endedByItself,
      storeComplaints,
      readyMs,
    };
  } finally {
    await Promise.all(carts.map((cart) => cart.close()));
    await store.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Everything owed is delivered, and the last clocks of silence run out. */
async function calm(carts: readonly ChaosCart[]): Promise<void> {
  for (const since = performance.now(); performance.now() - since < calmMaxMs; await pause(100)) {
    if (carts.every((cart) => cart.held === 0)) break;
  }
  await pause(lastTimersMs);
}

/** Lines of the store's log that a person should read, and whatever is no log line at all: a trace of its end. */
function complaintsIn(output: string): string[] {
  return output.split('\n').filter((line) => line.trim() !== '' && !/"level":(10|20|30)/.test(line));
}

/** Asks the server for each screen's whole view, and compares it with what the glass shows. */
async function countWrongScreens(carts: readonly ChaosCart[], ports: StorePorts): Promise<number> {
  let wrong = [...carts];
  // Something may be said or end just now: only what stays wrong is wrong.
  for (let look = 0; look < looksMax && wrong.length > 0; look += 1) {
    const looked = await Promise.all(wrong.map(async (cart) => ((await isRight(cart, ports)) ? null : cart)));
    wrong = looked.filter((cart) => cart !== null);
    if (wrong.length > 0) await pause(betweenLooksMs);
  }
  return wrong.length;
}

async function isRight(cart: ChaosCart, ports: StorePorts): Promise<boolean> {
  const view = await viewHeld(cart.name, ports);
  const shown = cart.shows;
  return (view.message?.id ?? null) === shown.message && view.basket.total === shown.total;
}
