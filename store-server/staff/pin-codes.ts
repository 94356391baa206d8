/**
 * One-time codes by which somebody sets her PIN, the first or a new one: given out by the manager or by a command on the
 * store's machine, good for an hour, spent by the PIN that is set with it. Only the hash is kept. A code has 40 bits:
 * guesses need no lock of their own, so that nobody can void a code for its owner.
 */
import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import type { StaffDatabase } from './staff-database.ts';

/** Letters and digits that nobody mistakes for another (Crockford's base 32). */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeLength = 8;
export const pinCodeLifeMs = 60 * 60_000;

export class PinCodes {
  readonly #db: StaffDatabase;
  readonly #now: () => number;

  constructor({ db, now }: { db: StaffDatabase; now: () => number }) {
    this.#db = db;
    this.#now = now;
  }

  /** "K7QM-4XTD"; a new one voids the one before it. */
  open(key: string): string {
    const letters = Array.from({ length: codeLength }, () => alphabet[randomInt(alphabet.length)] as string).join('');
    this.#db
      .prepare(
        'INSERT INTO codes (key, hash, until) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET hash = excluded.hash, until = excluded.until',
      )
      .run(key, hashOf(letters), this.#now() + pinCodeLifeMs);
    return `${letters.slice(0, 4)}-${letters.slice(4)}`;
  }

  /** Looks at it and spends it in one turn: two at once cannot both have it. */
  spend(key: string, code: string): boolean {
    const row = this.#db.prepare('SELECT hash, until FROM codes WHERE key = ?').get(key) as
      | { hash: string; until: number }
      | undefined;
    const shown = Buffer.from(hashOf(plain(code)));
    if (row === undefined || row.until <= this.#now() || !timingSafeEqual(Buffer.from(row.hash), shown)) return false;
    this.#db.prepare('DELETE FROM codes WHERE key = ?').run(key);
    return true;
  }
}

/** As typed: small letters, blanks and dashes are all the same, and so are the letters that are read as digits. */
function plain(code: string): string {
  return code.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
