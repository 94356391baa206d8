/**
 * How strongly each anchor would be heard in each cell: by the log-distance law with the walls in between, or, where
 * the floor plan holds a calibration, from what was heard there (`fingerprint-field.ts`). Fields are made when an anchor
 * is first heard, and kept; an anchor that is not on the plan has none.
 */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
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
  /** One over the scale of what is left, in 1/dB: louder than expected, and quieter. */
  readonly perLouderDb: number;
  readonly perQuieterDb: number;
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
      const learned = measured?.(address, byLaw) ?? null;
      const field =
        learned === null
          ? { expected: byLaw, perLouderDb: 1 / settings.louderDb, perQuieterDb: 1 / settings.quieterDb }
          : {
              expected: learned,
              perLouderDb: 1 / settings.measured.residualDb,
              perQuieterDb: 1 / settings.measured.residualDb,
            };
      fields.set(address, field);
      return field;
    },
  };
}

/** Log-distance law; walls as in the multi-wall model of COST 231. */
function levelAt(
  anchor: FloorPlan['anchors'][number],
  [cellX, cellY]: readonly [number, number],
  { grid, settings }: { readonly grid: ZoneGrid; readonly settings: TrackerSettings },
): number {
  const [x, y, z] = anchor.at;
  const distanceM = Math.max(distanceMinM, Math.hypot(cellX - x, cellY - y, cartHeightM - z));
  const walls = wallsBetween(grid.walls, [x, y], [cellX, cellY], wallsCounted);
  return anchor.powerAt1m - 10 * settings.pathLossExponent * Math.log10(distanceM) - walls * settings.wallLossDb;
}
