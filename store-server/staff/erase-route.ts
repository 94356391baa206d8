/**
 * A customer asks the store to be forgotten. `POST /api/customers/find` with `{"number": "2900000000018"}` says whether
 * she is known, and no more of her than it takes to be sure that it is she; `POST /api/customers/erase` with the same
 * forgets her: here at once, at headquarters and in every other store with the next syncs; `GET /api/customers/erasures`
 * says how far that has come. For managers and the service desk. The number stands in no log and is kept nowhere.
 */
import { chainIdOf } from '@kairos/protocol/chain-id.ts';
import type { Fact } from '@kairos/protocol/facts.ts';
import { type LoyaltyScheme, parseLoyaltyNumber } from '@kairos/protocol/loyalty-number.ts';
import { presentedNumber } from '@kairos/protocol/names.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Conductor } from '../conductor/conductor.ts';
import { erasureOf } from '../conductor/erasure.ts';
import type { People } from '../conductor/people.ts';
import type { Journal } from '../journal/journal.ts';
import type { HqState } from '../manager/hq-line.ts';
import type { Visits } from '../visits/visits.ts';
import type { AuditLog } from './audit-log.ts';
import type { StaffDoor } from './staff-door.ts';

/** The newest that are told of. */
const ordersMax = 20;
/** In the audit log, with the number of the fact. */
const erasedDeed = 'customer.erased';

/** `POST /api/customers/find` */
export type FoundCustomer =
  | {
      readonly found: 'here';
      /** Of her first name; null: the store has none. */
      readonly initial: string | null;
      /** Where she shops now; null where it is no cart. */
      readonly visit: { readonly cart: string | null } | null;
    }
  /** She was known, and has been forgotten. */
  | { readonly found: 'before' };

/** `POST /api/customers/erase` */
export type ErasedCustomer =
  | { readonly erased: 'now'; readonly order: ErasureOrder }
  /** Nothing was done: it had been before. */
  | { readonly erased: 'before' };

export interface ErasureOrder {
  /** The number of the fact; says nothing of her. */
  readonly order: number;
  /** Since when this store knows nothing of her. */
  readonly at: number;
  /** none: this store has no headquarters · waits: they have not said that they know. */
  readonly headquarters: 'none' | 'waits' | 'told';
}

/** `GET /api/customers/erasures`, newest first. */
export interface ErasureOrders {
  readonly orders: readonly ErasureOrder[];
  readonly hasHeadquarters: boolean;
  /** Store time of the last exchange with headquarters that went through; null: none since the start. */
  readonly lastExchangeAt: number | null;
}

/** Why not: what is wrong with the number, or with the moment. */
type NotErased = 'number-shape' | 'check-digit' | 'number-prefix' | 'unknown' | 'starting';

const refusals: Readonly<Record<NotErased, { readonly code: number; readonly words: string }>> = {
  'number-shape': { code: 400, words: 'That is no number of a customer of this chain.' },
  'check-digit': { code: 400, words: 'That number has a wrong digit.' },
  'number-prefix': { code: 400, words: 'That is no number of a customer of this chain.' },
  unknown: { code: 404, words: 'This store does not know her. Headquarters may: ask there.' },
  starting: { code: 503, words: 'The store starts anew. Try again in a moment.' },
};

export interface EraseRouteOptions {
  readonly config: { readonly chainKey: string; readonly loyalty: LoyaltyScheme };
  readonly conductor: Pick<Conductor, 'adopt'>;
  readonly people: Pick<People, 'subjectOf' | 'isErased' | 'known'>;
  readonly visits: Pick<Visits, 'visitOf'>;
  readonly journal: Pick<Journal, 'committed' | 'facts' | 'untoldErasures'>;
  readonly door: StaffDoor;
  readonly audit: Pick<AuditLog, 'write' | 'readDeeds'>;
  readonly hq: () => HqState;
}

const asked = z.strictObject({ number: presentedNumber });

