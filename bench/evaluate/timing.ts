/**
 * What one call of something costs, by doing it over and over for a while. Counted is the time that this process had a
 * processor, all its threads, not the time on the wall: on one core they are the same while nothing else runs, and
 * what else runs should not be counted.
 */

export interface Timed {
  /** Made ahead, not counted: what the next `run` needs. */
  readonly prepare?: () => void;
  /** Does it many times; how many. */
  run(): number | Promise<number>;
}

/** Microseconds a call, over at least `ms` of counted work. */
export async function microsecondsPerCall({ prepare, run }: Timed, ms: number): Promise<number> {
  let spentUs = 0;
  let calls = 0;
  while (spentUs < ms * 1000) {
    prepare?.();
    const started = cpuUs();
    const made = run();
    calls += typeof made === 'number' ? made : await made;
    spentUs += cpuUs() - started;
  }
  return spentUs / calls;
}

/** Of this process since it began. */
export function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
