/**
 * Nelder and Mead's simplex: the lowest point of a smooth function of a few variables, without derivatives
 * (The Computer Journal 7, 1965). Always ends.
 */

export interface Lowest {
  readonly at: readonly number[];
  readonly value: number;
  /** False where `evaluationsMax` came first. */
  readonly converged: boolean;
}

interface Corner {
  readonly at: readonly number[];
  readonly value: number;
}

interface Limits {
  /** Done when the corners' values differ by no more than this. */
  readonly tolerance: number;
  readonly evaluationsMax: number;
}

/** Begins with a simplex of edges of length 1 at `start`, and once more at what that found, to leave a false bottom. */
export function lowest(of: (at: readonly number[]) => number, start: readonly number[], limits: Limits): Lowest {
  const half = { tolerance: limits.tolerance, evaluationsMax: Math.floor(limits.evaluationsMax / 2) };
  return descend(of, descend(of, start, half).at, half);
}

function descend(of: (at: readonly number[]) => number, start: readonly number[], limits: Limits): Lowest {
  let evaluations = 0;
  const corner = (at: readonly number[]): Corner => {
    evaluations++;
    const value = of(at);
    return { at, value: Number.isNaN(value) ? Number.POSITIVE_INFINITY : value };
  };
  let corners = [corner(start), ...start.map((_, axis) => corner(start.map((x, i) => (i === axis ? x + 1 : x))))];

  for (;;) {
    corners.sort((one, other) => one.value - other.value);
    const best = corners[0] as Corner;
    const worst = corners.at(-1) as Corner;
    if (worst.value - best.value <= limits.tolerance) return { ...best, converged: true };
    if (evaluations >= limits.evaluationsMax) return { ...best, converged: false };

    const others = corners.slice(0, -1);
    const centre = start.map(
      (_, axis) => others.reduce((sum, { at }) => sum + (at[axis] as number), 0) / others.length,
    );
    const towards = (factor: number): Corner =>
      corner(centre.map((x, axis) => x + factor * ((worst.at[axis] as number) - x)));

    const reflected = towards(-1);
    if (reflected.value < best.value) {
      const further = towards(-2);
      corners = [...others, further.value < reflected.value ? further : reflected];
    } else if (reflected.value < (others.at(-1) as Corner).value) {
      corners = [...others, reflected];
    } else {
      const nearer = reflected.value < worst.value ? towards(-0.5) : towards(0.5);
      corners =
        nearer.value < Math.min(worst.value, reflected.value)
          ? [...others, nearer]
          : [best, ...corners.slice(1).map(({ at }) => corner(at.map((x, i) => ((best.at[i] as number) + x) / 2)))];
    }
  }
}
