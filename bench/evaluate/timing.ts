/** How long one call of something takes, by doing it over and over for a while. */

export interface Timed {
  /** Made ahead, untimed: what the next `run` needs. Undefined where it needs nothing. */
  readonly prepare?: () => void;
  /** Does it many times; how many. */
  run(): number | Promise<number>;
}

/** Microseconds a call, over at least `ms` of timed work. */
export async function microsecondsPerCall({ prepare, run }: Timed, ms: number): Promise<number> {
  let spent = 0;
  let calls = 0;
  while (spent < ms) {
    prepare?.();
    const started = performance.now();
    const made = run();
    calls += typeof made === 'number' ? made : await made;
    spent += performance.now() - started;
  }
  return (spent * 1000) / calls;
}
