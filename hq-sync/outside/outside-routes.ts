/**
 * The doors for what comes from outside: `POST /v1/facts` for systems with credentials, `POST /v1/site` and
 * `GET /kairos.js` for the retailer's own site. The site's pages are known by their origin (`outside.origins`), its
 * visitors by a handle; nothing asks for a cookie.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import type { LoyaltyScheme } from '@kairos/protocol/loyalty-number.ts';
import { outsideBatch, outsideFactsMax, outsideOperations, siteRequest } from '@kairos/protocol/outside-operations.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Database } from '../database/database.ts';
import { openHandle } from './handle.ts';
import { OutsideCounts, type OutsideStanding } from './outside-counts.ts';
import { RequestRates } from './request-rates.ts';
import { messageFor, takeReport } from './site-messages.ts';
import { type OutsideSource, sourceOfToken } from './source-book.ts';
import { type Judged, recordJudged, takeOutside } from './take-facts.ts';

/** 500 facts of 8 KB, and what stands around them. */
const factsBytesMax = 4 * 1024 * 1024 + 65_536;
const siteBytesMax = 256 * 1024;
const sourceRate = { perSecond: 10, atOnce: 40 };
const visitorRate = { perSecond: 2, atOnce: 30 };
const retryAfterS = 2;
const preflightS = 7_200;
const scriptS = 300;

export interface OutsideOptions {
  readonly database: Database;
  readonly ports: Pick<Ports, 'clock'>;
  readonly chainKey: string;
  readonly loyalty: LoyaltyScheme;
  /** Of the retailer's own pages: "https://shop.example.com". */
  readonly origins: readonly string[];
}

/** What became of what came, whenever it is asked. */
export function serveOutside(app: FastifyInstance, options: OutsideOptions): () => OutsideStanding {
  const counts = new OutsideCounts();
  app.register(async (scope) => {
    // A beacon is sent as plain text, so that no browser asks beforehand whether it may.
    scope.addContentTypeParser('text/plain', { parseAs: 'string' }, (_, body, done) =>
      done(null, jsonOf(body as string)),
    );
    scope.setErrorHandler((error, request, reply) => {
      const { statusCode = 500 } = error as { statusCode?: number };
      if (statusCode >= 500) throw error;
      return refuse(allowOrigin(request, reply, options), statusCode, 'unreadable', (error as Error).message);
    });
    scope.addHook('preSerialization', async (_, { statusCode }, payload: { readonly reason?: string }) => {
      if (statusCode >= 400) counts.noteTurnedAway(payload.reason ?? 'other');
      return payload;
    });
    serveFacts(scope, { ...options, counts });
    serveSite(scope, { ...options, counts });
    serveScript(scope);
  });
  return () => counts.standing;
}

type Served = OutsideOptions & { readonly counts: OutsideCounts };

function serveFacts(app: FastifyInstance, { database, ports, chainKey, loyalty, counts }: Served): void {
  const rates = new RequestRates(ports.clock, sourceRate);
  const tellers = new WeakMap<FastifyRequest, OutsideSource>();
  // Before anything of the body is read: four megabytes of anybody's are seconds of everybody's time.
  const letIn = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const token = (request.headers.authorization ?? '').replace(/^Bearer +/i, '');
    const source = await sourceOfToken(database, token);
    if (source === null)
      return refuse(
        reply,
        401,
        'credentials',
        'these are no source’s credentials: npm run hq -- source NAME makes them',
      );
    if (!rates.take(source.name)) return tooMany(reply);
    tellers.set(request, source);
  };
  const { path } = outsideOperations.facts;
  app.post(path, { bodyLimit: factsBytesMax, onRequest: letIn }, async (request, reply) => {
    const source = tellers.get(request) as OutsideSource;
    const batch = outsideBatch.safeParse(request.body);
    if (!batch.success)
      return refuseUnreadable(reply, batch.error, `send {"facts": [...]}, 1 to ${outsideFactsMax} of them`);
    const context = { chainKey, loyalty, now: ports.clock.now() };
    const outcomes = await takeOutside(database, { source, said: batch.data.facts, context });
    counts.noteOutcomes(outcomes);
    return reply.header('cache-control', 'no-store').send({ outcomes });
  });
}

