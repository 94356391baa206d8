/** A door of the line: opens to a store's own credentials, and says in HTTP why it does not. */
import type { ChunkRefusal } from '@kairos/protocol/sync-messages.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type Database, SqlRefusedError } from '../database/database.ts';
import { type KnownStore, storeOfToken } from '../intake/store-lines.ts';

/** How each refusal is said in HTTP. */
const statusOf: Readonly<Record<ChunkRefusal['reason'], number>> = {
  damaged: 422,
  'not-next': 409,
  'unknown-version': 426,
  refused: 403,
  busy: 503,
};

export type LineDoor = (
  path: string,
  answer: (store: KnownStore, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>,
) => void;

export function lineDoor(app: FastifyInstance, database: Database): LineDoor {
  return (path, answer) => {
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
}

export function refuse(reply: FastifyReply, refusal: ChunkRefusal): FastifyReply {
  return reply.code(statusOf[refusal.reason]).send(refusal);
}

export function judged<Content>(schema: z.ZodType<Content>, said: unknown): { value: Content } | { fault: string } {
  const parsed = schema.safeParse(said);
  if (parsed.success) return { value: parsed.data };
  const [issue] = parsed.error.issues;
  return { fault: `${issue?.path.join('.')}: ${issue?.message}`.slice(0, 300) };
}

function tokenOf(request: FastifyRequest): string {
  return (request.headers.authorization ?? '').replace(/^Bearer /, '');
}
