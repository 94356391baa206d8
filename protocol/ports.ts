/**
 * The ports: what the world gives to the code that decides. Everything that needs the time, a delay or chance takes
 * it from here, so that the same code runs on real ones (`system-ports.ts`) and, on one thread, under a simulated
 * clock (`simulated-ports.ts`).
 */

export interface Clock {
  /** Wall time in milliseconds since 1970, UTC. It may step; order nothing by it alone. */
  now(): number;
  /** Milliseconds since an arbitrary start; never steps back. Ages and delays are measured with it. */
  monotonic(): number;
}

export interface Timers {
  /** Calls `run` once, `delayMs` from now (any length; beyond 24.8 days it is split). Returns what cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** An opaque id of 16 characters in [a-z0-9]; unique for practical purposes. */
  id(): string;
}

export interface Ports {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
}
