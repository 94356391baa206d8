/**
 * The PINs of customers: which number has one, as its hash alone. They come with the chain's list of customers, stand in
 * the store's small database beside those of its people (`staff/staff-database.ts`), and go when she is erased. They are
 * no attributes: no dialogue, no fact and no page gets to see them.
 */
import type { PinBook } from '../staff/pin-book.ts';
import type { StaffDatabase } from '../staff/staff-database.ts';

export interface CustomerPin {
  readonly chainId: string;
  /** "scrypt$32768$8$3$salt$key"; null: hers is taken away. */
  readonly hash: string | null;
}

/** A list of customers must not make the store reckon for minutes, or take all its memory, for one comparison. */
const costMax = { n: 2 ** 16, r: 16, p: 4 } as const;
const hashForm = /^scrypt\$(\d{1,6})\$(\d{1,2})\$(\d{1,2})\$[A-Za-z0-9+/]{16,88}={0,2}\$[A-Za-z0-9+/]{43}=$/;

/** As `PinHasher.hash` writes it, at a cost that this store is ready to pay. */
export function isPinHash(text: string): boolean {
  const [, n, r, p] = (hashForm.exec(text) ?? []).map(Number);
  if (n === undefined || r === undefined || p === undefined) return false;
  const isPowerOfTwo = n > 1 && (n & (n - 1)) === 0;
  return isPowerOfTwo && n <= costMax.n && r >= 1 && r <= costMax.r && p >= 1 && p <= costMax.p;
}

/** As the book of tries knows her, beside the badges of the store's people. */
export function pinKeyOf(chainId: string): string {
  return `${prefix}${chainId}`;
}
const prefix = 'customer:';

export class CustomerPins {
  readonly #db: StaffDatabase;
  readonly #book: Pick<PinBook, 'forget'>;
  readonly #now: () => number;

  constructor({ db, book, now }: { db: StaffDatabase; book: Pick<PinBook, 'forget'>; now: () => number }) {
    this.#db = db;
    this.#book = book;
    this.#now = now;
  }

  /** What a list says; those whom it does not name keep what they have. The same again changes nothing. */
  adopt(pins: readonly CustomerPin[]): void {
    const put = this.#db.prepare(
      'INSERT INTO pins (key, hash, at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET hash = excluded.hash, at = excluded.at WHERE hash <> excluded.hash',
    );
    this.#db.transaction(() => {
      for (const { chainId, hash } of pins) {
        if (hash === null) this.forget(chainId);
        else put.run(pinKeyOf(chainId), hash, this.#now());
      }
    })();
  }

  hashOf(chainId: string): string | null {
    const found = this.#db.prepare('SELECT hash FROM pins WHERE key = ?').pluck().get(pinKeyOf(chainId));
    return typeof found === 'string' ? found : null;
  }

  /** With the tries that were made on it. */
  forget(chainId: string): void {
    this.#db.prepare('DELETE FROM pins WHERE key = ?').run(pinKeyOf(chainId));
    this.#book.forget(pinKeyOf(chainId));
  }

  /** What was forgotten is in no byte of the file any more. A few milliseconds: the file is small. */
  clean(): void {
    if (!this.#db.open) return;
    this.#db.exec('VACUUM');
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
  }

  /** Of people who were erased while this file could not be written. */
  forgetErased(isErased: (chainId: string) => boolean): void {
    const keys = this.#db.prepare('SELECT key FROM pins WHERE key >= ? AND key < ?').pluck();
    for (const key of keys.all(prefix, `${prefix.slice(0, -1)};`) as string[]) {
      const chainId = key.slice(prefix.length);
      if (isErased(chainId)) this.forget(chainId);
    }
  }
}
