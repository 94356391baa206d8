/**
 * What the manager's page asks over HTTP, and does: decisions with their why, devices, latency, pauses. Watching is for
 * those who run the store, and for whoever sits at this machine; pausing is the manager's.
 */
import type { CompiledRelease } from '@kairos/dialogue/compiled.ts';
import { derivedId, locale } from '@kairos/protocol/names.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Journal } from '../journal/journal.ts';
import type { Role, SignedIn, StaffDoor } from '../staff/staff-door.ts';
import { decisionStories } from '../why/decision-story.ts';
import { storyRows, type Wall } from '../why/story-words.ts';
import { whyWordsIn } from '../why/words/why-words.ts';
import type { DeviceRow, GatewayRow } from './device-book.ts';
import type { HqState } from './hq-line.ts';
import type { PaintLatency } from './paint-latency.ts';
import type { PauseDesk, PauseRefused } from './pause-desk.ts';

/** Who may look at the whole store. */
export const watchers: readonly Role[] = ['manager', 'lead', 'service'];
const dayMs = 24 * 3_600_000;
/** A decision is looked for this far back. */
const storiesBackMs = 3 * dayMs;
const pauseMinutesMax = 7 * 24 * 60;

const liftRequest = z.strictObject({
  what: z.enum(['dialogue', 'channel', 'everything']),
  name: z.string().max(60).optional(),
});
const pauseRequest = liftRequest.extend({ minutes: z.int().min(1).max(pauseMinutesMax) });
const messageParams = z.object({ message: derivedId });
/** In which language it is told. */
const whyQuery = z.object({ lang: locale.default('en') });

export interface ManagerRouteOptions {
  readonly door: StaffDoor;
  readonly journal: Pick<Journal, 'facts' | 'committed'>;
  readonly release: () => CompiledRelease;
  readonly wall: Wall;
  readonly pauses: PauseDesk;
  readonly latency: PaintLatency;
  readonly devices: () => readonly DeviceRow[];
  readonly gateways: () => readonly GatewayRow[];
  readonly hq: () => HqState;
  readonly now: () => number;
}

/** `GET /api/manager/devices` */
export interface DevicesAnswer {
  readonly devices: readonly DeviceRow[];
  readonly gateways: readonly GatewayRow[];
  readonly hq: HqState;
}

const refusals: Readonly<Record<PauseRefused, string>> = {
  'no-such-dialogue': 'This store runs no such dialogue.',
  'no-such-channel': 'There is no such channel.',
  'not-paused': 'It is not paused any more.',
};

export function serveManager(app: FastifyInstance, options: ManagerRouteOptions): void {
  const watching = { preHandler: options.door.onlyOrHere(...watchers) };
  app.get('/api/manager/devices', watching, (_, reply) => {
    const { devices, gateways, hq } = options;
    return fresh(reply).send({ devices: devices(), gateways: gateways(), hq: hq() } satisfies DevicesAnswer);
  });
  app.get('/api/manager/latency', watching, (_, reply) => fresh(reply).send({ hours: options.latency.byHour }));
  app.get('/api/manager/decisions/:message/why', watching, (request, reply) => tellWhy(request, fresh(reply), options));
  servePauses(app, options, watching);
}

function servePauses(
  app: FastifyInstance,
  { door, pauses }: ManagerRouteOptions,
  watching: { preHandler: ReturnType<StaffDoor['onlyOrHere']> },
): void {
  const managing = { preHandler: door.only('manager') };
  app.get('/api/manager/pauses', watching, (_, reply) => fresh(reply).send({ pauses: pauses.current }));
  app.post('/api/manager/pauses', managing, (request, reply) =>
    withBody({ request, reply, schema: pauseRequest, door }, ({ minutes, ...of }, who) => {
      const refused = pauses.set(of, minutes, who.associate);
      if (refused === null) door.note(who, 'pause.set', `${thingOf(of)} for ${minutes} min`);
      return refused;
    }),
  );
  app.post('/api/manager/pauses/lift', managing, (request, reply) =>
    withBody({ request, reply, schema: liftRequest, door }, (of, who) => {
      const refused = pauses.lift(of, who.associate);
      if (refused === null) door.note(who, 'pause.lifted', thingOf(of));
      return refused;
    }),
  );
}

function thingOf({ what, name }: z.infer<typeof liftRequest>): string {
  return name === undefined ? what : `${what} ${name}`;
}

interface Asking<Body> {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly schema: z.ZodType<Body>;
  readonly door: StaffDoor;
}

function withBody<Body>(
  { request, reply, schema, door }: Asking<Body>,
  act: (body: Body, who: SignedIn) => PauseRefused | null,
): FastifyReply {
  const asked = schema.safeParse(request.body);
  if (!asked.success) {
    const [issue] = asked.error.issues;
    return reply.code(400).send({ reason: 'shape', words: `${issue?.path.join('.')}: ${issue?.message}` });
  }
  const refused = act(asked.data, door.of(request));
  return refused === null
    ? reply.code(204).send()
    : reply.code(409).send({ reason: refused, words: refusals[refused] });
}

async function tellWhy(
  request: FastifyRequest,
  reply: FastifyReply,
  { journal, release, wall, now }: ManagerRouteOptions,
): Promise<FastifyReply> {
  const asked = messageParams.safeParse(request.params);
  const how = whyQuery.safeParse(request.query);
  if (!asked.success || !how.success)
    return reply.code(400).send({ reason: 'shape', words: 'name a message, and a language such as de' });
  // What has only just been decided is on its way to the disk.
  await journal.committed();
  const query = { message: asked.data.message, sinceMs: now() - storiesBackMs, limit: 1 };
  const [story] = await decisionStories(journal, [release()], query);
  if (!story) return reply.code(404).send({ reason: 'unknown-message', words: 'Nothing is kept of it any more.' });
  return reply.send({ rows: storyRows(story, { ...wall, words: whyWordsIn(how.data.lang) }) });
}

function fresh(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'no-store');
}
