/**
 * How sure a difference is. Pure arithmetic, 95 % throughout.
 *
 * Shares are compared by Newcombe's hybrid score interval (R. G. Newcombe, "Interval estimation for the difference
 * between independent proportions", Statistics in Medicine 17, 1998, method 10), which is right with few customers and
 * with none who bought. Sums of money are compared by Welch's interval: with the numbers below which nothing is said
 * anyway a bootstrap comes to the same, needs chance, and gives another answer each time somebody looks.
 */

/** Two-sided 95 % of the normal distribution. */
const z = 1.959964;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface Difference extends Interval {
  readonly difference: number;
}

export interface Share {
  readonly of: number;
  readonly count: number;
}

/** Wilson's score interval of a share. With nobody: all that is possible. */
export function shareInterval({ of, count }: Share): Interval {
  if (of === 0) return { low: 0, high: 1 };
  const share = count / of;
  const middle = share + (z * z) / (2 * of);
  const half = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  const scale = 1 + (z * z) / of;
  return { low: Math.max(0, (middle - half) / scale), high: Math.min(1, (middle + half) / scale) };
}

/** By how much the first share is above the second; null where one of them is of nobody. */
export function shareDifference(one: Share, other: Share): Difference | null {
  if (one.of === 0 || other.of === 0) return null;
  const [p, q] = [one.count / one.of, other.count / other.of];
  const [a, b] = [shareInterval(one), shareInterval(other)];
  const difference = p - q;
  return {
    difference,
    low: difference - Math.hypot(p - a.low, b.high - q),
    high: difference + Math.hypot(a.high - p, q - b.low),
  };
}

/** Of each customer's amount: how many customers, the sum, and the sum of squares. */
export interface Amounts {
  readonly of: number;
  readonly sum: number;
  readonly squares: number;
}

/** By how much the first mean is above the second (Welch); null below two customers on a side. */
export function meanDifference(one: Amounts, other: Amounts): Difference | null {
  if (one.of < 2 || other.of < 2) return null;
  const [a, b] = [errorOf(one), errorOf(other)];
  const difference = one.sum / one.of - other.sum / other.of;
  const error = Math.sqrt(a + b);
  if (error === 0) return { difference, low: difference, high: difference };
  const freedom = (a + b) ** 2 / (a ** 2 / (one.of - 1) + b ** 2 / (other.of - 1));
  const half = studentQuantile(freedom) * error;
  return { difference, low: difference - half, high: difference + half };
}

/** Square of the mean's standard error. */
function errorOf({ of, sum, squares }: Amounts): number {
  return Math.max(0, (squares - (sum * sum) / of) / (of - 1)) / of;
}

/** Two-sided 95 % of Student's t, by the expansion in 1/freedom (Abramowitz and Stegun 26.7.5): four digits from 8 on. */
function studentQuantile(freedom: number): number {
  const [first, second, third] = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
  ];
  return z + first / freedom + second / freedom ** 2 + third / freedom ** 3;
}

export interface Stratum {
  readonly spoken: Share;
  readonly held: Share;
}

/**
 * One difference over several dialogues: each one's own difference, weighted as Mantel and Haenszel do, so that a
 * dialogue with a larger holdout does not turn into a difference of audiences. The variances are Agresti's and Caffo's
 * (a success and a failure added on each side), which stay honest with few. Null where no dialogue has both sides.
 */
export function pooledDifference(strata: readonly Stratum[]): Difference | null {
  let [weights, sum, variance] = [0, 0, 0];
  for (const { spoken, held } of strata) {
    if (spoken.of === 0 || held.of === 0) continue;
    const weight = (spoken.of * held.of) / (spoken.of + held.of);
    weights += weight;
    sum += weight * (spoken.count / spoken.of - held.count / held.of);
    variance += weight ** 2 * (cautiousVariance(spoken) + cautiousVariance(held));
  }
  if (weights === 0) return null;
  const difference = sum / weights;
  const half = (z * Math.sqrt(variance)) / weights;
  return { difference, low: Math.max(-1, difference - half), high: Math.min(1, difference + half) };
}

function cautiousVariance({ of, count }: Share): number {
  const share = (count + 1) / (of + 2);
  return (share * (1 - share)) / (of + 2);
}
