/**
 * What a cart makes of the beacons it hears: zones of its own, reckoned here, or readings passed on for the store to
 * reckon. Waits for the floor plan and for the name of its cart; until then what it hears is counted and gone.
 */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { Readings } from '@kairos/protocol/topics.ts';
import type { RadioObservation } from '../radio/observation.ts';
import { createOwnRadio, type OwnRadio } from '../radio/own-radio.ts';
import { createZoneTracker, type ZoneTracker } from './tracker.ts';
import { toZoneFact, type ZoneFact } from './zone-fact.ts';

/** Twice as often as the tracker looks. */
const tickEveryMs = 250;
/** Readings passed on at once; the contract allows 500. Beyond it the newest are dropped until the next sending. */
const readingsMax = 500;
const sendEveryMs = 500;

export interface CartRadio {
  hear(observation: RadioObservation): void;
  configure(world: { readonly plan: FloorPlan; readonly cart: string | null }): void;
  counts(): Readonly<Record<string, number>>;
  stop(): void;
}

export function createCartRadio(options: {
  readonly ports: Ports;
  readonly mode: 'here' | 'store';
  readonly beaconUuids: readonly string[];
  readonly onZone: (fact: ZoneFact) => void;
  readonly onReadings: (readings: Readings) => void;
}): CartRadio {
  const { mode, onZone, onReadings } = options;
  const { clock, timers } = options.ports;
  let world: { readonly plan: FloorPlan; readonly cart: string | null } | null = null;
  let own: OwnRadio = createOwnRadio({});
  let tracker: ZoneTracker | null = null;
  let unplaced = 0;
  let overflow = 0;
  let waiting: { readonly anchor: string; readonly rssi: number; readonly at: number }[] = [];
  let cancel = (): void => undefined;

  const tick = (): void => {
    for (const event of tracker?.tick(clock.monotonic()) ?? []) onZone(toZoneFact(event));
    cancel = timers.after(tickEveryMs, tick);
  };
  const send = (): void => {
    const cart = world?.cart ?? null;
    if (cart !== null && waiting.length > 0) {
      const now = clock.monotonic();
      onReadings({
        readings: waiting.map(({ anchor, rssi, at }) => ({ cart, anchor, rssi, ageMs: Math.round(now - at) })),
      });
    }
    waiting = [];
    cancel = timers.after(sendEveryMs, send);
  };
  cancel = mode === 'here' ? timers.after(tickEveryMs, tick) : timers.after(sendEveryMs, send);

  return {
    hear(observation) {
      const cart = world?.cart ?? null;
      const anchor = own.anchorOf(observation);
      if (cart === null || anchor === null) {
        unplaced += 1;
        return;
      }
      const at = clock.monotonic();
      const { rssi, filtered: smoothed } = observation;
      if (mode === 'here') tracker?.observe({ cart, anchor, rssi, at, smoothed });
      else if (waiting.length < readingsMax) waiting.push({ anchor, rssi, at });
      else overflow += 1;
    },
    configure(next) {
      world = next;
      own = createOwnRadio({
        anchors: next.plan.anchors.map(({ address }) => address),
        beaconUuids: options.beaconUuids,
      });
      tracker = createZoneTracker(next.plan);
    },
    counts: () => ({
      'radio.unplaced': unplaced,
      ...(mode === 'store' ? { 'radio.overflow': overflow } : {}),
      ...(tracker === null ? {} : { 'radio.used': tracker.tally.used, 'radio.untimely': tracker.tally.untimely }),
    }),
    stop: () => cancel(),
  };
}
