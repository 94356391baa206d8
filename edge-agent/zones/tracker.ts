/**
 * Turns radio readings of carts into "entered" and "left" a zone of the floor plan: one tracker for a cart that hears
 * shelf beacons, one in the store for all carts that fixed receivers hear. Pure: time is passed in, nothing waits.
 *
 * Readings may be late, out of order, doubled or impossible; carts may fall silent. The tracker would rather say
 * nothing than guess: silence is no departure, and what does not fit the plan is counted and dropped.
 */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { type Heard, headings, PositionBelief, type Workspace } from './position-belief.ts';
import { createRadioMap, type RadioMap } from './radio-map.ts';
import { type TrackerSettings, trackerSettings } from './tracker-settings.ts';
import { ZoneDecision } from './zone-decision.ts';
import { createZoneGrid, type ZoneGrid } from './zone-grid.ts';

/** A reading older than this when it comes, or further in the future, is dropped. */
const lateMaxMs = 5_000;
const aheadMaxMs = 2_000;
/**
 * What a source has smoothed over several seconds stands for several readings and is said less often than they were. On
 * the recorded runs, written as ESPresense nodes would, 1.5 and 2 are alike; with 0.5 zones come 1.5 s later.
 */
const smoothedWeight = 1.5;
/** Readings of one anchor at one look count as so many at most: what is wrong with one is wrong with the next. */
const weightMax = 2;
/** Of what a cart hears, the strongest count. */
const anchorsCounted = 12;
/** Readings of one cart between two ticks; what is beyond it is dropped (a reader gone mad). */
const readingsMax = 500;
/** Ticks may come a little early. */
const tickSlackMs = 50;
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
  /** The source has smoothed it, or it is the last word of a source that repeats itself: several readings in one. */
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
  /** The zone a cart is likeliest in by its last look, said or not; null where nothing was heard, or outside all zones. */
  likeliestZone(cart: string): { readonly zone: string; readonly confidence: number } | null;
  readonly tally: Readonly<TrackerTally>;
}

type Reading = Omit<ZoneReading, 'cart'>;

interface Track {
  readonly belief: PositionBelief;
  readonly decision: ZoneDecision;
  fresh: Reading[];
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
  const fitted = plan.calibration === undefined ? settings : { ...settings, ...settings.measured };
  const grid = createZoneGrid(plan, fitted);
  const map = createRadioMap(plan, grid, fitted);
  const tracks = new Map<string, Track>();
  const tally: TrackerTally = { used: 0, unknownAnchor: 0, implausible: 0, untimely: 0, overflow: 0 };
  const work = {
    next: new Float64Array(grid.cells * headings),
    residuals: new Float64Array(anchorsCounted),
    means: new Float64Array(anchorsCounted),
    zoneSums: new Float64Array(grid.zones.length + 1),
  };
  const world: World = { grid, map, settings: fitted, tally, work };

  return {
    tally,
    likeliestZone(cart) {
      const track = tracks.get(cart);
      if (track === undefined || track.tickedAt === null) return null;
      const { zone, share } = track.belief.likeliest(work.zoneSums);
      return zone === -1 ? null : { zone: grid.zones[zone] as string, confidence: Math.round(share * 1000) };
    },
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
      if (track.fresh.length >= readingsMax) {
        tally.overflow += 1;
        return;
      }
      track.fresh.push({ anchor, rssi, at, smoothed });
      track.heardAt = Math.max(track.heardAt, at);
    },
    tick(now) {
      const events: ZoneEvent[] = [];
      for (const [cart, track] of tracks) {
        if (track.fresh.length > 0 && isDue(track, now, settings.lookMs))
          events.push(...advance({ cart, track, now }, world));
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
    fresh: [],
    tickedAt: null,
    phaseMs: (tracks.size * spreadMs) % settings.lookMs,
    firstSeenAt: null,
    heardAt: Number.NEGATIVE_INFINITY,
  };
  tracks.set(cart, track);
  return track;
}

function isDue(track: Track, now: number, lookMs: number): boolean {
  if (track.tickedAt !== null) return now - track.tickedAt >= lookMs - tickSlackMs || now < track.tickedAt;
  track.firstSeenAt ??= now;
  return now - track.firstSeenAt >= track.phaseMs;
}

interface Look {
  readonly cart: string;
  readonly track: Track;
  readonly now: number;
}

function advance({ cart, track, now }: Look, { grid, map, settings, tally, work }: World): ZoneEvent[] {
  const timely = track.fresh.filter(({ at }) => at > now - lateMaxMs && at <= now + aheadMaxMs);
  tally.untimely += track.fresh.length - timely.length;
  tally.used += timely.length;
  track.fresh = [];
  if (timely.length === 0) return [];

  // A clock that was set back costs the walk between two looks, no more.
  const sinceMs = track.tickedAt === null || now <= track.tickedAt ? settings.lookMs : now - track.tickedAt;
  const seconds = sinceMs / 1000;
  track.tickedAt = now;
  track.belief.update(seconds, strongest(timely, map), work);

  const found = track.belief.against(track.decision.current, work.zoneSums);
  const { left, entered } = track.decision.decide(found, now);
  const events: ZoneEvent[] = [];
  const say = (kind: ZoneEvent['kind'], zone: number, share: number): void => {
    const confidence = Math.max(0, Math.min(1000, Math.round(share * 1000)));
    events.push({ kind, cart, zone: grid.zones[zone] as string, confidence, at: now });
  };
  if (left !== null) say('left', left, 1 - track.belief.shareIn(left, work.zoneSums));
  if (entered !== null) say('entered', entered, track.belief.shareIn(entered, work.zoneSums));
  return events;
}

/** One value for each anchor, the strongest anchors first. */
function strongest(readings: readonly Reading[], map: RadioMap): Heard[] {
  const heard: Heard[] = [];
  for (const [anchor, own] of Map.groupBy(readings, (reading) => reading.anchor)) {
    const field = map.fieldOf(anchor);
    if (field === undefined) continue;
    const weight = own.reduce((sum, { smoothed }) => sum + (smoothed === true ? smoothedWeight : 1), 0);
    const rssi = own.reduce((sum, reading) => sum + reading.rssi, 0) / own.length;
    heard.push({ field, rssi, weight: Math.min(weightMax, weight) });
  }
  return heard.sort((a, b) => b.rssi - a.rssi).slice(0, anchorsCounted);
}
