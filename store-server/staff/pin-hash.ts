/**
 * PINs, hashed with scrypt in libuv's worker pool: the loop never waits for it. A hash carries its own cost and salt,
 * so that the cost can rise and old hashes still compare.
 *
 * N = 2^15, r = 8, p = 3 is what OWASP names beside 2^17/8/1; it needs 32 MB for each comparison and takes about a
 * quarter of a second here. What protects six digits is `pin-book.ts`; this only makes a stolen file slow to try.
 */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

export interface ScryptCost {
  /** A power of two. */
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

export const scryptCost: ScryptCost = { n: 2 ** 15, r: 8, p: 3 };

const saltBytes = 16;
const keyBytes = 32;
/** Beside what the cost itself asks for. */
const memorySpareBytes = 2 ** 20;
/** Of libuv's four workers two at most; more wait here. */
const atOnceMax = 2;
/** Who comes when so many wait is sent away at once. */
const waitingMax = 50;

export class BusyHashing extends Error {}

export class PinHasher {
  readonly #cost: ScryptCost;
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  /** Compared with where there is none, so that it takes as long. */
  readonly #nobodys: string;

  constructor(cost: ScryptCost = scryptCost) {
    this.#cost = cost;
    this.#nobodys = textOf(cost, randomBytes(saltBytes), randomBytes(keyBytes));
  }

  /** "scrypt$32768$8$3$salt$key". Rejects with `BusyHashing`. */
  async hash(pin: string): Promise<string> {
    const salt = randomBytes(saltBytes);
    return textOf(this.#cost, salt, await this.#derive(pin, salt, this.#cost));
  }

  /** Takes as long where there is no hash. Rejects with `BusyHashing`. */
  async isPin(pin: string, hash: string | null): Promise<boolean> {
    const [, n, r, p, salt, key] = (hash ?? this.#nobodys).split('$');
    const cost = { n: Number(n), r: Number(r), p: Number(p) };
    const derived = await this.#derive(pin, Buffer.from(salt ?? '', 'base64'), cost);
    return timingSafeEqual(derived, Buffer.from(key ?? '', 'base64')) && hash !== null;
  }

  async #derive(pin: string, salt: Buffer, { n, r, p }: ScryptCost): Promise<Buffer> {
    if (this.#running >= atOnceMax) {
      if (this.#waiting.length >= waitingMax) throw new BusyHashing('too many PINs are being compared');
      // Whoever ends hands its place on.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#running += 1;
    try {
      const options: ScryptOptions = { N: n, r, p, maxmem: 128 * r * (n + p) + memorySpareBytes };
      return await new Promise<Buffer>((resolve, reject) =>
        scrypt(pin, salt, keyBytes, options, (error, derived) => (error ? reject(error) : resolve(derived))),
      );
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}

function textOf({ n, r, p }: ScryptCost, salt: Buffer, key: Buffer): string {
  return ['scrypt', n, r, p, salt.toString('base64'), key.toString('base64')].join('$');
}
