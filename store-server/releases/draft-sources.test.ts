import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readDraft } from './draft-sources.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-draft-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), path);
}

function pathsOf(draft: ReturnType<typeof readDraft>): string[] | string {
  return typeof draft === 'string' ? draft : draft.files.map(({ path }) => path);
}

test('the topmost house binds a folder of several, and it is said which are left out', () => {
  for (const path of ['house.yaml', 'a.yaml', 'in/house.yaml', 'in/b.yaml']) write(path);
  const draft = readDraft(folder);
  expect(pathsOf(draft)).toEqual(['a.yaml', 'house.yaml', 'in/b.yaml']);
  expect(draft).toMatchObject({ remarks: ['in/house.yaml is left out: house.yaml binds the whole folder.'] });
});

test('a folder or a file below a house runs under that house', () => {
  for (const path of ['house.yaml', 'in/b.yaml']) write(path);
  expect(pathsOf(readDraft(join(folder, 'in')))).toEqual(['house.yaml', 'b.yaml']);
  expect(pathsOf(readDraft(join(folder, 'in/b.yaml')))).toEqual(['house.yaml', 'b.yaml']);
});

test('two houses side by side are left to the checker', () => {
  for (const path of ['one/house.yaml', 'two/house.yaml', 'one/a.yaml']) write(path);
  expect(pathsOf(readDraft(folder))).toEqual(['one/a.yaml', 'one/house.yaml', 'two/house.yaml']);
});

test('what is no folder of dialogues is said in words', () => {
  expect(readDraft(join(folder, 'nowhere'))).toMatch(/cannot be read: name the folder/);
  write('house.yaml');
  expect(readDraft(folder)).toMatch(/There are no dialogues/);
});
