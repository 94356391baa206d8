/**
 * Which calls there is no room for: each team makes so many a day, and each call has a day until which it must be made.
 * The more urgent ones get their places first, each as late as it may be, so that as many as possible are made. Pure.
 */

export interface PlannedCall {
  readonly id: string;
  readonly priority: number;
  /** Its last day, counted from today: 0 is today; negative: it is over. */
  readonly lastDay: number;
}

/** Further ahead nothing is crowded out: there is time to make room. */
const daysAheadMax = 60;

export function callsWithoutRoom(
  calls: readonly PlannedCall[],
  { perDay, takenToday }: { readonly perDay: number; readonly takenToday: number },
): string[] {
  const room = [Math.max(0, perDay - takenToday), ...Array.from({ length: daysAheadMax - 1 }, () => perDay)];
  const urgentFirst = [...calls].sort(
    (one, other) => other.priority - one.priority || one.lastDay - other.lastDay || (one.id < other.id ? -1 : 1),
  );
  const without: string[] = [];
  for (const { id, lastDay } of urgentFirst) {
    if (lastDay >= daysAheadMax) continue;
    let day = lastDay;
    while (day >= 0 && (room[day] ?? 0) === 0) day -= 1;
    if (day < 0) without.push(id);
    else room[day] = (room[day] ?? 0) - 1;
  }
  return without;
}
