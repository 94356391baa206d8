/**
 * Looks for planted words in every byte of what processes keep on disk: as UTF-8 and UTF-16, in Base64, in hexadecimal,
 * inside whatever is compressed by Zstandard or gzip, and broken up as PostgreSQL packs long values. For tests of what
 * an erasure leaves: each of these ways has a control of its own.
 */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { inflateRawSync, zstdDecompressSync } from 'node:zlib';

/** PostgreSQL's own packing copies eight bytes, then writes one of its own: no shorter piece is looked for. */
const pieceLength = 8;
/** Only these may be looked for in pieces: eight digits of a number stand in many places. */
const isMadeUp = /^Q[a-z]{19}$/;
/** Frames of one file that are unpacked. */
const framesMax = 2_000;
const unpackedMax = 64 * 1024 * 1024;
const zstdStart = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
/** Without a name in it, as programs write it that pack what they keep. */
const gzipStart = Buffer.from([0x1f, 0x8b, 0x08, 0x00]);
const gzipHeadBytes = 10;

/** Letters that stand nowhere else in the world; with a name behind them, so that a find says whose it is. */
export function plantedWord(): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  return `Q${[...randomBytes(19)].map((byte) => letters[byte % letters.length]).join('')}`;
}

export interface Found {
  readonly file: string;
  /** plain, utf16, base64, hex, packed (inside a compressed frame). */
  readonly as: string;
  /** What stands around it, as far as it can be printed. */
  readonly near: string;
}

/** In all files below `folders`, which may be files themselves. A file that goes meanwhile is passed over. */
export function findPlanted(folders: readonly string[], word: string): Found[] {
  return folders.flatMap(filesBelow).flatMap((file) => {
    const bytes = readIfThere(file);
    return bytes === null ? [] : findIn(bytes, word).map((found) => ({ file, ...found }));
  });
}

function findIn(bytes: Buffer, word: string): Omit<Found, 'file'>[] {
  return [...findBare(bytes, word), ...findPacked(bytes, word)];
}

function findBare(bytes: Buffer, word: string): Omit<Found, 'file'>[] {
  const found: Omit<Found, 'file'>[] = [];
  const note = (as: string, needle: Buffer): boolean => {
    const at = bytes.indexOf(needle);
    if (at < 0) return false;
    const near = bytes.subarray(Math.max(0, at - 30), at + 70).toString('latin1');
    found.push({ as, near: near.replace(/[^\x20-\x7e]/g, '.') });
    return true;
  };
  const piece = isMadeUp.test(word) ? pieceLength : word.length;
  for (let from = 0; from + piece <= word.length; from += 1)
    if (note('plain', Buffer.from(word.slice(from, from + piece)))) break;
  note('utf16', Buffer.from(word, 'utf16le'));
  note('hex', Buffer.from(Buffer.from(word).toString('hex')));
  // As it begins in each of three places of a group: what the neighbours have a part in is left out.
  for (const before of [0, 1, 2]) {
    const text = Buffer.from(' '.repeat(before) + word).toString('base64');
    if (note('base64', Buffer.from(text.slice(before === 0 ? 0 : 4, -4)))) break;
  }
  return found;
}

function findPacked(bytes: Buffer, word: string): Omit<Found, 'file'>[] {
  const unpack = [
    [zstdStart, (part: Buffer) => zstdDecompressSync(part, { maxOutputLength: unpackedMax })],
    // Whatever stands behind it is none of it.
    [gzipStart, (part: Buffer) => inflateRawSync(part.subarray(gzipHeadBytes), { maxOutputLength: unpackedMax })],
  ] as const;
  return unpack.flatMap(([start, open]) => {
    const found: Omit<Found, 'file'>[] = [];
    let at = bytes.indexOf(start);
    for (let frames = 0; at >= 0 && frames < framesMax; frames += 1) {
      const inside = quietly(() => open(bytes.subarray(at)));
      if (inside !== null) found.push(...findBare(inside, word).map((one) => ({ ...one, as: `packed ${one.as}` })));
      at = bytes.indexOf(start, at + 1);
    }
    return found;
  });
}

function quietly(open: () => Buffer): Buffer | null {
  try {
    return open();
  } catch {
    // No frame, but bytes that look like the beginning of one.
    return null;
  }
}

function filesBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && basename(entry.name) !== 'postmaster.pid')
    .map(({ parentPath, name }) => join(parentPath, name));
}

function readIfThere(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}
