/** From metres on the plan to pixels on the glass and back, as the floor plan's SVG lays it out: whole, and centred. */
import type { FloorPlan, Zone } from '@kairos/protocol/floor-plan.ts';
import type { Point } from '@kairos/protocol/geometry.ts';

/** Metres of free floor drawn around the plan. */
export const planMargin = 0.06;
const dotPxMin = 4.5;
const dotPxMax = 18;
/** A dot in the height of the plan's names, and in the side of a zone of middle size. */
const dotToName = 0.8;
const dotToZone = 0.15;

export interface PlanScale {
  /** Pixels a metre. */
  readonly perMetre: number;
  /** A cart's radius in metres. */
  readonly dot: number;
  toPixels(at: Point): Point;
  toMetres(pixels: Point): Point;
}

export function scaleOf(plan: FloorPlan, width: number, height: number): PlanScale {
  const whole = { width: plan.width + 2 * planMargin, height: plan.height + 2 * planMargin };
  const perMetre = Math.max(1e-6, Math.min(width / whole.width, height / whole.height));
  const left = (width - whole.width * perMetre) / 2 + planMargin * perMetre;
  const top = (height - whole.height * perMetre) / 2 + planMargin * perMetre;
  const wished = Math.min(dotToName * nameSize(plan), dotToZone * middleSide(plan.zones)) * perMetre;
  return {
    perMetre,
    dot: Math.min(dotPxMax, Math.max(dotPxMin, wished)) / perMetre,
    toPixels: ([x, y]) => [left + x * perMetre, top + y * perMetre],
    toMetres: ([x, y]) => [(x - left) / perMetre, (y - top) / perMetre],
  };
}

/** As in ui/floor-plan-map.tsx, without loading React into what is only arithmetic. */
export function nameSize(plan: FloorPlan): number {
  return Math.max(plan.width, plan.height) / 42;
}

/** The side of a square as large as the zone in the middle of all, by size. */
function middleSide(zones: readonly Zone[]): number {
  const sides = zones.map(({ polygon }) => Math.sqrt(areaOf(polygon))).sort((one, other) => one - other);
  return sides[Math.floor(sides.length / 2)] ?? 1;
}

function areaOf(polygon: readonly Point[]): number {
  const twice = polygon.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = polygon[(index + 1) % polygon.length] as Point;
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(twice) / 2;
}
