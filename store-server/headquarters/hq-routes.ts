/** How the store stands with headquarters (`GET /api/hq`), and a sync now (`POST /api/hq/sync`). */
import type { FastifyInstance } from 'fastify';
import type { StaffDoor } from '../staff/staff-door.ts';
import type { HqLine } from './hq-line.ts';

export function serveHq(
  app: FastifyInstance,
  { line, door }: { readonly line: () => HqLine | null; readonly door: StaffDoor },
): void {
  app.get('/api/hq', { preHandler: door.onlyOrHere('lead', 'manager', 'service') }, (_, reply) =>
    reply.header('cache-control', 'no-store').send({ hq: line()?.standing ?? null }),
  );
  app.post('/api/hq/sync', { preHandler: door.onlyOrHere('manager', 'service') }, async (_, reply) => {
    const hq = line();
    if (hq === null)
      return reply.code(409).send({ reason: 'this store has no headquarters: name it in the configuration, hq.url' });
    const ending = await hq.sync();
    return reply.header('cache-control', 'no-store').send(ending);
  });
}