function serveSite(app: FastifyInstance, options: Served): void {
  const { database, ports, chainKey, origins, counts } = options;
  const rates = new RequestRates(ports.clock, visitorRate);
  const { path } = outsideOperations.site;
  app.options(path, (request, reply) =>
    allowOrigin(request, reply, options)
      .header('access-control-allow-methods', 'POST')
      .header('access-control-allow-headers', 'content-type')
      .header('access-control-max-age', preflightS)
      .code(204)
      .send(),
  );
  app.post(path, { bodyLimit: siteBytesMax }, async (request, reply) => {
    allowOrigin(request, reply, options);
    if (!origins.includes(request.headers.origin ?? ''))
      return refuse(reply, 403, 'origin', 'pages of this origin are not known: add it to outside.origins');
    const said = siteRequest.safeParse(request.body);
    if (!said.success) return refuseUnreadable(reply, said.error, 'send {"handle": …, "reports": […], "ask": …}');
    const now = ports.clock.now();
    const opened = await openHandle(database, said.data.handle, { chainKey, now });
    if (opened.kind !== 'good')
      return refuse(
        reply,
        401,
        'handle',
        opened.kind === 'expired' ? 'the handle’s time is over' : 'this is no handle',
      );
    const { chainId, source } = opened;
    if (!rates.take(chainId)) return tooMany(reply);
    const answer = await database.transaction(async (sql) => {
      const judged: Judged[] = [];
      for (const one of said.data.reports) judged.push(await takeReport(sql, one, { chainId, now }));
      const outcomes = await recordJudged(sql, { source: source.name, judged, context: { chainKey, now } });
      return { outcomes, message: said.data.ask ? await messageFor(sql, { chainId, now }) : null };
    });
    counts.noteOutcomes(answer.outcomes);
    return reply.header('cache-control', 'no-store').send(answer);
  });
}

function serveScript(app: FastifyInstance): void {
  const script = readFileSync(join(import.meta.dirname, 'kairos.js'));
  const packed = brotliCompressSync(script);
  app.get('/kairos.js', (request, reply) => {
    const isPacked = (request.headers['accept-encoding'] ?? '').includes('br');
    if (isPacked) reply.header('content-encoding', 'br');
    return reply
      .header('cache-control', `public, max-age=${scriptS}`)
      .header('vary', 'accept-encoding')
      .header('x-content-type-options', 'nosniff')
      .header('cross-origin-resource-policy', 'cross-origin')
      .type('text/javascript; charset=utf-8')
      .send(isPacked ? packed : script);
  });
}

function allowOrigin(
  request: FastifyRequest,
  reply: FastifyReply,
  { origins }: Pick<OutsideOptions, 'origins'>,
): FastifyReply {
  reply.header('vary', 'origin');
  const { origin } = request.headers;
  return origin !== undefined && origins.includes(origin) ? reply.header('access-control-allow-origin', origin) : reply;
}

function tooMany(reply: FastifyReply): FastifyReply {
  reply.header('retry-after', retryAfterS);
  return refuse(reply, 429, 'too-many', `too many requests at once: the same again after ${retryAfterS} seconds`);
}

function refuseUnreadable(reply: FastifyReply, { issues }: z.ZodError, advice: string): FastifyReply {
  const [issue] = issues;
  const path = issue?.path.join('.') ?? '';
  return reply
    .code(400)
    .send({ reason: 'unreadable', path, message: `${issue?.message ?? ''}; ${advice}`.slice(0, 300) });
}

function refuse(reply: FastifyReply, status: number, reason: string, message: string): FastifyReply {
  return reply.code(status).send({ reason, message });
}

/** Text that is no JSON is judged as what it is: no request. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
