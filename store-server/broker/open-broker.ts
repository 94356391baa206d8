/** The broker of this store, as its configuration wants it: the embedded one, or one by its address. */
import { numberKeyOf } from '@kairos/protocol/number-digest.ts';
import type { DeviceConfig } from '@kairos/protocol/topics.ts';
import type { Metrics } from '../http/metrics.ts';
import type { Foundations } from '../mind.ts';
import type { Broker, BrokerListener } from './broker.ts';
import type { Doorkeeper } from './doorkeeper.ts';
import { openEmbeddedBroker } from './embedded-broker.ts';
import { openExternalBroker } from './external-broker.ts';

export async function openBroker(
  { config, ports, clock, metrics, door }: Foundations & { readonly metrics: Metrics; readonly door: Doorkeeper },
  listener: BrokerListener,
  httpServer: Parameters<typeof openEmbeddedBroker>[0]['httpServer'],
): Promise<Broker> {
  const carts = new Set(config.carts.map(({ id }) => id));
  const configOf = (device: string): DeviceConfig => ({
    store: config.store.id,
    storeTime: clock.now(),
    ...(carts.has(device) ? { cart: device } : {}),
    loyalty: config.loyalty,
    ...(config.loyalty.hashed ? { numberKey: numberKeyOf(config.chainKey) } : {}),
    floorPlan: config.floorPlan,
  });
  if (config.broker) return openExternalBroker({ config, broker: config.broker, ports, listener, configOf });
  return openEmbeddedBroker({ config, ports, door, listener, meter: metrics.broker, configOf, httpServer });
}
