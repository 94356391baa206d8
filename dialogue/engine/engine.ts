/** Placeholder while the engine is written: the contract that the conductor builds on. */
import type { Decision, Fact } from '@kairos/protocol/facts.ts';
import type { CompiledRelease } from '../compiled.ts';

export interface EngineOptions {
  readonly release: CompiledRelease;
  /** Keys the holdout and the arms (DESIGN section 4). */
  readonly chainKey: string;
}

/** What the engine must be told of a person beside facts: attributes from the erasable side tables. */
export interface Person {
  /** Chain-wide id for the holdout; null for a guest, who is never held out. */
  readonly chainId: string | null;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly locale: string;
}

export interface Engine {
  /** Live: folds the fact, decides, folds what it decided, and returns that in order. */
  handle(fact: Fact): Decision[];
  /** Replay: folds only; a recorded decision changes the state exactly as it did when it was made. */
  fold(fact: Fact): void;
}
