/**
 * What conditions, keys, values and texts look at: one object for the whole engine, pointed at a fact, a person and
 * a run for each evaluation, so that evaluating allocates nothing.
 */
import type { Fact, SaleLine, Scalar } from '@kairos/protocol/facts.ts';
import type { CompiledHouse, Scope } from '../compiled.ts';
import { worth } from './measure-book.ts';
import type { Plan } from './plan.ts';
import type { Subject } from './subject.ts';
import type { RunState } from './subject-state.ts';

const nothing: Readonly<Record<string, never>> = Object.freeze({});

export class EngineScope implements Scope {
  fact: Fact | null = null;
  line: SaleLine | null = null;
  entry: Readonly<Record<string, Scalar | null>> = nothing;
  answers: Readonly<Record<string, Readonly<Record<string, Scalar>>>> = nothing;
  rewards: Readonly<Record<string, Readonly<Record<string, Scalar>>>> = nothing;
  readonly store: Readonly<Record<string, unknown>>;
  variant: string | null = null;
  now = 0;
  #subject: Subject | null = null;
  readonly #house: () => CompiledHouse;
  /** Of the version whose conditions are evaluated next: they name measures by its release's places. */
  measures: Plan['measures'] = [];

  constructor(store: Readonly<Record<string, unknown>>, house: () => CompiledHouse) {
    this.store = store;
    this.#house = house;
  }

  get customer(): Readonly<Record<string, unknown>> {
    return this.#subject?.customer(this.#house()) ?? nothing;
  }

  get visit(): Readonly<Record<string, unknown>> | null {
    return this.#subject?.visitView ?? null;
  }

  measure(index: number): number {
    return this.#subject ? worth(this.#subject.state, this.measures[index], this.now) : 0;
  }

  /** Points it at a person and what happened to her; no run. */
  look(subject: Subject, fact: Fact | null, now: number): void {
    this.fact = fact;
    this.line = null;
    this.now = now;
    this.#subject = subject;
    this.leaveRun();
  }

  enterRun(run: Pick<RunState, 'entry'> & Partial<Pick<RunState, 'answers' | 'rewards' | 'arm'>>): void {
    // Not the shared one: by it `leaveRun` knows that there is a run to leave.
    this.entry = run.entry;
    this.answers = run.answers ?? nothing;
    this.rewards = run.rewards ?? nothing;
    this.variant = run.arm ?? null;
  }

  leaveRun(): void {
    if (this.entry === nothing) return;
    this.entry = nothing;
    this.answers = nothing;
    this.rewards = nothing;
    this.variant = null;
  }
}
