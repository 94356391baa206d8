/**
 * Whose radio this is. Kairos locates only the store's own tags and carts (DESIGN section 7): an adapter asks here
 * before it hands anything on, and whatever else is on the air is counted and gone, never queued, logged or captured.
 *
 * The store's own are the tags on its carts, the anchors of its floor plan, and beacons that carry its iBeacon UUID.
 */
import type { RadioObservation, TransmitterId } from './observation.ts';

/** What happened to everything that a source said, for `status` and metrics. Only ever counts up. */
export interface RadioTally {
  /** Ours, and handed on. */
  heard: number;
  /** Somebody else's: dropped unseen. */
  foreign: number;
  /** Ours, with an RSSI that cannot be. */
  implausible: number;
  /** Lines or frames that could not be understood. */
  unreadable: number;
}

export function newRadioTally(): RadioTally {
  return { heard: 0, foreign: 0, implausible: 0, unreadable: 0 };
}

export interface OwnRadio {
  /** Whether the store owns the sender. */
  owns(sender: Pick<RadioObservation, 'address' | 'id'>): boolean;
  /** The cart that carries the tag; null for anything else. */
  cartOf(sender: Pick<RadioObservation, 'address'>): string | null;
  /** The anchor of the floor plan that a beacon is; null where the plan does not place it. */
  anchorOf(sender: Pick<RadioObservation, 'address' | 'id'>): string | null;
}

export function createOwnRadio(options: {
  /** Addresses of the floor plan's anchors. */
  readonly anchors?: Iterable<string>;
  /** Address of a tag → the cart that carries it. */
  readonly tags?: ReadonlyMap<string, string>;
  /** iBeacon UUIDs of this chain, dashed and in lower case. */
  readonly beaconUuids?: readonly string[];
}): OwnRadio {
  const anchors = new Set(options.anchors);
  const tags = options.tags ?? new Map<string, string>();
  const uuids = new Set(options.beaconUuids?.map((uuid) => uuid.toLowerCase()));

  const carriesOurUuid = (id: TransmitterId): boolean => id.kind === 'ibeacon' && uuids.has(id.uuid);
  return {
    owns: ({ address, id }) => (address !== null && (tags.has(address) || anchors.has(address))) || carriesOurUuid(id),
    cartOf: ({ address }) => (address === null ? null : (tags.get(address) ?? null)),
    anchorOf({ address, id }) {
      if (address !== null && anchors.has(address)) return address;
      if (!carriesOurUuid(id)) return null;
      const placed = beaconAddress(id);
      return placed !== null && anchors.has(placed) ? placed : null;
    },
  };
}

/**
 * How a floor plan writes a beacon that is placed by its iBeacon numbers instead of its address (phones and some
 * tags change theirs): 0000, then major and minor in hex.
 */
export function beaconAddress(id: TransmitterId): string | null {
  if (id.kind !== 'ibeacon') return null;
  return `0000${id.major.toString(16).padStart(4, '0')}${id.minor.toString(16).padStart(4, '0')}`;
}
