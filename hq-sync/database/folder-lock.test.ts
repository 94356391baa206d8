import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FolderTakenError, lockFolder } from './folder-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-folder-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('lets one in at a time, and the next when it has gone', () => {
  const giveBack = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow(FolderTakenError);
  giveBack();
  lockFolder(folder)();
});

it('is passed over where its holder has died, or nobody can tell who that was', () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  for (const left of [String(pid), 'nobody', '']) {
    writeFileSync(join(folder, 'kairos.lock'), left);
    lockFolder(folder)();
  }
});
