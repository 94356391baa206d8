/** The short form of `bench -- manager`: a few carts for a second in each arm; what it found is not judged by time. */
import { expect, it } from 'vitest';
import { measure } from '../manager.ts';
import { judge } from '../measurement/figures.ts';

it('tells every figure: frames, what a page costs a fact, heap; and the page saw the carts', async () => {
  const sizes = { carts: 20, factsPerSecond: 100, rounds: 1, seconds: 1, warmUpSeconds: 1 };
  const figures = (await measure(sizes, () => undefined)).figures.map(judge);
  const of = (name: string): number => figures.find((figure) => figure.name === name)?.value ?? Number.NaN;
  for (const name of [
    'frame_p50_ms',
    'frame_p95_ms',
    'frames',
    'cpu_us_per_fact',
    'facts_per_second',
    'heap_mb',
    'empty_frame_p95_ms',
    'browser_core_percent',
    'store_core_percent',
    'load_core_percent',
  ])
    expect(of(name), name).toBeGreaterThan(0);
  for (const name of ['cpu_share_percent', 'line_cpu_share_percent', 'aa_cpu_share_percent', 'main_thread_percent'])
    expect(Number.isFinite(of(name)), name).toBe(true);
  expect([of('carts'), of('zones')]).toEqual([20, 500]);
  expect(of('shoppers_on_page')).toBeGreaterThan(0);
});
