/**
 * Setting up devices, for service and the manager, and for whoever sits at this machine: which there are, a one-time
 * code for one, and the end of one that is lost. For nobody else, since a code is as good as the device.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Doorkeeper, KnownDevice } from '../broker/doorkeeper.ts';
import type { StaffDoor } from '../staff/staff-door.ts';

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
  {
    door,
    connected,
    staff,
  }: { readonly door: Doorkeeper; readonly connected: () => readonly string[]; readonly staff: StaffDoor },
): void {
  const guarded = { preHandler: staff.onlyOrHere('service', 'manager') };
  const noted = (request: FastifyRequest, deed: string, device: string): void => {
    const who = staff.glance(request.raw);
    if (who) staff.note(who, deed, device);
  };
  app.get('/api/devices', guarded, (_, reply) => {
    const here = new Set(connected());
    const devices = door.devices().map((device) => ({ ...device, isConnected: here.has(device.id) }));
    return reply.header('cache-control', 'no-store').send({ devices } satisfies DeviceList);
  });
  app.post('/api/devices/claims', guarded, (request, reply) =>
    withDevice(request, reply, (device) => {
      const claim = door.openClaim(device);
      if (claim) noted(request, 'device.code', device);
      return claim && ({ device, ...claim } satisfies ClaimAnswer);
    }),
  );
  app.post('/api/devices/revocations', guarded, (request, reply) =>
    withDevice(request, reply, (device) => {
      if (!door.revoke(device)) return null;
      noted(request, 'device.revoked', device);
      return { device };
    }),
  );
}

function withDevice(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: (device: string) => object | null,
): FastifyReply {
  const asked = named.safeParse(request.body);
  if (!asked.success) return reply.code(400).send({ reason: 'send {"device": "…"} as JSON' });
  const answered = answer(asked.data.device);
  if (answered === null) return reply.code(404).send({ reason: `this store has no device "${asked.data.device}"` });
  return reply.header('cache-control', 'no-store').send(answered);
}
