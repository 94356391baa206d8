/** Lines and distances on the floor, in metres. */
import type { Point } from '@kairos/protocol/geometry.ts';

export type Segment = readonly [from: Point, to: Point];

/** The stretches of a line; of an outline, with the one that closes it. */
export function edgesOf(line: readonly Point[], closed: boolean): Segment[] {
  const ends = closed ? [...line.slice(1), line[0] as Point] : line.slice(1);
  return ends.map((end, at) => [line[at] as Point, end] as const);
}

export function distanceToSegment(at: Point, [from, to]: Segment): number {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = dx * dx + dy * dy;
  const share = length === 0 ? 0 : ((at[0] - from[0]) * dx + (at[1] - from[1]) * dy) / length;
  const nearest = Math.max(0, Math.min(1, share));
  return Math.hypot(at[0] - from[0] - nearest * dx, at[1] - from[1] - nearest * dy);
}

/** Whether two stretches cross; touching at an end may go either way. */
export function cross([a, b]: Segment, [c, d]: Segment): boolean {
  const side = (p: Point, q: Point, r: Point): number =>
    Math.sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]));
  return side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b);
}
