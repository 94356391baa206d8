/**
 * The book of tries: how often a PIN may be compared. A key is whatever a PIN belongs to (a badge, a customer's
 * number); a try is written down before the comparison, on disk, so that neither a restart nor many at once win one.
 *
 *  * Five in fifteen minutes for a key, from wherever: at most 20 in any hour. Nobody waits longer than 15 minutes.
 *  * Where a key has devices that it was right on before, two of the five are kept for them: whoever guesses
 *    elsewhere cannot lock her out on her own handheld.
 *  * Who has been wrong five times within the hour has two tries in fifteen minutes, and leaves the rest to others.
 *  * A right one is taken off the book again; those of others stay.
 *
 * Keys that nobody has count, wait and answer alike.
 */
import { createHash, randomBytes } from 'node:crypto';
import { BusyHashing, type PinHasher } from './pin-hash.ts';
import type { StaffDatabase } from './staff-database.ts';

export const triesMax = 5;
export const triesWindowMs = 15 * 60_000;
const strangersMax = 3;
const stubbornAfter = 5;
const stubbornMax = 2;
const hourMs = 60 * 60_000;
/** Devices that a key is known on; the longest unused is forgotten. */
const devicesMax = 10;
const deviceLifeMs = 90 * 24 * hourMs;

export interface PinTry {
  readonly key: string;
  readonly pin: string;
  /** Null where the key has none, or there is no such key. */
  readonly hash: string | null;
  readonly address: string;
  /** What the device shows to be known (`PinAnswer.device` of an earlier right try); null: nothing. */
  readonly device?: string | null;
}

export type PinAnswer =
  /** `device`: for the device to show the next time. */
  | { readonly kind: 'right'; readonly device: string }
  /** `until`: when the next can be made, where none is left now. */
  | { readonly kind: 'wrong'; readonly triesLeft: number; readonly until: number }
  | { readonly kind: 'locked'; readonly until: number }
  /** Nothing was compared or counted. */
  | { readonly kind: 'busy' };

interface Written {
  readonly at: number;
  readonly source: string;
  readonly known: 0 | 1;
}

export class PinBook {
  readonly #db: StaffDatabase;
  readonly #hasher: PinHasher;
  readonly #now: () => number;

  constructor({ db, hasher, now }: { db: StaffDatabase; hasher: PinHasher; now: () => number }) {
    this.#db = db;
    this.#hasher = hasher;
    this.#now = now;
  }

  async compare(asked: PinTry): Promise<PinAnswer> {
    const { key, pin, hash } = asked;
    const from = this.#sourceOf(asked);
    const { until } = this.#allowance(key, from);
    if (until > this.#now()) return { kind: 'locked', until };
    const written = this.#write(key, from);
    try {
      if (await this.#hasher.isPin(pin, hash)) {
        this.#strike(written);
        return { kind: 'right', device: this.#remember(key, asked.device ?? null, from.isKnown) };
      }
    } catch (error) {
      if (!(error instanceof BusyHashing)) throw error;
      this.#strike(written);
      return { kind: 'busy' };
    }
    const { left, until: next } = this.#allowance(key, from);
    return { kind: 'wrong', triesLeft: left, until: next };
  }

  /** What the device that she is at may show from now on to be known. */
  know(key: string): string {
    return this.#remember(key, null, false);
  }

  /** Devices that are known to be hers are known no longer. */
  forgetDevices(key: string): void {
    this.#db.prepare('DELETE FROM known_devices WHERE key = ?').run(key);
  }

  /** Tries and devices of a key that is erased. */
  forget(key: string): void {
    this.forgetDevices(key);
    this.#db.prepare('DELETE FROM tries WHERE key = ?').run(key);
  }

  /** How many may be made now, and when the next may be where none is left. */
  #allowance(key: string, from: { source: string; isKnown: boolean }): { left: number; until: number } {
    const now = this.#now();
    // A clock that was ahead and is put right must lock nobody for longer.
    this.#db.prepare('UPDATE tries SET at = ? WHERE key = ? AND at > ?').run(now, key, now);
    const ofHour = this.#db
      .prepare('SELECT at, source, known FROM tries WHERE key = ? AND at > ? ORDER BY at')
      .all(key, now - hourMs) as Written[];
    const recent = ofHour.filter(({ at }) => at > now - triesWindowMs);
    const own = (one: Written): boolean => one.source === from.source;
    const limits = [limitOf(recent, triesMax)];
    if (!from.isKnown && this.#hasDevices(key)) {
      limits.push(
        limitOf(
          recent.filter(({ known }) => known === 0),
          strangersMax,
        ),
      );
    }
    if (ofHour.filter(own).length >= stubbornAfter) limits.push(limitOf(recent.filter(own), stubbornMax));
    return {
      left: Math.min(...limits.map(({ left }) => left)),
      until: Math.max(...limits.map(({ until }) => until)),
    };
  }

  #write(key: string, { source, isKnown }: { source: string; isKnown: boolean }): number {
    const now = this.#now();
    return this.#db.transaction(() => {
      this.#db.prepare('DELETE FROM tries WHERE at <= ?').run(now - hourMs);
      const row = this.#db
        .prepare('INSERT INTO tries (key, at, source, known) VALUES (?, ?, ?, ?)')
        .run(key, now, source, isKnown ? 1 : 0);
      return Number(row.lastInsertRowid);
    })();
  }

  #strike(written: number): void {
    this.#db.prepare('DELETE FROM tries WHERE id = ?').run(written);
  }

  #hasDevices(key: string): boolean {
    return this.#db.prepare('SELECT 1 FROM known_devices WHERE key = ? LIMIT 1').get(key) !== undefined;
  }

  #sourceOf({ key, address, device = null }: PinTry): { source: string; isKnown: boolean } {
    if (device === null) return { source: address, isKnown: false };
    const digest = digestOf(device);
    const isKnown =
      this.#db
        .prepare('SELECT 1 FROM known_devices WHERE key = ? AND device = ? AND at > ?')
        .get(key, digest, this.#now() - deviceLifeMs) !== undefined;
    return isKnown ? { source: digest, isKnown } : { source: address, isKnown };
  }

  /** A device that several sign in on is known to each of them by the same secret. */
  #remember(key: string, shown: string | null, isKnown: boolean): string {
    const device =
      shown !== null && (isKnown || this.#isAnybodys(shown)) ? shown : randomBytes(32).toString('base64url');
    this.#db.transaction(() => {
      this.#db
        .prepare(
          'INSERT INTO known_devices (key, device, at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at',
        )
        .run(key, digestOf(device), this.#now());
      this.#db
        .prepare(
          'DELETE FROM known_devices WHERE key = ? AND device NOT IN (SELECT device FROM known_devices WHERE key = ? ORDER BY at DESC LIMIT ?)',
        )
        .run(key, key, devicesMax);
    })();
    return device;
  }

  /** A secret that the store gave out; one that somebody planted would be known to whoever planted it. */
  #isAnybodys(device: string): boolean {
    return this.#db.prepare('SELECT 1 FROM known_devices WHERE device = ? LIMIT 1').get(digestOf(device)) !== undefined;
  }
}

function limitOf(tries: readonly Written[], max: number): { left: number; until: number } {
  const first = tries[tries.length - max];
  return { left: Math.max(0, max - tries.length), until: first === undefined ? 0 : first.at + triesWindowMs };
}

function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
