/**
 * All that an engine holds: the releases, the store, the people in memory, and what is looked up by cart, message and
 * task. Lookups are worked out from the states and never saved.
 *
 * `decide` is the one way to change anything while deciding: what was decided is folded exactly as a replay will fold
 * it, so that the live state and the replayed one cannot part (DESIGN section 3).
 */
import type { Decision, Fact, FactBody, FactType } from '@kairos/protocol/facts.ts';
import type { CompiledHouse, CompiledRelease } from '../compiled.ts';
import { type Calendar, createCalendar } from '../measure/calendar.ts';
import type { EngineOptions, Places } from './engine.ts';
import { decidedFact, foldOf } from './fold.ts';
import { createLots, type Lots } from './holdout.ts';
import { Ledger } from './ledger.ts';
import { MeasureBook } from './measure-book.ts';
import { notice, type Reached } from './noticing.ts';
import { PersonRows } from './person-rows.ts';
import type { Plan } from './plan.ts';
import { ReleaseBook, type Replaced } from './release-book.ts';
import { findRun } from './runs.ts';
import { EngineScope } from './scope.ts';
import { hopOf } from './seat.ts';
import { emptyStore, type StoreState } from './store-state.ts';
import { Subject } from './subject.ts';
import { emptyState, type RunState, type SubjectState, type VisitState } from './subject-state.ts';

const noPlaces: Places = { zones: {}, screens: {}, tills: {} };

interface Echo {
  readonly subject: Subject;
  readonly fact: Fact;
  readonly reached: readonly Reached[] | null;
}

export class World {
  readonly options: EngineOptions;
  readonly places: Places;
  /** Where each zone screen is seen. */
  readonly zoneOfScreen: ReadonlyMap<string, string>;
  readonly calendar: Calendar;
  readonly lots: Lots;
  readonly measures: MeasureBook;
  readonly book: ReleaseBook;
  readonly ledger = new Ledger();
  readonly scope: EngineScope;
  store: StoreState = emptyStore();
  readonly subjects = new Map<number, Subject>();
  readonly rows: PersonRows;
  #latest: Subject | null = null;
  readonly subjectOfCart = new Map<string, number>();
  readonly subjectOfMessage = new Map<string, number>();
  readonly subjectOfTask = new Map<string, number>();
  /** What each screen, till or cart shows now. */
  readonly shownOn = new Map<string, { readonly subject: number; readonly message: string }>();
  /**
   * A guest's visit on its way to the customer who turns out to be her: within one turn, and never saved. Unclaimed it is
   * forgotten with the next that is heard from outside, as a guest is with her visit (DESIGN section 7).
   */
  handedOver: VisitState | null = null;
  /** Whose visit is open. */
  readonly present = new Set<Subject>();
  /** Departments and tags of goods that feed nothing without opt-in. */
  sensitive: ReadonlySet<string>;

  /** The last fact from outside: its time is the time of what is decided from it. */
  input: Fact | null = null;
  decisions: Decision[] = [];
  /** Runs that this turn has entered: one fact opens the same run once. */
  readonly enteredNow = new Set<string>();
  readonly touched: number[] = [];
  /** Zones whose screens this turn began to say something else. */
  readonly changedScreens = new Set<string>();
  /** Decisions of this turn that dialogues wait for. */
  readonly echoes: Echo[] = [];

  constructor(options: EngineOptions) {
    this.options = options;
    this.places = options.places ?? noPlaces;
    this.zoneOfScreen = new Map(Object.entries(this.places.screens));
    this.calendar = createCalendar(options.store.timeZone);
    this.lots = options.lots ?? createLots(options.chainKey);
    this.measures = new MeasureBook(this.calendar);
    this.book = new ReleaseBook(options.release, options.earlier ?? [], this.measures);
    this.rows = new PersonRows(this.book.slots);
    this.sensitive = new Set(options.release.house.sensitiveTags);
    this.scope = new EngineScope(options.store, () => this.book.release.house);
  }

  /** Another release decides from here on. */
  adopt(release: CompiledRelease): Replaced {
    const replaced = this.book.replace(release);
    this.rows.renew(this.book.slots);
    if (replaced.isHouseAnother) this.sensitive = new Set(release.house.sensitiveTags);
    return replaced;
  }

  get house(): CompiledHouse {
    return this.book.release.house;
  }

  subject(id: number): Subject {
    return this.known(id) ?? this.bring(id, emptyState(0));
  }

  /** Into memory, where she is not yet. */
  bring(id: number, state: SubjectState): Subject {
    const subject = new Subject(id, { state, person: this.options.person(id), rows: this.rows });
    this.subjects.set(id, subject);
    return subject;
  }

