/**
 * Hashes of a few short texts, over and over: ids of runs, and lots. The parts are hashed as UTF-8 with a separator
 * between them that stands in no name and in no key that a person would write.
 */
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { blockBytes, digestBytes, paddedBytes, Sha256 } from './sha-256.ts';

/** Longer texts are written into a buffer of their own. */
const bufferBytes = 1024;
const separator = 0x1f;
const asciiMax = 0x7f;

/** The digest of some texts; good until the next call. */
export type HashTexts = (parts: readonly string[]) => Uint8Array;

/** SHA-256. */
export function createHash(): HashTexts {
  const hash = new Sha256();
  const text = new TextBuffer();
  const digest = new Uint8Array(digestBytes);
  return (parts) => {
    text.write(parts);
    hash.begin();
    hash.finish(text.bytes, text.length, 0);
    hash.write(digest);
    return digest;
  };
}

/** HMAC-SHA-256 (RFC 2104). */
export function createKeyedHash(key: string): HashTexts {
  const hash = new Sha256();
  const text = new TextBuffer();
  const digest = new Uint8Array(digestBytes);
  const between = new Uint8Array(paddedBytes(digestBytes));
  const { inner, outer } = pads(key, hash);
  return (parts) => {
    text.write(parts);
    hash.begin(inner);
    hash.finish(text.bytes, text.length, blockBytes);
    hash.write(between);
    hash.begin(outer);
    hash.finish(between, digestBytes, blockBytes);
    hash.write(digest);
    return digest;
  };
}

/** What both hashes of an HMAC are after the block of the key. */
function pads(key: string, hash: Sha256): { readonly inner: Int32Array; readonly outer: Int32Array } {
  const text = new TextBuffer();
  text.write([key]);
  const block = new Uint8Array(blockBytes);
  if (text.length <= blockBytes) {
    block.set(text.bytes.subarray(0, text.length));
  } else {
    hash.begin();
    hash.finish(text.bytes, text.length, 0);
    hash.write(block);
  }
  const [inner, outer] = [0x36, 0x5c].map((pad) => {
    hash.begin();
    hash.fold(
      block.map((byte) => byte ^ pad),
      0,
    );
    return hash.state.slice();
  });
  return { inner, outer } as { inner: Int32Array; outer: Int32Array };
}

/** The bytes of some texts, with room behind them for what a hash adds. */
class TextBuffer {
  bytes = new Uint8Array(bufferBytes);
  length = 0;
  readonly #own = this.bytes;

  write(parts: readonly string[]): void {
    this.bytes = this.#own;
    this.length = writeAscii(parts, this.bytes);
    if (this.length >= 0) return;
    const bytes = utf8ToBytes(parts.join(String.fromCharCode(separator)));
    this.length = bytes.length;
    this.bytes = new Uint8Array(paddedBytes(bytes.length));
    this.bytes.set(bytes);
  }
}

/** How many bytes were written; -1 where there is another character, or no room. */
function writeAscii(parts: readonly string[], buffer: Uint8Array): number {
  const most = buffer.length - blockBytes;
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
