/**
 * SHA-256 (FIPS 180-4) of a few bytes, over and over, without making anything anew: ids and lots are drawn at every
 * entry, and a library's hash spends most of its time on objects for one block of sixty-four bytes. Held against the
 * library's by `text-hash.test.ts`.
 */
export const blockBytes = 64;
export const digestBytes = 32;
/** The end of a message: one bit, and its length as 64 bits. */
const paddingBytes = 9;
const rounds = 64;

export class Sha256 {
  /** A message folded so far; what begins anew copies one. */
  readonly state = new Int32Array(8);
  readonly #words = new Int32Array(rounds);

  begin(from: Int32Array = fresh): void {
    for (let at = 0; at < from.length; at += 1) this.state[at] = from[at] as number;
  }

  /**
   * Folds the rest of a message: the first `length` of `bytes`, behind which there must be room for its padding
   * (`paddedBytes`). `before`: bytes folded already, whole blocks.
   */
  finish(bytes: Uint8Array, length: number, before: number): void {
    const end = paddedBytes(length);
    const bits = 8 * (before + length);
    bytes[length] = 0x80;
    for (let at = length + 1; at < end - 4; at += 1) bytes[at] = 0;
    // Messages are shorter than half a gigabyte.
    for (let at = 1; at <= 4; at += 1) bytes[end - at] = bits >>> (8 * (at - 1));
    for (let from = 0; from < end; from += blockBytes) this.fold(bytes, from);
  }

  /** Folds one block. */
  fold(bytes: Uint8Array, from: number): void {
    const words = this.#words;
    const { state } = this;
    spread(words, bytes, from);
    let a = state[0] as number;
    let b = state[1] as number;
    let c = state[2] as number;
    let d = state[3] as number;
    let e = state[4] as number;
    let f = state[5] as number;
    let g = state[6] as number;
    let h = state[7] as number;
    for (let round = 0; round < rounds; round += 1) {
      const sum1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
      const one = (h + sum1 + ((e & f) ^ (~e & g)) + (constants[round] as number) + (words[round] as number)) | 0;
      const sum0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
      const two = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + two) | 0;
    }
    state[0] = (state[0] as number) + a;
    state[1] = (state[1] as number) + b;
    state[2] = (state[2] as number) + c;
    state[3] = (state[3] as number) + d;
    state[4] = (state[4] as number) + e;
    state[5] = (state[5] as number) + f;
    state[6] = (state[6] as number) + g;
    state[7] = (state[7] as number) + h;
  }

  write(digest: Uint8Array): void {
    for (let at = 0, byte = 0; byte < digestBytes; at += 1, byte += 4) {
      const word = this.state[at] as number;
      digest[byte] = word >>> 24;
      digest[byte + 1] = word >>> 16;
      digest[byte + 2] = word >>> 8;
      digest[byte + 3] = word;
    }
  }
}

/** Of a message of so many bytes: whole blocks. */
export function paddedBytes(length: number): number {
  return Math.ceil((length + paddingBytes) / blockBytes) * blockBytes;
}

/** The block's sixteen words, and the forty-eight made of them. */
function spread(words: Int32Array, bytes: Uint8Array, from: number): void {
  for (let at = 0, byte = from; at < 16; at += 1, byte += 4) {
    words[at] =
      ((bytes[byte] as number) << 24) |
      ((bytes[byte + 1] as number) << 16) |
      ((bytes[byte + 2] as number) << 8) |
      (bytes[byte + 3] as number);
  }
  for (let at = 16; at < rounds; at += 1) {
    const early = words[at - 15] as number;
    const late = words[at - 2] as number;
    const sigma0 = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
    const sigma1 = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
    words[at] = (sigma1 + (words[at - 7] as number) + sigma0 + (words[at - 16] as number)) | 0;
  }
}

function turn(word: number, by: number): number {
  return (word << (32 - by)) | (word >>> by);
}

/** 32 bits behind the point of the roots of the first primes: nothing up anybody's sleeve. */
const primes = firstPrimes(rounds);
const constants = Int32Array.from(primes, (prime) => behindPoint(Math.cbrt(prime)));
const fresh = Int32Array.from(primes.slice(0, 8), (prime) => behindPoint(Math.sqrt(prime)));

function behindPoint(value: number): number {
  return Math.floor((value - Math.floor(value)) * 2 ** 32) | 0;
}

function firstPrimes(count: number): number[] {
  const found: number[] = [];
  for (let number = 2; found.length < count; number += 1) {
    if (found.every((prime) => number % prime !== 0)) found.push(number);
  }
  return found;
}
