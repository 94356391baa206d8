/**
 * `POST /v1/queues`: how many wait at a till, as a device over it counts them. With the token of a device that may speak
 * for this till, from anywhere; without one, from this machine alone. Where no device counts, a lead says it from her
 * handheld.
 */
import { placeName } from '@kairos/protocol/names.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Conductor } from '../conductor/conductor.ts';
import type { StoreConfig } from '../config.ts';
import { isFromThisMachine, isSameSecret } from '../http/guards.ts';

const counted = z.strictObject({ till: placeName, waiting: z.int().min(0).max(999) });

export interface QueueRouteOptions {
  readonly config: Pick<StoreConfig, 'devices' | 'floorPlan'>;
  readonly conductor: Pick<Conductor, 'observe'>;
}

export function serveQueues(app: FastifyInstance, { config, conductor }: QueueRouteOptions): void {
  app.post('/v1/queues', (request, reply) => {
    const asked = counted.safeParse(request.body);
    if (!asked.success)
      return reply.code(400).send({ reason: 'shape', words: 'send {"till": "till-1", "waiting": 3}' });
    const { till, waiting } = asked.data;
    if (!maySpeakFor(request, till, config)) {
      const words = 'show the token of a device that may speak for this till as "Authorization: Bearer …"';
      return reply.code(401).send({ reason: 'not-yours', words });
    }
    if (!config.floorPlan.tills.some(({ id }) => id === till)) {
      return reply.code(404).send({ reason: 'unknown-till', words: `there is no till "${till}" on the floor plan` });
    }
    conductor.observe('queue.changed', null, { till, waiting });
    return reply.code(204).send();
  });
}

function maySpeakFor(request: FastifyRequest, till: string, { devices }: QueueRouteOptions['config']): boolean {
  const shown = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (shown === undefined) return isFromThisMachine(request.raw);
  for (const { may, token } of devices.values()) {
    if (token !== null && may.has(till) && isSameSecret(shown, token)) return true;
  }
  return false;
}
