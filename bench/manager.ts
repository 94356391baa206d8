/**
 * The manager's page with 300 carts, 500 zones and 2,000 facts a second: whether it stays fluid, and what it costs the
 * store's own path. The store runs throughout under the same load; it is watched by a page in Chromium, by a line that
 * only receives what a page would, and by nobody, in turns; "nobody" has a second arm (A/A) that shows what the machine
 * alone makes of CPU. Frames have a floor of their own: an empty page in the same browser, beside the same store. What
 * share of a core the store, the browser and the load have is told, for they are on one machine here and on three in a
 * shop. Needs the pages built (`npm run build`).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { managerNamespace } from '@kairos/protocol/manager-events.ts';
import { StoreProcess } from '@kairos/simulation/process/store-process.ts';
import { io, type Socket } from 'socket.io-client';
import { FloorPage } from './manager/floor-page.ts';
import { hallStep, writeHall, zoneCount } from './manager/hall.ts';
import type { BenchOptions, BenchResult, Figure } from './measurement/figures.ts';
import { interleave } from './measurement/interleaving.ts';
import { descendantsOf, processCpuUs } from './measurement/process-cpu.ts';
import { median, pairwiseRatio, quantile, spreadOf } from './measurement/samples.ts';
import { Carts } from './path/carts.ts';

export interface ManagerSizes {
  readonly carts: number;
  readonly factsPerSecond: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

const usual: ManagerSizes = { carts: 300, factsPerSecond: 2_000, rounds: 9, seconds: 3, warmUpSeconds: 10 };
const long: ManagerSizes = { ...usual, rounds: 21, seconds: 5 };
const armsCount = 5;
/** Given to a page after it was opened. */
const settleSeconds = 2;
/** What `Carts.run` waits for stragglers. */
const settleMs = 700;

interface Sample {
  /** Store process, all threads, microseconds a fact. */
  readonly cpuUs: number;
  readonly perSecond: number;
  readonly frames: readonly number[];
}

export async function run(options: BenchOptions): Promise<BenchResult> {
  return measure(options.long ? long : usual, options.say);
}

export async function measure(sizes: ManagerSizes, say: (line: string) => void): Promise<BenchResult> {
  const { carts: count, factsPerSecond, rounds, seconds, warmUpSeconds } = sizes;
  const folder = mkdtempSync(join(tmpdir(), 'kairos-manager-'));
  const factsPerCart =
    Math.ceil((warmUpSeconds + rounds * (armsCount * seconds + settleSeconds)) * (factsPerSecond / count)) + 1;
  const store = new StoreProcess(writeHall(folder, { carts: count, factsPerCart }));
  const opened: { page?: FloorPage; carts?: Carts } = {};
  try {
    const ports = await store.start();
    say(`connecting ${count} carts`);
    const carts = await Carts.connect({
      count,
      mqttPort: ports.mqtt,
      httpPort: ports.http,
      epoch: 'bench',
      stepOf: hallStep,
    });
    const page = await FloorPage.launch(ports.http);
    Object.assign(opened, { page, carts });
    await carts.run(factsPerSecond, warmUpSeconds);
    const window = (): Promise<Omit<Sample, 'frames'>> => loaded(carts, store.pid, factsPerSecond, seconds);
    const alone = async (): Promise<Sample> => ({ ...(await window()), frames: [] });
    /** Share of the time in which the page's main thread worked, a round. */
    const busy: number[] = [];
    let heapFirst = 0;
    let heapLast = 0;
    let shoppers = 0;
    const shares: Share[] = [];
    const onEmptyPage = async (): Promise<Sample> => {
      await page.openEmpty();
      await page.takeFrames();
      const sample = await window();
      const frames = await page.takeFrames();
      await page.leave();
      return { ...sample, frames };
    };
    const withPage = async (): Promise<Sample> => {
      await page.open();
      // What a page costs once, when it is opened, is not what it costs while it is looked at.
      await carts.run(factsPerSecond, settleSeconds);
      const heap = await page.heapMb();
      const [worked, at] = [await page.workedSeconds(), performance.now()];
      await page.takeFrames();
      const share = watchShares(store.pid);
      const sample = await window();
      shares.push(share());
      const frames = await page.takeFrames();
      busy.push(((await page.workedSeconds()) - worked) / ((performance.now() - at) / 1_000));
      shoppers = await page.shoppers();
      heapLast = await page.heapMb();
      heapFirst = heap;
      await page.leave();
      return { ...sample, frames };
    };
    const withLine = async (): Promise<Sample> => {
      const line = await openLine(ports.http);
      const sample = await window();
      line.disconnect();
      return { ...sample, frames: [] };
    };
    const arms = [
      { name: 'nobody', run: alone },
      { name: 'page', run: withPage },
      { name: 'empty page', run: onEmptyPage },
      { name: 'line', run: withLine },
      { name: 'nobody again', run: alone },
    ];
    const samples = await interleave(arms, { rounds, afterRound: (round) => say(`round ${round} of ${rounds}`) });
    return {
      figures: [
        ...figuresOf(samples),
        plain('store_core_percent', median(shares.map(({ store }) => store)) * 100, '%'),
        plain('browser_core_percent', median(shares.map(({ browser }) => browser)) * 100, '%'),
        plain('load_core_percent', median(shares.map(({ load }) => load)) * 100, '%'),
        plain('main_thread_percent', median(busy) * 100, '%'),
        plain('heap_mb', heapLast, 'MB'),
        plain('heap_growth_mb', heapLast - heapFirst, 'MB', '<= 2'),
        plain('carts', count, 'count'),
        plain('zones', zoneCount, 'count'),
        plain('shoppers_on_page', shoppers, 'count'),
      ],
    };
  } finally {
    await opened.page?.close();
    await opened.carts?.close();
    await store.stop().catch(() => store.kill());
    rmSync(folder, { recursive: true, force: true });
  }
}

