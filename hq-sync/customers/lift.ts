/**
 * By how much more of those who heard from a dialogue reached what it is for than of those who were left alone, with the
 * interval of Newcombe (1998, method 10: two Wilson intervals), which holds for small groups too.
 */
export interface Reached {
  readonly entered: number;
  readonly reached: number;
}

export interface Lift {
  /** Shares of 1; their difference, and between what it lies with 95 %. */
  readonly heard: number;
  readonly alone: number;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

const z = 1.959964;
/** Customers on each side below which an interval says more of its arithmetic than of people: as in the stores. */
export const liftCustomersMin = 30;

/** Null where one of the groups is empty: nothing can be said. */
export function liftOf(heard: Reached, alone: Reached): Lift | null {
  if (heard.entered === 0 || alone.entered === 0) return null;
  const [one, other] = [wilson(heard), wilson(alone)];
  const difference = one.share - other.share;
  return {
    ...{ heard: one.share, alone: other.share, difference },
    low: difference - Math.hypot(one.share - one.low, other.high - other.share),
    high: difference + Math.hypot(one.high - one.share, other.share - other.low),
  };
}

function wilson({ entered, reached }: Reached): { share: number; low: number; high: number } {
  // Late facts may bring an end whose beginning is not here yet.
  const share = Math.min(reached / entered, 1);
  const middle = share + z ** 2 / (2 * entered);
  const reach = z * Math.sqrt((share * (1 - share)) / entered + z ** 2 / (4 * entered ** 2));
  const whole = 1 + z ** 2 / entered;
  return { share, low: (middle - reach) / whole, high: (middle + reach) / whole };
}