export function serveErasing(app: FastifyInstance, options: EraseRouteOptions): void {
  const { people, visits, door } = options;
  const guard = { preHandler: door.onlyOrHere('manager', 'service') };
  app.post('/api/customers/find', guard, (request, reply) => {
    const found = findCustomer(request.body, options);
    if (typeof found === 'string') return refuse(reply, found);
    if (found.subject === null) return fresh(reply).send({ found: 'before' } satisfies FoundCustomer);
    const visit = visits.visitOf(found.subject);
    const name = people.known(found.subject)?.attributes.firstName;
    return fresh(reply).send({
      found: 'here',
      initial: typeof name === 'string' && name !== '' ? ([...name][0] ?? null) : null,
      visit: visit && { cart: visit.cart },
    } satisfies FoundCustomer);
  });
  app.post('/api/customers/erase', guard, (request, reply) => erase(request, reply, options));
  app.get('/api/customers/erasures', guard, async (_, reply) => {
    const state = options.hq();
    const lastExchangeAt = state.kind === 'none' ? null : state.lastAt;
    const hasHeadquarters = state.kind !== 'none';
    const orders = await ordersOf(options);
    return fresh(reply).send({ orders, hasHeadquarters, lastExchangeAt } satisfies ErasureOrders);
  });
}

async function erase(request: FastifyRequest, reply: FastifyReply, options: EraseRouteOptions): Promise<FastifyReply> {
  const { conductor, visits, journal, door, audit } = options;
  const found = findCustomer(request.body, options);
  if (typeof found === 'string') return refuse(reply, found);
  const { subject } = found;
  if (subject === null) return fresh(reply).send({ erased: 'before' } satisfies ErasedCustomer);
  const visit = visits.visitOf(subject)?.visit ?? null;
  if (!conductor.adopt(erasureOf(subject, { visit, reason: 'asked' }), null)) return refuse(reply, 'starting');
  await journal.committed();
  const [fact] = await journal.facts({ subject, types: ['customer.erased'], limit: 1, newestFirst: true });
  if (!fact) throw new Error('what was committed is not in the journal');
  const who = door.glance(request.raw);
  const by = { associate: who?.associate ?? 'this-machine', from: request.ip };
  audit.write({ ...by, deed: erasedDeed, subject: String(fact.seq) });
  return fresh(reply).send({ erased: 'now', order: orderOf(fact, options) } satisfies ErasedCustomer);
}

/** subject: null where she has been forgotten already. */
function findCustomer(
  body: unknown,
  { config, people }: EraseRouteOptions,
): { readonly subject: number | null } | NotErased {
  const said = asked.safeParse(body);
  if (!said.success) return 'number-shape';
  const number = parseLoyaltyNumber(said.data.number, config.loyalty, 'card');
  if (number.kind === 'refused') return number.reason;
  const chainId = chainIdOf(config.chainKey, number.digits);
  const subject = people.subjectOf(chainId);
  return subject === null && !people.isErased(chainId) ? 'unknown' : { subject };
}

/** What was asked for in this store, as it stands now. The audit log names the facts: they are few among those of guests. */
async function ordersOf(options: EraseRouteOptions): Promise<ErasureOrder[]> {
  const { audit, journal } = options;
  const orders = audit.readDeeds(erasedDeed, ordersMax).map(async ({ subject }) => {
    const order = Number(subject);
    return journal.facts({ from: order, to: order, types: ['customer.erased'], limit: 1 });
  });
  return (await Promise.all(orders)).flat().map((fact) => orderOf(fact, options));
}

function orderOf({ seq, at, subject }: Fact, { journal, hq }: EraseRouteOptions): ErasureOrder {
  const isTold = subject === null || !journal.untoldErasures().includes(subject);
  return { order: seq, at, headquarters: hq().kind === 'none' ? 'none' : isTold ? 'told' : 'waits' };
}

function refuse(reply: FastifyReply, reason: NotErased): FastifyReply {
  const { code, words } = refusals[reason];
  return fresh(reply).code(code).send({ reason, words });
}

function fresh(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'no-store');
}
