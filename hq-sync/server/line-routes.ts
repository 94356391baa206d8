/** The line's doors: hello, chunks, days. Every one asks for the store's own credentials. */
import type { Ports } from '@kairos/protocol/ports.ts';
import {
  type ChunkRefusal,
  chunkBytesMax,
  daysAsked,
  syncHello,
  syncPaths,
  syncVersions,
} from '@kairos/protocol/sync-messages.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { differingDays, hqDays } from '../audit/hq-days.ts';
import { type Database, SqlRefusedError } from '../database/database.ts';
import { LineQueue } from '../intake/line-queue.ts';
import { type KnownStore, lineOf, storeOfToken, welcome } from '../intake/store-lines.ts';
import { type ChunkStep, takeChunk } from '../intake/take-chunk.ts';
import { chunkType, contentDigest } from '../link/hq-client.ts';
import { newestRelease } from '../releases/release-book.ts';

/** How each refusal is said in HTTP. */
const statusOf: Readonly<Record<ChunkRefusal['reason'], number>> = {
  damaged: 422,
  'not-next': 409,
  'unknown-version': 426,
  refused: 403,
  busy: 503,
};

export interface LineOptions {
  readonly database: Database;
  readonly ports: Pick<Ports, 'clock' | 'timers'>;
  readonly onStep?: (step: ChunkStep) => void;
}

export function serveLine(app: FastifyInstance, { database, ports, onStep }: LineOptions): void {
  const { clock } = ports;
  const queue = new LineQueue(ports.timers);
  app.addContentTypeParser(chunkType, { parseAs: 'buffer', bodyLimit: chunkBytesMax }, (_, body, done) => {
    done(null, body);
  });
  const door = (
    path: string,
    answer: (store: KnownStore, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>,
  ): void => {
    app.post(path, async (request, reply) => {
      try {
        const store = await storeOfToken(database, tokenOf(request));
        if (store === null)
          return refuse(reply, {
            reason: 'refused',
            message: 'these are no store’s credentials; add the store, or renew them',
          });
        return await answer(store, request, reply);
      } catch (error) {
        if (!(error instanceof SqlRefusedError)) throw error;
        return refuse(reply, { reason: 'busy', message: 'the database of headquarters does not take anything now' });
      }
    });
  };
  door(syncPaths.hello, async (store, request, reply) => {
    const hello = judged(syncHello, request.body);
    if ('fault' in hello) return refuse(reply, { reason: 'damaged', message: hello.fault });
    const said = await welcome(database, store, hello.value, clock);
    if (said !== null) return reply.send(said);
    const message = `this headquarters speaks versions ${syncVersions.join(', ')} of the line, the store ${hello.value.versions.join(', ')}`;
    return refuse(reply, { reason: 'unknown-version', message });
  });
  door(syncPaths.chunks, async (store, request, reply) => {
    const bytes = request.body;
    if (!Buffer.isBuffer(bytes)) return refuse(reply, { reason: 'damaged', message: `send ${chunkType}` });
    const digest = request.headers['content-digest'];
    if (digest !== undefined && digest !== contentDigest(bytes))
      return refuse(reply, { reason: 'damaged', message: 'the bytes are not those that were sent' });
    const taken = await takeChunk({ database, store, bytes, clock, queue, ...(onStep ? { onStep } : {}) });
    if (taken.kind === 'refused') return refuse(reply, taken.refusal);
    reply.raw.once('finish', () => onStep?.('answered'));
    return reply.send(taken.answer);
  });
  door(syncPaths.release, async (_, __, reply) => {
    const newest = await newestRelease(database);
    if (newest === null) return refuse(reply, { reason: 'refused', message: 'no release was published yet' });
    return reply.send(newest);
  });
  door(syncPaths.days, async (store, request, reply) => {
    const asked = judged(daysAsked, request.body);
    if ('fault' in asked) return refuse(reply, { reason: 'damaged', message: asked.fault });
    const { epoch, upTo, days } = asked.value;
    const line = await lineOf(database, store, epoch);
    if (line === null || days.length === 0) return reply.send({ differing: differingDays(days, []) });
    const sinceDay = days[0]?.day ?? '';
    return reply.send({ differing: differingDays(days, await hqDays(database, line, { sinceDay, upTo })) });
  });
}

function tokenOf(request: FastifyRequest): string {
  return (request.headers.authorization ?? '').replace(/^Bearer /, '');
}

function refuse(reply: FastifyReply, refusal: ChunkRefusal): FastifyReply {
  return reply.code(statusOf[refusal.reason]).send(refusal);
}

function judged<Content>(schema: z.ZodType<Content>, said: unknown): { value: Content } | { fault: string } {
  const parsed = schema.safeParse(said);
  if (parsed.success) return { value: parsed.data };
  const [issue] = parsed.error.issues;
  return { fault: `${issue?.path.join('.')}: ${issue?.message}`.slice(0, 300) };
}
