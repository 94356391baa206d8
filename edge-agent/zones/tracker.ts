/**
 * Turns radio readings of carts into "entered" and "left" a zone of the floor plan: one tracker for a cart that hears
 * shelf beacons, one in the store for all carts that fixed receivers hear. Pure: time is passed in, nothing waits.
 *
 * Readings may be late, out of order, doubled or impossible; carts may fall silent. The tracker would rather say
 * nothing than guess: silence is no departure, and what does not fit the plan is counted and dropped.
 */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { type Heard, PositionBelief, type Workspace } from './position-belief.ts';
import { createRadioMap, type RadioMap } from './radio-map.ts';
import { type TrackerSettings, trackerSettings } from './tracker-settings.ts';
import { ZoneDecision } from './zone-decision.ts';
import { createZoneGrid, type ZoneGrid } from './zone-grid.ts';

/** How far back a reading counts; one that came late counts once all the same. */
const windowMs = 1_000;
/** A reading older than this when it comes, or further in the future, is dropped. */
const lateMaxMs = 5_000;
const aheadMaxMs = 2_000;
/** What a source has smoothed over several seconds is so much of a second's evidence. */
const smoothedShare = 0.5;
/** A smoothing source that says the same again within this time has heard nothing new. */
const repeatedMs = 30_000;
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
  /** The source has smoothed it already, and repeats it while nothing changes (ESPresense). */
  readonly smoothed?: boolean;
}

