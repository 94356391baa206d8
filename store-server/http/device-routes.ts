/**
 * Setting up devices, for whoever sits at this machine: which there are, a one-time code for one, and the end of one
 * that is lost. Answers this machine alone, since a code is as good as the device.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Doorkeeper, KnownDevice } from '../broker/doorkeeper.ts';
import { isFromThisMachine } from './guards.ts';

const named = z.strictObject({ device: z.string().min(1).max(80) });

/** `GET /api/devices` */
export interface DeviceList {
  readonly devices: readonly (KnownDevice & { readonly isConnected: boolean })[];
}

/** `POST /api/devices/claims` */
export interface ClaimAnswer {
  readonly device: string;
  readonly code: string;
  readonly lifeMs: number;
}

export function serveDevices(
  app: FastifyInstance,
  { door, connected }: { readonly door: Doorkeeper; readonly connected: () => readonly string[] },
): void {
  app.get('/api/devices', (request, reply) => {
    if (!isFromThisMachine(request.raw)) return onlyHere(reply);
    const here = new Set(connected());
    const devices = door.devices().map((device) => ({ ...device, isConnected: here.has(device.id) }));
    return reply.header('cache-control', 'no-store').send({ devices } satisfies DeviceList);
  });
  app.post('/api/devices/claims', (request, reply) =>
    withDevice(request, reply, (device) => {
      const claim = door.openClaim(device);
      return claim && ({ device, ...claim } satisfies ClaimAnswer);
    }),
  );
  app.post('/api/devices/revocations', (request, reply) =>
    withDevice(request, reply, (device) => (door.revoke(device) ? { device } : null)),
  );
}

function withDevice(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: (device: string) => object | null,
): FastifyReply {
  if (!isFromThisMachine(request.raw)) return onlyHere(reply);
  const asked = named.safeParse(request.body);
  if (!asked.success) return reply.code(400).send({ reason: 'send {"device": "…"} as JSON' });
  const answered = answer(asked.data.device);
  if (answered === null) return reply.code(404).send({ reason: `this store has no device "${asked.data.device}"` });
  return reply.header('cache-control', 'no-store').send(answered);
}

function onlyHere(reply: FastifyReply): FastifyReply {
  return reply.code(403).send({ reason: 'only on this machine' });
}
