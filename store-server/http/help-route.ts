/**
 * Shoppers' calls for an associate, for whatever associates carry until handhelds do this over their own line: who is on
 * duty, which calls are open, one claimed, one done. For leads and the manager, and for whoever sits at this machine: it
 * moves people.
 */

import { placeName } from '@kairos/protocol/names.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Conductor } from '../conductor/conductor.ts';
import type { StaffDoor } from '../staff/staff-door.ts';
import { isOpenHelp } from '../visits/help.ts';
import type { Visit } from '../visits/visit.ts';
import type { Visits } from '../visits/visits.ts';

/** How long a claim lasts: she is there by then, or has handed it back. */
const claimMs = 5 * 60_000;
/** What an associate answers who has been there. */
const helped = 'helped';

const duty = z.strictObject({
  associate: placeName,
  state: z.enum(['on', 'off', 'break', 'busy']),
  zone: placeName.optional(),
});
const claim = z.strictObject({ task: z.string().max(60), associate: placeName });

/** `GET /api/help`: the open calls, with no name of anybody. */
export interface OpenCall {
  readonly task: string;
  readonly cart: string | null;
  readonly zone: string | null;
  readonly state: 'asked' | 'coming';
  readonly associate: string | null;
}

export interface HelpRouteOptions {
  readonly visits: Visits;
  readonly conductor: Pick<Conductor, 'observe'>;
  readonly now: () => number;
  readonly staff: Pick<StaffDoor, 'onlyOrHere'>;
}

/** `POST /api/duty`, `GET /api/help`, `POST /api/help/claims`, `/api/help/releases` and `/api/help/completions`. */
export function serveHelp(app: FastifyInstance, { visits, conductor, now, staff }: HelpRouteOptions): void {
  const guarded = { preHandler: staff.onlyOrHere('lead', 'manager') };
  app.get('/api/help', guarded, (_, reply) => {
    const calls = [...visits.open()].flatMap(callOf);
    return reply.header('cache-control', 'no-store').send({ calls });
  });
  app.post('/api/duty', guarded, (request, reply) =>
    withBody(request, reply, duty, (body) => {
      conductor.observe('duty.changed', null, body);
      return null;
    }),
  );
  app.post('/api/help/claims', guarded, (request, reply) =>
    withBody(request, reply, claim, ({ task, associate }) => {
      const visit = visits.visitOfTask(task);
      if (visit?.help?.state !== 'asked') return 'this call is not open any more: it was taken, or taken back';
      if (!visits.staff.isOnDuty(associate)) return `"${associate}" is not on duty`;
      conductor.observe('task.claimed', visit.subject, { task, associate, until: now() + claimMs });
      return null;
    }),
  );
  const asHolder = (path: string, act: (visit: Visit, associate: string) => void): void => {
    app.post(path, guarded, (request, reply) =>
      withBody(request, reply, claim, ({ task, associate }) => {
        const visit = visits.visitOfTask(task);
        if (visit?.help?.state !== 'coming' || visit.help.associate !== associate)
          return `"${associate}" has not taken this call`;
        act(visit, associate);
        return null;
      }),
    );
  };
  asHolder('/api/help/releases', ({ subject, help }, associate) =>
    conductor.observe('task.released', subject, { task: help?.task ?? '', associate, reason: 'refused' }),
  );
  asHolder('/api/help/completions', ({ subject, help }, associate) =>
    conductor.observe('task.done', subject, { task: help?.task ?? '', associate, answer: helped }),
  );
}

function callOf({ help, cart, zone }: Visit): OpenCall[] {
  if (!isOpenHelp(help)) return [];
  const { task, associate, state } = help;
  return [{ task, cart, zone, state: state === 'coming' ? 'coming' : 'asked', associate }];
}

/** `act` returns why it cannot be; null where it is done. */
function withBody<Body>(
  request: FastifyRequest,
  reply: FastifyReply,
  schema: z.ZodType<Body>,
  act: (body: Body) => string | null,
): FastifyReply {
  const asked = schema.safeParse(request.body);
  if (!asked.success) {
    const [issue] = asked.error.issues;
    return reply.code(400).send({ reason: `${issue?.path.join('.')}: ${issue?.message}` });
  }
  const refused = act(asked.data);
  return refused === null ? reply.code(204).send() : reply.code(409).send({ reason: refused });
}
