/**
 * The lane over HTTP, for tills of other makers (`docs/tills.md`): who is known there, the prompt, what was answered, and
 * that the sale is over. A request for the prompt may be held until there is another; nothing else waits for anything.
 */
import type { HttpOperation } from '@kairos/protocol/http-operation.ts';
import {
  laneAnswer,
  laneEnd,
  laneIdentity,
  laneOperations,
  laneQuery,
  laneQueue,
  laneShown,
} from '@kairos/protocol/lane-operations.ts';
import { derivedId } from '@kairos/protocol/names.ts';
import type { Clock } from '@kairos/protocol/ports.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { issueText } from '../intake/batch.ts';
import { TokenBuckets } from '../intake/token-buckets.ts';
import type { HeldRequests } from './held-requests.ts';
import type { LaneBoard } from './lane-board.ts';
import type { LaneDesk, LaneDone, LaneUndone } from './lane-desk.ts';
import type { LaneDoor } from './lane-door.ts';
import { type LanePresence, pollGapMs } from './lane-presence.ts';

/** Requests of one till: so many a second, and so many at once. */
const requestsPerSecond = 20;
const requestsAtOnce = 100;

export interface LaneRouteOptions {
  readonly board: LaneBoard;
  readonly desk: LaneDesk;
  readonly door: LaneDoor;
  readonly presence: LanePresence;
  readonly held: HeldRequests;
  readonly clock: Clock;
}

type LaneRequest = FastifyRequest<{ Params: { lane: string; prompt?: string } }>;
type Act = (request: LaneRequest, reply: FastifyReply, till: string) => FastifyReply | Promise<FastifyReply>;

export function serveLanes(app: FastifyInstance, options: LaneRouteOptions): void {
  const { board, desk, door, presence, held, clock } = options;
  const buckets = new TokenBuckets({ clock, perSecond: requestsPerSecond, atOnce: requestsAtOnce });
  const serve = ({ method, path }: HttpOperation, act: Act): void => {
    app[method]<{ Params: { lane: string; prompt?: string } }>(
      path.replaceAll(/\{(\w+)\}/g, ':$1'),
      (request, reply) => {
        const till = request.params.lane;
        reply.header('cache-control', 'no-store');
        // Who has no token learns no names of tills.
        const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
        if (!door.mayEnter(till, token, request.raw)) return refuse(reply, 401, 'show the token of this till’s device');
        if (!board.has(till)) return refuse(reply, 404, `the floor plan has no till "${till}"`);
        if (!buckets.take(till)) return refuse(reply, 503, 'too many requests at once');
        return act(request, reply, till);
      },
    );
  };
  const done = (reply: FastifyReply, outcome: LaneDone): FastifyReply =>
    outcome.kind === 'done' ? reply.send({ storeTime: clock.now() }) : refuseFor(reply, outcome);

  serve(laneOperations.identify, (request, reply, till) =>
    withBody(request, reply, laneIdentity, (body) => {
      const outcome = desk.identify(till, body);
      if (outcome.kind === 'known') return reply.send({ outcome: 'known', strength: outcome.strength });
      return outcome.kind === 'nobody'
        ? reply.send({ outcome: 'nobody', strength: 'guest' })
        : refuseFor(reply, outcome);
    }),
  );
  serve(laneOperations.prompt, async (request, reply, till) => {
    const query = laneQuery.safeParse(request.query);
    if (!query.success) return refuse(reply, 400, issueText(query.error.issues));
    const { after, wait } = query.data;
    presence.came(till);
    if (board.version(till) === after) await held.wait(till, wait * 1_000, request.raw.socket);
    // A store that goes down keeps no line open.
    if (held.isClosed) reply.header('connection', 'close');
    presence.left(till, pollGapMs);
    return reply.send(board.snapshot(till));
  });
  serve(laneOperations.shown, (request, reply, till) =>
    withPrompt(request, reply, laneShown, (prompt, { agoMs }) => done(reply, desk.shown(till, prompt, agoMs))),
  );
  serve(laneOperations.answer, (request, reply, till) =>
    withPrompt(request, reply, laneAnswer, (prompt, { answer }) => {
      const outcome = desk.answer(till, prompt, answer);
      if (outcome.kind === 'no-such-answer') return refuse(reply, 400, `this prompt has no answer "${answer}"`);
      return outcome.kind === 'taken' || outcome.kind === 'late'
        ? reply.send({ outcome: outcome.kind })
        : refuseFor(reply, outcome);
    }),
  );
  serve(laneOperations.end, (request, reply, till) =>
    withBody(request, reply, laneEnd, ({ reason }) => done(reply, desk.end(till, reason))),
  );
  serve(laneOperations.queue, (request, reply, till) =>
    withBody(request, reply, laneQueue, ({ waiting }) => done(reply, desk.queue(till, waiting))),
  );
}

function withBody<Body>(
  request: FastifyRequest,
  reply: FastifyReply,
  schema: z.ZodType<Body>,
  act: (body: Body) => FastifyReply,
): FastifyReply {
  const body = schema.safeParse(request.body ?? {});
  return body.success ? act(body.data) : refuse(reply, 400, issueText(body.error.issues));
}

function withPrompt<Body>(
  request: LaneRequest,
  reply: FastifyReply,
  schema: z.ZodType<Body>,
  act: (prompt: string, body: Body) => FastifyReply,
): FastifyReply {
  const prompt = derivedId.safeParse(request.params.prompt);
  if (!prompt.success) return refuse(reply, 400, 'the address holds no id of a prompt');
  return withBody(request, reply, schema, (body) => act(prompt.data, body));
}

function refuseFor(reply: FastifyReply, outcome: LaneUndone): FastifyReply {
  if (outcome.kind === 'held-back') return refuse(reply, 503, 'the store’s disk cannot keep up; go on with the sale');
  return refuse(reply, 400, `${outcome.reason}: ${outcome.detail}`);
}

function refuse(reply: FastifyReply, code: 400 | 401 | 404 | 503, reason: string): FastifyReply {
  return reply.code(code).send({ reason });
}
