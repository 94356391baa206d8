/**
 * The way from one zone to another on foot: A* on a grid laid over the floor plan, around shelves and walls, then
 * pulled straight where nothing stands between. Pure. Empty where there is no way, or a zone is not on the plan.
 */
import type { FloorPlan, Zone } from './floor-plan.ts';
import { centreOf, contains, type Point } from './geometry.ts';

/** Cells along the longer side: half a metre in a store of 60 m. */
const cellsMax = 120;
const cellMin = 0.25;
/** Walking along a shelf's edge counts more than down the middle of the aisle. */
const edgeCost = 1.6;

interface Grid {
  readonly cell: number;
  readonly columns: number;
  readonly rows: number;
  readonly free: Uint8Array;
  /** 1 where something stands in a neighbouring cell. */
  readonly edge: Uint8Array;
  readonly walls: readonly (readonly [Point, Point])[];
}

const neighbours: readonly (readonly [number, number])[] = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
  [1, 1],
  [1, -1],
  [-1, 1],
  [-1, -1],
];

export function findWay(plan: FloorPlan, from: string, to: string): Point[] {
  const start = plan.zones.find((zone) => zone.id === from);
  const goal = plan.zones.find((zone) => zone.id === to);
  if (!start || !goal || start === goal) return [];
  const grid = layGrid(plan);
  const first = freeCellOf(grid, start);
  const last = freeCellOf(grid, goal);
  if (first === null || last === null) return [];
  const cells = search(grid, first, last);
  return straighten(
    grid,
    cells.map((cell) => pointOf(grid, cell)),
  );
}

