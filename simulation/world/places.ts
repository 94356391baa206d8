/** The places of a shop where shoppers stand: in front of shelves, at the tills, at the carts, at the door. */
import { type FloorPlan, zoneAt } from '@kairos/protocol/floor-plan.ts';
import type { Point } from '@kairos/protocol/geometry.ts';
import { edgesOf } from './plane.ts';
import type { Walkable } from './walkable.ts';

export interface Places {
  readonly door: Point;
  /** Where cart number `index` stands when nobody has it. */
  dock(index: number): Point;
  /** In front of the shelves of a department; empty where it stands nowhere. */
  standsFor(department: string): readonly Stand[];
  till(id: string): Point;
}

export interface Stand {
  readonly shelf: string;
  readonly at: Point;
}

/** From the shelf to the cart's middle. */
const reachMetres = 0.7;
const standEveryMetres = 0.7;
const dockEveryMetres = 0.75;
/** The way in stays clear. */
const dockFromDoorMetres = 2.4;
const dockFromZoneMetres = 2;

export function placesOf(plan: FloorPlan, walkable: Walkable): Places {
  const door = plan.doors[0]?.at;
  if (door === undefined) throw new Error(`the plan "${plan.name}" has no door; shoppers need one to come in`);
  const inside = walkable.nearestFree(door);
  const docks = docksOf(plan, walkable, inside);
  const stands = new Map<string, Stand[]>();
  for (const shelf of plan.shelves) {
    const here = standsAt(plan, shelf, walkable);
    for (const department of shelf.departments) stands.set(department, [...(stands.get(department) ?? []), ...here]);
  }
  const tills = new Map(plan.tills.map((till) => [till.id, walkable.nearestFree(till.at)]));
  return {
    door: inside,
    dock: (index) => docks[index % docks.length] as Point,
    standsFor: (department) => stands.get(department) ?? [],
    till: (id) => {
      const at = tills.get(id);
      if (at === undefined) throw new Error(`the plan "${plan.name}" has no till "${id}"`);
      return at;
    },
  };
}

/** Along the outline, a reach away from it, where a cart finds room and the zone is still the shelf's. */
function standsAt(plan: FloorPlan, shelf: FloorPlan['shelves'][number], walkable: Walkable): Stand[] {
  const stands: Stand[] = [];
  for (const [from, to] of edgesOf(shelf.polygon, true)) {
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
    const along: Point = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
    for (let far = standEveryMetres / 2; far < length; far += standEveryMetres) {
      // Clockwise and counter-clockwise outlines both: only one of the two sides is free.
      for (const side of [1, -1]) {
        const at: Point = [
          from[0] + along[0] * far + side * along[1] * reachMetres,
          from[1] + along[1] * far - side * along[0] * reachMetres,
        ];
        if (walkable.isFree(at) && zoneAt(plan, at)?.id === shelf.zone) stands.push({ shelf: shelf.id, at });
      }
    }
  }
  return stands;
}

/** A cart in its dock must not be taken for one in the next zone. */
function isWellInside(plan: FloorPlan, zone: FloorPlan['zones'][number] | undefined, [x, y]: Point): boolean {
  const far = dockFromZoneMetres;
  const around: Point[] = [
    [x, y],
    [x - far, y],
    [x + far, y],
    [x, y - far],
    [x, y + far],
  ];
  return around.every((at) => (zoneAt(plan, at) ?? zone) === zone);
}

function docksOf(plan: FloorPlan, walkable: Walkable, door: Point): Point[] {
  const entrance = plan.zones.find((zone) => zone.kind === 'entrance') ?? zoneAt(plan, door) ?? plan.zones[0];
  const docks: Point[] = [];
  for (let y = dockEveryMetres; y < plan.height; y += dockEveryMetres) {
    for (let x = dockEveryMetres; x < plan.width; x += dockEveryMetres) {
      const isAside = Math.hypot(x - door[0], y - door[1]) >= dockFromDoorMetres;
      if (isAside && walkable.isFree([x, y]) && isWellInside(plan, entrance, [x, y])) docks.push([x, y]);
    }
  }
  // Out of the way of those who come from the tills.
  const fromTills = ([x, y]: Point): number =>
    Math.min(...plan.tills.map(({ at }) => Math.hypot(x - at[0], y - at[1])));
  return docks.length > 0 ? docks.sort((a, b) => fromTills(b) - fromTills(a) || a[1] - b[1]) : [door];
}
