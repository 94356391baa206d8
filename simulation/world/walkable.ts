/**
 * Where one can walk with a cart: the floor on a grid, without shelves and walls and a cart's half width around them,
 * and the shortest way between two places on it.
 */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { contains, type Point } from '@kairos/protocol/geometry.ts';
import { distanceToSegment, edgesOf } from './plane.ts';

const cellMetres = 0.25;
/** Kept from shelves and walls: half a cart's width. */
const clearanceMetres = 0.33;

export interface Walkable {
  isFree(at: Point): boolean;
  /** The free place nearest to `at`. */
  nearestFree(at: Point): Point;
  /** Corner points of a shortest way, both ends included. Throws where there is none: the plan is shut off there. */
  way(from: Point, to: Point): Point[];
}

export function walkableOf(plan: FloorPlan): Walkable {
  const columns = Math.ceil(plan.width / cellMetres);
  const rows = Math.ceil(plan.height / cellMetres);
  const centre = (cell: number): Point => [
    ((cell % columns) + 0.5) * cellMetres,
    (Math.floor(cell / columns) + 0.5) * cellMetres,
  ];
  const free = Array.from({ length: columns * rows }, (_, cell) => isClear(plan, centre(cell)));
  const cellAt = ([x, y]: Point): number =>
    clamp(Math.floor(y / cellMetres), rows) * columns + clamp(Math.floor(x / cellMetres), columns);
  const isFree = (at: Point): boolean => free[cellAt(at)] === true;

  const nearestFree = (at: Point): Point => {
    if (isFree(at)) return at;
    let best: Point | null = null;
    for (let cell = 0; cell < free.length; cell += 1) {
      if (free[cell] && (best === null || distance(centre(cell), at) < distance(best, at))) best = centre(cell);
    }
    if (best === null) throw new Error(`nothing on the plan "${plan.name}" can be walked on`);
    return best;
  };

  const way = (from: Point, to: Point): Point[] => {
    const start = nearestFree(from);
    const end = nearestFree(to);
    const cells = shortestWay({ free, columns, from: cellAt(start), to: cellAt(end) });
    if (cells === null) throw new Error(`no way from ${start} to ${end} on the plan "${plan.name}"`);
    return straightened([start, ...cells.slice(1, -1).map(centre), end], isFree);
  };
  return { isFree, nearestFree, way };
}

function isClear(plan: FloorPlan, at: Point): boolean {
  const isNear = (line: readonly Point[], closed: boolean): boolean =>
    edgesOf(line, closed).some((edge) => distanceToSegment(at, edge) < clearanceMetres);
  if (plan.shelves.some((shelf) => contains(shelf.polygon, at) || isNear(shelf.polygon, true))) return false;
  return !plan.walls.some((wall) => isNear(wall, false));
}

/** A* over eight neighbours; a diagonal step needs both cells beside it, so that no corner is cut. */
function shortestWay(grid: { free: readonly boolean[]; columns: number; from: number; to: number }): number[] | null {
  const { free, columns, from, to } = grid;
  const cost = new Map<number, number>([[from, 0]]);
  const cameFrom = new Map<number, number>();
  const guess = (cell: number): number =>
    Math.hypot((cell % columns) - (to % columns), Math.floor(cell / columns) - Math.floor(to / columns));
  const open: { cell: number; rank: number }[] = [{ cell: from, rank: guess(from) }];
  const closed = new Set<number>();
  for (let here = takeLowest(open); here !== null; here = takeLowest(open)) {
    if (here === to) return traced(cameFrom, to);
    if (closed.has(here)) continue;
    closed.add(here);
    for (const [next, step] of neighbours(here, free, columns)) {
      const total = (cost.get(here) ?? 0) + step;
      if (total >= (cost.get(next) ?? Number.POSITIVE_INFINITY)) continue;
      cost.set(next, total);
      cameFrom.set(next, here);
      put(open, { cell: next, rank: total + guess(next) });
    }
  }
  return null;
}

function neighbours(cell: number, free: readonly boolean[], columns: number): (readonly [number, number])[] {
  const column = cell % columns;
  const isOpen = (dx: number, dy: number): boolean =>
    column + dx >= 0 && column + dx < columns && free[cell + dy * columns + dx] === true;
  const found: (readonly [number, number])[] = [];
  for (const dx of [-1, 0, 1]) {
    for (const dy of [-1, 0, 1]) {
      if ((dx === 0 && dy === 0) || !isOpen(dx, dy)) continue;
      if (dx !== 0 && dy !== 0 && !(isOpen(dx, 0) && isOpen(0, dy))) continue;
      found.push([cell + dy * columns + dx, dx !== 0 && dy !== 0 ? Math.SQRT2 : 1]);
    }
  }
  return found;
}

/** A binary heap in an array, lowest rank first; ties by cell, so that the way never depends on chance. */
function put(heap: { cell: number; rank: number }[], item: { cell: number; rank: number }): void {
  heap.push(item);
  for (let at = heap.length - 1; at > 0; ) {
    const parent = (at - 1) >> 1;
    if (!isLower(heap, at, parent)) break;
    swap(heap, at, parent);
    at = parent;
  }
}

function takeLowest(heap: { cell: number; rank: number }[]): number | null {
  const top = heap[0];
  const last = heap.pop();
  if (top === undefined || last === undefined) return null;
  if (heap.length === 0) return top.cell;
  heap[0] = last;
  for (let at = 0; ; ) {
    const [left, right] = [2 * at + 1, 2 * at + 2];
    let lowest = at;
    if (left < heap.length && isLower(heap, left, lowest)) lowest = left;
    if (right < heap.length && isLower(heap, right, lowest)) lowest = right;
    if (lowest === at) return top.cell;
    swap(heap, at, lowest);
    at = lowest;
  }
}

function isLower(heap: readonly { cell: number; rank: number }[], a: number, b: number): boolean {
  const [one, other] = [heap[a], heap[b]];
  if (one === undefined || other === undefined) return false;
  return one.rank < other.rank || (one.rank === other.rank && one.cell < other.cell);
}

function swap<Item>(items: Item[], a: number, b: number): void {
  [items[a], items[b]] = [items[b] as Item, items[a] as Item];
}

function traced(cameFrom: ReadonlyMap<number, number>, end: number): number[] {
  const cells = [end];
  for (let cell = cameFrom.get(end); cell !== undefined; cell = cameFrom.get(cell)) cells.push(cell);
  return cells.reverse();
}

/** Drops every point that can be walked past in a straight line: people do not walk on a grid. */
function straightened(points: readonly Point[], isFree: (at: Point) => boolean): Point[] {
  const kept: Point[] = [points[0] as Point];
  for (let at = 0; at < points.length - 1; ) {
    let far = points.length - 1;
    while (far > at + 1 && !isStraight(points[at] as Point, points[far] as Point, isFree)) far -= 1;
    kept.push(points[far] as Point);
    at = far;
  }
  return kept;
}

function isStraight(from: Point, to: Point, isFree: (at: Point) => boolean): boolean {
  const steps = Math.ceil(distance(from, to) / (cellMetres / 2));
  for (let step = 1; step < steps; step += 1) {
    const share = step / steps;
    if (!isFree([from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share])) return false;
  }
  return true;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

function clamp(index: number, length: number): number {
  return Math.max(0, Math.min(length - 1, index));
}
