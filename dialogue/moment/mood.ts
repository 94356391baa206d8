/**
 * What is the same for all that waits to speak to one person at one moment: her state, what she is doing, and what of
 * her attention is left. Worked out once for all candidates, each part when it is first asked for.
 */
import { isSpeaking } from '../engine/runs.ts';
import type { Subject } from '../engine/subject.ts';
import type { MessageState, RunState, VisitState } from '../engine/subject-state.ts';
import type { World } from '../engine/world.ts';
import { personStop, visitStop } from './attention.ts';
import { type Context, contextOf, fastUntil, isAtTill } from './situation.ts';
import type { Stopped } from './stop.ts';

export class Mood {
  readonly world: World;
  readonly subject: Subject;
  /** As it would be without this run's message, which nobody has seen yet; null: as it is. */
  readonly without: RunState | null;
  readonly now: number;
  readonly visit: VisitState | null;
  /** A message speaks to her in the store. */
  readonly isVoiceTaken: boolean;
  #day: number | null = null;
  #context: Context | null = null;
  #fastUntil: number | null = null;
  #isAtTill: boolean | null = null;
  #personStop: Stopped | null | undefined;
  #visitStop: Stopped | null | undefined;

  constructor(world: World, subject: Subject, without: RunState | null = null) {
    this.world = world;
    this.subject = subject;
    this.without = without;
    // Another's turn may have ended her message at a time up to which her own has not come yet.
    this.now = Math.max(world.nowOf(subject), subject.state.quietSince);
    this.visit = subject.state.visit;
    this.isVoiceTaken = isSpokenTo(subject, without);
  }

  /** A screen or till that shows what would not be there. */
  get freed(): string | null {
    return this.without?.message?.target ?? null;
  }

  /** Of the store's calendar. */
  get day(): number {
    this.#day ??= this.world.dayOf(this.now);
    return this.#day;
  }

  get context(): Context {
    this.#context ??= contextOf(this.visit, this.now, this.world.places);
    return this.#context;
  }

  get fastUntil(): number {
    this.#fastUntil ??= this.visit ? fastUntil(this.visit, this.now) : 0;
    return this.#fastUntil;
  }

  get isAtTill(): boolean {
    this.#isAtTill ??= this.visit !== null && isAtTill(this.visit, this.world.places);
    return this.#isAtTill;
  }

  /** What it would give back. */
  get #unspent(): MessageState | null {
    const message = this.without?.message ?? null;
    return message?.spent ? message : null;
  }

  get personStop(): Stopped | null {
    if (this.#personStop === undefined)
      this.#personStop = personStop(this.world, this.subject, { now: this.now, unspent: this.#unspent });
    return this.#personStop;
  }

  get visitStop(): Stopped | null {
    if (this.#visitStop === undefined)
      this.#visitStop = visitStop(this.world, this.subject, { now: this.now, unspent: this.#unspent });
    return this.#visitStop;
  }
}

function isSpokenTo({ state }: Subject, without: RunState | null): boolean {
  for (const run of state.runs) {
    if (run !== without && isSpeaking(run.message)) return true;
  }
  return false;
}
