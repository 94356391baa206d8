/**
 * How strongly each anchor would be heard in each cell: by the log-distance law with the walls in between, or, where
 * the floor plan holds a calibration, from what was heard there (`fingerprint-field.ts`). Fields are made when an anchor
 * is first heard, and kept; an anchor that is not on the plan has none.
 */
import type { FloorPlan, Point } from '@kairos/protocol/floor-plan.ts';
import { createFingerprintFields } from './fingerprint-field.ts';
import type { TrackerSettings } from './tracker-settings.ts';
import { wallsBetween } from './walls.ts';
import type { ZoneGrid } from './zone-grid.ts';

/** A tag on a trolley, a reader under its handle: metres above the floor. */
const cartHeightM = 1.2;
/** Nearer than this, distance says nothing more. */
const distanceMinM = 0.7;
/** Behind so many walls radio comes by other ways. */
const wallsCounted = 3;

/** What is expected of one anchor. */
export interface AnchorField {
  /** dBm in each cell of the grid. */
  readonly expected: Float32Array;
  /** In each cell: one over the scale of what is left, in 1/dB … */
  readonly perDb: Float32Array;
  /** … and what a Student law of that scale divides by, so that a broad law is no better than a narrow one that fits. */
  readonly breadth: Float32Array;
}

export interface RadioMap {
  /** Undefined for what is not on the plan. */
  fieldOf(address: string): AnchorField | undefined;
  /** Whether the levels were measured, with a tag like those on the carts, instead of reckoned. */
  readonly isMeasured: boolean;
}

export function createRadioMap(plan: FloorPlan, grid: ZoneGrid, settings: TrackerSettings): RadioMap {
  const known = new Map(plan.anchors.map((anchor) => [anchor.address, anchor]));
  const fields = new Map<string, AnchorField>();
  const measured = createFingerprintFields(plan, grid, (address, at) => {
    const anchor = known.get(address);
    return anchor ? levelAt(anchor, at, { grid, settings }) : undefined;
  });
  return {
    isMeasured: measured !== null,
    fieldOf(address) {
      const cached = fields.get(address);
      const anchor = known.get(address);
      if (cached || !anchor) return cached;
      const byLaw = Float32Array.from(grid.at, (at) => levelAt(anchor, at, { grid, settings }));
      const field = { expected: measured?.(address, byLaw) ?? byLaw, ...precision(anchor, grid, settings) };
      fields.set(address, field);
      return field;
    },
  };
}

/**
 * What is left of a reading once the level is known: fading and shadow, and near an anchor what half a step to the side
 * or somebody's arm in between makes. There the level changes by so many dB for each metre that this outweighs all else.
 */
function precision(
  anchor: FloorPlan['anchors'][number],
  grid: ZoneGrid,
  { residualDb, placeM, pathLossExponent, freedom }: TrackerSettings,
): Pick<AnchorField, 'perDb' | 'breadth'> {
  const scales = Float32Array.from(grid.at, (at) => {
    const dbPerM = (10 * pathLossExponent) / Math.LN10 / distanceTo(anchor, at);
    return Math.hypot(residualDb, placeM * dbPerM);
  });
  return {
    perDb: scales.map((scale) => 1 / scale),
    breadth: scales.map((scale) => (scale / residualDb) ** (2 / (freedom + 1))),
  };
}

function distanceTo(anchor: FloorPlan['anchors'][number], [cellX, cellY]: Point): number {
  const [x, y, z] = anchor.at;
  return Math.max(distanceMinM, Math.hypot(cellX - x, cellY - y, cartHeightM - z));
}

/** Log-distance law; walls as in the multi-wall model of COST 231. */
function levelAt(
  anchor: FloorPlan['anchors'][number],
  cell: Point,
  { grid, settings }: { readonly grid: ZoneGrid; readonly settings: TrackerSettings },
): number {
  const [x, y] = anchor.at;
  const walls = wallsBetween(grid.walls, [x, y], cell, wallsCounted);
  const lossDb = 10 * settings.pathLossExponent * Math.log10(distanceTo(anchor, cell));
  return anchor.powerAt1m - lossDb - walls * settings.wallLossDb;
}
