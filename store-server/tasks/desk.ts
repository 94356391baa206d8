/**
 * The associates' desk: everything that is asked of them in one list, and everything that they do about it. It keeps the
 * list, who is asked and when that goes a step further, and what they say of themselves; who takes which task is in
 * `claims.ts`, what is told of it in `told-tasks.ts`.
 */
import type { CompiledRelease } from '@kairos/dialogue/compiled.ts';
import type { Engine } from '@kairos/dialogue/engine/engine.ts';
import type { Fact, FactBody } from '@kairos/protocol/facts.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { HandheldDeed } from '@kairos/protocol/handheld-events.ts';
import type { Clock, Timers } from '@kairos/protocol/ports.ts';
import type { VisitSign } from '@kairos/protocol/visit-sign.ts';
import type { Conductor } from '../conductor/conductor.ts';
import type { People } from '../conductor/people.ts';
import type { HeldBack } from '../delivery/held-back.ts';
import type { Journal } from '../journal/journal.ts';
import { isOpenHelp } from '../visits/help.ts';
import type { Visit } from '../visits/visit.ts';
import type { Visits } from '../visits/visits.ts';
import type { Associate } from './associate.ts';
import { type Asked, nextStepAt, whomToAsk } from './audience.ts';
import { Claims, type Outcome } from './claims.ts';
import { Crew } from './crew.ts';
import { HeldDeeds } from './held-deeds.ts';
import { Rush } from './rush.ts';
import { type OpenTask, TaskBook } from './task-book.ts';
import { TeamFigures } from './team-figures.ts';
import { ToldTasks } from './told-tasks.ts';
import { WalkingDistances } from './walking-distances.ts';

/** Deeds whose outcome is remembered for a handheld that did not hear it. */
const outcomesMax = 2_000;
/** A queue that somebody counted by eye is over by then. */
const queueStandsMs = 15 * 60_000;

export interface DeskOptions {
  readonly plan: FloorPlan;
  readonly timeZone: string;
  readonly associates: readonly Associate[];
  readonly conductor: Pick<Conductor, 'observe' | 'wake'>;
  readonly engine: Pick<Engine, 'render'>;
  readonly visits: Visits;
  readonly people: Pick<People, 'localeOf'>;
  readonly journal: Pick<Journal, 'committed'>;
  readonly held: Pick<HeldBack, 'isHeld'>;
  readonly release: () => CompiledRelease;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Lists may be other than they were. */
  readonly onChange: () => void;
  /** What the screen of this cart says of somebody coming may be other than it was. */
  readonly onCart: (cart: string) => void;
}

export class TaskDesk {
  readonly #options: DeskOptions;
  readonly book = new TaskBook();
  readonly crew: Crew;
  readonly rush: Rush;
  readonly team: TeamFigures;
  readonly distances: WalkingDistances;
  readonly heldDeeds: HeldDeeds;
  readonly told: ToldTasks;
  readonly claims: Claims;
  readonly #outcomes = new Map<string, Promise<Outcome>>();
  readonly #queueEnds = new Map<string, () => void>();
  #cancelStep = (): void => undefined;

  constructor(options: DeskOptions) {
    this.#options = options;
    const { plan, timers, clock, onChange, conductor } = options;
    this.crew = new Crew({
      plan,
      timers,
      queueLimit: () => options.release().house.attention.queueMax,
      observe: (body) => conductor.observe('duty.changed', null, body),
      onChange,
    });
    for (const who of options.associates) this.crew.know(who);
    this.rush = new Rush(clock);
    this.team = new TeamFigures(options.timeZone);
    this.distances = new WalkingDistances(plan);
    this.heldDeeds = new HeldDeeds({ clock, timers, onChange });
    this.told = new ToldTasks(options);
    const { book, crew, heldDeeds, told } = this;
    this.claims = new Claims({ ...options, book, crew, heldDeeds, told, look: () => this.look() });
  }

  /** Of what was recorded before this start, oldest first. */
  recall(facts: readonly Fact[]): void {
    for (const fact of facts) this.#fold(fact);
    this.crew.expectAll();
    this.#watchSteps();
  }

  note(facts: readonly Fact[]): void {
    let isChanged = false;
    for (const fact of facts) isChanged = this.#fold(fact) || isChanged;
    if (isChanged) this.look();
  }

  /** Time alone may have changed something, or something that is no fact. */
  look(): void {
    this.#watchSteps();
    this.#options.onChange();
  }

  forget(subjects: readonly number[]): void {
    if (this.book.forget(subjects)) this.look();
  }

