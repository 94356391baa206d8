/** The doors of the way down: what has changed since a cursor, and one customer whom a store does not know. */
import type { Ports } from '@kairos/protocol/ports.ts';
import {
  changesAsked,
  customerAsked,
  noCommonVersion,
  syncPaths,
  syncVersions,
} from '@kairos/protocol/sync-messages.ts';
import type { Database } from '../database/database.ts';
import { judged, type LineDoor, refuse } from '../server/line-door.ts';
import { AskRates } from './ask-rates.ts';
import { changesFor, customerFor, type DownStep } from './changes.ts';
import { spreadTogether } from './spread.ts';
import { addStoreCustomers } from './store-customers.ts';

export interface DownRoutesOptions {
  readonly database: Database;
  readonly ports: Pick<Ports, 'clock'>;
  readonly chainKey: string | null;
  readonly onStep?: (step: DownStep) => void;
}

export function serveDown(door: LineDoor, { database, ports, chainKey, onStep }: DownRoutesOptions): void {
  const rates = new AskRates(ports.clock);
  const carry = spreadTogether(database, onStep);
  door(syncPaths.changes, async (store, request, reply) => {
    const asked = judged(changesAsked, request.body);
    if ('fault' in asked) return refuse(reply, { reason: 'damaged', message: asked.fault });
    const { versions } = asked.value;
    if (!versions.some((version) => (syncVersions as readonly number[]).includes(version)))
      return refuse(reply, { reason: 'unknown-version', message: noCommonVersion(versions) });
    const now = ports.clock.now();
    const told = { asked: asked.value, now, chainKey, carry };
    const answer = await changesFor({ database, store, ...told, ...(onStep ? { onStep } : {}) });
    reply.raw.once('finish', () => onStep?.('answered'));
    return reply.send(answer);
  });
  door(syncPaths.customer, async (store, request, reply) => {
    const asked = judged(customerAsked, request.body);
    if ('fault' in asked) return refuse(reply, { reason: 'damaged', message: asked.fault });
    if (!rates.take(store.name))
      return refuse(reply, { reason: 'busy', message: 'this store asks for too many customers at once' });
    const { chainId } = asked.value;
    const customer = await customerFor(database, chainId);
    // She was there: from now on the store hears of her.
    if (customer !== null) await database.transaction((sql) => addStoreCustomers(sql, store.number, [chainId]));
    return reply.send({ customer });
  });
}
