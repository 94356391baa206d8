/**
 * Sources outside: systems of the retailer's that may tell facts, each with a secret of its own of which headquarters keep
 * the hash alone, and the kinds of facts that it may tell.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { customFactType } from '@kairos/protocol/facts.ts';
import { placeName } from '@kairos/protocol/names.ts';
import { outsideTypes } from '@kairos/protocol/outside-operations.ts';
import type { Sql } from '../database/database.ts';

/** 256 bits: no source's secret is found by trying. */
const secretBytes = 32;

export interface OutsideSource {
  readonly name: string;
  /** Kinds of facts; "custom.*" stands for all of the retailer's own. */
  readonly types: readonly string[];
  /** What its handles are sealed with: the hash of its secret, which the source makes itself. */
  readonly handleKey: string;
}

export const typesByDefault: readonly string[] = [...outsideTypes, 'custom.*'];

/** The token that the source shows from now on ("shop.k3f9…"); told once. The same again renews it. `types` null: those that it has, at first all. Throws where a name is none. */
export async function addSource(
  sql: Sql,
  { name, types }: { readonly name: string; readonly types: readonly string[] | null },
  nowMs: number,
): Promise<string> {
  if (!placeName.safeParse(name).success)
    throw new Error(`"${name}" is no name of a source: lower-case letters, digits and hyphens, at most 40`);
  const odd = types?.find((type) => !typesByDefault.includes(type) && !customFactType.safeParse(type).success);
  if (odd !== undefined)
    throw new Error(`"${odd}" is no kind of fact that may come from outside: ${typesByDefault.join(', ')}`);
  const secret = randomBytes(secretBytes).toString('base64url');
  await sql.query(
    `INSERT INTO outside_sources (source, secret_hash, types, made_at) VALUES ($1, $2, coalesce($3, $5)::jsonb, $4)
     ON CONFLICT (source) DO UPDATE SET secret_hash = excluded.secret_hash, revoked_at = NULL,
       types = coalesce($3::jsonb, outside_sources.types)`,
    [name, hashOf(secret), types && JSON.stringify(types), nowMs, JSON.stringify(typesByDefault)],
  );
  return `${name}.${secret}`;
}

/** Null where there is no such source, or its secret opens nothing any more. */
export async function findSource(sql: Sql, name: string): Promise<OutsideSource | null> {
  const [row] = await sql.query<{ secret_hash: string; types: string[] }>(
    'SELECT secret_hash, types FROM outside_sources WHERE source = $1 AND revoked_at IS NULL',
    [name],
  );
  return row ? { name, types: row.types, handleKey: row.secret_hash } : null;
}

/** Null where the token is nobody's. */
export async function sourceOfToken(sql: Sql, token: string): Promise<OutsideSource | null> {
  const [name = '', secret = ''] = token.split('.', 2);
  const source = await findSource(sql, name);
  // An unknown name takes as long as a wrong secret.
  const known = Buffer.from(source?.handleKey ?? hashOf('nobody’s'));
  return timingSafeEqual(Buffer.from(hashOf(secret)), known) ? source : null;
}

/** Its token and the handles that were sealed with it are nobody's from now on. False where there is no such source. */
export async function revokeSource(sql: Sql, name: string, now: number): Promise<boolean> {
  const rows = await sql.query(
    'UPDATE outside_sources SET secret_hash = $2, revoked_at = $3 WHERE source = $1 RETURNING source',
    [name, hashOf(randomBytes(secretBytes).toString('base64url')), now],
  );
  return rows.length > 0;
}

/** What it has told stays; what was judged of that is known again, should it come back. False where there is no such source. */
export async function removeSource(sql: Sql, name: string): Promise<boolean> {
  return (await sql.query('DELETE FROM outside_sources WHERE source = $1 RETURNING source', [name])).length > 0;
}

export interface ListedSource {
  readonly source: string;
  readonly types: readonly string[];
  readonly madeAt: number;
  readonly revokedAt: number | null;
}

/** By name. */
export function listSources(sql: Sql): Promise<ListedSource[]> {
  return sql.query<ListedSource>(
    'SELECT source, types, made_at AS "madeAt", revoked_at AS "revokedAt" FROM outside_sources ORDER BY source',
  );
}

export function allows({ types }: OutsideSource, type: string): boolean {
  return types.includes(type) || (type.startsWith('custom.') && types.includes('custom.*'));
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
