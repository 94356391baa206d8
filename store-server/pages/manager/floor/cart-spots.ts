/**
 * Where the dot of a cart stands on the plan. The store knows the zone and no more; the dot gets a free spot in it,
 * off the shelves, clear of the zone's name and of other dots, and keeps it while the cart stays.
 */
import type { FloorPlan, Zone } from '@kairos/protocol/floor-plan.ts';
import { contains, type Point } from '@kairos/protocol/geometry.ts';
import { labelOf } from '@kairos/ui/zone-label.ts';
import { nameSize } from './plan-scale.ts';

/** All in radii of a dot. */
const latticeStep = 0.6;
const fromEdge = 1.2;
const fromShelf = 1;
const fromTill = 2;
const betweenDots = 2.5;
/** How far the clearances may shrink where there is little room, and how many spots are enough. */
const easings = [1, 0.75, 0.5];
const spotsWanted = 6;
/** Spots of one zone that are looked at; and dots in it from which on the next is put down anywhere. */
const spotsMax = 120;
const lookedAtMax = 40;

export class CartSpots {
  readonly #plan: FloorPlan;
  readonly #dot: number;
  readonly #open = new Map<string, readonly Point[]>();
  /** By zone and by cart. */
  readonly #taken = new Map<string, Map<string, Point>>();

  constructor(plan: FloorPlan, dot: number) {
    this.#plan = plan;
    this.#dot = dot;
  }

  take(cart: string, zone: Zone): Point {
    const taken = this.#taken.get(zone.id) ?? new Map<string, Point>();
    this.#taken.set(zone.id, taken);
    const known = taken.get(cart);
    if (known) return known;
    const at = this.#freeSpot(zone, [...taken.values()]);
    taken.set(cart, at);
    return at;
  }

  leave(cart: string, zone: Zone): void {
    this.#taken.get(zone.id)?.delete(cart);
  }

  /** The spot nearest to the middle with room around it; where there is none left, the one with most room. */
  #freeSpot(zone: Zone, taken: readonly Point[]): Point {
    const open = this.#openFloor(zone);
    if (open.length === 0) return middleOf(zone);
    if (taken.length >= lookedAtMax) return open[taken.length % open.length] as Point;
    let best = { at: open[0] as Point, room: -1 };
    for (const at of open) {
      const room = Math.min(...taken.map(([x, y]) => Math.hypot(x - at[0], y - at[1])), Number.POSITIVE_INFINITY);
      if (room >= betweenDots * this.#dot) return at;
      if (room > best.room) best = { at, room };
    }
    return best.at;
  }

  /** In a zone that is full of shelves the dots come closer to them, rather than stand on its name. */
  #openFloor(zone: Zone): readonly Point[] {
    const known = this.#open.get(zone.id);
    if (known) return known;
    let points: Point[] = [];
    for (const ease of easings) {
      points = this.#lattice(zone, this.#dot * ease);
      if (points.length >= spotsWanted) break;
    }
    const [x, y] = middleOf(zone);
    const far = (at: Point): number => Math.hypot(at[0] - x, at[1] - y);
    const open = points.sort((one, other) => far(one) - far(other)).slice(0, spotsMax);
    this.#open.set(zone.id, open);
    return open;
  }

  #lattice(zone: Zone, clearance: number): Point[] {
    const box = boxOf(zone.polygon);
    const step = Math.max(latticeStep * this.#dot, Math.sqrt(((box.right - box.left) * (box.bottom - box.top)) / 900));
    const shelves = this.#plan.shelves.map((shelf) => boxOf(shelf.polygon)).filter((shelf) => overlaps(shelf, box));
    const tills = this.#plan.tills.filter((till) => till.zone === zone.id);
    const name = nameBox(this.#plan, zone);
    const points: Point[] = [];
    for (let x = box.left + step / 2; x < box.right; x += step) {
      for (let y = box.top + step / 2; y < box.bottom; y += step) {
        const at: Point = [x, y];
        const isFree =
          isInside(zone, at, fromEdge * clearance) &&
          !shelves.some((shelf) => isNear(shelf, at, fromShelf * clearance)) &&
          !tills.some((till) => Math.hypot(till.at[0] - x, till.at[1] - y) < fromTill * clearance) &&
          !isNear(name, at, clearance);
        if (isFree) points.push(at);
      }
    }
    return points;
  }
}

function isInside(zone: Zone, [x, y]: Point, edge: number): boolean {
  const around: Point[] = [
    [x, y],
    [x + edge, y],
    [x - edge, y],
    [x, y + edge],
    [x, y - edge],
  ];
  return around.every((point) => contains(zone.polygon, point));
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function nameBox(plan: FloorPlan, zone: Zone): Box {
  const label = labelOf(zone, nameSize(plan));
  if (label === null) return { left: 0, right: -1, top: 0, bottom: -1 };
  const along = zone.name.length * 0.28 * label.size;
  const [halfWidth, halfHeight] = label.upright ? [label.size / 2, along] : [along, label.size / 2];
  const [x, y] = label.at;
  return { left: x - halfWidth, right: x + halfWidth, top: y - halfHeight, bottom: y + halfHeight };
}

function isNear(box: Box, [x, y]: Point, margin: number): boolean {
  if (box.right < box.left) return false;
  return x > box.left - margin && x < box.right + margin && y > box.top - margin && y < box.bottom + margin;
}

function overlaps(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

function boxOf(outline: readonly Point[]): Box {
  const [xs, ys] = [outline.map(([x]) => x), outline.map(([, y]) => y)];
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

function middleOf(zone: Zone): Point {
  const box = boxOf(zone.polygon);
  return [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
}
