/**
 * The floor as cells: which zones each lies in, where a cart can stand, and which cells a step leads to. Made once for a
 * floor plan and read by every cart's belief.
 */
import { contains, type FloorPlan, type Point } from '@kairos/protocol/floor-plan.ts';
import { type TrackerSettings, trackerSettings } from './tracker-settings.ts';
import { crossesWall, type Segment, wallSegments } from './walls.ts';
import { createZoneCover, type ZoneCover } from './zone-cover.ts';

/** Cells are this wide, … */
const cellSizeM = 1;
/** … narrower where a small shop would have fewer than this, … */
const cellsMin = 300;
/** … and wider so that a large store has no more than about this many. */
const cellsMax = 1_100;

export interface ZoneGrid {
  readonly cells: number;
  readonly cellM: number;
  /** Middle of each cell, in metres. */
  readonly at: readonly Point[];
  readonly zones: readonly string[];
  readonly cover: ZoneCover;
  /** Cells in which a cart can stand: not in a shelf. */
  readonly open: Uint8Array;
  readonly openCells: number;
  /** Eight slots for each cell: the cell that a step leads to, or -1 where a wall, a shelf or the edge is. */
  readonly steps: Int32Array;
  readonly walls: readonly Segment[];
}

/** The eight ways to step; the last four are diagonal. */
export const ways: readonly Point[] = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
  [1, 1],
  [1, -1],
  [-1, 1],
  [-1, -1],
];

export function createZoneGrid(
  plan: FloorPlan,
  { marginM }: Pick<TrackerSettings, 'marginM'> = trackerSettings,
): ZoneGrid {
  const area = plan.width * plan.height;
  const cellM = Math.max(Math.min(cellSizeM, Math.sqrt(area / cellsMin)), Math.sqrt(area / cellsMax));
  const columns = Math.max(1, Math.round(plan.width / cellM));
  const rows = Math.max(1, Math.round(plan.height / cellM));
  const cells = columns * rows;
  const at = Array.from(
    { length: cells },
    (_, cell): Point => [
      (((cell % columns) + 0.5) * plan.width) / columns,
      ((Math.floor(cell / columns) + 0.5) * plan.height) / rows,
    ],
  );

  const open = new Uint8Array(cells);
  at.forEach((place, cell) => {
    open[cell] = plan.shelves.some((shelf) => contains(shelf.polygon, place)) ? 0 : 1;
  });
  // A plan that is all shelves is a plan drawn wrongly; carts stand somewhere.
  if (!open.includes(1)) open.fill(1);

  const walls = wallSegments(plan);
  const steps = new Int32Array(cells * ways.length).fill(-1);
  at.forEach((place, cell) => {
    const column = cell % columns;
    const row = Math.floor(cell / columns);
    ways.forEach(([right, down], way) => {
      const isInside = column + right >= 0 && column + right < columns && row + down >= 0 && row + down < rows;
      const target = cell + right + down * columns;
      if (!isInside || open[target] === 0 || crossesWall(walls, place, at[target] as Point)) return;
      steps[cell * ways.length + way] = target;
    });
  });
  return {
    cells,
    cellM,
    at,
    zones: plan.zones.map((zone) => zone.id),
    cover: createZoneCover(plan, { at, widthM: plan.width / columns, heightM: plan.height / rows }, marginM),
    open,
    openCells: open.reduce((sum, one) => sum + one, 0),
    steps,
    walls,
  };
}