function layGrid(plan: FloorPlan): Grid {
  const cell = Math.max(cellMin, Math.max(plan.width, plan.height) / cellsMax);
  const columns = Math.ceil(plan.width / cell);
  const rows = Math.ceil(plan.height / cell);
  const free = new Uint8Array(columns * rows).fill(1);
  for (const { polygon } of plan.shelves) {
    const xs = polygon.map(([x]) => x);
    const ys = polygon.map(([, y]) => y);
    const within = { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
    for (let row = Math.max(0, Math.floor(within.top / cell)); row * cell <= within.bottom && row < rows; row += 1) {
      for (let column = Math.max(0, Math.floor(within.left / cell)); column * cell <= within.right; column += 1) {
        if (column >= columns) break;
        if (contains(polygon, [(column + 0.5) * cell, (row + 0.5) * cell])) free[row * columns + column] = 0;
      }
    }
  }
  const edge = new Uint8Array(columns * rows);
  const grid = { cell, columns, rows, free, edge, walls: segmentsOf(plan.walls) };
  for (let index = 0; index < free.length; index += 1) {
    if (neighbours.some(([dx, dy]) => !isFree(grid, (index % columns) + dx, Math.floor(index / columns) + dy))) {
      edge[index] = 1;
    }
  }
  return grid;
}

function segmentsOf(walls: FloorPlan['walls']): (readonly [Point, Point])[] {
  return walls.flatMap((wall) => wall.slice(1).map((end, index) => [wall[index] as Point, end] as const));
}

function isFree(grid: Grid, column: number, row: number): boolean {
  if (column < 0 || row < 0 || column >= grid.columns || row >= grid.rows) return false;
  return grid.free[row * grid.columns + column] === 1;
}

function pointOf(grid: Grid, index: number): Point {
  return [((index % grid.columns) + 0.5) * grid.cell, (Math.floor(index / grid.columns) + 0.5) * grid.cell];
}

/** The free cell of the zone nearest to its middle. */
function freeCellOf(grid: Grid, zone: Zone): number | null {
  const centre = centreOf(zone.polygon);
  let nearest: number | null = null;
  let distance = Number.POSITIVE_INFINITY;
  for (let index = 0; index < grid.free.length; index += 1) {
    if (grid.free[index] !== 1) continue;
    const at = pointOf(grid, index);
    const away = Math.hypot(at[0] - centre[0], at[1] - centre[1]);
    if (away < distance && contains(zone.polygon, at)) {
      nearest = index;
      distance = away;
    }
  }
  return nearest;
}

function search(grid: Grid, first: number, last: number): number[] {
  const cost = new Float64Array(grid.free.length).fill(Number.POSITIVE_INFINITY);
  const cameFrom = new Int32Array(grid.free.length).fill(-1);
  const queue = new Queue();
  cost[first] = 0;
  queue.push(first, 0);
  for (let here = queue.pop(); here !== null; here = queue.pop()) {
    if (here === last) return trace(cameFrom, last);
    for (const [next, step] of stepsFrom(grid, here)) {
      const there = (cost[here] as number) + step;
      if (there >= (cost[next] as number)) continue;
      cost[next] = there;
      cameFrom[next] = here;
      queue.push(next, there + cellsBetween(grid, next, last));
    }
  }
  return [];
}

function stepsFrom(grid: Grid, here: number): [next: number, cost: number][] {
  const column = here % grid.columns;
  const row = Math.floor(here / grid.columns);
  const steps: [number, number][] = [];
  for (const [dx, dy] of neighbours) {
    if (!isFree(grid, column + dx, row + dy)) continue;
    // No slipping through between two shelves that touch at their corners.
    if (dx !== 0 && dy !== 0 && !(isFree(grid, column + dx, row) && isFree(grid, column, row + dy))) continue;
    const next = (row + dy) * grid.columns + column + dx;
    if (isWalled(grid, pointOf(grid, here), pointOf(grid, next))) continue;
    steps.push([next, Math.hypot(dx, dy) * (grid.edge[next] === 1 ? edgeCost : 1)]);
  }
  return steps;
}

function cellsBetween(grid: Grid, one: number, other: number): number {
  const dx = (one % grid.columns) - (other % grid.columns);
  const dy = Math.floor(one / grid.columns) - Math.floor(other / grid.columns);
  return Math.hypot(dx, dy);
}

function trace(cameFrom: Int32Array, last: number): number[] {
  const cells: number[] = [];
  for (let here = last; here >= 0; here = cameFrom[here] as number) cells.push(here);
  return cells.reverse();
}

function isWalled(grid: Grid, from: Point, to: Point): boolean {
  return grid.walls.some(([start, end]) => crosses(from, to, start, end));
}

function crosses(a: Point, b: Point, c: Point, d: Point): boolean {
  const side = (p: Point, q: Point, r: Point): number => (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
  return side(a, b, c) * side(a, b, d) <= 0 && side(c, d, a) * side(c, d, b) <= 0;
}

/** Drops the corners that a straight step along free floor away from edges makes needless. */
function straighten(grid: Grid, points: readonly Point[]): Point[] {
  const [start] = points;
  if (!start) return [];
  const kept: Point[] = [start];
  let from = 0;
  while (from < points.length - 1) {
    let to = from + 1;
    while (to + 1 < points.length && isOpen(grid, points[from] as Point, points[to + 1] as Point)) to += 1;
    kept.push(points[to] as Point);
    from = to;
  }
  return kept;
}

function isOpen(grid: Grid, from: Point, to: Point): boolean {
  if (isWalled(grid, from, to)) return false;
  const steps = Math.ceil((Math.hypot(to[0] - from[0], to[1] - from[1]) / grid.cell) * 2);
  for (let step = 1; step < steps; step += 1) {
    const x = from[0] + ((to[0] - from[0]) * step) / steps;
    const y = from[1] + ((to[1] - from[1]) * step) / steps;
    const index = Math.floor(y / grid.cell) * grid.columns + Math.floor(x / grid.cell);
    if (grid.free[index] !== 1 || grid.edge[index] === 1) return false;
  }
  return true;
}

/** A binary heap: the cheapest first. */
class Queue {
  private readonly heap: { cell: number; cost: number }[] = [];

  push(cell: number, cost: number): void {
    const { heap } = this;
    let at = heap.push({ cell, cost }) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if ((heap[above] as { cost: number }).cost <= cost) break;
      heap[at] = heap[above] as { cell: number; cost: number };
      at = above;
    }
    heap[at] = { cell, cost };
  }

  pop(): number | null {
    const { heap } = this;
    const top = heap[0];
    const last = heap.pop();
    if (!top || !last) return null;
    if (heap.length > 0) this.sink(last);
    return top.cell;
  }

  private sink(entry: { cell: number; cost: number }): void {
    const { heap } = this;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      const other = heap[below + 1];
      if (other && other.cost < (heap[below] as { cost: number }).cost) below += 1;
      if ((heap[below] as { cost: number }).cost >= entry.cost) break;
      heap[at] = heap[below] as { cell: number; cost: number };
      at = below;
    }
    heap[at] = entry;
  }
}

/** The till zone that is nearest on foot from where she is; where that is not known, the first. Null: none is drawn. */
export function nearestTill(plan: FloorPlan | null, here: string | null): string | null {
  const tills = plan?.zones.filter(({ kind }) => kind === 'till') ?? [];
  if (!plan || here === null || tills.length < 2) return tills[0]?.id ?? null;
  const far = ({ id }: { readonly id: string }): number => lengthOf(findWay(plan, here, id));
  return tills.reduce((best, till) => (far(till) < far(best) ? till : best)).id;
}

/** Metres along a way; where there is none, further than anything. */
export function lengthOf(way: readonly Point[]): number {
  let length = 0;
  for (const [index, [x, y]] of way.entries()) {
    const [fromX, fromY] = way[index - 1] ?? [x, y];
    length += Math.hypot(x - fromX, y - fromY);
  }
  return way.length === 0 ? Number.POSITIVE_INFINITY : length;
}
