/** Points and outlines in metres, apart from the floor plan's schema so that pages can draw and measure without it. */

export type Point = [x: number, y: number];

/** Whether `at` lies in `outline` (even-odd rule; points on an edge may go either way). */
export function contains(outline: readonly Point[], at: Point): boolean {
  let inside = false;
  for (let here = 0, before = outline.length - 1; here < outline.length; before = here++) {
    const [x1, y1] = outline[here] as Point;
    const [x2, y2] = outline[before] as Point;
    if (y1 > at[1] !== y2 > at[1] && at[0] < ((x2 - x1) * (at[1] - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}

/** Mean of the corners: where a label or a dot for the zone goes. */
export function centreOf(outline: readonly Point[]): Point {
  const sum = outline.reduce<Point>(([x, y], corner) => [x + corner[0], y + corner[1]], [0, 0]);
  return [sum[0] / outline.length, sum[1] / outline.length];
}

/** The point of a line, or of an outline where it is closed, that is nearest to `at`, and how far it is. */
export function nearestOn(
  [x, y]: Point,
  line: readonly Point[],
  isClosed: boolean,
): { distance: number; point: Point } {
  let nearest: { distance: number; point: Point } = { distance: Number.POSITIVE_INFINITY, point: [x, y] };
  for (let index = isClosed ? 0 : 1; index < line.length; index += 1) {
    const [x1, y1] = line.at(index - 1) as Point;
    const [x2, y2] = line[index] as Point;
    const length = (x2 - x1) ** 2 + (y2 - y1) ** 2;
    const along = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length));
    const point: Point = [x1 + along * (x2 - x1), y1 + along * (y2 - y1)];
    const distance = Math.hypot(x - point[0], y - point[1]);
    if (distance < nearest.distance) nearest = { distance, point };
  }
  return nearest;
}

/** Whether two segments cross; touching ends do not count. */
export function doCross(a: Point, b: Point, c: Point, d: Point): boolean {
  const side = (p: Point, q: Point, r: Point): number => (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}
