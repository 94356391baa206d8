/**
 * From a cart's MQTT publish to the update on its screen, through the real store server, beside a floor with the same
 * transport, pushes and acknowledgements but no evaluation and no storage. 1,000 carts connected, 1,000 dialogues
 * loaded, production limits on, 1,000 facts a second of which one in twenty speaks. Both servers run throughout; the
 * windows alternate, and the floor's second arm (A/A) shows what the machine alone makes.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreProcess } from '@kairos/simulation/process/store-process.ts';
import { stringify } from 'yaml';
import type { BenchOptions, BenchResult, Figure } from './measurement/figures.ts';
import { type Arm, interleave } from './measurement/interleaving.ts';
import { processCpuUs } from './measurement/process-cpu.ts';
import { median, pairwiseRatio, quantile, spreadOf } from './measurement/samples.ts';
import { Carts } from './path/carts.ts';
import { cartName, customerNumber, customersFor, workloadDialogues, workloadFloorPlan } from './path/workload.ts';

const cartCount = 1000;
const dialogueCount = 1000;
const factsPerSecond = 1000;
const warmUpSeconds = 4;

interface Sample {
  readonly p50: number;
  readonly p99: number;
  readonly speakingP50: number;
  /** Server process, all threads, microseconds a fact. */
  readonly cpuUs: number;
  readonly unanswered: number;
}

