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
