/**
 * `POST /api/customers/erase` with `{"number": "2900000000018"}`: a customer asks the store to be forgotten, by whatever
 * name it has for her. She is at once, here; headquarters and every other store with the next syncs. For managers and the
 * service desk. The number stands in no log and is kept nowhere.
 */
import { chainIdOf } from '@kairos/protocol/chain-id.ts';
import { type LoyaltyScheme, parseLoyaltyNumber } from '@kairos/protocol/loyalty-number.ts';
import { presentedNumber } from '@kairos/protocol/names.ts';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Conductor } from '../conductor/conductor.ts';
import { erasureOf } from '../conductor/erasure.ts';
import type { People } from '../conductor/people.ts';
import type { Journal } from '../journal/journal.ts';
import type { Visits } from '../visits/visits.ts';
import type { StaffDoor } from './staff-door.ts';

export interface EraseRouteOptions {
  readonly config: { readonly chainKey: string; readonly loyalty: LoyaltyScheme };
  readonly conductor: Pick<Conductor, 'adopt'>;
  readonly people: Pick<People, 'subjectOf' | 'isErased'>;
  readonly visits: Pick<Visits, 'visitOf'>;
  readonly journal: Pick<Journal, 'committed'>;
  readonly door: StaffDoor;
}

const asked = z.strictObject({ number: presentedNumber });

export function serveErasing(
  app: FastifyInstance,
  { config, conductor, people, visits, journal, door }: EraseRouteOptions,
): void {
  app.post('/api/customers/erase', { preHandler: door.onlyOrHere('manager', 'service') }, async (request, reply) => {
    reply.header('cache-control', 'no-store');
    const said = asked.safeParse(request.body);
    const number = said.success ? parseLoyaltyNumber(said.data.number, config.loyalty, 'card') : null;
    if (number === null || number.kind === 'refused')
      return reply.code(400).send({ reason: 'number', words: 'That is no number of a customer of this chain.' });
    const chainId = chainIdOf(config.chainKey, number.digits);
    const subject = people.subjectOf(chainId);
    if (subject === null)
      return people.isErased(chainId)
        ? reply.send({ erased: 'before' })
        : reply
            .code(404)
            .send({ reason: 'unknown', words: 'This store does not know her. Headquarters may: ask there.' });
    const visit = visits.visitOf(subject)?.visit ?? null;
    if (!conductor.adopt(erasureOf(subject, { visit, reason: 'asked' }), null))
      return reply.code(503).send({ reason: 'starting', words: 'The store starts anew. Try again in a moment.' });
    await journal.committed();
    return reply.send({ erased: 'now' });
  });
}
