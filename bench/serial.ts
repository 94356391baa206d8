/**
 * Serial lines: how long after a line is said its fact is made, with a line as full as 115,200 baud can be; whether a
 * flood loses any; and what each reader's process costs in memory. Beside a floor that opens the same kind of line and
 * only splits it, in rounds that alternate. Linux with socat.
 *
 * A fact is made when it is handed to the durable queue; when it is on the disk as well is reported beside it (the queue
 * gathers commits over 5 ms).
 */
import { families, type ReaderKind } from '@kairos/edge-agent/readers/families.ts';
import { type BenchOptions, type BenchResult, type Figure, rounded } from './measurement/figures.ts';
import { interleave } from './measurement/interleaving.ts';
import { median, pairwiseRatio, quantile, spreadOf } from './measurement/samples.ts';
import { askFloor, pause, pssMb, Workbench } from './serial/workbench.ts';

const baudRate = 115_200;
/** What a process of a reader still does at its beginning is done by then. */
const settleMs = 3_000;

export interface Extent {
  readonly rounds: number;
  /** 14 bytes each: 823 a second at 115,200 baud. */
  readonly pacedLines: number;
  readonly floodLines: number;
  readonly kinds: readonly ReaderKind[];
}

export async function run({ long, say }: Pick<BenchOptions, 'long' | 'say'>): Promise<BenchResult> {
  const kinds = Object.keys(families) as ReaderKind[];
  return measure({ rounds: long ? 9 : 5, pacedLines: long ? 16_000 : 4_000, floodLines: 300_000, kinds }, say);
}

interface Latencies {
  readonly p50: number;
  readonly p99: number;
  readonly storedP99: number;
  readonly lost: number;
}

export async function measure(extent: Extent, say: (line: string) => void): Promise<BenchResult> {
  const bench = new Workbench();
  try {
    say('memory of each family’s reader');
    const idle = new Map<ReaderKind, number>();
    for (const kind of extent.kinds) idle.set(kind, await idlePss(bench, kind));
    say('lines at full rate');
    const paced = await pacedFigures(bench, extent);
    say(`${extent.floodLines} lines of a scanner, and as many of a radio reader, as fast as they are taken`);
    const flood = await floodFigures(bench, extent.floodLines);
    const worst = Math.max(...idle.values());
    return {
      figures: [
        ...paced,
        ...flood,
        { ...figure('reader_pss_mb', worst, 'MB'), goal: '<= 60', spread: spreadOf([...idle.values()]) },
      ],
    };
  } finally {
    await bench.close();
  }
}

async function idlePss(bench: Workbench, kind: ReaderKind): Promise<number> {
  const { reader, cable } = await bench.openReader(kind);
  await pause(settleMs);
  const mb = pssMb(reader.pid as number);
  await reader.stop();
  await cable.pullOut();
  return mb;
}

