/**
 * `POST /v1/bounces`: where a mail service reports over HTTP what came back. With a credential of its own; idempotent,
 * since a mail comes back once.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Database } from '../../database/database.ts';
import { tagsIn } from './message-tag.ts';
import { findByTag, takeBounce } from './take-mail.ts';

const bounces = z.strictObject({
  bounces: z
    .array(
      z.strictObject({
        /** The Message-ID that was sent, or the address that it would come back to. */
        messageId: z.string().max(200),
        status: z.string().max(20).default(''),
        reason: z.string().max(500).default(''),
      }),
    )
    .max(500),
});

export interface BounceRoutesOptions {
  readonly database: Database;
  readonly ports: Pick<Ports, 'clock'>;
  readonly token: string;
}

export function serveBounces(app: FastifyInstance, { database, ports, token }: BounceRoutesOptions): void {
  app.post('/v1/bounces', async (request, reply) => {
    const shown = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    if (!isSame(shown, token))
      return reply.code(401).send({ reason: 'refused', message: 'this is not the token of the bounces' });
    const parsed = bounces.safeParse(request.body);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      return reply.code(422).send({ reason: 'damaged', message: `${issue?.path.join('.')}: ${issue?.message}` });
    }
    const counts = { taken: 0, known: 0, unknown: 0 };
    for (const { messageId, status, reason } of parsed.data.bounces) {
      const [tag] = tagsIn(messageId.includes('<') ? messageId : `<${messageId}>`);
      await database.transaction(async (sql) => {
        const command = tag === undefined ? null : await findByTag(sql, tag);
        if (!command) counts.unknown += 1;
        else if (
          (await takeBounce(sql, command, { status, detail: `${status} ${reason}`, now: ports.clock.now() })) ===
          'bounced'
        )
          counts.taken += 1;
        else counts.known += 1;
      });
    }
    return reply.send(counts);
  });
}

function isSame(shown: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(shown), digest(token));
}
