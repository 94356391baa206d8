/** What a click on the plan does, and what is drawn so far. */
import type { PlanList } from '@kairos/protocol/floor-plan-checks.ts';
import type { Point } from '@kairos/protocol/geometry.ts';

/** scale: two points of the picture, whose distance somebody knows. */
export type Tool = 'select' | 'scale' | PlanList;

export type Drawn =
  | { readonly kind: 'going-on'; readonly points: readonly Point[] }
  | { readonly kind: 'done'; readonly points: readonly Point[] };

/** One more click. `reach`: so near is the same point, in metres. */
export function clicked(tool: Tool, points: readonly Point[], at: Point, reach: number): Drawn {
  const isAt = (point: Point | undefined): boolean =>
    point !== undefined && Math.hypot(point[0] - at[0], point[1] - at[1]) <= reach;
  switch (tool) {
    case 'zones':
      return points.length >= 3 && (isAt(points[0]) || isAt(points.at(-1)))
        ? { kind: 'done', points }
        : goingOn(points, at);
    case 'walls':
      return points.length >= 2 && isAt(points.at(-1)) ? { kind: 'done', points } : goingOn(points, at);
    case 'shelves': {
      const [corner] = points;
      if (!corner) return goingOn(points, at);
      const isFlat = Math.abs(corner[0] - at[0]) < 0.05 || Math.abs(corner[1] - at[1]) < 0.05;
      return isFlat ? { kind: 'going-on', points } : { kind: 'done', points: boxOf(corner, at) };
    }
    case 'scale':
      return points.length === 1 ? { kind: 'done', points: [...points, at] } : goingOn(points, at);
    default:
      return { kind: 'done', points: [at] };
  }
}

function goingOn(points: readonly Point[], at: Point): Drawn {
  return { kind: 'going-on', points: [...points, at] };
}

function boxOf([x1, y1]: Point, [x2, y2]: Point): Point[] {
  return [
    [x1, y1],
    [x2, y1],
    [x2, y2],
    [x1, y2],
  ];
}
