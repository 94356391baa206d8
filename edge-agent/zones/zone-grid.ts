/**
 * The floor as cells: which zone each lies in, which cells a step leads to, and how strongly each anchor would be
 * heard there. Made once for a floor plan and read by every cart's belief.
 */
import { contains, type FloorPlan, type Point } from '@kairos/protocol/floor-plan.ts';

/** Cells are this wide … */
const cellSizeM = 1;
/** … or wider, so that a large store has no more than about this many. */
const cellsMax = 3_000;
/** A tag on a trolley, a reader under its handle: metres above the floor. */
const cartHeightM = 1.2;
/** Nearer than this, distance says nothing more. */
const distanceMinM = 0.7;
/** RSSI falls by ten times this for each tenfold distance: 2 in free space; halls measure 1.4 to 2.2. */
const pathLossExponent = 2;

export interface ZoneGrid {
  readonly cells: number;
  readonly cellM: number;
  /** Index into `zones` of each cell; -1 outside all of them. */
  readonly zoneOf: Int16Array;
  readonly zones: readonly string[];
  /** Cells in which a cart can stand: not in a shelf. */
  readonly open: Uint8Array;
  /** Eight slots for each cell: the cell that a step leads to, or -1 where a wall, a shelf or the edge is. */
  readonly steps: Int32Array;
  /** How strongly an anchor would be heard in each cell, in dBm; undefined for what is not on the plan. */
  expected(address: string): Float32Array | undefined;
}

/** The eight ways to step; the last four are diagonal. */
const ways: readonly Point[] = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
  [1, 1],
  [1, -1],
  [-1, 1],
  [-1, -1],
];

export function createZoneGrid(plan: FloorPlan): ZoneGrid {
  const cellM = Math.max(cellSizeM, Math.sqrt((plan.width * plan.height) / cellsMax));
  const columns = Math.max(1, Math.round(plan.width / cellM));
  const rows = Math.max(1, Math.round(plan.height / cellM));
  const cells = columns * rows;
  const at = (cell: number): Point => [
    (((cell % columns) + 0.5) * plan.width) / columns,
    ((Math.floor(cell / columns) + 0.5) * plan.height) / rows,
  ];

  const zoneOf = new Int16Array(cells);
  const open = new Uint8Array(cells);
  for (let cell = 0; cell < cells; cell += 1) {
    const place = at(cell);
    zoneOf[cell] = plan.zones.findIndex((zone) => contains(zone.polygon, place));
    open[cell] = plan.shelves.some((shelf) => contains(shelf.polygon, place)) ? 0 : 1;
  }
  // A plan that is all shelves is a plan drawn wrongly; carts stand somewhere.
  if (!open.includes(1)) open.fill(1);

  const walls = wallSegments(plan);
  const steps = new Int32Array(cells * ways.length).fill(-1);
  for (let cell = 0; cell < cells; cell += 1) {
    const column = cell % columns;
    const row = Math.floor(cell / columns);
    ways.forEach(([right, down], way) => {
      const isInside = column + right >= 0 && column + right < columns && row + down >= 0 && row + down < rows;
      const target = cell + right + down * columns;
      if (!isInside || open[target] === 0 || crossesWall(walls, at(cell), at(target))) return;
      steps[cell * ways.length + way] = target;
    });
  }

  const known = new Map(plan.anchors.map((anchor) => [anchor.address, anchor]));
  const heard = new Map<string, Float32Array>();
  return {
    cells,
    cellM,
    zoneOf,
    zones: plan.zones.map((zone) => zone.id),
    open,
    steps,
    expected(address) {
      const cached = heard.get(address);
      const placed = known.get(address);
      if (cached || !placed) return cached;
      const [x, y, z] = placed.at;
      const made = Float32Array.from({ length: cells }, (_, cell) => {
        const [cellX, cellY] = at(cell);
        const distanceM = Math.max(distanceMinM, Math.hypot(cellX - x, cellY - y, cartHeightM - z));
        return placed.powerAt1m - 10 * pathLossExponent * Math.log10(distanceM);
      });
      heard.set(address, made);
      return made;
    },
  };
}

type Segment = readonly [Point, Point];

function wallSegments(plan: FloorPlan): Segment[] {
  return plan.walls.flatMap((line) => line.slice(1).map((end, index): Segment => [line[index] as Point, end]));
}

function crossesWall(walls: readonly Segment[], from: Point, to: Point): boolean {
  return walls.some(
    ([start, end]) => side(start, end, from) !== side(start, end, to) && side(from, to, start) !== side(from, to, end),
  );
}

/** On which side of the line through `a` and `b` a place lies. */
function side(a: Point, b: Point, at: Point): boolean {
  return (b[0] - a[0]) * (at[1] - a[1]) - (b[1] - a[1]) * (at[0] - a[0]) > 0;
}
