/** The walls of a floor plan as lines: which steps they stop, and how many of them stand between two places. */
import type { FloorPlan, Point } from '@kairos/protocol/floor-plan.ts';

export type Segment = readonly [Point, Point];

export function wallSegments(plan: FloorPlan): Segment[] {
  return plan.walls.flatMap((line) => line.slice(1).map((end, index): Segment => [line[index] as Point, end]));
}

export function crossesWall(walls: readonly Segment[], from: Point, to: Point): boolean {
  return walls.some((wall) => crosses(wall, from, to));
}

/** No more than `countMax` of them. */
export function wallsBetween(walls: readonly Segment[], from: Point, to: Point, countMax: number): number {
  let count = 0;
  for (const wall of walls) {
    if (count === countMax) break;
    if (crosses(wall, from, to)) count += 1;
  }
  return count;
}

function crosses([start, end]: Segment, from: Point, to: Point): boolean {
  return side(start, end, from) !== side(start, end, to) && side(from, to, start) !== side(from, to, end);
}

/** On which side of the line through `a` and `b` a place lies. */
function side(a: Point, b: Point, at: Point): boolean {
  return (b[0] - a[0]) * (at[1] - a[1]) - (b[1] - a[1]) * (at[0] - a[0]) > 0;
}
