/**
 * Where one can get to with a cart, from the doors: the floor as a grid without shelves and walls and half a cart's width
 * around them, flooded. Pure; bounded however large the plan is.
 */
import type { FloorPlan } from './floor-plan.ts';
import { contains, doCross, nearestOn, type Point } from './geometry.ts';

const cellMin = 0.25;
/** Cells of the grid; a larger plan has larger ones. */
const cellsMax = 250_000;
/** Kept from shelves and walls: half a cart's width. */
const clearanceMetres = 0.33;
/** From where a shopper stands with her cart to what she takes. */
const armMetres = 0.9;
/** A door stands in a wall: the floor begins within so much of it. */
const doorMetres = 1.5;

export interface ReachedFloor {
  /** Whether a shopper with a cart comes to some side of it. */
  reaches(outline: readonly Point[]): boolean;
}

type Plan = Pick<FloorPlan, 'width' | 'height' | 'shelves' | 'walls' | 'doors'>;

/** A plan without doors is entered from its largest free part. */
export function reachedFloor(plan: Plan): ReachedFloor {
  const grid = new Grid(plan);
  const from = plan.doors.flatMap(({ at }) => grid.freeNear(at, doorMetres));
  const reached = from.length > 0 ? grid.flood(from) : grid.largestPart();
  return { reaches: (outline) => grid.isAnyNear(outline, armMetres + grid.cell, reached) };
}

class Grid {
  readonly cell: number;
  readonly #columns: number;
  readonly #rows: number;
  readonly #free: Uint8Array;
  readonly #walls: Plan['walls'];

  constructor({ width, height, shelves, walls }: Plan) {
    this.cell = Math.max(cellMin, Math.sqrt((width * height) / cellsMax));
    this.#columns = Math.max(1, Math.ceil(width / this.cell));
    this.#rows = Math.max(1, Math.ceil(height / this.cell));
    this.#free = new Uint8Array(this.#columns * this.#rows).fill(1);
    this.#walls = walls;
    // A coarse grid must not close aisles that a cart gets through.
    const clearance = Math.min(clearanceMetres, 1.4 * this.cell);
    for (const { polygon } of shelves) this.#block(polygon, { clearance, isClosed: true });
    for (const wall of walls) this.#block(wall, { clearance, isClosed: false });
  }

  freeNear(at: Point, metres: number): number[] {
    return this.#cellsAround([at], metres).filter(
      (cell) => this.#free[cell] === 1 && Math.hypot(...minus(this.#centre(cell), at)) <= metres,
    );
  }

  flood(from: readonly number[]): Uint8Array {
    const reached = new Uint8Array(this.#free.length);
    const open = [...from];
    for (const cell of open) reached[cell] = 1;
    for (let cell = open.pop(); cell !== undefined; cell = open.pop()) {
      for (const next of this.#beside(cell)) {
        if (this.#free[next] !== 1 || reached[next] === 1) continue;
        reached[next] = 1;
        open.push(next);
      }
    }
    return reached;
  }

  largestPart(): Uint8Array {
    const known = new Uint8Array(this.#free.length);
    let largest: Uint8Array = new Uint8Array(this.#free.length);
    let size = 0;
    for (let cell = 0; cell < known.length; cell += 1) {
      if (this.#free[cell] !== 1 || known[cell] === 1) continue;
      const part = this.flood([cell]);
      let count = 0;
      for (let other = 0; other < part.length; other += 1) {
        if (part[other] !== 1) continue;
        known[other] = 1;
        count += 1;
      }
      if (count > size) [largest, size] = [part, count];
    }
    return largest;
  }

  isAnyNear(outline: readonly Point[], metres: number, reached: Uint8Array): boolean {
    return this.#cellsAround(outline, metres).some(
      (cell) => reached[cell] === 1 && this.#isInReach(this.#centre(cell), outline, metres),
    );
  }

  /** Near, and no wall between. */
  #isInReach(at: Point, outline: readonly Point[], metres: number): boolean {
    const { distance, point } = nearestOn(at, outline, true);
    if (distance > metres) return false;
    return !this.#walls.some((wall) =>
      wall.slice(1).some((end, index) => doCross(at, point, wall[index] as Point, end)),
    );
  }

  #block(line: readonly Point[], { clearance, isClosed }: { clearance: number; isClosed: boolean }): void {
    for (const cell of this.#cellsAround(line, clearance)) {
      const at = this.#centre(cell);
      if ((isClosed && contains(line, at)) || nearestOn(at, line, isClosed).distance < clearance) this.#free[cell] = 0;
    }
  }

  #cellsAround(points: readonly Point[], metres: number): number[] {
    const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
    const column = (x: number): number => Math.max(0, Math.min(this.#columns - 1, Math.floor(x / this.cell)));
    const row = (y: number): number => Math.max(0, Math.min(this.#rows - 1, Math.floor(y / this.cell)));
    const cells: number[] = [];
    for (let y = row(Math.min(...ys) - metres); y <= row(Math.max(...ys) + metres); y += 1) {
      for (let x = column(Math.min(...xs) - metres); x <= column(Math.max(...xs) + metres); x += 1) {
        cells.push(y * this.#columns + x);
      }
    }
    return cells;
  }

  #centre(cell: number): Point {
    return [((cell % this.#columns) + 0.5) * this.cell, (Math.floor(cell / this.#columns) + 0.5) * this.cell];
  }

  #beside(cell: number): number[] {
    const column = cell % this.#columns;
    const beside = [cell - this.#columns, cell + this.#columns].filter((one) => one >= 0 && one < this.#free.length);
    if (column > 0) beside.push(cell - 1);
    if (column < this.#columns - 1) beside.push(cell + 1);
    return beside;
  }
}

function minus([x, y]: Point, [a, b]: Point): Point {
  return [x - a, y - b];
}
