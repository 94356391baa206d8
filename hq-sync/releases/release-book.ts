/**
 * Releases of dialogues at headquarters: checked, numbered, signed, kept as they were signed. The key that signs stays in
 * a file here; stores know its public half from their configuration, so a database that somebody else writes into
 * publishes nothing.
 *
 * Taking a release back is a release as well, with the next number and the files of the one before: a store takes only
 * what is newer than what it has, and nobody can hand it an old one.
 *
 * A store of an earlier build, which does not know all of the language, is given the part of a release that it can run,
 * signed by itself: a signature is of what is there, so nothing can be left out on the way.
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { compileRelease, formatProblems, type SourceFile } from '@kairos/dialogue/language/compile.ts';
import { languageNeeded, languageVersion } from '@kairos/dialogue/language/language-version.ts';
import {
  type ReleaseAnswer,
  type ReleaseManifest,
  releaseManifest,
  type WaitingDialogue,
} from '@kairos/protocol/sync-messages.ts';
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

/** Of those published here and those that stores have: this database may have been put back from a copy of before. */
async function highestNumber(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ number: number | null }>('SELECT max(release) AS number FROM stores');
  return Math.max(await newestNumber(sql), row?.number ?? 0);
}

/** When the newest was published; 0: none was. */
export async function newestMadeAt(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ at: number }>('SELECT made_at AS at FROM releases ORDER BY number DESC LIMIT 1');
  return row?.at ?? 0;
}

/** Whole. */
export async function newestRelease(sql: Sql): Promise<ReleaseAnswer | null> {
  const [row] = await sql.query<ReleaseAnswer>('SELECT manifest, signature FROM releases ORDER BY number DESC LIMIT 1');
  return row ?? null;
}

/** The newest, as far as this store can run it; that it has asked, and with what, is kept for operators. */
export async function releaseFor(
  sql: Sql,
  { store, language }: { readonly store: string; readonly language: number },
): Promise<ReleaseAnswer | null> {
  await sql.query('UPDATE stores SET asked_language = $2 WHERE store = $1', [store, language]);
  const [row] = await sql.query<ReleaseAnswer>(
    `SELECT coalesce(variant.manifest, newest.manifest) AS manifest,
       coalesce(variant.signature, newest.signature) AS signature
     FROM (SELECT * FROM releases ORDER BY number DESC LIMIT 1) AS newest
     LEFT JOIN release_variants AS variant ON variant.number = newest.number AND variant.language = $1`,
    [language],
  );
  return row ?? null;
}

export interface WaitingInStore {
  readonly store: string;
  readonly language: number;
  readonly waiting: readonly WaitingDialogue[];
}

/** Stores that run a release without some of its dialogues, and what these need. */
export function waitingInStores(sql: Sql): Promise<WaitingInStore[]> {
  return sql.query<WaitingInStore>(
    `SELECT stores.store, part.language, part.waiting FROM stores
       JOIN release_variants AS part ON part.number = stores.release AND part.language = stores.asked_language
     WHERE stores.removed_at IS NULL ORDER BY stores.store`,
  );
}

async function put(
  database: Database,
  { files, key, now }: { readonly files: readonly SourceFile[]; readonly key: KeyObject; readonly now: number },
): Promise<number> {
  const parts = partsForOlder(files);
  return database.transaction(async (sql) => {
    // Two who publish at once get two numbers.
    await sql.query('LOCK TABLE releases IN EXCLUSIVE MODE');
    const number = (await highestNumber(sql)) + 1;
    const manifest: ReleaseManifest = {
      format: 1,
      number,
      madeAt: now,
      expiresAt: now + takenWithinDays * dayMs,
      files: files.map(({ path, text }) => ({ path, text })),
    };
    const { text, signature } = signed(manifest, key);
    await sql.query('INSERT INTO releases (number, made_at, manifest, signature) VALUES ($1, $2, $3, $4)', [
      number,
      now,
      text,
      signature,
    ]);
    for (const { language, waiting, files: fewer } of parts) {
      const part = signed({ ...manifest, files: fewer, waiting }, key);
      await sql.query(
        'INSERT INTO release_variants (number, language, manifest, signature, waiting) VALUES ($1, $2, $3, $4, $5)',
        [number, language, part.text, part.signature, JSON.stringify(waiting)],
      );
    }
    return number;
  });
}

interface Part {
  readonly language: number;
  readonly files: ReleaseManifest['files'];
  readonly waiting: WaitingDialogue[];
}

/**
 * For each version of the language that some dialogue needs more than: the files without those. Where what is left does
 * not stand by itself there is none, and a store that knows no more refuses the whole, with what it does not understand.
 */
function partsForOlder(files: readonly SourceFile[]): Part[] {
  const { release } = compileRelease([...files], { number: 0 });
  if (release === null) return [];
  const needs = new Map(release.dialogues.map((one) => [one.hash, { dialogue: one.name, needs: languageNeeded(one) }]));
  const needOf = ({ text }: SourceFile) => needs.get(createHash('sha256').update(text).digest('hex'));
  const parts: Part[] = [];
  for (let language = 1; language < languageVersion; language += 1) {
    const fewer = files.filter((file) => (needOf(file)?.needs ?? 1) <= language);
    const stands = fewer.length > 0 && compileRelease([...fewer], { number: 0 }).release !== null;
    const waiting = [...needs.values()].filter((one) => one.needs > language);
    if (waiting.length > 0 && stands)
      parts.push({ language, waiting, files: fewer.map(({ path, text }) => ({ path, text })) });
  }
  return parts;
}

function signed(manifest: ReleaseManifest, key: KeyObject): { readonly text: string; readonly signature: string } {
  const text = JSON.stringify(releaseManifest.parse(manifest));
  return { text, signature: sign(null, Buffer.from(text), key).toString('base64') };
}
