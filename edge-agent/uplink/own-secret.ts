/**
 * This device's own secret, made here and known to nobody else until a claim: in a file of the state folder that only
 * this user may read. It is on the disk before the store hears of it, so that a claim whose answer is lost can be made
 * again with the same code.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const kept = z.strictObject({ device: z.string(), secret: z.string().min(32) });

const keptFile = 'credentials.json';
/** Of a claim that has no answer yet; what was claimed before stays good meanwhile. */
const begunFile = 'credentials.begun.json';

/** The secret with which the store knows this device; null where it was never claimed. */
export function readOwnSecret(state: string, device: string): string | null {
  return readOne(join(state, keptFile), device);
}

/** The secret to claim with: that of a claim that was begun, or a new one. Throws where the disk will not have it. */
export function newOwnSecret(state: string, device: string): string {
  const begun = readOne(join(state, begunFile), device);
  if (begun !== null) return begun;
  const secret = randomBytes(32).toString('base64url');
  write(join(state, begunFile), { device, secret });
  return secret;
}

/** The store has it: from now on the device shows this one. */
export function keepOwnSecret(state: string, device: string, secret: string): void {
  write(join(state, keptFile), { device, secret });
  rmSync(join(state, begunFile), { force: true });
}

function readOne(file: string, device: string): string | null {
  try {
    const found = kept.parse(JSON.parse(readFileSync(file, 'utf8')));
    return found.device === device ? found.secret : null;
  } catch {
    return null;
  }
}

function write(file: string, value: z.infer<typeof kept>): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, JSON.stringify(value), { mode: 0o600, flush: true });
  // A file of that name may have been there with other rights.
  chmodSync(`${file}.new`, 0o600);
  renameSync(`${file}.new`, file);
}
