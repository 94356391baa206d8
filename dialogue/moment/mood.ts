/**
 * What is the same for all that waits to speak to one person at one moment: her state, what she is doing, and what of
 * her attention is left. Worked out once for all candidates, each part when it is first asked for.
 */
import { isSpeaking } from '../engine/runs.ts';
import type { Subject } from '../engine/subject.ts';
import type { VisitState } from '../engine/subject-state.ts';
import type { World } from '../engine/world.ts';
import { personStop, visitStop } from './attention.ts';
import { type Context, contextOf, fastUntil, isAtTill } from './situation.ts';
import type { Stopped } from './stop.ts';

export class Mood {
  readonly world: World;
  readonly subject: Subject;
  readonly now: number;
  readonly visit: VisitState | null;
  /** A message speaks to her in the store. */
  readonly isVoiceTaken: boolean;
  #context: Context | null = null;
  #fastUntil: number | null = null;
  #isAtTill: boolean | null = null;
  #personStop: Stopped | null | undefined;
  #visitStop: Stopped | null | undefined;

  constructor(world: World, subject: Subject) {
    this.world = world;
    this.subject = subject;
    this.now = world.nowOf(subject);
    this.visit = subject.state.visit;
    this.isVoiceTaken = isSpokenTo(subject);
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

  get personStop(): Stopped | null {
    if (this.#personStop === undefined) this.#personStop = personStop(this.world, this.subject, this.now);
    return this.#personStop;
  }

  get visitStop(): Stopped | null {
    if (this.#visitStop === undefined) this.#visitStop = visitStop(this.world, this.subject, this.now);
    return this.#visitStop;
  }
}

function isSpokenTo({ state }: Subject): boolean {
  for (const { message } of state.runs) {
    if (isSpeaking(message)) return true;
  }
  return false;
}
