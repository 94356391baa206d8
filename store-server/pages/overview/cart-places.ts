/**
 * Where the dot of a cart stands on the plan. The store knows the zone and no more; the dot gets a free place in it,
 * off the shelves, clear of the zone's name and of other dots, and keeps it while the cart stays.
 */
import type { FloorPlan, Zone } from '@kairos/protocol/floor-plan.ts';
import { contains, type Point } from '@kairos/protocol/geometry.ts';
import { labelOf } from '@kairos/ui/zone-label.ts';

export interface CartPlace {
  readonly zone: string;
  readonly at: Point;
  /** Where it stood before it came here; null where that was nowhere on the plan. */
  readonly from: Point | null;
}

/** All in multiples of the plan's label size, so that it works for a kiosk and for a hall. */
const latticeShare = 0.5;
const fromEdgeShare = 1.1;
const fromShelfShare = 0.85;
const fromTillShare = 1.6;
const betweenDotsShare = 2.3;
/** How far the clearances may shrink where there is little room, and how many places are enough. */
const easings = [1, 0.75, 0.5];
const placesWanted = 6;

/** The places of this moment, from those of the moment before. Carts that are in no zone have none. */
export function placeCarts(
  plan: FloorPlan,
  carts: readonly { readonly id: string; readonly zone: string | null }[],
  before: ReadonlyMap<string, CartPlace>,
): Map<string, CartPlace> {
  const places = new Map<string, CartPlace>();
  for (const { id, zone } of carts) {
    const place = before.get(id);
    if (zone !== null && place?.zone === zone) places.set(id, place);
  }
  for (const { id, zone: zoneId } of carts) {
    const zone = plan.zones.find((one) => one.id === zoneId);
    if (zone === undefined || places.has(id)) continue;
    const from = before.get(id)?.at ?? null;
    const taken = [...places.values()].flatMap((place) => (place.zone === zone.id ? [place.at] : []));
    places.set(id, { zone: zone.id, at: freePlace(plan, zone, taken), from });
  }
  return places;
}

/** The place nearest to the middle with room around it; where there is none left, the one with most room. */
function freePlace(plan: FloorPlan, zone: Zone, taken: readonly Point[]): Point {
  const size = sizeOf(plan);
  const [middleX, middleY] = middleOf(zone);
  let best: { at: Point; cost: number } | null = null;
  for (const at of openFloor(plan, zone)) {
    const room = Math.min(...taken.map(([x, y]) => Math.hypot(x - at[0], y - at[1])), 100 * size);
    const crowding = Math.max(0, betweenDotsShare * size - room);
    const cost = crowding * 1000 + Math.hypot(at[0] - middleX, at[1] - middleY);
    if (best === null || cost < best.cost) best = { at, cost };
  }
  return best?.at ?? [middleX, middleY];
}

/** In a zone that is full of shelves the dots come closer to them, rather than stand on its name. */
function openFloor(plan: FloorPlan, zone: Zone): Point[] {
  for (const ease of easings) {
    const points = latticeOf(plan, zone, sizeOf(plan) * ease);
    if (points.length >= placesWanted) return points;
  }
  return [];
}

function latticeOf(plan: FloorPlan, zone: Zone, clearance: number): Point[] {
  const size = sizeOf(plan);
  const box = boxOf(zone.polygon);
  const step = latticeShare * size;
  const points: Point[] = [];
  for (let x = box.left + step / 2; x < box.right; x += step) {
    for (let y = box.top + step / 2; y < box.bottom; y += step) {
      if (isOpenFloor(plan, zone, [x, y], clearance)) points.push([x, y]);
    }
  }
  return points;
}

function isOpenFloor(plan: FloorPlan, zone: Zone, at: Point, size: number): boolean {
  const edge = fromEdgeShare * size;
  const around: Point[] = [
    [0, 0],
    [edge, 0],
    [-edge, 0],
    [0, edge],
    [0, -edge],
  ];
  if (!around.every(([dx, dy]) => contains(zone.polygon, [at[0] + dx, at[1] + dy]))) return false;
  const isOnShelf = plan.shelves.some((shelf) => isNear(boxOf(shelf.polygon), at, fromShelfShare * size));
  const isOnTill = plan.tills.some((till) => Math.hypot(till.at[0] - at[0], till.at[1] - at[1]) < fromTillShare * size);
  return !isOnShelf && !isOnTill && !isNear(nameBox(plan, zone), at, size);
}

function nameBox(plan: FloorPlan, zone: Zone): Box {
  const label = labelOf(zone, sizeOf(plan));
  if (label === null) return { left: 0, right: -1, top: 0, bottom: -1 };
  const along = zone.name.length * 0.28 * label.size;
  const [halfWidth, halfHeight] = label.upright ? [label.size / 2, along] : [along, label.size / 2];
  const [x, y] = label.at;
  return { left: x - halfWidth, right: x + halfWidth, top: y - halfHeight, bottom: y + halfHeight };
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function isNear(box: Box, [x, y]: Point, margin: number): boolean {
  if (box.right < box.left) return false;
  return x > box.left - margin && x < box.right + margin && y > box.top - margin && y < box.bottom + margin;
}

function boxOf(outline: readonly Point[]): Box {
  const [xs, ys] = [outline.map(([x]) => x), outline.map(([, y]) => y)];
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

function middleOf(zone: Zone): Point {
  const box = boxOf(zone.polygon);
  return [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
}

/** As in ui/floor-plan-map.tsx, without loading React into what is only arithmetic. */
function sizeOf(plan: FloorPlan): number {
  return Math.max(plan.width, plan.height) / 42;
}
