/**
 * Releases of dialogues at headquarters: checked, numbered, signed, kept as they were signed. The key that signs stays in
 * a file here; stores know its public half from their configuration, so a database that somebody else writes into
 * publishes nothing.
 *
 * Taking a release back is a release as well, with the next number and the files of the one before: a store takes only
 * what is newer than what it has, and nobody can hand it an old one.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { compileRelease, formatProblems, type SourceFile } from '@kairos/dialogue/language/compile.ts';
import { type ReleaseAnswer, type ReleaseManifest, releaseManifest } from '@kairos/protocol/sync-messages.ts';
import type { Database, Sql } from '../database/database.ts';
import { publicKeyText } from '../link/signed-release.ts';

const dayMs = 86_400_000;
/** A store that was away for longer gets a later release. */
const takenWithinDays = 90;

export type Published =
  | { readonly kind: 'published'; readonly number: number; readonly dialogues: number; readonly warnings: string }
  /** As `npm run check` says it; nothing was published. */
  | { readonly kind: 'faulty'; readonly problems: string };

/** Writes a new key, which must not be there yet; returns the public half, as stores are given it. */
export function makeReleaseKey(file: string): string {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  return publicKeyText(publicKey);
}

/** Throws, with what to do, where the file holds none. */
export function readReleaseKey(file: string): { readonly key: KeyObject; readonly publicText: string } {
  try {
    const key = createPrivateKey(readFileSync(file));
    return { key, publicText: publicKeyText(createPublicKey(key)) };
  } catch (error) {
    const why = (error as Error).message;
    throw new Error(
      `${file} holds no key that signs (${why}). Put a copy of it back; where there is none, remove the file, make another with npm run hq -- key, and give every store its public half as hq.releaseKey.`,
    );
  }
}

export async function publish(
  database: Database,
  { files, key, now }: { readonly files: readonly SourceFile[]; readonly key: KeyObject; readonly now: number },
): Promise<Published> {
  // Zones and departments are each store's own: it checks those when it takes the release.
  const { release, problems } = compileRelease([...files], { number: 0 });
  const text = formatProblems(problems, [...files]);
  if (!release) return { kind: 'faulty', problems: text };
  const number = await put(database, { files, key, now });
  return { kind: 'published', number, dialogues: release.dialogues.length, warnings: text };
}

/** Publishes again what was in force before the newest; null where there is nothing before it. */
export async function takeBack(
  database: Database,
  { key, now }: { readonly key: KeyObject; readonly now: number },
): Promise<{ readonly number: number; readonly of: number } | null> {
  const [, before] = await database.query<{ number: number; manifest: string }>(
    'SELECT number, manifest FROM releases ORDER BY number DESC LIMIT 2',
  );
  if (!before) return null;
  const { files } = releaseManifest.parse(JSON.parse(before.manifest));
  return { number: await put(database, { files, key, now }), of: before.number };
}

export async function newestNumber(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ number: number | null }>('SELECT max(number) AS number FROM releases');
  return row?.number ?? 0;
}

export async function newestRelease(sql: Sql): Promise<ReleaseAnswer | null> {
  const [row] = await sql.query<ReleaseAnswer>('SELECT manifest, signature FROM releases ORDER BY number DESC LIMIT 1');
  return row ?? null;
}

async function put(
  database: Database,
  { files, key, now }: { readonly files: readonly SourceFile[]; readonly key: KeyObject; readonly now: number },
): Promise<number> {
  return database.transaction(async (sql) => {
    // Two who publish at once get two numbers.
    await sql.query('LOCK TABLE releases IN EXCLUSIVE MODE');
    const number = (await newestNumber(sql)) + 1;
    const manifest: ReleaseManifest = {
      format: 1,
      number,
      madeAt: now,
      expiresAt: now + takenWithinDays * dayMs,
      files: files.map(({ path, text }) => ({ path, text })),
    };
    const text = JSON.stringify(releaseManifest.parse(manifest));
    const signature = sign(null, Buffer.from(text), key).toString('base64');
    await sql.query('INSERT INTO releases (number, made_at, manifest, signature) VALUES ($1, $2, $3, $4)', [
      number,
      now,
      text,
      signature,
    ]);
    return number;
  });
}