async function pacedFigures(bench: Workbench, { rounds, pacedLines }: Extent): Promise<Figure[]> {
  const { reader, cable } = await bench.openReader('barcode');
  const floor = await bench.openFloor();
  let first = 0;
  const kairos = async (): Promise<Latencies> => {
    const { saidMs } = await bench.write({ kind: 'barcode', first, count: pacedLines, baudRate }, cable);
    const arrivals = await bench.settle(({ storedMs }) => storedMs.size === pacedLines);
    const latencies = latencyOf(saidMs, first, arrivals.factMs, arrivals.storedMs);
    first += pacedLines;
    return latencies;
  };
  const split = async (): Promise<Latencies> => {
    const { saidMs } = await bench.write({ kind: 'barcode', first, count: pacedLines, baudRate }, floor.cable);
    await pause(200);
    const { numbers, hadMs } = await askFloor(floor.child);
    const had = new Map(numbers.map((number, index) => [number, hadMs[index] as number]));
    const latencies = latencyOf(saidMs, first, had, had);
    first += pacedLines;
    return latencies;
  };
  // Compilers warm up on both.
  await kairos();
  await split();
  const arms = [
    { name: 'kairos', run: kairos },
    { name: 'floor', run: split },
  ];
  const samples = await interleave(arms, { rounds });
  floor.child.disconnect();
  await floor.cable.pullOut();
  await reader.stop();
  await cable.pullOut();
  const ours = samples.get('kairos') ?? [];
  const theirs = samples.get('floor') ?? [];
  const ratio = pairwiseRatio(
    ours.map(({ p99 }) => p99),
    theirs.map(({ p99 }) => p99),
  );
  const over = (name: string, of: readonly Latencies[], take: (one: Latencies) => number): Figure => ({
    ...figure(name, median(of.map(take)), 'ms'),
    spread: spreadOf(of.map(take).map(rounded)) as [number, number],
  });
  return [
    { ...over('line_to_fact_p99_ms', ours, ({ p99 }) => p99), goal: '<= 2' },
    over('line_to_fact_p50_ms', ours, ({ p50 }) => p50),
    over('line_to_disk_p99_ms', ours, ({ storedP99 }) => storedP99),
    over('floor_split_p99_ms', theirs, ({ p99 }) => p99),
    over('floor_split_p50_ms', theirs, ({ p50 }) => p50),
    { ...figure('line_to_fact_p99_over_floor', ratio.value, 'x'), spread: ratio.spread },
    {
      ...figure(
        'paced_lines_lost',
        ours.reduce((sum, { lost }) => sum + lost, 0),
        'count',
      ),
      goal: '= 0',
    },
  ];
}

function latencyOf(
  saidMs: readonly number[],
  first: number,
  factMs: ReadonlyMap<number, number>,
  storedMs: ReadonlyMap<number, number>,
): Latencies {
  const facts: number[] = [];
  const stored: number[] = [];
  saidMs.forEach((said, index) => {
    const fact = factMs.get(first + index);
    const disk = storedMs.get(first + index);
    if (fact !== undefined) facts.push(fact - said);
    if (disk !== undefined) stored.push(disk - said);
  });
  return {
    p50: quantile(facts, 0.5),
    p99: quantile(facts, 0.99),
    storedP99: quantile(stored, 0.99),
    lost: saidMs.length - facts.length,
  };
}

async function floodFigures(bench: Workbench, count: number): Promise<Figure[]> {
  const scanner = await bench.openReader('barcode');
  const begunAt = process.hrtime.bigint();
  await bench.write({ kind: 'barcode', first: 0, count, baudRate: null }, scanner.cable);
  const facts = await bench.settle(({ storedMs }) => storedMs.size === count);
  const seconds = Number(process.hrtime.bigint() - begunAt) / 1e9;
  await pause(settleMs);
  const scannerMb = pssMb(scanner.reader.pid as number);
  await scanner.reader.stop();
  await scanner.cable.pullOut();

  const shelves = await bench.openReader('absniffer');
  await bench.write({ kind: 'absniffer', first: 0, count, baudRate: null }, shelves.cable);
  const heard = await bench.settle(({ observations }) => observations === count);
  await pause(settleMs);
  const shelvesMb = pssMb(shelves.reader.pid as number);
  await shelves.reader.stop();
  await shelves.cable.pullOut();
  return [
    { ...figure('flood_lines_lost', count - facts.storedMs.size, 'count'), goal: '= 0' },
    { ...figure('flood_lines_doubled', facts.repeated, 'count'), goal: '= 0' },
    { ...figure('flood_lines_misread', facts.misread, 'count'), goal: '= 0' },
    { ...figure('flood_observations_lost', count - heard.observations, 'count'), goal: '= 0' },
    figure('flood_lines_per_second', count / seconds, '1/s'),
    { ...figure('reader_pss_after_flood_mb', Math.max(scannerMb, shelvesMb), 'MB'), goal: '<= 60' },
  ];
}

function figure(name: string, value: number, unit: string): Figure {
  return { name, value: rounded(value), unit, goal: null, spread: null };
}
