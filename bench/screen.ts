/**
 * The cart's page as she meets it, in this machine's Chromium, beside a bare page that paints the same view from the
 * same socket with no framework (`screen/bare-page/`): from socket message to presented frame, first useful paint from a
 * cold start, what the first load weighs, and the heap after a thousand messages. The arms take turns in one run, and
 * the bare page has a second arm (A/A) that shows what the machine alone makes.
 *
 * `paint_…` is of messages that come to a page at rest, `paint_behind_…` of those that come right behind a withdrawal:
 * the withdrawal may have taken the frame, and the next is one display period away. What a trace of one message says
 * (2026-11, no graphics card): some 2 ms of script, 3 to 5 ms of style, layout, paint and commit in one main frame, 2 to
 * 4 ms of raster, 2 ms to present. It was 10 ms of script while the list, the map and the steps were rendered anew for a
 * message, an element was measured before the browser had laid it out, and a note in IndexedDB came before the frame.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPage, openBrowser } from '@kairos/cart-display/test/browser.ts';
import type { BenchOptions, BenchResult, Figure } from './measurement/figures.ts';
import { interleave } from './measurement/interleaving.ts';
import { median, pairwiseRatio, quantile, spreadOf } from './measurement/samples.ts';
import { type Heap, type Paints, ScreenArm } from './screen/arm.ts';

export interface ScreenSizes {
  readonly rounds: number;
  /** Each is one message to a page at rest and one right behind it. */
  readonly pairsPerRound: number;
  readonly coldStarts: number;
  /** Said before the heap is looked at: the page remembers the ids of its last 200 messages. */
  readonly heapWarmUp: number;
  readonly heapMessages: number;
}

const usual: ScreenSizes = { rounds: 7, pairsPerRound: 20, coldStarts: 7, heapWarmUp: 250, heapMessages: 1_000 };
const long: ScreenSizes = { rounds: 15, pairsPerRound: 50, coldStarts: 21, heapWarmUp: 250, heapMessages: 5_000 };
const face = '@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2';

type ArmName = 'cart' | 'bare' | 'bare again';

export async function run(options: BenchOptions): Promise<BenchResult> {
  return measure(options.long ? long : usual, options.say);
}

