/**
 * `GET /api/why?subject=&dialogue=&message=&limit=`: the engine's ledger of verdicts, newest first, those in which nobody
 * was chosen among them, and whose wall the times are on. It tells what somebody did in the store, so it is for
 * the manager, and for whoever sits at this machine.
 */
import type { Engine, Verdict } from '@kairos/dialogue/engine/engine.ts';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { PauseThen } from '../manager/pause-book.ts';
import type { StaffDoor } from '../staff/staff-door.ts';

const limitDefault = 100;
export const liveVerdictsMax = 1_000;

const question = z.object({
  subject: z.coerce.number().int().min(1).optional(),
  dialogue: z.string().max(60).optional(),
  message: z.string().max(60).optional(),
  limit: z.coerce.number().int().min(1).max(liveVerdictsMax).default(limitDefault),
});

/** What a reader needs to tell times and sums as the store does. */
export interface WhyStore {
  readonly timeZone: string;
  readonly currency: string;
}

export interface WhyAnswer {
  readonly store: WhyStore;
  readonly verdicts: Verdict[];
  /** Set lately: what "paused" in a verdict was. */
  readonly pauses: PauseThen[];
}

export interface WhyRouteOptions {
  readonly engine: Pick<Engine, 'verdicts'>;
  readonly store: WhyStore;
  readonly pauses: () => readonly PauseThen[];
  readonly staff: Pick<StaffDoor, 'onlyOrHere'>;
}

export function serveWhy(app: FastifyInstance, { engine, store, pauses, staff }: WhyRouteOptions): void {
  app.get('/api/why', { preHandler: staff.onlyOrHere('manager') }, (request, reply) => {
    const asked = question.safeParse(request.query);
    if (!asked.success) {
      const [issue] = asked.error.issues;
      return reply.code(400).send({ reason: `${issue?.path.join('.')}: ${issue?.message}` });
    }
    const { subject, dialogue, message, limit } = asked.data;
    const verdicts = engine.verdicts({
      limit,
      ...(subject === undefined ? {} : { subject }),
      ...(dialogue === undefined ? {} : { dialogue }),
      ...(message === undefined ? {} : { message }),
    });
    return reply.header('cache-control', 'no-store').send({
      store: { timeZone: store.timeZone, currency: store.currency },
      verdicts: [...verdicts],
      pauses: [...pauses()],
    } satisfies WhyAnswer);
  });
}
