/**
 * `tls/` in the store's data: the authority that it made at its first start, and the certificate that it serves with.
 * Keys are for the store alone (0600). The certificate lasts 90 days and is renewed in the last 30, and when the store
 * is told other names; the authority stays, since every handheld would have to be told of another.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  belongTogether,
  type CertificateFacts,
  type CertifiedKey,
  certify,
  factsOf,
  isFor,
  makeAuthority,
  outside,
} from './private-ca.ts';

const dayMs = 24 * 60 * 60_000;
export const certificateLifeMs = 90 * dayMs;
export const renewBeforeMs = 30 * dayMs;

/** The files cannot be used as they are; the message says what a person can do about it. */
export class TlsFileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TlsFileError';
  }
}

export interface TlsIdentity {
  readonly server: CertifiedKey;
  /** The authority's certificate, PEM. */
  readonly authority: string;
  readonly authorityFacts: CertificateFacts;
  readonly serverFacts: CertificateFacts;
  /** Names for which no device believes this authority: the store was told them after it had made it. */
  readonly outside: readonly string[];
}

export interface TlsFilesOptions {
  /** The store's data. */
  readonly data: string;
  readonly title: string;
  readonly names: readonly string[];
  readonly nowMs: number;
}

/** Reads what there is, makes what is missing, renews what is about to end. Throws `TlsFileError`. */
export async function readOrMake({ data, title, names, nowMs }: TlsFilesOptions): Promise<TlsIdentity> {
  const folder = join(data, 'tls');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const authority = read(folder, 'ca') ?? write(folder, 'ca', await makeAuthority({ title, names, nowMs }));
  const authorityFacts = factsOrFail(folder, 'ca', authority);
  if (!belongTogether(authority)) throw notWhole(folder, 'ca.key is not the key of ca.crt');
  const found = read(folder, 'server');
  const isGood =
    found !== null &&
    belongTogether(found) &&
    isFor(found.certificate, authority.certificate, names) &&
    (factsOf(found.certificate)?.endsAtMs ?? 0) - nowMs > renewBeforeMs;
  const server = isGood
    ? found
    : write(folder, 'server', await certify(authority, { names, nowMs, lifeMs: certificateLifeMs }));
  return {
    server,
    authority: authority.certificate,
    authorityFacts,
    serverFacts: factsOrFail(folder, 'server', server),
    outside: await outside(authority.certificate, names),
  };
}

function factsOrFail(folder: string, name: string, { certificate }: CertifiedKey): CertificateFacts {
  const facts = factsOf(certificate);
  if (facts === null) throw notWhole(folder, `${name}.crt is no certificate`);
  return facts;
}

/** Null where there is none. The certificate is written last: without it, nobody was ever told of the key. */
function read(folder: string, name: string): CertifiedKey | null {
  const [crt, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  if (!existsSync(crt)) return null;
  try {
    return { certificate: readFileSync(crt, 'utf8'), key: readFileSync(key, 'utf8') };
  } catch (error) {
    throw notWhole(folder, (error as Error).message);
  }
}

function write(folder: string, name: string, made: CertifiedKey): CertifiedKey {
  for (const [ending, text] of [
    ['key', made.key],
    ['crt', made.certificate],
  ] as const) {
    const file = join(folder, `${name}.${ending}`);
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  return made;
}

function notWhole(folder: string, what: string): TlsFileError {
  return new TlsFileError(
    `${folder} is not whole (${what}). Put back your backup of it; or move it away: the store then makes a new ` +
      'authority, which every handheld has to trust anew (/trust/)',
  );
}
