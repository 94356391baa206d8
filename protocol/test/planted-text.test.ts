import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { findPlanted, plantedWord } from './planted-text.ts';

const folder = mkdtempSync(join(tmpdir(), 'kairos-planted-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const word = plantedWord();
const noise = (length: number): Buffer => Buffer.alloc(length, 'nothing of hers ');
/** A byte of its own after eight, as PostgreSQL packs long values. */
const broken = Buffer.concat([...word.match(/.{1,8}/g)!].flatMap((part) => [Buffer.from([0]), Buffer.from(part)]));

it.each([
  ['plain', Buffer.from(word)],
  ['plain', broken],
  ['utf16', Buffer.from(word, 'utf16le')],
  ['hex', Buffer.from(Buffer.from(word).toString('hex'))],
  ['base64', Buffer.from(Buffer.from(`x${word} and more`).toString('base64'))],
  ['base64', Buffer.from(Buffer.from(`xy${word}`).toString('base64'))],
  ['packed plain', zstdCompressSync(Buffer.concat([noise(3_000), Buffer.from(word), noise(500)]))],
  ['packed plain', gzipSync(Buffer.concat([noise(3_000), Buffer.from(word), noise(500)]))],
])('a word that is kept is found: %s', (as, bytes) => {
  const file = join(folder, 'kept');
  writeFileSync(file, Buffer.concat([noise(5_000), bytes, noise(777)]));
  expect(findPlanted([folder], word).map((found) => [found.file, found.as])).toContainEqual([file, as]);
  expect(findPlanted([folder], plantedWord())).toEqual([]);
});
