/**
 * What people of the store ask over HTTP about themselves and each other: sign in, set a PIN, sign out, who am I; for
 * the manager who there is, codes for new PINs, the end of somebody's sessions, and the audit log.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { TokenBuckets } from '../intake/token-buckets.ts';
import type { AuditLog } from './audit-log.ts';
import { cookieOf, deviceCookie, sessionCookie, setCookie } from './cookies.ts';
import { isFromOwnPage } from './own-page.ts';
import { pinCodeLifeMs } from './pin-codes.ts';
import type { Sessions } from './sessions.ts';
import type { NewPinAnswer, SignInAnswer, SignInDesk, StaffListed } from './sign-in-desk.ts';
import { refuse, type SessionDoor, type SignedIn } from './staff-door.ts';

const badge = z.string().min(1).max(24);
const pin = z.string().min(1).max(20);
const signIn = z.strictObject({ badge, pin });
const newPin = z.strictObject({ badge, pin, code: z.string().min(1).max(20) });
const someone = z.strictObject({ badge });
const auditDefault = 200;
const auditMax = 2_000;
const auditQuery = z.object({
  limit: z.coerce.number().int().min(1).max(auditMax).default(auditDefault),
  before: z.coerce.number().int().min(1).optional(),
});
/** How long a browser may be known as hers, where she keeps using it. */
const deviceCookieMs = 90 * 24 * 60 * 60_000;

/** `POST /api/sign-in`, `GET /api/me` */
export interface Me {
  readonly me: Omit<SignedIn, 'session'>;
}

/** Why not: `until` is when a try can be made again. */
export interface SignInRefused {
  readonly reason: 'wrong' | 'locked' | 'busy' | 'wrong-code' | 'weak-pin' | 'too-often' | 'shape' | 'wrong-origin';
  readonly triesLeft?: number;
  readonly until?: number;
}

/** `GET /api/staff` */
export interface StaffList {
  readonly staff: readonly StaffListed[];
}

/** `POST /api/staff/codes` */
export interface PinCodeAnswer {
  readonly badge: string;
  readonly name: string;
  readonly code: string;
  readonly lifeMs: number;
}

export interface StaffRouteOptions {
  readonly door: SessionDoor;
  readonly desk: SignInDesk;
  readonly sessions: Sessions;
  readonly audit: AuditLog;
  /** Of one address. */
  readonly tries: TokenBuckets;
}

export function serveStaff(app: FastifyInstance, options: StaffRouteOptions): void {
  serveSignIn(app, options);
  serveManaging(app, options);
}

function serveSignIn(app: FastifyInstance, { door, desk, sessions, audit, tries }: StaffRouteOptions): void {
  app.post('/api/sign-in', (request, reply) =>
    atDesk({ request, reply, schema: signIn, tries }, (body) => desk.signIn(withDevice(request, body))),
  );
  app.post('/api/sign-in/pin', (request, reply) =>
    atDesk({ request, reply, schema: newPin, tries }, (body) => desk.setPin(withDevice(request, body))),
  );
  const anybody = door.only('associate', 'lead', 'manager', 'service');
  app.get('/api/me', { preHandler: anybody }, (request, reply) =>
    reply.header('cache-control', 'no-store').send({ me: withoutSession(door.of(request)) } satisfies Me),
  );
  app.post('/api/sign-out', { preHandler: anybody }, (request, reply) => {
    const who = door.of(request);
    audit.write({ associate: who.associate, deed: 'sign-out', subject: '', from: request.ip });
    sessions.end(who.session);
    return reply
      .header('set-cookie', setCookie(request.raw, { name: sessionCookie, value: '', lifeMs: 0 }))
      .code(204)
      .send();
  });
}

function withDevice<Body extends object>(
  request: FastifyRequest,
  body: Body,
): Body & { address: string; device: string | null } {
  return { ...body, address: request.ip, device: cookieOf(request.raw, deviceCookie) };
}

interface AtDesk<Body> {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly schema: z.ZodType<Body>;
  readonly tries: TokenBuckets;
}

