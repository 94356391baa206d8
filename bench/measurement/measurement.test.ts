import { expect, test } from 'vitest';
import { type Figure, judge, reportText } from './figures.ts';
import { interleave } from './interleaving.ts';
import { processCpuUs } from './process-cpu.ts';
import { median, pairwiseRatio, quantile } from './samples.ts';

const figure: Figure = { name: 'p50_ratio', value: 1.12, unit: 'x', goal: '<= 1.15', spread: [1.08, 1.17] };

test('a goal is met or missed at its bound, and a figure without one is neither', () => {
  expect(judge(figure).met).toBe(true);
  expect(judge({ ...figure, value: 1.15 }).met).toBe(true);
  expect(judge({ ...figure, value: 1.1501 }).met).toBe(false);
  expect(judge({ ...figure, goal: '< 1.12' }).met).toBe(false);
  expect(judge({ ...figure, goal: '>= 1.12' }).met).toBe(true);
  expect(judge({ ...figure, goal: null }).met).toBeNull();
  expect(judge({ ...figure, value: Number.NaN }).met).toBe(false);
});

test('a goal that cannot be read is an error', () => {
  for (const goal of ['at most 1', '<=1.15', '<= much', '<= ']) expect(() => judge({ ...figure, goal })).toThrow(goal);
});

test('a person reads the figure, its goal and whether it was met', () => {
  const report = { name: 'path', commit: 'abc', machine: 'a box', figures: [judge({ ...figure, value: 1.2 })] };
  expect(reportText(report)).toContain('p50_ratio  1.2 x  1.08 … 1.17  <= 1.15 x  MISSED');
});

test('quantiles by nearest rank, medians of even and odd numbers', () => {
  const samples = [5, 1, 4, 2, 3];
  expect(quantile(samples, 0.5)).toBe(3);
  expect(quantile(samples, 0.99)).toBe(5);
  expect(quantile(samples, 0)).toBe(1);
  expect(median(samples)).toBe(3);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(samples).toEqual([5, 1, 4, 2, 3]);
});

test('a ratio is taken round by round', () => {
  expect(pairwiseRatio([2, 20, 200], [1, 10, 400])).toEqual({ value: 2, spread: [0.5, 2] });
  expect(() => pairwiseRatio([1], [])).toThrow();
});

test('each round runs every arm once, and another begins each time', async () => {
  const order: string[] = [];
  const arm = (name: string) => ({ name, run: () => order.push(name) });
  const samples = await interleave([arm('a'), arm('b'), arm('a again')], { rounds: 3 });
  expect(order.join(' ')).toBe('a b a again b a again a a again a b');
  expect(samples.get('b')).toEqual([2, 4, 9]);
  await expect(interleave([arm('a'), arm('a')], { rounds: 1 })).rejects.toThrow('name');
});

test('work takes CPU time', () => {
  const before = processCpuUs(process.pid);
  const until = before + 20_000;
  let turns = 0;
  while (processCpuUs(process.pid) < until && turns < 1_000_000) turns++;
  expect(processCpuUs(process.pid)).toBeGreaterThanOrEqual(until);
});
