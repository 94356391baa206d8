/**
 * Hashes of a few short texts, over and over: ids of runs, and lots. The parts are hashed as UTF-8 with a separator
 * between them that stands in no name and in no key that a person would write.
 *
 * A hash that is made anew for each text costs four times what it computes, and handing it the bytes once more as much
 * as it computes. So the library's block function works on one buffer, in which the text is written and padded (FIPS
 * 180-4, 5.1.1); what is rare, long or not ASCII, goes through the library's front door.
 */
import { hmac } from '@noble/hashes/hmac.js';
import { _SHA256, sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

const blockBytes = 64;
const digestBytes = 32;
/** Longer texts take the long way. */
const bufferBytes = 8 * blockBytes;
/** What padding takes: a mark, and the length in bits. */
const paddingBytes = 9;
const mark = 0x80;
const separator = 0x1f;
const asciiMax = 0x7f;
/** RFC 2104. */
const innerPad = 0x36;
const outerPad = 0x5c;

/** The digest of some texts; good until the next call. */
export type HashTexts = (parts: readonly string[]) => Uint8Array;

/** SHA-256. */
export function createHash(): HashTexts {
  const text = new Padded(bufferBytes, 0);
  const start = new Compression();
  const work = new Compression();
  const digest = new Uint8Array(digestBytes);
  const digestView = new DataView(digest.buffer);
  return (parts) => {
    const length = writeAscii(parts, text.bytes);
    if (length < 0) return sha256(utf8Of(parts));
    work.resume(start);
    work.absorb(text.view, text.pad(length));
    work.write(digestView);
    return digest;
  };
}

/** HMAC-SHA-256. */
export function createKeyedHash(key: string): HashTexts {
  const keyBytes = utf8ToBytes(key);
  const text = new Padded(bufferBytes, blockBytes);
  const inner = keyed(keyBytes, innerPad);
  const outer = keyed(keyBytes, outerPad);
  const work = new Compression();
  const between = new Padded(blockBytes, blockBytes);
  const blocksBetween = between.pad(digestBytes);
  const digest = new Uint8Array(digestBytes);
  const digestView = new DataView(digest.buffer);
  return (parts) => {
    const length = writeAscii(parts, text.bytes);
    if (length < 0) return hmac(sha256, keyBytes, utf8Of(parts));
    work.resume(inner);
    work.absorb(text.view, text.pad(length));
    work.write(between.view);
    work.resume(outer);
    work.absorb(between.view, blocksBetween);
    work.write(digestView);
    return digest;
  };
}

/** SHA-256 between two blocks. */
class Compression extends _SHA256 {
  resume({ A, B, C, D, E, F, G, H }: Compression): void {
    this.set(A, B, C, D, E, F, G, H);
  }

  absorb(view: DataView, blocks: number): void {
    for (let block = 0; block < blocks; block += 1) this.process(view, block * blockBytes);
  }

  write(view: DataView): void {
    view.setUint32(0, this.A);
    view.setUint32(4, this.B);
    view.setUint32(8, this.C);
    view.setUint32(12, this.D);
    view.setUint32(16, this.E);
    view.setUint32(20, this.F);
    view.setUint32(24, this.G);
    view.setUint32(28, this.H);
  }
}

/** Room for a text and what makes whole blocks of it. */
class Padded {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Bytes that were absorbed before this text. */
  readonly #before: number;

  constructor(size: number, before: number) {
    this.bytes = new Uint8Array(size);
    this.view = new DataView(this.bytes.buffer);
    this.#before = before;
  }

  /** After a text of so many bytes; how many blocks it takes. */
  pad(length: number): number {
    const blocks = Math.ceil((length + paddingBytes) / blockBytes);
    const end = blocks * blockBytes;
    this.bytes[length] = mark;
    this.bytes.fill(0, length + 1, end - 4);
    this.view.setUint32(end - 4, 8 * (this.#before + length));
    return blocks;
  }
}

function keyed(key: Uint8Array, pad: number): Compression {
  const block = new Uint8Array(blockBytes).fill(pad);
  const short = key.length > blockBytes ? sha256(key) : key;
  for (const [at, byte] of short.entries()) block[at] = byte ^ pad;
  const compression = new Compression();
  compression.absorb(new DataView(block.buffer), 1);
  return compression;
}

function utf8Of(parts: readonly string[]): Uint8Array {
  return utf8ToBytes(parts.join(String.fromCharCode(separator)));
}

/** How many bytes were written; -1 where there is another character, or no room for it and its padding. */
function writeAscii(parts: readonly string[], buffer: Uint8Array): number {
  const most = buffer.length - paddingBytes;
  let at = 0;
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index] as string;
    if (at + part.length >= most) return -1;
    if (index > 0) buffer[at++] = separator;
    for (let place = 0; place < part.length; place += 1) {
      const code = part.charCodeAt(place);
      if (code > asciiMax) return -1;
      buffer[at++] = code;
    }
  }
  return at;
}