async function loaded(
  carts: Carts,
  pid: number,
  factsPerSecond: number,
  seconds: number,
): Promise<Omit<Sample, 'frames'>> {
  const [cpu, at] = [processCpuUs(pid), performance.now()];
  const { sent } = await carts.run(factsPerSecond, seconds);
  const cpuUs = (processCpuUs(pid) - cpu) / sent;
  return { cpuUs, perSecond: (sent / (performance.now() - at - settleMs)) * 1_000 };
}

/** Of one core, each, while the page was open. */
interface Share {
  readonly store: number;
  readonly browser: number;
  /** Carts and this bench itself. */
  readonly load: number;
}

function watchShares(store: number): () => Share {
  // All that this process has started and that is not the store is the browser.
  const browser = descendantsOf(process.pid).filter((pid) => pid !== store);
  const used = (): readonly [number, number, number, number] => [
    performance.now() * 1_000,
    processCpuUs(store),
    browser.reduce((sum, pid) => sum + processCpuUs(pid), 0),
    processCpuUs(process.pid),
  ];
  const before = used();
  return () => {
    const [time = 1, ...spent] = used().map((now, index) => now - (before[index] as number));
    const [ofStore = 0, ofBrowser = 0, ofLoad = 0] = spent.map((us) => us / time);
    return { store: ofStore, browser: ofBrowser, load: ofLoad };
  };
}

/** What a page's line receives, and nothing more is done with. */
function openLine(httpPort: number): Promise<Socket> {
  const line = io(`http://127.0.0.1:${httpPort}${managerNamespace}`, { transports: ['websocket'], forceNew: true });
  return new Promise((resolve, reject) => {
    line.once('state', () => resolve(line));
    line.once('connect_error', reject);
  });
}

function figuresOf(samples: Map<string, Sample[]>): Figure[] {
  const of = (arm: string): number[] => (samples.get(arm) ?? []).map(({ cpuUs }) => cpuUs);
  /** More than with nobody, in percent of what a fact costs then. */
  const share = (name: string, arm: string, goal: string | null): Figure => {
    const { value, spread } = pairwiseRatio(of(arm), alone);
    return { name, value: (value - 1) * 100, unit: '%', goal, spread: [(spread[0] - 1) * 100, (spread[1] - 1) * 100] };
  };
  const again = of('nobody again');
  const alone = of('nobody').map((cpuUs, round) => (cpuUs + (again[round] as number)) / 2);
  const { value, spread } = pairwiseRatio(again, of('nobody'));
  const aa: Figure = {
    name: 'aa_cpu_share_percent',
    value: (value - 1) * 100,
    unit: '%',
    goal: null,
    spread: [(spread[0] - 1) * 100, (spread[1] - 1) * 100],
  };
  const rounds = (samples.get('page') ?? []).map(({ frames }) => frames);
  const frames = rounds.flat();
  const p95 = rounds.map((one) => quantile(one, 0.95));
  const empty = (samples.get('empty page') ?? []).map((one) => one.frames);
  const emptyP95 = empty.map((one) => quantile(one, 0.95));
  return [
    { name: 'frame_p95_ms', value: quantile(frames, 0.95), unit: 'ms', goal: '<= 33', spread: spreadOf(p95) },
    plain('frame_p50_ms', quantile(frames, 0.5), 'ms'),
    plain('frame_p99_ms', quantile(frames, 0.99), 'ms'),
    plain('frames', frames.length, 'count'),
    {
      name: 'empty_frame_p95_ms',
      value: quantile(empty.flat(), 0.95),
      unit: 'ms',
      goal: null,
      spread: spreadOf(emptyP95),
    },
    plain('empty_frame_p99_ms', quantile(empty.flat(), 0.99), 'ms'),
    share('cpu_share_percent', 'page', '<= 5'),
    share('line_cpu_share_percent', 'line', null),
    aa,
    { name: 'cpu_us_per_fact', value: median(alone), unit: 'us', goal: null, spread: spreadOf(alone) },
    plain('facts_per_second', median((samples.get('page') ?? []).map(({ perSecond }) => perSecond)), 'facts/s'),
  ];
}

function plain(name: string, value: number, unit: string, goal: string | null = null): Figure {
  return { name, value, unit, goal, spread: null };
}
