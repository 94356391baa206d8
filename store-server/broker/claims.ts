/**
 * One-time codes by which a device gets credentials of its own: made for one device by somebody at the store, good for
 * a quarter of an hour, spent by the first claim. They live in memory alone; a store that starts anew knows none.
 *
 * Guessing is bounded twice: a code is void after five wrong ones for its device, and after thirty wrong ones for any
 * device within ten minutes no code is looked at for the rest of them. A code has 40 bits, so that all of this leaves
 * a guesser one chance in many thousand millions; and a device that stands claimed is not touched by any of it.
 */
import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@kairos/protocol/ports.ts';

/** Letters and digits that nobody mistakes for another (Crockford's base 32). */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeLength = 8;
export const codeLifeMs = 15 * 60_000;
const triesMax = 5;
const wrongMax = 30;
const wrongWindowMs = 10 * 60_000;

export interface NewClaim {
  /** As a person reads it out: "K7QM-4XTD". */
  readonly code: string;
  readonly lifeMs: number;
}

export type Claimed =
  | { readonly kind: 'claimed' }
  /** wrong: no such code, spent, or of another device · expired · too-many-tries: nothing was looked at. */
  | { readonly kind: 'refused'; readonly why: 'wrong-code' | 'expired-code' | 'too-many-tries' };

interface OpenCode {
  readonly hash: Buffer;
  readonly until: number;
  tries: number;
  /** Of the secret that it was spent on: the same claim once more is answered the same, since the answer may be lost. */
  spentOn: Buffer | null;
}

export class Claims {
  readonly #clock: Clock;
  readonly #codes = new Map<string, OpenCode>();
  #wrong: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A new code voids the one before it. */
  open(device: string): NewClaim {
    const letters = Array.from({ length: codeLength }, () => alphabet[randomInt(alphabet.length)] as string).join('');
    const until = this.#clock.monotonic() + codeLifeMs;
    this.#codes.set(device, { hash: hashOf(letters), until, tries: 0, spentOn: null });
    return { code: `${letters.slice(0, 4)}-${letters.slice(4)}`, lifeMs: codeLifeMs };
  }

  /** Nothing that was open for the device is any more. */
  withdraw(device: string): void {
    this.#codes.delete(device);
  }

  /** Looks at a code, and spends it, in one turn: two claims at once cannot both have it. */
  spend({
    device,
    code,
    secret,
  }: {
    readonly device: string;
    readonly code: string;
    readonly secret: string;
  }): Claimed {
    const now = this.#clock.monotonic();
    this.#wrong = this.#wrong.filter((at) => now - at < wrongWindowMs);
    if (this.#wrong.length >= wrongMax) return { kind: 'refused', why: 'too-many-tries' };
    const open = this.#codes.get(device);
    if (open && now >= open.until) {
      this.#codes.delete(device);
      return { kind: 'refused', why: 'expired-code' };
    }
    const own = hashOf(secret);
    const isRight = open !== undefined && timingSafeEqual(open.hash, hashOf(plain(code)));
    if (open && isRight && (open.spentOn === null || timingSafeEqual(open.spentOn, own))) {
      open.spentOn = own;
      return { kind: 'claimed' };
    }
    this.#wrong.push(now);
    if (open && open.spentOn === null) {
      open.tries += 1;
      if (open.tries >= triesMax) this.#codes.delete(device);
    }
    return { kind: 'refused', why: 'wrong-code' };
  }
}

/** As typed: small letters, blanks and dashes are all the same, and so are the letters that are read as digits. */
function plain(code: string): string {
  return code.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
