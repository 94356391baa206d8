/**
 * Hashes of a few short texts, over and over: ids of runs, and lots. The parts are hashed as UTF-8 with a separator
 * between them that stands in no name and in no key that a person would write.
 *
 * A hash that is made anew for each text costs four times what it computes. So one is kept blank and one to work in,
 * and the text is written into one buffer.
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/** Longer texts are written into a buffer of their own. */
const bufferBytes = 1024;
const separator = 0x1f;
const asciiMax = 0x7f;

/** The digest of some texts; good until the next call. */
export type HashTexts = (parts: readonly string[]) => Uint8Array;

/** SHA-256. */
export function createHash(): HashTexts {
  return reusing(sha256.create());
}

/** HMAC-SHA-256. */
export function createKeyedHash(key: string): HashTexts {
  return reusing(hmac.create(sha256, utf8ToBytes(key)));
}

interface Reusable<Self> {
  readonly outputLen: number;
  _cloneInto(to?: Self): Self;
  update(bytes: Uint8Array): unknown;
  digestInto(bytes: Uint8Array): void;
}

function reusing<Hash extends Reusable<Hash>>(blank: Hash): HashTexts {
  const work = blank._cloneInto();
  const buffer = new Uint8Array(bufferBytes);
  const digest = new Uint8Array(blank.outputLen);
  return (parts) => {
    const length = writeAscii(parts, buffer);
    blank._cloneInto(work);
    work.update(length < 0 ? utf8ToBytes(parts.join(String.fromCharCode(separator))) : buffer.subarray(0, length));
    work.digestInto(digest);
    return digest;
  };
}

/** How many bytes were written; -1 where there is another character, or no room. */
function writeAscii(parts: readonly string[], buffer: Uint8Array): number {
  let at = 0;
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index] as string;
    if (at + part.length >= buffer.length) return -1;
    if (index > 0) buffer[at++] = separator;
    for (let place = 0; place < part.length; place += 1) {
      const code = part.charCodeAt(place);
      if (code > asciiMax) return -1;
      buffer[at++] = code;
    }
  }
  return at;
}
