import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readDialogueFolder } from './dialogue-folder.ts';
import { makeReleaseKey, readReleaseKey } from './release-book.ts';

const folder = mkdtempSync(join(tmpdir(), 'kairos-publish-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a folder without dialogues, a file and nothing at all are told, each with what to do', () => {
  const note = join(folder, 'readme.txt');
  writeFileSync(note, 'hello');
  expect(() => readDialogueFolder(join(folder, 'none'))).toThrow('There is no folder');
  expect(() => readDialogueFolder(note)).toThrow('name the folder');
  expect(() => readDialogueFolder(folder)).toThrow('There is no dialogue in');
  mkdirSync(join(folder, 'b'));
  for (const name of ['b/two.yml', 'a.yaml']) writeFileSync(join(folder, name), name);
  expect(readDialogueFolder(folder).map(({ path }) => path)).toEqual(['a.yaml', join('b', 'two.yml')]);
});

it('a file that holds no key is told as such, and what a new key means', () => {
  const file = join(folder, 'release.key');
  writeFileSync(file, 'no key at all');
  expect(() => readReleaseKey(file)).toThrow(/holds no key that signs.*hq\.releaseKey/);
  rmSync(file);
  const made = makeReleaseKey(file);
  expect(readReleaseKey(file).publicText).toBe(made);
});