/** No session is needed to ask here; a page of this store is, or none. */
async function atDesk<Body>(
  { request, reply, schema, tries }: AtDesk<Body>,
  answer: (body: Body) => Promise<SignInAnswer | NewPinAnswer>,
): Promise<FastifyReply> {
  reply.header('cache-control', 'no-store');
  if (!isFromOwnPage(request.raw)) return refuse(reply, 'wrong-origin');
  const asked = schema.safeParse(request.body);
  if (!asked.success) return sayNo(reply, 400, { reason: 'shape' });
  if (!tries.take(request.ip)) return sayNo(reply, 429, { reason: 'too-often' });
  const answered = await answer(asked.data);
  switch (answered.kind) {
    case 'in':
      return letIn(request, reply, answered);
    case 'wrong':
      return sayNo(reply, 401, {
        reason: 'wrong',
        triesLeft: answered.triesLeft,
        ...(answered.triesLeft === 0 ? { until: answered.until } : {}),
      });
    case 'locked':
      return sayNo(reply, 429, { reason: 'locked', until: answered.until });
    case 'busy':
      return sayNo(reply, 503, { reason: 'busy' });
    case 'wrong-code':
      return sayNo(reply, 401, { reason: 'wrong-code' });
    case 'weak-pin':
      return sayNo(reply, 422, { reason: 'weak-pin' });
  }
}

function letIn(
  request: FastifyRequest,
  reply: FastifyReply,
  { who, token, lifeMs, device }: Extract<SignInAnswer, { kind: 'in' }>,
): FastifyReply {
  const cookies = [setCookie(request.raw, { name: sessionCookie, value: token, lifeMs })];
  if (device !== null)
    cookies.push(setCookie(request.raw, { name: deviceCookie, value: device, lifeMs: deviceCookieMs }));
  return reply.header('set-cookie', cookies).send({ me: withoutSession(who) } satisfies Me);
}

function sayNo(reply: FastifyReply, code: number, refused: SignInRefused): FastifyReply {
  return reply.code(code).send(refused);
}

function withoutSession({ session: _, ...me }: SignedIn): Me['me'] {
  return me;
}

function serveManaging(app: FastifyInstance, { door, desk, audit }: StaffRouteOptions): void {
  const managing = { preHandler: door.onlyOrHere('manager') };
  /** Of whoever asks: at this machine nobody has signed in. */
  const note = (request: FastifyRequest, deed: string, subject: string): void => {
    const who = door.glance(request.raw);
    audit.write({ associate: who?.associate ?? 'this-machine', deed, subject, from: request.ip });
  };
  app.get('/api/staff', managing, (_, reply) =>
    reply.header('cache-control', 'no-store').send({ staff: desk.list() } satisfies StaffList),
  );
  app.post('/api/staff/codes', managing, (request, reply) => {
    const asked = someone.safeParse(request.body);
    const opened = asked.success ? desk.openCode(asked.data.badge) : null;
    if (opened === null) return unknownBadge(reply);
    const { badge: own, name } = opened.member;
    note(request, 'pin.code', own);
    return reply
      .header('cache-control', 'no-store')
      .send({ badge: own, name, code: opened.code, lifeMs: pinCodeLifeMs } satisfies PinCodeAnswer);
  });
  app.post('/api/staff/sign-outs', managing, (request, reply) => {
    const asked = someone.safeParse(request.body);
    const member = asked.success ? desk.signOutEverywhere(asked.data.badge) : null;
    if (member === null) return unknownBadge(reply);
    note(request, 'sign-out.everywhere', member.badge);
    return reply.code(204).send();
  });
  const reading = { preHandler: door.only('manager') };
  app.get('/api/audit', reading, (request, reply) => {
    const asked = auditQuery.safeParse(request.query);
    if (!asked.success)
      return reply.code(400).send({ reason: 'shape', words: `limit: 1 to ${auditMax}; before: an id` });
    const { limit, before } = asked.data;
    const lines = audit.read({ limit, ...(before === undefined ? {} : { before }) });
    return reply.header('cache-control', 'no-store').send({ lines });
  });
  app.get('/api/audit.csv', reading, (_, reply) =>
    reply
      .header('cache-control', 'no-store')
      .header('content-disposition', 'attachment; filename="audit.csv"')
      .type('text/csv; charset=utf-8')
      .send([...audit.csv()].join('')),
  );
}

function unknownBadge(reply: FastifyReply): FastifyReply {
  return reply
    .code(404)
    .send({ reason: 'unknown-badge', words: 'send {"badge": "…"} of somebody in the list of staff' });
}
