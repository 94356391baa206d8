/**
 * Turns radio readings of carts into "entered" and "left" a zone of the floor plan: one tracker for a cart that hears
 * shelf beacons, one in the store for all carts that fixed receivers hear. Pure: time is passed in, nothing waits.
 *
 * Readings may be late, out of order, doubled or impossible; carts may fall silent. The tracker would rather say
 * nothing than guess: silence is no departure, and what does not fit the plan is counted and dropped.
 */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { type Heard, PositionBelief, type Workspace } from './position-belief.ts';
import { ZoneDecision } from './zone-decision.ts';
import { createZoneGrid, type ZoneGrid } from './zone-grid.ts';

/** How far back a reading counts. */
const windowMs = 2_000;
/** A reading older than this when it comes, or further in the future, is dropped. */
const lateMaxMs = 5_000;
const aheadMaxMs = 2_000;
/** Of what a cart hears, the strongest count. */
const anchorsCounted = 12;
/** Readings of one cart between two ticks; what is beyond it is dropped (a reader gone mad). */
const readingsMax = 500;
/** A cart is looked at this often, however often the clock ticks; ticks may come a little early. */
const stepMs = 1_000;
const tickSlackMs = 100;
/** Between the first looks at two carts, so that a store full of them is not reckoned in one go. */
const spreadMs = 383;
/** Carts a tracker follows; the one longest silent makes room. */
const cartsMax = 2_000;

export interface ZoneReading {
  readonly cart: string;
  /** Address on the floor plan. */
  readonly anchor: string;
  /** dBm */
  readonly rssi: number;
  /** Milliseconds, on the same clock as `tick`. */
  readonly at: number;
}

export interface ZoneEvent {
  readonly kind: 'entered' | 'left';
  readonly cart: string;
  readonly zone: string;
  /** Thousandths: how likely it was that the cart was where this says. */
  readonly confidence: number;
  readonly at: number;
}

/** What happened to the readings; only ever counts up. */
export interface TrackerTally {
  used: number;
  unknownAnchor: number;
  implausible: number;
  /** Too late, or from the future. */
  untimely: number;
  overflow: number;
}

export interface ZoneTracker {
  observe(reading: ZoneReading): void;
  /**
   * Call it once a second for one cart, ten times a second for a store full of them: each cart is reckoned once a
   * second, and their turns are spread. Events in the order in which they happened; "left" before
   * "entered".
   */
  tick(now: number): ZoneEvent[];
  /** The zone a cart is in, as far as was said; null before the first and outside all zones. */
  zoneOf(cart: string): string | null;
  readonly tally: Readonly<TrackerTally>;
}

interface Track {
  readonly belief: PositionBelief;
  readonly decision: ZoneDecision;
  recent: { readonly anchor: string; readonly rssi: number; readonly at: number }[];
  fresh: number;
  tickedAt: number | null;
  /** By how much the first turn is put off. */
  readonly phaseMs: number;
  firstSeenAt: number | null;
  heardAt: number;
}

export function createZoneTracker(plan: FloorPlan): ZoneTracker {
  const grid = createZoneGrid(plan);
  const tracks = new Map<string, Track>();
  const tally: TrackerTally = { used: 0, unknownAnchor: 0, implausible: 0, untimely: 0, overflow: 0 };
  const work: Workspace & { zoneSums: Float64Array } = {
    next: new Float64Array(grid.cells),
    residuals: new Float64Array(anchorsCounted),
    zoneSums: new Float64Array(grid.zones.length + 1),
  };

  return {
    tally,
    zoneOf: (cart) => grid.zones[tracks.get(cart)?.decision.current ?? -1] ?? null,
    observe({ cart, anchor, rssi, at }) {
      if (!(rssi >= -127 && rssi <= -1) || !Number.isFinite(at)) {
        tally.implausible += 1;
        return;
      }
      if (grid.expected(anchor) === undefined) {
        tally.unknownAnchor += 1;
        return;
      }
      const track = tracks.get(cart) ?? begin(tracks, cart, grid);
      if (track.recent.length >= readingsMax) {
        tally.overflow += 1;
        return;
      }
      track.recent.push({ anchor, rssi, at });
      track.fresh += 1;
      track.heardAt = Math.max(track.heardAt, at);
    },
    tick(now) {
      const events: ZoneEvent[] = [];
      for (const [cart, track] of tracks) {
        if (track.fresh > 0 && isDue(track, now)) advance({ cart, track, grid, now, work, tally, events });
      }
      return events;
    },
  };
}

