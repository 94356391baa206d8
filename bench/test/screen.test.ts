/** The short form of `bench -- screen`: a few messages and starts of every arm; what it found is not judged by time. */
import { expect, it } from 'vitest';
import { judge } from '../measurement/figures.ts';
import { measure } from '../screen.ts';

it('tells every figure: paints, cold starts, weight and heap, beside the bare page', async () => {
  const sizes = { rounds: 1, pairsPerRound: 3, coldStarts: 1, heapWarmUp: 2, heapMessages: 5 };
  const figures = (await measure(sizes, () => undefined)).figures.map(judge);
  const of = (name: string): number => figures.find((figure) => figure.name === name)?.value ?? Number.NaN;
  const positive = [
    'frame_ms',
    'paint_p95_frames',
    'bare_paint_p95_frames',
    'paint_behind_p95_frames',
    'bare_paint_behind_p95_frames',
    'paint_p95_ratio',
    'aa_p95_ratio',
    'first_useful_paint_ms',
    'first_useful_paint_ratio',
    'aa_first_useful_paint_ratio',
    'heap_mb',
  ];
  for (const name of positive) expect(of(name), name).toBeGreaterThan(0);
  expect(Number.isFinite(of('heap_growth_mb'))).toBe(true);
  expect(Number.isFinite(of('dom_nodes_growth'))).toBe(true);
  // Weight is counted, not timed; the bare page shows that it is the page's own files that are weighed.
  expect(of('first_load_brotli_kb')).toBeLessThanOrEqual(150);
  expect(of('first_load_brotli_kb')).toBeGreaterThan(20);
  expect(of('bare_first_load_brotli_kb')).toBeLessThan(5);
});
