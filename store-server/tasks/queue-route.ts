/**
 * `POST /v1/queues`: how many wait at a till, as a device over it counts them: with the token of a device that may speak
 * for this till. Without a token it is for who leads, and for this machine itself.
 */
import { placeName } from '@kairos/protocol/names.ts';
import type { FastifyInstance, FastifyRequest, preHandlerAsyncHookHandler } from 'fastify';
import { z } from 'zod';
import type { Conductor } from '../conductor/conductor.ts';
import type { StoreConfig } from '../config.ts';
import { isSameSecret } from '../http/guards.ts';
import type { StaffDoor } from '../staff/staff-door.ts';

const counted = z.strictObject({ till: placeName, waiting: z.int().min(0).max(999) });

export interface QueueRouteOptions {
  readonly config: Pick<StoreConfig, 'devices' | 'floorPlan'>;
  readonly conductor: Pick<Conductor, 'observe'>;
  readonly door: Pick<StaffDoor, 'onlyOrHere'>;
}

export function serveQueues(app: FastifyInstance, { config, conductor, door }: QueueRouteOptions): void {
  const people = door.onlyOrHere('lead', 'manager');
  const preHandler: preHandlerAsyncHookHandler = async function (request, reply) {
    return tokenOf(request) === null ? people.call(this, request, reply) : undefined;
  };
  app.post('/v1/queues', { preHandler }, (request, reply) => {
    const token = tokenOf(request);
    const asked = counted.safeParse(request.body);
    const till = asked.success ? asked.data.till : '';
    if (token !== null && !maySpeakFor(till, token, config)) {
      const words = 'show the token of a device that may speak for this till as "Authorization: Bearer …"';
      return reply.code(401).send({ reason: 'not-yours', words });
    }
    if (!asked.success)
      return reply.code(400).send({ reason: 'shape', words: 'send {"till": "till-1", "waiting": 3}' });
    if (!config.floorPlan.tills.some(({ id }) => id === till)) {
      return reply.code(404).send({ reason: 'unknown-till', words: `there is no till "${till}" on the floor plan` });
    }
    conductor.observe('queue.changed', null, { till, waiting: asked.data.waiting });
    return reply.code(204).send();
  });
}

function tokenOf({ headers }: FastifyRequest): string | null {
  return /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? null;
}

function maySpeakFor(till: string, shown: string, { devices }: QueueRouteOptions['config']): boolean {
  for (const { may, token } of devices.values()) {
    if (token !== null && may.has(till) && isSameSecret(shown, token)) return true;
  }
  return false;
}
