import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Database } from '../database/database.ts';
import { runImport } from './import-command.ts';

it('a file that is not there, and a folder instead of one, are told as what they are before anything is asked', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-import-'));
  const command = { purchases: true, allOrNothing: false, ownNumbers: true, currency: 'GBP', notGoods: [] };
  const loyalty = { prefixes: [], gsrn: false };
  const database = {} as Database;
  const imported = (file: string): Promise<unknown> =>
    runImport({ ...command, file }, { database, chainKey: 'a-key', loyalty, now: 0, say: () => undefined });
  try {
    await expect(imported(folder)).rejects.toThrow(`${folder} is a folder: name a file in it.`);
    await expect(imported(join(folder, 'none.csv'))).rejects.toThrow(`There is no file ${join(folder, 'none.csv')}.`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
