/**
 * Whether a decision still holds when it is folded (DESIGN section 6). A run has one owner and a term; two stores out
 * of touch may each act once on a waiting step. Who moves a run says how far it had come, so the first in order counts,
 * and what was decided from an old term is kept as a fact, refused and counted.
 */
import { messageId, rewardId } from '@kairos/dialogue/engine/ids.ts';
import { hopOf } from '@kairos/dialogue/engine/seat.ts';
import type { RunState } from '@kairos/dialogue/engine/subject-state.ts';
import type { Decision, Fact } from '@kairos/protocol/facts.ts';
import { endedMax, onceMax } from './customer-state.ts';

export class Terms {
  readonly ended: string[];
  readonly movers: Map<string, number[]>;
  /** Dialogues that are entered once in a lifetime, and were. */
  readonly once: string[];
  doubled: number;
  readonly #isOnce: (dialogue: string) => boolean;

  constructor(known: {
    readonly isOnce: (dialogue: string) => boolean;
    readonly once: readonly string[];
    readonly ended: readonly string[];
    readonly movers: Readonly<Record<string, readonly number[]>>;
    readonly doubled: number;
  }) {
    this.#isOnce = known.isOnce;
    this.once = [...known.once];
    this.ended = [...known.ended];
    this.movers = new Map(Object.entries(known.movers).map(([run, stores]) => [run, [...stores]]));
    this.doubled = known.doubled;
  }

  /** `runs`: hers, as they stand before it is folded. */
  accept(fact: Fact, runs: readonly Readonly<RunState>[], store: number): boolean {
    const isAccepted = this.#holds(fact, runs);
    if (!isAccepted) this.doubled += 1;
    const run = runOf(fact);
    if (run === null) return isAccepted;
    // What stores know of it is old then.
    if (store === 0 && isAccepted) this.movers.delete(run);
    if (store !== 0 && !(this.movers.get(run)?.includes(store) ?? false))
      this.movers.set(run, [...(this.movers.get(run) ?? []), store]);
    if (isAccepted) this.#note(fact);
    return isAccepted;
  }

  /** Decided here: it holds. */
  noteOwn(decision: Decision): void {
    const run = runOf(decision);
    if (run !== null) this.movers.delete(run);
    this.#note(decision);
  }

  /** Whether nobody enters under this id, or this dialogue, any more. */
  isOver(run: string, dialogue: string): boolean {
    return this.ended.includes(run) || this.once.includes(dialogue);
  }

  #note(decision: Decision | Fact): void {
    if (decision.type === 'run.ended') this.#end(decision.body.run);
    if (decision.type !== 'run.entered' || decision.body.key !== undefined) return;
    const { dialogue } = decision.body;
    if (this.#isOnce(dialogue) && !this.once.includes(dialogue) && this.once.length < onceMax) this.once.push(dialogue);
  }

  /** Whether this store has moved the run: then what it hears there is its own to follow. */
  hasMoved(store: number, run: string): boolean {
    return this.movers.get(run)?.includes(store) ?? false;
  }

  #end(run: string): void {
    this.movers.delete(run);
    if (this.ended.includes(run)) return;
    this.ended.push(run);
    if (this.ended.length > endedMax) this.ended.shift();
  }

  #holds(fact: Fact, runs: readonly Readonly<RunState>[]): boolean {
    switch (fact.type) {
      case 'run.entered': {
        const { run, dialogue, key } = fact.body;
        if (this.isOver(run, dialogue)) return false;
        return !runs.some(({ id, ...other }) => id === run || (key === undefined && other.dialogue === dialogue));
      }
      case 'run.moved':
      case 'run.ended': {
        const run = runs.find(({ id }) => id === fact.body.run);
        if (!run) return !this.ended.includes(fact.body.run);
        return fact.body.hop === undefined || fact.body.hop === hopOf(run);
      }
      case 'message.decided': {
        const run = runs.find(({ id }) => id === fact.body.run);
        if (!run) return !this.ended.includes(fact.body.run);
        return run.message === null && fact.body.message === messageId(run.id, run.step, run.reached[run.step] ?? 1);
      }
      case 'reward.issued': {
        const { run: id, step, reward } = fact.body;
        const run = runs.find((one) => one.id === id);
        if (!run) return !this.ended.includes(id);
        return step === undefined || reward === rewardId(id, step, (run.reached[step] ?? 0) + 1);
      }
      default:
        return true;
    }
  }
}

/** The run that a decision is about, where it says so. */
function runOf({ type, body }: Pick<Fact, 'type' | 'body'>): string | null {
  return type.startsWith('run.') || type === 'message.decided' ? (body as { run: string }).run : null;
}
