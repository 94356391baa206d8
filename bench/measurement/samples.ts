/** Samples and what is said of them. Quantiles are by nearest rank, of copies: nothing is sorted in place. */

/** The value below which the share `p` (0 to 1) lies. NaN of nothing. */
export function quantile(samples: readonly number[], p: number): number {
  if (samples.length === 0) return Number.NaN;
  const sorted = Float64Array.from(samples).sort();
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))] as number;
}

/** Of an even number of samples, the mean of the middle two. */
export function median(samples: readonly number[]): number {
  const sorted = Float64Array.from(samples).sort();
  const half = sorted.length / 2;
  if (sorted.length % 2 === 1) return sorted[Math.floor(half)] as number;
  return ((sorted[half - 1] as number) + (sorted[half] as number)) / 2;
}

export function spreadOf(samples: readonly number[]): [number, number] {
  return [Math.min(...samples), Math.max(...samples)];
}

export interface Ratio {
  /** Median of the pairwise ratios. */
  readonly value: number;
  readonly spread: readonly [number, number];
}

/** One sample of each arm a round, divided round by round, so that what slowed a whole round slows no ratio. */
export function pairwiseRatio(above: readonly number[], below: readonly number[]): Ratio {
  if (above.length === 0 || above.length !== below.length) {
    throw new Error(`Pairs need as many samples on both sides: ${above.length} and ${below.length}`);
  }
  const ratios = above.map((value, round) => value / (below[round] as number));
  return { value: median(ratios), spread: spreadOf(ratios) };
}