  close(): void {
    this.heldDeeds.settleAll();
    this.#cancelStep();
    this.claims.close();
    for (const cancel of this.#queueEnds.values()) cancel();
    this.crew.close();
  }

  /** What she does; the same deed again has the outcome that it had. */
  do(who: Associate, deed: HandheldDeed): Promise<Outcome> {
    const key = `${who.associate}/${deed.id}`;
    const known = this.#outcomes.get(key);
    if (known) return known;
    const outcome = this.#act(who, deed);
    this.#outcomes.set(key, outcome);
    const [oldest] = this.#outcomes.keys();
    if (this.#outcomes.size > outcomesMax && oldest !== undefined) this.#outcomes.delete(oldest);
    return outcome;
  }

  /** She has gone home: what she had passes on, what she has said stands. */
  signOff(associate: string): void {
    if (!this.crew.isKnown(associate)) return;
    this.#chooseDuty(associate, 'off');
    this.look();
  }

  /** Whom it is shown to. */
  askedFor(task: OpenTask): Asked {
    return whomToAsk(
      {
        task,
        zone: this.told.zoneOf(task),
        people: this.crew.standings((associate) => this.claims.isAtWork(associate)),
        declined: this.claims.declinedBy(task.message),
        metres: (from, to) => this.distances.between(from, to),
        isFilled: this.claims.isFilledFor(task),
      },
      this.#options.clock.now(),
    );
  }

  /** Whether anybody may be told of it: it asks for somebody's effort, and so it is on disk first. */
  isTold(task: OpenTask): boolean {
    return !this.#options.held.isHeld(task.message);
  }

  /** What her cart shows: the sign, once somebody is asked for by her, or is surely on the way. */
  signOnCart(visit: Visit): VisitSign | null {
    for (const task of this.book.open()) {
      if (task.kind === 'approval' || this.told.visitOf(task)?.visit !== visit.visit) continue;
      const isKnownToHer = task.kind === 'help' ? isOpenHelp(visit.help) : task.associate !== null;
      if (isKnownToHer && !(task.kind === 'claim' && this.claims.isFresh(task.id))) return this.told.signOf(task);
    }
    return null;
  }

  async #act(who: Associate, deed: HandheldDeed): Promise<Outcome> {
    switch (deed.does) {
      case 'claim':
      case 'answer':
      case 'pass':
      case 'undo':
        return this.claims.do(who, deed);
      case 'duty':
        this.#chooseDuty(who.associate, deed.state);
        this.look();
        return 'done';
      case 'place':
        if (deed.zone !== null && !this.distances.has(deed.zone)) return 'unknown';
        this.crew.place(who.associate, deed.zone);
        this.look();
        return 'done';
      case 'rush':
        return this.#setRush(who, deed.minutes);
      case 'queue':
        return this.#noteQueue(who, deed);
    }
  }

  #chooseDuty(associate: string, state: FactBody<'duty.changed'>['state']): void {
    if (state === 'off' || state === 'break') this.claims.passOn(associate);
    this.crew.choose(associate, state);
  }

  #setRush({ associate, role }: Associate, minutes: number): Outcome {
    if (role === 'associate') return 'not-yours';
    const body = this.rush.factFor(associate, minutes);
    this.#options.conductor.observe('pause.changed', null, body);
    return 'done';
  }

  #noteQueue({ role }: Associate, { till, waiting }: Extract<HandheldDeed, { does: 'queue' }>): Outcome {
    const { plan, conductor, timers } = this.#options;
    if (role === 'associate') return 'not-yours';
    if (!plan.tills.some(({ id }) => id === till)) return 'unknown';
    this.#queueEnds.get(till)?.();
    this.#queueEnds.delete(till);
    conductor.observe('queue.changed', null, { till, waiting });
    if (waiting > 0) {
      const over = (): void => conductor.observe('queue.changed', null, { till, waiting: 0 });
      this.#queueEnds.set(till, timers.after(queueStandsMs, over));
    }
    return 'done';
  }

  #fold(fact: Fact): boolean {
    const { task } = fact.body as { task?: string };
    const before = task === undefined ? null : this.book.find(task);
    if (before) this.team.note(fact, before);
    const isOfBook = this.book.fold(fact);
    const isOfCrew = this.crew.fold(fact);
    const isOfRush = this.rush.fold(fact);
    if (fact.type === 'queue.changed') this.crew.reconsider();
    this.told.fold(fact);
    if (isOfBook && before && !this.book.find(before.id)) this.claims.tidy(before, fact.type === 'task.released');
    return isOfBook || isOfCrew || isOfRush || this.#moves(fact);
  }

  /** The shopper of an open task has gone elsewhere, or to another cart, or is somebody now. */
  #moves(fact: Fact): boolean {
    // A rush may be over.
    if (fact.type === 'timer.fired') return fact.subject === 0;
    const isMove = fact.type.startsWith('zone.') || fact.type.startsWith('visit.');
    if (!isMove || fact.subject === null) return false;
    for (const task of this.book.open()) {
      if (task.subject === fact.subject || this.told.visitOf(task)?.subject === fact.subject) return true;
    }
    return false;
  }

  /** Wakes when the next task goes a step further by time. */
  #watchSteps(): void {
    this.#cancelStep();
    this.#cancelStep = () => undefined;
    const now = this.#options.clock.now();
    let soonest = Number.POSITIVE_INFINITY;
    for (const task of this.book.open()) {
      if (task.associate !== null || task.kind === 'approval') continue;
      soonest = Math.min(soonest, nextStepAt(task, now) ?? Number.POSITIVE_INFINITY);
    }
    if (soonest === Number.POSITIVE_INFINITY) return;
    this.#cancelStep = this.#options.timers.after(Math.max(1, soonest - now), () => this.look());
  }
}
