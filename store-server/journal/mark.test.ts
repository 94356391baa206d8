import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readMark, setBack, writeMark } from './mark.ts';
import { readLives } from './upward.ts';
import { Writer } from './writer.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-mark-'));
  file = join(folder, 'journal.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('is read as it was written, and is nothing where it is missing or torn', () => {
  expect(readMark(file)).toBeNull();
  writeMark(file, { storeEpoch: 'epoch-1', lastSeq: 7 });
  expect(readMark(file)).toEqual({ storeEpoch: 'epoch-1', lastSeq: 7 });
  writeFileSync(`${file}-mark`, '{"storeEpoch":"epoch-1","las');
  expect(readMark(file)).toBeNull();
});

it('never stops anything, even where it cannot be written', () => {
  expect(() => writeMark(join(folder, 'missing', 'journal.db'), { storeEpoch: 'epoch-1', lastSeq: 7 })).not.toThrow();
});

it.each([
  ['a first start', null, 0, false],
  ['a mark that lags', { storeEpoch: 'epoch-1', lastSeq: 5 }, 7, false],
  ['a file that stands behind', { storeEpoch: 'epoch-1', lastSeq: 9 }, 7, true],
  ['the mark of a life before', { storeEpoch: 'epoch-0', lastSeq: 9 }, 7, false],
])('of %s', (_, mark, lastSeq, isBehind) => {
  expect(setBack(mark, { storeEpoch: 'epoch-1', lastSeq }) !== null).toBe(isBehind);
});

it('a journal that lost its log twice over the same facts knows which of its lives goes on', () => {
  const found = ['life-c', 'life-b', 'life-a'].map((newEpoch) => {
    const writer = new Writer({ file, newEpoch, nowMs: 0 });
    const { storeEpoch } = writer.begin.start;
    const lives = readLives(writer.db).map(({ epoch }) => epoch);
    writer.close();
    // Three facts were stored under this name, and are gone.
    writeMark(file, { storeEpoch, lastSeq: 3 });
    return { goesOn: storeEpoch, last: lives.at(-1) };
  });
  expect(found).toEqual(['life-c', 'life-b', 'life-a'].map((name) => ({ goesOn: name, last: name })));
});
