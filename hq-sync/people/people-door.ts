/**
 * The door of every page for people of headquarters: a session in a cookie, the role that the page asks for, and for
 * whatever changes something a form that was sent from here. Who is not signed in is led to `/sign-in`.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Sql } from '../database/database.ts';
import { type HqPerson, type HqRole, sessionLifeMs, whoIs } from './people-book.ts';

const plainName = 'kairos-hq';
const secureName = '__Host-kairos-hq';
const tokenMax = 100;

/** Null: she was answered already, and nothing else is to be done. */
export async function admit(
  request: FastifyRequest,
  reply: FastifyReply,
  { sql, now, roles }: { readonly sql: Sql; readonly now: number; readonly roles: readonly HqRole[] },
): Promise<HqPerson | null> {
  if (request.method !== 'GET' && !isFromHere(request)) {
    await reply.code(403).send();
    return null;
  }
  const token = sessionToken(request);
  const who = token === '' ? null : await whoIs(sql, token, now);
  if (who === null) {
    await reply.redirect(`/sign-in?next=${encodeURIComponent(request.url)}`, 303);
    return null;
  }
  if (roles.includes(who.role)) return who;
  await reply.code(403).send();
  return null;
}

/** A form of another site is none of ours. Browsers say where one comes from; what says nothing is no browser. */
export function isFromHere({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (typeof site === 'string') return site === 'same-origin';
  const { origin, host } = headers;
  return origin === undefined || origin === `https://${host}` || origin === `http://${host}`;
}

export function sessionToken(request: FastifyRequest): string {
  const name = isSecure(request) ? secureName : plainName;
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key = '', value = ''] = pair.trim().split('=', 2);
    if (key === name && value.length <= tokenMax) return value;
  }
  return '';
}

/** `token` empty: takes it back. Not for scripts, not for other sites. */
export function setSession(request: FastifyRequest, reply: FastifyReply, token: string): FastifyReply {
  const life = token === '' ? 0 : sessionLifeMs / 1000;
  const rest = `Path=/; Max-Age=${life}; HttpOnly; SameSite=Strict`;
  return reply.header(
    'set-cookie',
    isSecure(request) ? `${secureName}=${token}; ${rest}; Secure` : `${plainName}=${token}; ${rest}`,
  );
}

function isSecure({ raw }: FastifyRequest): boolean {
  return 'encrypted' in raw.socket && raw.socket.encrypted === true;
}
