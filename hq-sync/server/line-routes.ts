/** The line's doors: hello, chunks, days. Every one asks for the store's own credentials. */
import type { Ports } from '@kairos/protocol/ports.ts';
import {
  chunkBytesMax,
  daysAsked,
  noCommonVersion,
  releaseAsked,
  syncHello,
  syncPaths,
} from '@kairos/protocol/sync-messages.ts';
import type { FastifyInstance } from 'fastify';
import { differingDays, hqDays } from '../audit/hq-days.ts';
import { newestFact } from '../audit/newest-fact.ts';
import type { Database } from '../database/database.ts';
import type { DownStep } from '../down/changes.ts';
import { serveDown } from '../down/down-routes.ts';
import { LineQueue } from '../intake/line-queue.ts';
import { lineOf, welcome } from '../intake/store-lines.ts';
import { type ChunkStep, takeChunk } from '../intake/take-chunk.ts';
import { Turns } from '../intake/turns.ts';
import { UnpackThread } from '../intake/unpack-thread.ts';
import { chunkType, contentDigest } from '../link/hq-client.ts';
import { newestMadeAt, releaseFor } from '../releases/release-book.ts';
import { judged, lineDoor, refuse } from './line-door.ts';

/** Transactions that may wait for a chunk before theirs, of the connections that a process has. */
const copiesAheadMax = 4;
/**
 * Chunks that one process takes in at once, each on a connection of its own: the others are left to those who ask. An
 * unpacked one may be ten times as long as what waits.
 */
const chunksAtOnce = 6;
const waitingBytesMax = 64 * 1024 * 1024;

export interface LineOptions {
  readonly database: Database;
  readonly ports: Pick<Ports, 'clock' | 'timers'>;
  /** Knows again who was erased; null: nobody was. */
  readonly chainKey?: string | null;
  readonly onStep?: (step: ChunkStep | DownStep) => void;
}

export function serveLine(app: FastifyInstance, { database, ports, chainKey = null, onStep }: LineOptions): void {
  const { clock } = ports;
  // PGlite has one connection: nobody may hold it and wait.
  const queue = new LineQueue(ports.timers, { aheadMax: database.kind === 'postgres' ? copiesAheadMax : 0 });
  const unpacking = new UnpackThread();
  app.addHook('onClose', () => unpacking.close());
  const turns = new Turns({ atOnce: chunksAtOnce, waitingBytesMax });
  app.addContentTypeParser(chunkType, { parseAs: 'buffer', bodyLimit: chunkBytesMax }, (_, body, done) => {
    done(null, body);
  });
  const door = lineDoor(app, database);
  door(syncPaths.hello, async (store, request, reply) => {
    const hello = judged(syncHello, request.body);
    if ('fault' in hello) return refuse(reply, { reason: 'damaged', message: hello.fault });
    const said = await database.transaction((sql) => welcome(sql, store, hello.value, clock));
    if (said === null)
      return refuse(reply, { reason: 'unknown-version', message: noCommonVersion(hello.value.versions) });
    const { epoch, probe = said.upTo } = hello.value;
    const newest = await newestFact(database, { store: store.number, epoch, upTo: probe });
    return reply.send({ ...said, releaseMadeAt: await newestMadeAt(database), newest });
  });
  door(syncPaths.chunks, async (store, request, reply) => {
    const bytes = request.body;
    if (!Buffer.isBuffer(bytes)) return refuse(reply, { reason: 'damaged', message: `send ${chunkType}` });
    const digest = request.headers['content-digest'];
    if (digest !== undefined && digest !== contentDigest(bytes))
      return refuse(reply, { reason: 'damaged', message: 'the bytes are not those that were sent' });
    const { open } = unpacking;
    const taken = await turns.take(bytes.length, () =>
      takeChunk({ database, store, bytes, clock, queue, open, chainKey, ...(onStep ? { onStep } : {}) }),
    );
    if (taken === null) return refuse(reply, { reason: 'busy', message: 'too many stores wait; come again' });
    if (taken.kind === 'refused') return refuse(reply, taken.refusal);
    reply.raw.once('finish', () => onStep?.('answered'));
    return reply.send(taken.answer);
  });
  door(syncPaths.release, async (store, request, reply) => {
    const asked = judged(releaseAsked, request.body ?? {});
    if ('fault' in asked) return refuse(reply, { reason: 'damaged', message: asked.fault });
    const newest = await releaseFor(database, { store: store.name, language: asked.value.language });
    if (newest === null) return refuse(reply, { reason: 'refused', message: 'no release was published yet' });
    return reply.send(newest);
  });
  serveDown(door, { database, ports, chainKey, ...(onStep ? { onStep } : {}) });
  door(syncPaths.days, async (store, request, reply) => {
    const asked = judged(daysAsked, request.body);
    if ('fault' in asked) return refuse(reply, { reason: 'damaged', message: asked.fault });
    const { epoch, upTo, days, since = days[0]?.day, until } = asked.value;
    const line = await lineOf(database, store, epoch);
    if (line === null || since === undefined) return reply.send({ differing: differingDays(days, []) });
    const here = await hqDays(database, line, { sinceDay: since, ...(until ? { untilDay: until } : {}), upTo });
    return reply.send({ differing: differingDays(days, here) });
  });
}
