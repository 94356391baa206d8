import { expect, test } from 'vitest';
import type { CompiledDialogue } from '../compiled.ts';
import { changesBetween } from './release-changes.ts';

function release(...names: string[]): CompiledDialogue[] {
  return names.map((text) => ({ name: text.charAt(0), hash: text }) as unknown as CompiledDialogue);
}

function changes(before: string[], after: string[]) {
  const { retired, fresh, moved } = changesBetween(release(...before), release(...after));
  const places = (placed: typeof fresh) => placed.map(({ dialogue, order }) => `${dialogue.hash}@${order}`);
  return { retired, fresh: places(fresh), moved: places(moved) };
}

test('the same is no change, however it was compiled', () => {
  expect(changes(['a1', 'b1'], ['a1', 'b1'])).toEqual({ retired: [], fresh: [], moved: [] });
});

test('one that is changed retires its older self', () => {
  expect(changes(['a1', 'b1', 'c1'], ['a1', 'b2', 'c1'])).toEqual({ retired: ['b'], fresh: ['b2@1'], moved: [] });
});

test('where one comes in between or goes, the others only move', () => {
  expect(changes(['a1', 'c1'], ['a1', 'b1', 'c1'])).toEqual({ retired: [], fresh: ['b1@1'], moved: ['c1@2'] });
  expect(changes(['a1', 'b1', 'c1'], ['b1', 'c2'])).toEqual({ retired: ['a', 'c'], fresh: ['c2@1'], moved: ['b1@0'] });
});

test('what has no hash is another one each time', () => {
  const [one] = release('a1');
  const nameless = { ...one, hash: undefined } as unknown as CompiledDialogue;
  expect(changesBetween([nameless], [{ ...nameless }]).retired).toEqual(['a']);
  expect(changesBetween([nameless], [nameless]).retired).toEqual([]);
});