function begin(tracks: Map<string, Track>, cart: string, grid: ZoneGrid): Track {
  if (tracks.size >= cartsMax) {
    const [silent] = [...tracks].reduce((oldest, next) => (next[1].heardAt < oldest[1].heardAt ? next : oldest));
    tracks.delete(silent);
  }
  const track: Track = {
    belief: new PositionBelief(grid),
    decision: new ZoneDecision(),
    recent: [],
    fresh: 0,
    tickedAt: null,
    phaseMs: (tracks.size * spreadMs) % stepMs,
    firstSeenAt: null,
    heardAt: Number.NEGATIVE_INFINITY,
  };
  tracks.set(cart, track);
  return track;
}

function isDue(track: Track, now: number): boolean {
  if (track.tickedAt !== null) return now - track.tickedAt >= stepMs - tickSlackMs || now < track.tickedAt;
  track.firstSeenAt ??= now;
  return now - track.firstSeenAt >= track.phaseMs;
}

interface Advance {
  readonly cart: string;
  readonly track: Track;
  readonly grid: ZoneGrid;
  readonly now: number;
  readonly work: Workspace & { readonly zoneSums: Float64Array };
  readonly tally: TrackerTally;
  readonly events: ZoneEvent[];
}

function advance({ cart, track, grid, now, work, tally, events }: Advance): void {
  const fresh = track.recent.slice(track.recent.length - track.fresh);
  const timely = fresh.filter(({ at }) => at > now - lateMaxMs && at <= now + aheadMaxMs);
  tally.untimely += fresh.length - timely.length;
  tally.used += timely.length;
  track.recent = track.recent
    .slice(0, track.recent.length - track.fresh)
    .concat(timely)
    .filter(({ at }) => at > now - windowMs);
  track.fresh = 0;
  if (timely.length === 0) return;

  const heard = strongest(track.recent.length > 0 ? track.recent : timely, grid);
  // A clock that was set back costs one second of walking, no more.
  const seconds = track.tickedAt === null || now <= track.tickedAt ? 1 : (now - track.tickedAt) / 1000;
  track.tickedAt = now;
  track.belief.update(seconds, heard, work);

  const found = track.belief.zone(work.zoneSums);
  const { left, entered } = track.decision.decide(found, now);
  const confidence = Math.min(1000, Math.round(found.share * 1000));
  if (left !== null) events.push({ kind: 'left', cart, zone: grid.zones[left] as string, confidence, at: now });
  if (entered !== null)
    events.push({ kind: 'entered', cart, zone: grid.zones[entered] as string, confidence, at: now });
}

/**
 * One value for each anchor, the strongest first: the mean of the stronger half of its readings, because what fades
 * for a moment fades downwards.
 */
function strongest(readings: readonly { anchor: string; rssi: number }[], grid: ZoneGrid): Heard[] {
  const values = new Map<string, number[]>();
  for (const { anchor, rssi } of readings) {
    const list = values.get(anchor);
    if (list) list.push(rssi);
    else values.set(anchor, [rssi]);
  }
  const heard: Heard[] = [];
  for (const [anchor, list] of values) {
    const expected = grid.expected(anchor);
    if (!expected) continue;
    list.sort((a, b) => b - a);
    const upper = list.slice(0, Math.ceil(list.length / 2));
    heard.push({ expected, rssi: upper.reduce((sum, rssi) => sum + rssi, 0) / upper.length });
  }
  return heard.sort((a, b) => b.rssi - a.rssi).slice(0, anchorsCounted);
}