  /** In memory. The one who was asked for last is mostly asked for again. */
  known(id: number): Subject | undefined {
    if (this.#latest?.id === id) return this.#latest;
    const known = this.subjects.get(id);
    if (known) this.#latest = known;
    return known;
  }

  drop({ id }: Subject): void {
    this.subjects.delete(id);
    this.rows.giveBack(id);
    this.#latest = null;
  }

  planOf(run: Pick<RunState, 'dialogue' | 'release'>): Plan | null {
    return this.book.planFor(run.dialogue, run.release);
  }

  /** Time never runs back for a person: a fact that comes late is handled at the time of the newest. */
  nowOf(subject: Subject): number {
    return Math.max(subject.state.at, this.input?.at ?? 0);
  }

  /** Days since 1970 on the store's wall. */
  dayOf(at: number): number {
    return this.calendar.dayNumber(at);
  }

  touch(subject: number): void {
    const { touched } = this;
    if (touched[touched.length - 1] !== subject && !touched.includes(subject)) touched.push(subject);
  }

  decide<Type extends FactType>(subject: Subject, type: Type, body: FactBody<Type>): void {
    const said = type === 'run.moved' || type === 'run.ended' ? this.#withHop(subject, body) : body;
    this.decisions.push({ type, subject: subject.id, body: said } as unknown as Decision);
    this.touch(subject.id);
    const at = this.nowOf(subject);
    foldOf(type)?.(this, subject, said, at);
    if (this.book.listeners(type)) this.#echo(subject, decidedFact(subject, { type, body: said, at }));
  }

  #withHop<Body>(subject: Subject, body: Body): Body {
    if ((this.options.seat ?? 'alone') === 'alone' || subject.person?.chainId == null) return body;
    const run = findRun(subject, (body as { run: string }).run);
    return run === null ? body : { ...body, hop: hopOf(run) };
  }

  /** Dialogues may wait for what the engine itself decides: it is noticed at once, and heard when this turn is done. */
  #echo(subject: Subject, fact: Fact): void {
    const listeners = this.book.listeners(fact.type);
    const reached = listeners ? notice(this, subject, fact, listeners) : null;
    this.echoes.push({ subject, fact, reached });
  }

  /** Points the scope at a person, with the fact in hand or none. */
  look(subject: Subject, fact: Fact | null): EngineScope {
    this.scope.look(subject, fact, this.nowOf(subject));
    return this.scope;
  }

  /** … and at one of her runs, evaluated by its own version. */
  lookAtRun(subject: Subject, run: RunState, fact: Fact | null): EngineScope {
    const scope = this.look(subject, fact);
    scope.measures = this.planOf(run)?.measures ?? [];
    scope.enterRun(run);
    return scope;
  }

  askPerson(subject: Subject): void {
    subject.forgetPerson(this.options.person(subject.id));
  }

  /** Lookups of a state that has just been loaded. */
  attach(subject: Subject): void {
    const { visit, runs } = subject.state;
    if (visit) {
      this.present.add(subject);
      if (visit.cart !== null) this.subjectOfCart.set(visit.cart, subject.id);
    }
    for (const { message, task } of runs) {
      if (message) this.subjectOfMessage.set(message.id, subject.id);
      if (message?.target && message.withdrawnAt === 0) {
        this.shownOn.set(message.target, { subject: subject.id, message: message.id });
      }
      if (task) this.subjectOfTask.set(task.id, subject.id);
    }
  }

  detach(subject: Subject): void {
    const { visit, runs } = subject.state;
    this.present.delete(subject);
    if (visit?.cart != null && this.subjectOfCart.get(visit.cart) === subject.id) this.subjectOfCart.delete(visit.cart);
    for (const { message, task } of runs) {
      if (message) this.forgetMessage(message.id, message.target);
      if (task) this.subjectOfTask.delete(task.id);
    }
  }

  forgetMessage(message: string, target: string | null): void {
    this.subjectOfMessage.delete(message);
    this.clearTarget(message, target);
  }

  clearTarget(message: string, target: string | null): void {
    if (target === null || this.shownOn.get(target)?.message !== message) return;
    this.shownOn.delete(target);
    this.noteScreen(target);
  }

  /** Who waits for the screens of a zone has something new to consider. */
  noteScreen(target: string | null): void {
    const zone = target === null ? undefined : this.zoneOfScreen.get(target);
    if (zone !== undefined) this.changedScreens.add(zone);
  }
}
