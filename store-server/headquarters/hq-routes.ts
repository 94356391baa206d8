/**
 * How the store stands with headquarters (`GET /api/hq`), a sync now (`POST /api/hq/sync`), and a sync after which both
 * compare their days, as by night (`POST /api/hq/audit`).
 */
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
  const now = (path: string, run: (hq: HqLine) => Promise<object>): void => {
    app.post(path, { preHandler: door.onlyOrHere('manager', 'service') }, async (_, reply) => {
      const hq = line();
      if (hq === null)
        return reply.code(409).send({ reason: 'this store has no headquarters: name it in the configuration, hq.url' });
      return reply.header('cache-control', 'no-store').send(await run(hq));
    });
  };
  now('/api/hq/sync', (hq) => hq.sync());
  now('/api/hq/audit', async (hq) => ({ ...(await hq.audit()), differingDays: hq.standing.differingDays }));
}
