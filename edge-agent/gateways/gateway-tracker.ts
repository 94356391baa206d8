/**
 * Zones of carts that fixed receivers hear: what gateways publish goes in, zone facts come out. The store runs one for
 * all carts. It also takes the `readings` of devices that pass their radio on without reckoning zones themselves.
 *
 * It works on the monotonic clock, so that a step of the wall clock moves no cart. What it cannot use it counts; it
 * answers with the counts of each message, so that intake can keep what was unreadable.
 */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { GatewayFormat, Readings } from '@kairos/protocol/topics.ts';
import type { RadioObservation } from '../radio/observation.ts';
import { createOwnRadio, newRadioTally, type RadioTally } from '../radio/own-radio.ts';
import { createZoneTracker, type TrackerTally } from '../zones/tracker.ts';
import { toZoneFact, type ZoneFact } from '../zones/zone-fact.ts';
import { type GatewayContext, readIngics } from './ingics.ts';

export type { ZoneFact };

/** Carts take turns within the second, so the tracker is asked this often. */
const tickEveryMs = 100;

export interface Ingested extends RadioTally {
  /** What could not be read, without anything that may be an address: the message itself may hold foreign radio. */
  readonly unreadableText: string;
}

/** Of what could not be read, so much is shown. */
const unreadableTextMax = 500;

export interface GatewayTracker {
  /** A message of a gateway, as it came. Returns what became of it; never throws. */
  ingest(format: GatewayFormat, payload: Uint8Array): Ingested;
  /** Readings that a device passed on, already validated. */
  observe(readings: Readings): void;
  /** The zone a cart is in, as far as was said. */
  zoneOf(cart: string): string | null;
  readonly radio: Readonly<RadioTally>;
  readonly tracker: Readonly<TrackerTally>;
  stop(): void;
}

const readers: Record<GatewayFormat, (payload: Uint8Array, context: GatewayContext) => RadioObservation[]> = {
  ingics: readIngics,
};

export function createGatewayTracker(options: {
  readonly plan: FloorPlan;
  /** Address of a tag (12 lower-case hex digits) → the cart that carries it. */
  readonly tags: ReadonlyMap<string, string>;
  readonly beaconUuids?: readonly string[];
  readonly ports: Ports;
  readonly emit: (fact: ZoneFact) => void;
}): GatewayTracker {
  const { plan, ports, emit } = options;
  const { clock, timers } = ports;
  const own = createOwnRadio({ ...options, anchors: plan.anchors.map(({ address }) => address) });
  const tracker = createZoneTracker(plan);
  const radio = newRadioTally();
  let isStopped = false;
  let cancel = (): void => undefined;

  const tick = (): void => {
    for (const event of tracker.tick(clock.monotonic())) emit(toZoneFact(event));
    if (!isStopped) cancel = timers.after(tickEveryMs, tick);
  };
  cancel = timers.after(tickEveryMs, tick);

  return {
    radio,
    tracker: tracker.tally,
    zoneOf: (cart) => tracker.zoneOf(cart),
    ingest(format, payload) {
      const tally = newRadioTally();
      let unreadableText = '';
      const onUnreadable = (line: string): void => {
        if (unreadableText.length < unreadableTextMax) unreadableText += `${line}\n`;
      };
      for (const observation of readers[format](payload, { own, tally, receivedAt: clock.now(), onUnreadable })) {
        const cart = own.cartOf(observation);
        // A receiver that hears a shelf beacon of ours says nothing about a cart.
        if (cart === null) continue;
        tracker.observe({ cart, anchor: observation.receiver, rssi: observation.rssi, at: clock.monotonic() });
      }
      for (const count of Object.keys(radio) as (keyof RadioTally)[]) radio[count] += tally[count];
      return { ...tally, unreadableText: unreadableText.slice(0, unreadableTextMax) };
    },
    observe({ readings }) {
      const now = clock.monotonic();
      for (const { cart, anchor, rssi, ageMs } of readings) tracker.observe({ cart, anchor, rssi, at: now - ageMs });
    },
    stop() {
      isStopped = true;
      cancel();
    },
  };
}