export async function measure(sizes: ScreenSizes, say: (line: string) => void): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-screen-'));
  const browser = await openBrowser();
  const arms: Partial<Record<ArmName, ScreenArm>> = {};
  try {
    const [cartPages, barePages] = await preparePages(folder);
    arms.cart = await ScreenArm.open(cartPages, browser);
    arms.bare = await ScreenArm.open(barePages, browser);
    arms['bare again'] = await ScreenArm.open(barePages, browser);
    return { figures: await figuresOf(arms as Record<ArmName, ScreenArm>, sizes, say) };
  } finally {
    await Promise.allSettled(Object.values(arms).map((arm) => arm.close()));
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The cart's page as it is shipped, and the bare one with the same face. */
async function preparePages(folder: string): Promise<[cart: string, bare: string]> {
  const [cart, bare] = [join(folder, 'cart'), join(folder, 'bare')];
  await buildPage(cart);
  cpSync(join(import.meta.dirname, 'screen/bare-page'), bare, { recursive: true });
  cpSync(createRequire(import.meta.url).resolve(face), join(bare, 'face.woff2'));
  return [cart, bare];
}

async function figuresOf(
  arms: Record<ArmName, ScreenArm>,
  sizes: ScreenSizes,
  say: (line: string) => void,
): Promise<Figure[]> {
  const all = Object.entries(arms) as [ArmName, ScreenArm][];
  const frameMs = await arms.cart.frameMs();
  for (const [, arm] of all) await arm.talk(10);
  const paints = await interleave(
    all.map(([name, arm]) => ({ name, run: () => arm.paints(sizes.pairsPerRound) })),
    { rounds: sizes.rounds, afterRound: (round) => say(`messages: round ${round} of ${sizes.rounds}`) },
  );
  const starts = await interleave(
    all.map(([name, arm]) => ({ name, run: () => arm.firstUsefulPaint() })),
    { rounds: sizes.coldStarts, afterRound: (round) => say(`cold starts: ${round} of ${sizes.coldStarts}`) },
  );
  const cartHeap = await heapOver(arms.cart, sizes);
  say(`heap: the cart's page has said ${sizes.heapMessages} messages`);
  const bareHeap = await heapOver(arms.bare, sizes);
  const of = <Sample>(samples: Map<string, Sample[]>, arm: ArmName): Sample[] => samples.get(arm) as Sample[];
  return [
    ...paintFigures((arm) => of(paints, arm), frameMs),
    ...startFigures((arm) => of(starts, arm)),
    plain('first_load_brotli_kb', await arms.cart.firstLoadBrotliKb(), 'KB', '<= 150'),
    plain('bare_first_load_brotli_kb', await arms.bare.firstLoadBrotliKb(), 'KB'),
    ...heapFigures(cartHeap, bareHeap),
  ];
}

function paintFigures(of: (arm: ArmName) => Paints[], frameMs: number): Figure[] {
  const at = (arm: ArmName, p: number): number[] => of(arm).map(({ atRest }) => quantile(atRest, p));
  const all = (arm: ArmName, which: keyof Paints): number[] => of(arm).flatMap((round) => round[which]);
  const overall = (arm: ArmName, p: number): number => quantile(all(arm, 'atRest'), p);
  const frames = (name: string, arm: ArmName, which: keyof Paints, goal: string | null): Figure => {
    const [low, high] = spreadOf(of(arm).map((round) => quantile(round[which], 0.95)));
    const value = quantile(all(arm, which), 0.95) / frameMs;
    return { name, value, unit: 'frames', goal, spread: [low / frameMs, high / frameMs] };
  };
  return [
    plain('frame_ms', frameMs, 'ms'),
    frames('paint_p95_frames', 'cart', 'atRest', '<= 2'),
    frames('bare_paint_p95_frames', 'bare', 'atRest', null),
    frames('paint_behind_p95_frames', 'cart', 'behind', '<= 2'),
    frames('bare_paint_behind_p95_frames', 'bare', 'behind', null),
    ratio('paint_p95_ratio', at('cart', 0.95), at('bare', 0.95)),
    ratio('paint_p50_ratio', at('cart', 0.5), at('bare', 0.5)),
    ratio('aa_p95_ratio', at('bare again', 0.95), at('bare', 0.95)),
    ratio('aa_p50_ratio', at('bare again', 0.5), at('bare', 0.5)),
    plain('paint_p50_ms', overall('cart', 0.5), 'ms'),
    plain('paint_p95_ms', overall('cart', 0.95), 'ms'),
    plain('bare_paint_p50_ms', overall('bare', 0.5), 'ms'),
    plain('bare_paint_p95_ms', overall('bare', 0.95), 'ms'),
  ];
}

function startFigures(of: (arm: ArmName) => number[]): Figure[] {
  const ms = (name: string, arm: ArmName): Figure => {
    return { name, value: median(of(arm)), unit: 'ms', goal: null, spread: spreadOf(of(arm)) };
  };
  return [
    ms('first_useful_paint_ms', 'cart'),
    ms('bare_first_useful_paint_ms', 'bare'),
    ratio('first_useful_paint_ratio', of('cart'), of('bare')),
    ratio('aa_first_useful_paint_ratio', of('bare again'), of('bare')),
  ];
}

interface HeapOver {
  readonly before: Heap;
  readonly after: Heap;
}

async function heapOver(arm: ScreenArm, { heapWarmUp, heapMessages }: ScreenSizes): Promise<HeapOver> {
  await arm.talk(heapWarmUp);
  const before = await arm.heap();
  await arm.talk(heapMessages);
  return { before, after: await arm.heap() };
}

function heapFigures(cart: HeapOver, bare: HeapOver): Figure[] {
  return [
    // A page that kept a message with its elements would grow by some 10 KB for each.
    plain('heap_growth_mb', cart.after.usedMb - cart.before.usedMb, 'MB', '<= 1'),
    plain('bare_heap_growth_mb', bare.after.usedMb - bare.before.usedMb, 'MB'),
    plain('heap_mb', cart.after.usedMb, 'MB'),
    plain('dom_nodes_growth', cart.after.domNodes - cart.before.domNodes, 'count'),
    plain('listeners_growth', cart.after.listeners - cart.before.listeners, 'count'),
  ];
}

function plain(name: string, value: number, unit: string, goal: string | null = null): Figure {
  return { name, value, unit, goal, spread: null };
}

function ratio(name: string, above: readonly number[], below: readonly number[]): Figure {
  const { value, spread } = pairwiseRatio(above, below);
  return { name, value, unit: 'x', goal: null, spread };
}
