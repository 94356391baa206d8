/**
 * How much of each cell lies in each zone. Cells are as wide as a cart walks in two or three seconds, so a cell on the
 * line between two zones belongs to both in part; given to one of them whole, it would make every crossing of that line
 * late one way and early the other.
 *
 * And how much of each cell lies within a margin of a zone: what a cart has to leave behind before it has left the zone.
 */
import { contains, type FloorPlan, type Point } from '@kairos/protocol/floor-plan.ts';

/** Points looked at in a cell that a line crosses: so many each way. */
const pointsEachWay = 5;
const spots: readonly Point[] = Array.from({ length: pointsEachWay ** 2 }, (_, index) => [
  ((index % pointsEachWay) + 0.5) / pointsEachWay - 0.5,
  (Math.floor(index / pointsEachWay) + 0.5) / pointsEachWay - 0.5,
]);
/** Middle and nearly the corners: where all of these agree, the cell is whole. */
const ends: readonly Point[] = [
  [0, 0],
  [-0.49, -0.49],
  [0.49, -0.49],
  [-0.49, 0.49],
  [0.49, 0.49],
];

export interface ZoneCover {
  /** The entries of a cell reach from `starts[cell]` to before `starts[cell + 1]`. */
  readonly starts: Int32Array;
  /** Index into the plan's zones plus one; 0 is outside all of them. Of zones that overlap the first counts. */
  readonly slots: Uint16Array;
  /** Part of the cell, 0 to 1; those of a cell add up to 1. */
  readonly parts: Float32Array;
  /** Part of each cell that lies in this zone (index into the plan's) or within the margin of it. */
  reachOf(zone: number): Float32Array;
}

export interface Cells {
  /** Middles, in metres. */
  readonly at: readonly Point[];
  readonly widthM: number;
  readonly heightM: number;
}

export function createZoneCover({ zones }: Pick<FloorPlan, 'zones'>, cells: Cells, marginM: number): ZoneCover {
  const within = (point: Point): number => zones.findIndex((zone) => contains(zone.polygon, point)) + 1;
  const starts = new Int32Array(cells.at.length + 1);
  const slots: number[] = [];
  const parts: number[] = [];
  for (let cell = 0; cell < cells.at.length; cell += 1) {
    for (const [slot, part] of partsOf(cell, cells, within)) {
      slots.push(slot);
      parts.push(part);
    }
    starts[cell + 1] = slots.length;
  }
  const reaches = new Map<number, Float32Array>();
  return {
    starts,
    slots: Uint16Array.from(slots),
    parts: Float32Array.from(parts),
    reachOf(zone) {
      const cached = reaches.get(zone);
      if (cached) return cached;
      const polygon = zones[zone]?.polygon ?? [];
      const isNear = (point: Point): number =>
        contains(polygon, point) || distanceM(polygon, point) <= marginM ? 1 : 0;
      const reach = Float32Array.from(cells.at, (_, cell) => partsOf(cell, cells, isNear).get(1) ?? 0);
      reaches.set(zone, reach);
      return reach;
    },
  };
}

/** What share of a cell has which value. */
function partsOf(cell: number, { at, widthM, heightM }: Cells, valueAt: (point: Point) => number): Map<number, number> {
  const [x, y] = at[cell] as Point;
  const look = ([right, down]: Point): number => valueAt([x + right * widthM, y + down * heightM]);
  const [middle, ...corners] = ends.map(look) as [number, ...number[]];
  if (corners.every((corner) => corner === middle)) return new Map([[middle, 1]]);
  const parts = new Map<number, number>();
  for (const spot of spots) {
    const value = look(spot);
    parts.set(value, (parts.get(value) ?? 0) + 1 / spots.length);
  }
  return parts;
}

/** From a point to the nearest edge of a polygon. */
function distanceM(polygon: readonly Point[], [x, y]: Point): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (let index = 0; index < polygon.length; index += 1) {
    const [fromX, fromY] = polygon[index] as Point;
    const [toX, toY] = polygon[(index + 1) % polygon.length] as Point;
    const [alongX, alongY] = [toX - fromX, toY - fromY];
    const length = alongX * alongX + alongY * alongY;
    const part = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - fromX) * alongX + (y - fromY) * alongY) / length));
    nearest = Math.min(nearest, Math.hypot(x - fromX - part * alongX, y - fromY - part * alongY));
  }
  return nearest;
}