export interface ZoneEvent {
  readonly kind: 'entered' | 'left';
  readonly cart: string;
  readonly zone: string;
  /** Thousandths: how likely it was that the cart was in the zone that it entered, or no longer in the one it left. */
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
  /** A smoothing source said the same again: no evidence of its own. */
  repeated: number;
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

type Reading = Omit<ZoneReading, 'cart'>;

interface Track {
  readonly belief: PositionBelief;
  readonly decision: ZoneDecision;
  recent: Reading[];
  /** The last word of each smoothing source; at most one for each anchor of the plan. */
  readonly smoothed: Map<string, Reading>;
  fresh: number;
  tickedAt: number | null;
  /** By how much the first turn is put off. */
  readonly phaseMs: number;
  firstSeenAt: number | null;
  heardAt: number;
}

/** What all carts of a tracker share. */
interface World {
  readonly grid: ZoneGrid;
  readonly map: RadioMap;
  readonly settings: TrackerSettings;
  readonly tally: TrackerTally;
  readonly work: Workspace & { readonly zoneSums: Float64Array };
}

export function createZoneTracker(plan: FloorPlan, settings: TrackerSettings = trackerSettings): ZoneTracker {
  const grid = createZoneGrid(plan);
  const map = createRadioMap(plan, grid, settings);
  const tracks = new Map<string, Track>();
  const tally: TrackerTally = { used: 0, unknownAnchor: 0, implausible: 0, untimely: 0, repeated: 0, overflow: 0 };
  const work = {
    next: new Float64Array(grid.cells),
    residuals: new Float64Array(anchorsCounted),
    zoneSums: new Float64Array(grid.zones.length + 1),
  };
  const world: World = { grid, map, settings, tally, work };

  return {
    tally,
    zoneOf: (cart) => grid.zones[tracks.get(cart)?.decision.current ?? -1] ?? null,
    observe({ cart, anchor, rssi, at, smoothed = false }) {
      if (!(rssi >= -127 && rssi <= -1) || !Number.isFinite(at)) {
        tally.implausible += 1;
        return;
      }
      if (map.fieldOf(anchor) === undefined) {
        tally.unknownAnchor += 1;
        return;
      }
      const track = tracks.get(cart) ?? begin(tracks, cart, world);
      if (track.recent.length >= readingsMax) {
        tally.overflow += 1;
        return;
      }
      const reading = { anchor, rssi, at, smoothed };
      track.heardAt = Math.max(track.heardAt, at);
      if (smoothed && repeats(track, reading)) {
        tally.repeated += 1;
        return;
      }
      track.recent.push(reading);
      track.fresh += 1;
    },
    tick(now) {
      const events: ZoneEvent[] = [];
      for (const [cart, track] of tracks) {
        if (track.fresh > 0 && isDue(track, now)) events.push(...advance({ cart, track, now }, world));
      }
      return events;
    },
  };
}

function begin(tracks: Map<string, Track>, cart: string, { grid, settings }: World): Track {
  if (tracks.size >= cartsMax) {
    const [silent] = [...tracks].reduce((oldest, next) => (next[1].heardAt < oldest[1].heardAt ? next : oldest));
    tracks.delete(silent);
  }
  const track: Track = {
    belief: new PositionBelief(grid, settings),
    decision: new ZoneDecision(settings),
    recent: [],
    smoothed: new Map(),
    fresh: 0,
    tickedAt: null,
    phaseMs: (tracks.size * spreadMs) % stepMs,
    firstSeenAt: null,
    heardAt: Number.NEGATIVE_INFINITY,
  };
  tracks.set(cart, track);
  return track;
}

function repeats({ smoothed }: Track, reading: Reading): boolean {
  const before = smoothed.get(reading.anchor);
  if (before !== undefined && before.rssi === reading.rssi && reading.at - before.at < repeatedMs) return true;
  smoothed.set(reading.anchor, reading);
  return false;
}

function isDue(track: Track, now: number): boolean {
  if (track.tickedAt !== null) return now - track.tickedAt >= stepMs - tickSlackMs || now < track.tickedAt;
  track.firstSeenAt ??= now;
  return now - track.firstSeenAt >= track.phaseMs;
}

interface Look {
  readonly cart: string;
  readonly track: Track;
  readonly now: number;
}

function advance({ cart, track, now }: Look, { grid, map, settings, tally, work }: World): ZoneEvent[] {
  const fresh = track.recent.slice(track.recent.length - track.fresh);
  const timely = fresh.filter(({ at }) => at > now - lateMaxMs && at <= now + aheadMaxMs);
  tally.untimely += fresh.length - timely.length;
  tally.used += timely.length;
  track.recent = track.recent
    .slice(0, track.recent.length - track.fresh)
    .concat(timely)
    .filter(({ at }) => at > now - windowMs);
  track.fresh = 0;
  if (timely.length === 0) return [];

  const heard = strongest(track.recent.length > 0 ? track.recent : timely, map);
  // A clock that was set back costs one second of walking, no more.
  const seconds = track.tickedAt === null || now <= track.tickedAt ? 1 : (now - track.tickedAt) / 1000;
  track.tickedAt = now;
  const prior = map.isMeasured ? Number.POSITIVE_INFINITY : settings.loudnessPrior;
  track.belief.update(seconds, heard, prior, work);

  const found = track.belief.zone(work.zoneSums, track.decision.current);
  const { left, entered } = track.decision.decide(found, now);
  const events: ZoneEvent[] = [];
  const say = (kind: ZoneEvent['kind'], zone: number, share: number): void => {
    const confidence = Math.max(0, Math.min(1000, Math.round(share * 1000)));
    events.push({ kind, cart, zone: grid.zones[zone] as string, confidence, at: now });
  };
  if (left !== null) say('left', left, 1 - found.currentShare);
  if (entered !== null) say('entered', entered, found.share);
  return events;
}

/** One value for each anchor, the mean of its readings; the strongest anchors first. */
function strongest(readings: readonly Reading[], map: RadioMap): Heard[] {
  const sums = new Map<string, { total: number; count: number; share: number }>();
  for (const { anchor, rssi, smoothed } of readings) {
    const sum = sums.get(anchor) ?? { total: 0, count: 0, share: 0 };
    sums.set(anchor, sum);
    sum.total += rssi;
    sum.count += 1;
    sum.share = Math.max(sum.share, smoothed === true ? smoothedShare : 1);
  }
  const heard: Heard[] = [];
  for (const [anchor, { total, count, share }] of sums) {
    const field = map.fieldOf(anchor);
    if (field) heard.push({ field, rssi: total / count, share });
  }
  return heard.sort((a, b) => b.rssi - a.rssi).slice(0, anchorsCounted);
}
