/**
 * The engine: one fact after the other through folding, hearing, noticing and speaking (the contract: `engine.ts`).
 *
 * A fact first lets pass what was due before it, then changes the state, then moves the runs that waited for it, then
 * lets people in, and last, if anything changed that matters, the best of what waits speaks.
 */
import type { Decision, Fact, FactOf } from '@kairos/protocol/facts.ts';
import type { CompiledRelease } from '../compiled.ts';
import { carryForward, dueOf, duesOf, isAnyRunDue, isDue, isUnmoved, passTime } from './clocks.ts';
import type {
  CreateEngine,
  Due,
  Engine,
  EngineOptions,
  RenderedMessage,
  RetoldMessage,
  SaidMessage,
  Verdict,
} from './engine.ts';
import { type FactWay, plainWay, wayOf } from './fact-way.ts';
import { decidedFact, isDecision } from './fold.ts';
import { lookBefore, nothingBefore } from './hearing.ts';
import { answerLate, hearPatterns } from './hearing-patterns.ts';
import type { VerdictFilter } from './ledger.ts';
import { isAnyOpen, letIn, letInReached } from './letting-in.ts';
import { notice, type Reached } from './noticing.ts';
import { notCalm } from './person-rows.ts';
import type { Listeners } from './release-book.ts';
import { renderMessage, retellMessage } from './rendering.ts';
import { isOfStore, isToldByHeadquarters, leaseEnds, waitsForVisit } from './seat.ts';
import { speak } from './speaking.ts';
import { readState, writeState } from './state-codec.ts';
import { giveTurns, reconsider } from './store-events.ts';
import { emptyStore, type StoreState } from './store-state.ts';
import type { Subject } from './subject.ts';
import { isWorthKeeping, type RunState } from './subject-state.ts';
import { upgradeAll, upgradeRuns } from './upgrading.ts';
import { World } from './world.ts';

const storeSubject = 0;
/** Decisions heard by dialogues in one turn; two dialogues that wake each other for ever end here. */
const echoesMax = 32;
const noDecisions: readonly Decision[] = Object.freeze([]);
const noRuns: readonly RunState[] = Object.freeze([]);
const noDues: readonly Due[] = Object.freeze([]);
/** They concern what stands anywhere. */
const heardByAll: ReadonlySet<string> = new Set(['consent.changed', 'customer.erased', 'email.bounced']);
const noneReached: readonly Reached[] = Object.freeze([]);

export const createEngine: CreateEngine = (options) => new DialogueEngine(options);

/** All that is asked about a fact by its type. */
interface Road {
  readonly type: string;
  readonly way: FactWay;
  readonly listeners: Listeners | undefined;
}

class DialogueEngine implements Engine {
  readonly #world: World;
  /** By types that mean anything to this release. */
  readonly #roads = new Map<string, Road>();
  /** The last one: facts of one type come in rows. */
  #road: Road | null = null;
  reached: readonly Reached[] = noneReached;
  /** The last fact led nowhere. */
  #isNothingMoved = false;

  constructor(options: EngineOptions) {
    this.#world = new World(options);
  }

  get touched(): Iterable<number> {
    return this.#world.touched;
  }

  get activeSubjects(): number {
    return this.#world.subjects.size;
  }

