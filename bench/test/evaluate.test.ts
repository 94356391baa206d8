import { expect, test } from 'vitest';
import { compare } from '../evaluate/comparison.ts';

test('every arm takes its turns in a process of its own, and all have found the same before', async () => {
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  const result = await compare({ dialogues: 40, rounds: 2, turnMs: 1, leadInMs: 1, warmUpMs: 20, say });
  expect(Object.values(result.samples).map((of) => of.length)).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 2]);
  for (const us of Object.values(result.samples).flat()) expect(us).toBeGreaterThan(0);
  expect(result.counts.facts).toBeGreaterThan(0);
  expect(said.some((line) => line.includes('all engines agree'))).toBe(true);
}, 60_000);
