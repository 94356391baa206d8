/**
 * The secrets of claimed devices, as hashes in a file that only this process may read: written in one step, so that a
 * power cut leaves the old or the new. A device that was revoked stands there as well, because a place in the
 * configuration must not let it in again.
 */
import { createHash, pbkdf2Sync, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** Secrets are 256 random bits, not words: this much work makes a stolen file useless, and costs a connection 10 ms. */
const scryptCost = { N: 4_096, r: 8, p: 1 };
const hashBytes = 32;
/** Mosquitto's own measure for its password files (`$7$`). */
const mosquittoRounds = 101;

const entry = z.union([
  z.strictObject({
    state: z.literal('claimed'),
    since: z.number(),
    salt: z.string(),
    hash: z.string(),
    /** For the password file of an external broker. */
    mosquitto: z.string(),
  }),
  z.strictObject({ state: z.literal('revoked'), since: z.number() }),
]);
const fileSchema = z.strictObject({ version: z.literal(1), devices: z.record(z.string(), entry) });
type Entry = z.infer<typeof entry>;

/** The file is there and cannot be understood; the store must not open with doors that it once closed. */
export class CredentialFileError extends Error {}

/** Of a store whose data is in that folder. */
export function credentialFile(data: string): string {
  return join(data, 'devices.json');
}

export class Credentials {
  readonly #file: string;
  readonly #entries: Map<string, Entry>;
  /** Of secrets that were proven since the start: a cart that comes back after each dead zone costs nothing. */
  readonly #proven = new Map<string, Buffer>();

  /** Throws CredentialFileError. */
  constructor(file: string) {
    this.#file = file;
    this.#entries = readEntries(file);
  }

  stateOf(device: string): Entry['state'] | null {
    return this.#entries.get(device)?.state ?? null;
  }

  sinceOf(device: string): number | null {
    return this.#entries.get(device)?.since ?? null;
  }

  /** Whether the device has shown this secret since the start: compared without work. */
  isProven(device: string, secret: string): boolean {
    const proven = this.#proven.get(device);
    return proven !== undefined && timingSafeEqual(proven, quickHash(secret));
  }

  async prove(device: string, secret: string): Promise<boolean> {
    const kept = this.#entries.get(device);
    if (kept?.state !== 'claimed') return false;
    if (this.isProven(device, secret)) return true;
    const hash = await hashOf(secret, Buffer.from(kept.salt, 'base64'));
    const isRight = timingSafeEqual(hash, Buffer.from(kept.hash, 'base64'));
    // Revoked or claimed anew while it was reckoned: then this says nothing any more.
    if (!isRight || this.#entries.get(device) !== kept) return false;
    this.#proven.set(device, quickHash(secret));
    return true;
  }

  /** On the disk when it resolves. */
  async keep(device: string, secret: string, now: number): Promise<void> {
    const salt = randomBytes(16);
    const hash = await hashOf(secret, salt);
    this.#set(device, {
      state: 'claimed',
      since: now,
      salt: salt.toString('base64'),
      hash: hash.toString('base64'),
      mosquitto: mosquittoHash(secret),
    });
  }

  revoke(device: string, now: number): void {
    this.#set(device, { state: 'revoked', since: now });
  }

  /** Name and hash of each claimed device, as Mosquitto's password file has them. */
  mosquittoHashes(): [device: string, hash: string][] {
    return [...this.#entries].flatMap(([device, kept]) =>
      kept.state === 'claimed' ? [[device, kept.mosquitto] as [string, string]] : [],
    );
  }

  #set(device: string, kept: Entry): void {
    const entries = new Map(this.#entries).set(device, kept);
    writeWhole(this.#file, JSON.stringify({ version: 1, devices: Object.fromEntries(entries) }));
    this.#entries.set(device, kept);
    this.#proven.delete(device);
  }
}

/** `$7$rounds$salt$hash`: PBKDF2 with SHA-512, as mosquitto_passwd writes it since 2.0. */
export function mosquittoHash(secret: string): string {
  const salt = randomBytes(12);
  const hash = pbkdf2Sync(secret, salt, mosquittoRounds, 64, 'sha512');
  return `$7$${mosquittoRounds}$${salt.toString('base64')}$${hash.toString('base64')}`;
}

function hashOf(secret: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, hashBytes, scryptCost, (error, hash) => (error ? reject(error) : resolve(hash)));
  });
}

function quickHash(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function readEntries(file: string): Map<string, Entry> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw new CredentialFileError(
      `${file} cannot be read (${(error as Error).message}); the store needs it to know its devices`,
    );
  }
  try {
    return new Map(Object.entries(fileSchema.parse(JSON.parse(text)).devices));
  } catch {
    throw new CredentialFileError(
      `${file} is broken; put back a copy of it, or move it away and claim every device anew`,
    );
  }
}

function writeWhole(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