export async function run({ long, say }: BenchOptions): Promise<BenchResult> {
  const [rounds, seconds] = long ? [9, 10] : [5, 4];
  const folder = mkdtempSync(join(tmpdir(), 'kairos-path-'));
  const factsPerCart = Math.ceil((warmUpSeconds + rounds * (seconds + 1)) * (factsPerSecond / cartCount)) + 1;
  const store = new StoreProcess(writeStore(folder, factsPerCart));
  const floor = spawn(process.execPath, [join(import.meta.dirname, 'path/floor-server.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const open: Carts[] = [];
  try {
    const ports = await store.start();
    const floorPorts = await portsOf(floor);
    say(`connecting ${cartCount} carts to each server`);
    const candidateCarts = await Carts.connect({
      count: cartCount,
      mqttPort: ports.mqtt,
      httpPort: ports.http,
      epoch: 'bench',
    });
    const floorCarts = await Carts.connect({ count: cartCount, ...floorPorts, epoch: 'bench' });
    open.push(candidateCarts, floorCarts);
    await candidateCarts.run(factsPerSecond, warmUpSeconds);
    await floorCarts.run(factsPerSecond, warmUpSeconds);
    const arm = (name: string, carts: Carts, pid: number): Arm<Sample> => ({
      name,
      run: () => measure(carts, pid, seconds),
    });
    const arms = [
      arm('floor', floorCarts, floor.pid as number),
      arm('candidate', candidateCarts, store.pid),
      arm('floor again', floorCarts, floor.pid as number),
    ];
    const samples = await interleave(arms, { rounds, afterRound: (round) => say(`round ${round} of ${rounds}`) });
    return { figures: figuresOf(samples, candidateCarts.unacknowledged) };
  } finally {
    await Promise.allSettled(open.map((carts) => carts.close()));
    await store.stop().catch(() => store.kill());
    floor.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(carts: Carts, pid: number, seconds: number): Promise<Sample> {
  const before = processCpuUs(pid);
  const window = await carts.run(factsPerSecond, seconds);
  return {
    p50: quantile(window.all, 0.5),
    p99: quantile(window.all, 0.99),
    speakingP50: quantile(window.speaking, 0.5),
    cpuUs: (processCpuUs(pid) - before) / window.sent,
    unanswered: window.unanswered,
  };
}

function figuresOf(samples: Map<string, Sample[]>, unacknowledged: number): Figure[] {
  const of = (arm: string, pick: (sample: Sample) => number): number[] => (samples.get(arm) ?? []).map(pick);
  const ratio = (name: string, above: string, below: string, pick: (sample: Sample) => number): Figure => {
    const { value, spread } = pairwiseRatio(of(above, pick), of(below, pick));
    return { name, value, unit: 'x', goal: null, spread };
  };
  const plain = (name: string, arm: string, unit: string, pick: (sample: Sample) => number): Figure => {
    const all = of(arm, pick);
    return { name, value: median(all), unit, goal: null, spread: spreadOf(all) };
  };
  const unanswered = of('candidate', ({ unanswered: count }) => count).reduce((sum, count) => sum + count, 0);
  return [
    ratio('p50_ratio', 'candidate', 'floor', ({ p50 }) => p50),
    ratio('p99_ratio', 'candidate', 'floor', ({ p99 }) => p99),
    ratio('cpu_ratio', 'candidate', 'floor', ({ cpuUs }) => cpuUs),
    ratio('speaking_p50_ratio', 'candidate', 'floor', ({ speakingP50 }) => speakingP50),
    ratio('aa_ratio', 'floor again', 'floor', ({ p50 }) => p50),
    ratio('aa_p99_ratio', 'floor again', 'floor', ({ p99 }) => p99),
    ratio('aa_cpu_ratio', 'floor again', 'floor', ({ cpuUs }) => cpuUs),
    plain('p50_ms', 'candidate', 'ms', ({ p50 }) => p50),
    plain('p99_ms', 'candidate', 'ms', ({ p99 }) => p99),
    plain('cpu_us_per_fact', 'candidate', 'us', ({ cpuUs }) => cpuUs),
    plain('floor_p50_ms', 'floor', 'ms', ({ p50 }) => p50),
    plain('floor_p99_ms', 'floor', 'ms', ({ p99 }) => p99),
    plain('floor_cpu_us_per_fact', 'floor', 'us', ({ cpuUs }) => cpuUs),
    { name: 'unanswered', value: unanswered, unit: 'count', goal: '= 0', spread: null },
    { name: 'unacknowledged', value: unacknowledged, unit: 'count', goal: '= 0', spread: null },
  ];
}

/** What the floor prints when it listens. */
function portsOf(floor: ChildProcess): Promise<{ mqttPort: number; httpPort: number }> {
  return new Promise((resolve, reject) => {
    floor.stdout?.once('data', (line: Buffer) => resolve(JSON.parse(line.toString())));
    floor.once('exit', (code) => reject(new Error(`the floor ended with ${code}`)));
  });
}

/** Writes a store with forty zones, all customers that the load will present, and the dialogues. */
function writeStore(folder: string, factsPerCart: number): { config: string; data: string } {
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  mkdirSync(join(folder, 'dialogues'));
  for (const { name, text } of workloadDialogues(dialogueCount)) write(`dialogues/${name}.yaml`, text);
  write(
    'dialogues/house.yaml',
    'attributes: { tier: { type: text, sensitivity: near, default: silver } }\ndefaultLocale: en\n',
  );
  write('floor-plan.yaml', stringify(workloadFloorPlan()));
  write('goods.csv', 'code,name,department,price,tags\n2000000000008,Bread,bakery,250,\n');
  const customers = Array.from(
    { length: customersFor(factsPerCart, cartCount) },
    (_, index) => `${customerNumber(index)},silver,yes,yes`,
  );
  write('customers.csv', `number,tier,remember,inStore\n${customers.join('\n')}\n`);
  const data = join(folder, 'data');
  const config = join(folder, 'store.yaml');
  write(
    'store.yaml',
    stringify({
      store: { id: 'bench', title: 'Bench', timeZone: 'UTC', currency: 'EUR' },
      listen: { http: 0, mqtt: 0 },
      data,
      floorPlan: 'floor-plan.yaml',
      goods: 'goods.csv',
      customers: 'customers.csv',
      dialogues: 'dialogues',
      loyalty: { prefixes: ['29'] },
      chainKey: 'bench-chain-key-for-measurement',
      carts: Array.from({ length: cartCount }, (_, index) => ({ id: cartName(index) })),
    }),
  );
  return { config, data };
}