  handle(fact: Fact): readonly Decision[] {
    const world = this.#begin(fact);
    if (isDecision(fact)) {
      this.fold(fact);
      return noDecisions;
    }
    const road = this.#roadOf(fact.type);
    const { way } = road;
    if (world.handedOver !== null) forgetUnclaimed(world, fact);
    const concernsAll = way.foldStore?.(world, fact) ?? false;
    const id = fact.subject ?? this.#ownerOf(fact);
    if (way === plainWay && id !== null && this.#leadsNowhere(fact, id, road.listeners)) return noDecisions;
    if (id !== null && id !== storeSubject) this.#handleFor(world.subject(id), fact, road);
    else this.#handleForStore(fact);
    if (concernsAll) reconsider(world, fact);
    if (world.changedScreens.size > 0) giveTurns(world);
    return world.decisions.length === 0 ? noDecisions : world.decisions;
  }

  fold(fact: Fact): void {
    const world = this.#world;
    const way = wayOf(fact.type);
    const isDecided = isDecision(fact);
    if (!isDecided) {
      world.input = fact;
      if (world.handedOver !== null) forgetUnclaimed(world, fact);
      way.foldStore?.(world, fact);
    }
    const id = fact.subject ?? this.#ownerOf(fact);
    if (id === null || id === storeSubject) return;
    const subject = world.subject(id);
    // A timer is kept for a week, what was decided at it for years: then its own time is the only one.
    const isOrphaned = isDecided && (world.input === null || (fact.cause ?? 0) > world.input.seq);
    if (isOrphaned) world.input = null;
    const at = world.input === null ? Math.max(subject.state.at, fact.at) : world.nowOf(subject);
    if (!isDecided || isOrphaned) passTime(world, subject, at, null);
    way.fold?.(world, subject, fact.body, at);
    const listeners = world.book.listeners(fact.type);
    if (!isDecided) this.reached = noneReached;
    if (!listeners || isRelabel(fact)) return;
    const reached = notice(world, subject, isDecided ? decidedFact(subject, { ...fact, at }) : fact, listeners);
    if (!isDecided && reached) this.reached = reached;
  }

  swap(release: CompiledRelease, activated: FactOf<'release.activated'>): readonly Decision[] {
    const world = this.#begin(activated);
    world.touch(storeSubject);
    const replaced = world.adopt(release);
    this.#roads.clear();
    this.#road = null;
    upgradeAll(world, replaced);
    this.#hearEchoes();
    if (world.changedScreens.size > 0) giveTurns(world);
    return world.decisions;
  }

  nextDue(subject: number): number | null {
    const world = this.#world;
    if (subject === storeSubject) return earliest(world.store.pauses.map(({ until }) => until));
    const known = world.known(subject);
    const due = known === undefined ? Number.POSITIVE_INFINITY : dueOf(world, known);
    return due === Number.POSITIVE_INFINITY ? null : due;
  }

  dues(subject: number): readonly Due[] {
    const known = this.#world.known(subject);
    return known === undefined ? noDues : duesOf(this.#world, known);
  }

  nextWord(subject: number): number | null {
    const known = this.#world.known(subject);
    if (known === undefined) return null;
    dueOf(this.#world, known);
    const word = Math.min(known.speaksFrom, leaseEnds(this.#world, known));
    return word === Number.POSITIVE_INFINITY ? null : word;
  }

  runs(subject: number): readonly RunState[] {
    return this.#world.known(subject)?.state.runs ?? noRuns;
  }

  waitingForVisit(subject: number): readonly RunState[] {
    const known = this.#world.known(subject);
    return known === undefined ? noRuns : known.state.runs.filter((run) => waitsForVisit(this.#world, known, run));
  }

  hearLate(fact: Fact): readonly Decision[] {
    const world = this.#begin(fact);
    const { listeners } = this.#roadOf(fact.type);
    if (fact.subject === null || !listeners?.isHeardByRuns) return noDecisions;
    const subject = world.subject(fact.subject);
    world.touch(subject.id);
    if (!answerLate(world, subject, fact)) hearPatterns(world, subject, fact);
    this.#finish(subject);
    return world.decisions;
  }

  isCounted(type: string): boolean {
    const listeners = this.#world.book.listeners(type);
    if (!listeners) return false;
    const { measures, noticing } = listeners;
    return measures.length > 0 || noticing.anywhere.listeners.length > 0 || noticing.byZone !== null;
  }

  open(
    fact: Fact,
    { reached, all, isPast }: { readonly reached: readonly Reached[]; readonly all: boolean; readonly isPast: boolean },
  ): readonly Decision[] {
    const world = this.#begin(fact);
    const { listeners } = this.#roadOf(fact.type);
    if (fact.subject === null || !listeners) return noDecisions;
    const subject = world.subject(fact.subject);
    if (reached.length > 0) letInReached(world, subject, fact, reached);
    if (all) letIn(world, subject, fact, listeners.opening);
    if (world.decisions.length === 0) return noDecisions;
    world.touch(subject.id);
    if (isPast) this.#hearEchoes();
    else this.#finish(subject);
    return world.decisions;
  }

  hearAgain(fact: Fact): readonly Decision[] {
    const world = this.#begin(fact);
    const { listeners } = this.#roadOf(fact.type);
    if (fact.subject === null || !listeners?.isHeardByRuns) return noDecisions;
    const subject = world.subject(fact.subject);
    hearPatterns(world, subject, fact);
    this.#hearEchoes();
    return world.decisions;
  }

  isRescheduled(subject: number): boolean {
    if (this.#isNothingMoved) return false;
    if (subject === storeSubject || this.#world.input?.type === 'timer.fired') return true;
    const { rows } = this.#world;
    const row = rows.rowOf(subject);
    if (row !== undefined && rows.calmUntil[row] !== notCalm) return false;
    return this.#world.known(subject)?.isDueKnown !== true;
  }

  messageOn(target: string): { readonly subject: number; readonly message: string } | null {
    return this.#world.shownOn.get(target) ?? null;
  }

  render(subject: number, message: string, locale?: string): RenderedMessage | null {
    const known = this.#world.subjects.get(subject);
    return known ? renderMessage(this.#world, known, message, locale) : null;
  }

  retell(subject: number, said: SaidMessage, locale: string): RetoldMessage | null {
    const known = this.#world.subjects.get(subject);
    return known ? retellMessage(this.#world, known, said, locale) : null;
  }

  save(subject: number): string | null {
    if (subject === storeSubject) return JSON.stringify(this.#world.store);
    const known = this.#world.subjects.get(subject);
    if (known === undefined) return null;
    // Nothing but a date may be due for her: headquarters have nobody in memory to remember it by.
    const isAwaited = this.#world.options.seat === 'headquarters' && this.nextDue(subject) !== null;
    return isAwaited || isWorthKeeping(known.state) ? writeState(known.state) : null;
  }

  load(subject: number, state: string): void {
    const world = this.#world;
    if (subject === storeSubject) {
      // What an older version did not keep yet is as it is at the beginning.
      world.store = { ...emptyStore(), ...(JSON.parse(state) as Partial<StoreState>) };
      return;
    }
    this.evict(subject);
    world.attach(world.bring(subject, readState(state)));
  }

  evict(subject: number): void {
    const known = this.#world.known(subject);
    if (!known) return;
    this.#world.detach(known);
    this.#world.drop(known);
  }

  forget(subject: number): void {
    this.evict(subject);
    this.#world.ledger.forget(subject);
  }

  verdicts(filter?: VerdictFilter): readonly Verdict[] {
    return this.#world.ledger.read(filter);
  }

  #begin(fact: Fact): World {
    const world = this.#world;
    world.input = fact;
    this.#isNothingMoved = false;
    this.reached = noneReached;
    if (world.decisions.length > 0) world.decisions = [];
    if (world.enteredNow.size > 0) world.enteredNow.clear();
    // One by one: mostly there is one, and to set a list's length costs more.
    while (world.touched.length > 0) world.touched.pop();
    if (world.changedScreens.size > 0) world.changedScreens.clear();
    return world;
  }

  /** Nothing of hers moves by itself, and nothing that could let her in is open: her time goes on, and that is all. */
  #leadsNowhere(fact: Fact, person: number, listeners: Listeners | undefined): boolean {
    const { rows, touched } = this.#world;
    const row = rows.rowOf(person);
    if (row === undefined) return false;
    const at = Math.max(fact.at, rows.at[row] as number);
    if (at >= (rows.calmUntil[row] as number)) return false;
    if (listeners && !(listeners.onlyOpen && !isAnyOpen(rows, row, fact, listeners.opening))) return false;
    rows.at[row] = at;
    touched.push(person);
    this.#isNothingMoved = true;
    return true;
  }

  #roadOf(type: string): Road {
    if (this.#road?.type === type) return this.#road;
    const road = this.#roads.get(type) ?? this.#newRoad(type);
    this.#road = road;
    return road;
  }

  #newRoad(type: string): Road {
    const road = { type, way: wayOf(type), listeners: this.#world.book.listeners(type) };
    // Anybody may send facts of types that nobody asks about, under names without end.
    if (road.way !== plainWay || road.listeners) this.#roads.set(type, road);
    return road;
  }

  #handleFor(subject: Subject, fact: Fact, { way, listeners }: Road): void {
    const world = this.#world;
    world.touch(subject.id);
    const at = world.nowOf(subject);
    if (way === plainWay && listeners?.onlyOpen !== false && isUnmoved(world, subject, at)) {
      subject.advance(at);
      if (listeners && isOpenedAtOnce(world, fact)) letIn(world, subject, fact, listeners.opening);
      if (world.decisions.length > 0) this.#finish(subject);
      return;
    }
    const come: Reached[] | null = isDue(world, subject) ? [] : null;
    if (come) passTime(world, subject, at, come);
    else subject.advance(at);
    const before = way.looksBack ? lookBefore(world, subject, fact) : nothingBefore;
    way.fold?.(world, subject, fact.body, at);
    const reached = listeners && !isRelabel(fact) ? notice(world, subject, fact, listeners) : null;
    upgradeRuns(world, subject);
    // What the fact itself brought due is carried out with it: a report of a paint may come later than its answer was due.
    if (come || isAnyRunDue(world, subject)) carryForward(world, subject, come ?? noneReached);
    // What a store was told of what it said is heard there; an answer that came late is the owner's.
    if (!isOfStore(world, fact) || before.late !== null || heardByAll.has(fact.type))
      way.hear?.(world, subject, fact, before);
    if (listeners) this.#listen(subject, fact, listeners, reached);
    this.#finish(subject);
  }

  #finish(subject: Subject): void {
    if (this.#world.echoes.length > 0) this.#hearEchoes();
    speak(this.#world, subject);
  }

  /** Runs that wait for such a fact hear it first; then it lets people in. */
  #listen(subject: Subject, fact: Fact, listeners: Listeners, reached: readonly Reached[] | null): void {
    const world = this.#world;
    if (listeners.isHeardByRuns) hearPatterns(world, subject, fact);
    if (!isOpenedAtOnce(world, fact)) {
      this.reached = reached ?? noneReached;
      return;
    }
    if (reached) letInReached(world, subject, fact, reached);
    letIn(world, subject, fact, listeners.opening);
  }

  /** Goods and the retailer's own news concern everybody who is in the store. */
  #handleForStore(fact: Fact): void {
    const world = this.#world;
    world.touch(storeSubject);
    if (fact.type !== 'goods.changed' && !fact.type.startsWith('custom.')) return;
    const listeners = world.book.listeners(fact.type);
    if (!listeners) return;
    for (const subject of [...world.present]) {
      world.touch(subject.id);
      upgradeRuns(world, subject);
      this.#listen(subject, fact, listeners, null);
      this.#hearEchoes();
      speak(world, subject);
    }
  }

  /** What this turn decided and dialogues wait for; what follows from that, too, so far. */
  #hearEchoes(): void {
    const world = this.#world;
    for (let heard = 0; heard < echoesMax; heard += 1) {
      const echo = world.echoes.shift();
      if (!echo) return;
      const { subject, fact, reached } = echo;
      const listeners = world.book.listeners(fact.type);
      if (listeners) this.#listen(subject, fact, listeners, reached);
    }
    world.echoes.length = 0;
  }

  /** Reports about a message or a task may not know whose it is. */
  #ownerOf({ type, body }: Fact): number | null {
    const { subjectOfMessage, subjectOfTask } = this.#world;
    switch (type) {
      case 'message.shown':
      case 'message.answered':
      case 'email.sent':
      case 'email.bounced':
      case 'mail.printed':
      case 'call.logged':
        return subjectOfMessage.get((body as { message: string }).message) ?? null;
      case 'task.claimed':
      case 'task.done':
      case 'task.released':
        return subjectOfTask.get((body as { task: string }).task) ?? null;
      default:
        return null;
    }
  }
}

/** Whom a store's fact lets in, the store knows: headquarters ask when all that it decided has been folded. */
function isOpenedAtOnce(world: World, fact: Fact): boolean {
  return !isOfStore(world, fact) && !isToldByHeadquarters(world, fact);
}

/** Who takes over does so in the turn in which the guest's visit was closed: what is heard from outside begins another. */
function forgetUnclaimed(world: World, { type }: Fact): void {
  if (type !== 'visit.opened' && type !== 'visit.moved' && type !== 'customer.erased') world.handedOver = null;
}

/** Her own visit under another label (a card after a typed number) is no other visit: nothing counts it again. */
function isRelabel(fact: Fact): boolean {
  return fact.type === 'visit.opened' && fact.body.relabels !== undefined && fact.body.relabels !== 'guest';
}

/** Of times where 0 stands for none. */
function earliest(times: readonly number[]): number | null {
  const set = times.filter((time) => time > 0);
  return set.length === 0 ? null : Math.min(...set);
}
