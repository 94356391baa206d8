/**
 * Whose radio this is. Kairos locates only the store's own tags and carts (DESIGN section 7): an adapter asks here
 * before it hands anything on, and whatever else is on the air is counted and gone, never queued, logged or captured.
 *
 * The store's own are the tags and buttons on its carts, the anchors of its floor plan, and beacons that carry its
 * iBeacon UUID. A source that gives its devices names of their own (ESPresense) may name a tag after its cart.
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

export interface CartButton {
  readonly cart: string;
  /** 16 bytes; null where its presses are not encrypted. */
  readonly key: Uint8Array | null;
}

export interface OwnRadio {
  /** Whether the store owns the sender. */
  owns(sender: Pick<RadioObservation, 'address' | 'id'>): boolean;
  /** The cart that carries the tag; null for anything else. */
  cartOf(sender: Pick<RadioObservation, 'address' | 'id'>): string | null;
  /** The button that calls for help, and the cart it is fixed to; null for anything else. */
  buttonOf(address: string | null): CartButton | null;
  /** The anchor of the floor plan that a beacon is; null where the plan does not place it. */
  anchorOf(sender: Pick<RadioObservation, 'address' | 'id'>): string | null;
}

export function createOwnRadio(options: {
  /** Addresses of the floor plan's anchors. */
  readonly anchors?: Iterable<string>;
  /** Address of a tag → the cart that carries it. A tag placed by its iBeacon numbers is written as `beaconAddress`. */
  readonly tags?: ReadonlyMap<string, string>;
  /** Address of a button → its cart. */
  readonly buttons?: ReadonlyMap<string, CartButton>;
  /** iBeacon UUIDs of this chain, dashed and in lower case. */
  readonly beaconUuids?: readonly string[];
}): OwnRadio {
  const anchors = new Set(options.anchors);
  const tags = options.tags ?? new Map<string, string>();
  const buttons = options.buttons ?? new Map<string, CartButton>();
  const taggedCarts = new Set(tags.values());
  const uuids = new Set(options.beaconUuids?.map((uuid) => uuid.toLowerCase()));

  const carriesOurUuid = (id: TransmitterId): boolean => id.kind === 'ibeacon' && uuids.has(id.uuid);
  const isListed = (address: string): boolean => tags.has(address) || anchors.has(address) || buttons.has(address);
  const isNamed = (id: TransmitterId): boolean => id.kind === 'alias' && taggedCarts.has(id.alias);
  return {
    owns: ({ address, id }) => (address !== null && isListed(address)) || carriesOurUuid(id) || isNamed(id),
    cartOf({ address, id }) {
      const byAddress = address === null ? undefined : tags.get(address);
      if (byAddress !== undefined) return byAddress;
      if (id.kind === 'alias') return taggedCarts.has(id.alias) ? id.alias : null;
      return carriesOurUuid(id) ? (tags.get(beaconAddress(id) ?? '') ?? null) : null;
    },
    buttonOf: (address) => (address === null ? null : (buttons.get(address) ?? null)),
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
