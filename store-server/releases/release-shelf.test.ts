import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ReleaseShelf } from './release-shelf.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-shelf-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const release = (number: number) => ({
  number,
  hash: `hash-${number}`,
  files: [{ path: 'a.yaml', text: `n: ${number}` }],
});

test('releases come back as they were put, oldest first, by number and not by name', () => {
  const shelf = new ReleaseShelf(folder);
  for (const number of [2, 10, 9]) shelf.put(release(number));
  expect(shelf.read().releases).toEqual([release(2), release(9), release(10)]);
});

test('the newest twenty are kept', () => {
  const shelf = new ReleaseShelf(folder);
  for (let number = 1; number <= 25; number += 1) shelf.put(release(number));
  expect(shelf.read().releases.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, at) => at + 6));
});

test('one that cannot be read is passed over, named, and its number is never given again', () => {
  const shelf = new ReleaseShelf(folder);
  shelf.put(release(1));
  writeFileSync(join(folder, '7.json'), '{"number": 7, "hash"');
  const read = shelf.read();
  expect(read.releases).toEqual([release(1)]);
  expect(read.unreadable).toEqual([join(folder, '7.json')]);
  expect(read.highest).toBe(7);
});

test('what was half written when the power went is no release', () => {
  const shelf = new ReleaseShelf(folder);
  writeFileSync(join(folder, '1.json.new'), '{"number": 1');
  expect(shelf.read()).toEqual({ releases: [], unreadable: [], highest: 0 });
  shelf.put(release(1));
  expect(readdirSync(folder)).toEqual(['1.json']);
});
