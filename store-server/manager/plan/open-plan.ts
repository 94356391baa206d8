/**
 * `GET /api/manager/plan` (manager, lead, whoever sits at this machine): the floor plan's file as it stands.
 * `PUT /api/manager/plan` (manager): another in its place, in force after the next start. Shapes: `PlanAnswer`,
 * `planChange`.
 */
import { toClockText } from '@kairos/protocol/time.ts';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { StoreConfig } from '../../config.ts';
import type { StoreClock } from '../../intake/store-clock.ts';
import type { StaffDoor } from '../../staff/staff-door.ts';
import { storeDays } from '../figures/day-range.ts';
import { PlanFile } from './plan-file.ts';

/** A thousand zones with their shelves. */
const planBytesMax = 4 * 1024 * 1024;

const planChange = z.strictObject({ text: z.string().max(planBytesMax), basedOn: z.string().max(32) });

/** 409 and 422 carry `reason` and `words`, 422 `faults` as well: what is wrong, line by line. */
export interface PlanAnswer {
  readonly text: string;
  readonly version: string;
  /** Whether the store runs with this file, or was started with another. */
  readonly isInForce: boolean;
}

export interface PlanRoomOptions {
  readonly config: StoreConfig;
  readonly clock: StoreClock;
  readonly door: Pick<StaffDoor, 'only' | 'onlyOrHere' | 'of' | 'note'>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export function servePlan(app: FastifyInstance, { config, clock, door, environment }: PlanRoomOptions): void {
  const file = new PlanFile(config, environment);
  const { timeZone } = config.store;
  const days = storeDays(timeZone);
  app.get('/api/manager/plan', { preHandler: door.onlyOrHere('manager', 'lead') }, (_, reply) =>
    reply.header('cache-control', 'no-store').send(file.read() satisfies PlanAnswer),
  );
  app.put(
    '/api/manager/plan',
    { preHandler: door.only('manager'), bodyLimit: 2 * planBytesMax },
    async (request, reply) => {
      const change = planChange.safeParse(request.body);
      if (!change.success)
        return reply.code(400).send({ reason: 'shape', words: 'a plan is sent with the version it is based on' });
      const { text, basedOn } = change.data;
      const now = clock.now();
      const saved = await file.save(text, {
        basedOn,
        stamp: `${days.dateOf(now).replaceAll('-', '')}-${toClockText(now, timeZone).replaceAll(':', '')}`,
      });
      if (saved.kind === 'outdated') {
        const words =
          'Somebody else has saved this plan since. Download yours, load the plan anew, and draw your changes into it.';
        return reply.code(409).send({ reason: 'outdated', words });
      }
      if (saved.kind === 'faulty') {
        const words = 'The store could not start with this plan. Nothing was saved.';
        return reply.code(422).send({ reason: 'faulty', words, faults: saved.faults });
      }
      door.note(door.of(request), 'floor-plan.saved', saved.former);
      return { version: saved.version, former: saved.former };
    },
  );
}
