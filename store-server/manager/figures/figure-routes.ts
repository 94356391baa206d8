/**
 * `GET /api/manager/figures/dialogues`, `…/media` and `…/TABLE.csv`, each with `?from=2026-11-23&to=2026-11-24` (both
 * days in it; today without): for managers and leads, and for whoever sits at this machine. Shapes:
 * protocol/manager-figures.ts; tables: `figure-csv.ts`.
 */
import { Readable } from 'node:stream';
import type { FigureRange } from '@kairos/protocol/manager-figures.ts';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Log } from '../../log.ts';
import type { StaffDoor } from '../../staff/staff-door.ts';
import { storeDays } from './day-range.ts';
import { csvTables } from './figure-csv.ts';
import type { FiguresDesk } from './figures-desk.ts';

export interface FigureRoutesOptions {
  readonly desk: FiguresDesk;
  readonly door: Pick<StaffDoor, 'onlyOrHere'>;
  readonly timeZone: string;
  readonly now: () => number;
  readonly log: Log;
}

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'name a day such as 2026-11-23');
const asked = z.object({ from: day.optional(), to: day.optional() });
const csvFile = z.templateLiteral([z.enum(csvTables), '.csv']);

export function serveFigures(app: FastifyInstance, { desk, door, timeZone, now, log }: FigureRoutesOptions): void {
  const days = storeDays(timeZone);
  const guard = { preHandler: door.onlyOrHere('manager', 'lead') };
  /** The range, or null where the reply says what is wrong with it. */
  const rangeOf = (query: unknown, reply: FastifyReply): FigureRange | null => {
    const parsed = asked.safeParse(query);
    if (!parsed.success) return refuse(reply, parsed.error.issues[0]?.message ?? 'name days');
    const { from, to } = parsed.data;
    if (from === undefined && to === undefined) return days.today(now());
    const today = days.dateOf(now());
    const range = days.range(from ?? to ?? today, to ?? today);
    return typeof range === 'string' ? refuse(reply, range) : range;
  };
  const answer = async (reply: FastifyReply, figures: Promise<object>): Promise<FastifyReply> => {
    try {
      return reply.header('cache-control', 'no-store').send(await figures);
    } catch (error) {
      log.warn({ error: String(error) }, 'figures could not be counted');
      return reply
        .code(503)
        .send({ reason: 'not-counted', words: 'The figures cannot be counted now. Try again in a moment.' });
    }
  };
  app.get('/api/manager/figures/dialogues', guard, async (request, reply) => {
    const range = rangeOf(request.query, reply);
    return range === null ? reply : answer(reply, desk.dialogues(range));
  });
  app.get('/api/manager/figures/media', guard, async (request, reply) => {
    const range = rangeOf(request.query, reply);
    return range === null ? reply : answer(reply, desk.media(range));
  });
  app.get<{ Params: { file: string } }>('/api/manager/figures/:file', guard, async (request, reply) => {
    const file = csvFile.safeParse(request.params.file);
    if (!file.success) {
      return reply
        .code(404)
        .send({ reason: 'no-such-table', words: `there are ${csvTables.map((name) => `${name}.csv`).join(', ')}` });
    }
    const range = rangeOf(request.query, reply);
    if (range === null) return reply;
    const table = csvTables.find((name) => file.data === `${name}.csv`) ?? 'dialogues';
    const name = `${table}-${days.dateOf(range.from)}-to-${days.dateOf(range.to - 1)}.csv`;
    return reply
      .header('cache-control', 'no-store')
      .header('content-disposition', `attachment; filename="${name}"`)
      .type('text/csv; charset=utf-8; header=present')
      .send(Readable.from(desk.csv(table, range)));
  });
}

function refuse(reply: FastifyReply, words: string): null {
  reply.code(400).send({ reason: 'range', words });
  return null;
}
