/** What the entities of `discovery.ts` say at the moment: counted from visits, devices and receivers, nobody named. */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { DeviceStatus } from '@kairos/protocol/topics.ts';
import type { Visit } from '../visits/visit.ts';
import { type HealthFigures, receiversMax } from './discovery.ts';

/** A receiver that has reported nothing for so long is silent: MOKO's own application gives a gateway 62 s. */
const silentAfterMs = 120_000;

/** What is asked of the store, at each telling. */
export interface StoreProbes {
  readonly visits: () => Iterable<Pick<Visit, 'zone'>>;
  /** As each device last said it is; what has never said anything is not counted. */
  readonly devices: () => Iterable<DeviceStatus>;
  /** Anchor → milliseconds since it reported anything. */
  readonly receivers: () => ReadonlyMap<string, number>;
  /** Tags, buttons and beacons whose battery wants changing. */
  readonly lowBatteries: () => number;
  readonly complaints: () => number;
  readonly screens: () => number;
}

export interface States {
  readonly zones: Readonly<Record<string, number>>;
  readonly health: HealthFigures & { readonly complaints: number };
  readonly receivers: Readonly<Record<string, 'heard' | 'silent'>>;
}

export function readStates(plan: FloorPlan, probes: StoreProbes): States {
  const zones = Object.fromEntries(plan.zones.map(({ id }) => [id, 0]));
  for (const { zone } of probes.visits()) {
    if (zone !== null && zones[zone] !== undefined) zones[zone] += 1;
  }
  const heard = probes.receivers();
  const isHeard = (anchor: string): boolean => (heard.get(anchor) ?? Number.POSITIVE_INFINITY) < silentAfterMs;
  // An anchor that has never reported may be a beacon that carts hear: nothing is wrong with it.
  const reporting = plan.anchors.filter(({ address }) => heard.has(address));
  const devices = [...probes.devices()];
  return {
    zones,
    health: {
      complaints: probes.complaints(),
      devicesOnline: devices.filter(({ state }) => state === 'online').length,
      devicesOffline: devices.filter(({ state }) => state === 'offline').length,
      readersFailing: devices.flatMap(({ readers }) => readers ?? []).filter(({ state }) => state !== 'open').length,
      factsWaiting: devices.reduce((sum, { queue }) => sum + (queue?.depth ?? 0), 0),
      receiversSilent: reporting.filter(({ address }) => !isHeard(address)).length,
      batteriesLow: probes.lowBatteries(),
      screensConnected: probes.screens(),
    },
    receivers: Object.fromEntries(
      plan.anchors.slice(0, receiversMax).map(({ address }) => [address, isHeard(address) ? 'heard' : 'silent']),
    ),
  };
}
