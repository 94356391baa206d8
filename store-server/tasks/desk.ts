/**
 * The associates' desk: everything that is asked of them in one list, and everything that they do about it. Each deed is
 * one synchronous turn of the conductor, so that of two who take the same task within a millisecond one has it and the
 * other is told at once. Whoever has it is told when that is on disk, for it sends a person walking.
 */
import type { CompiledRelease } from '@kairos/dialogue/compiled.ts';
import type { Engine } from '@kairos/dialogue/engine/engine.ts';
import type { Fact, FactBody, FactType } from '@kairos/protocol/facts.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { type DeedOutcome, type HandheldDeed, undoMs } from '@kairos/protocol/handheld-events.ts';
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
import { type Asked, isHers, nextStepAt, whomToAsk } from './audience.ts';
import { Crew } from './crew.ts';
import { HeldDeeds } from './held-deeds.ts';
import { Rush } from './rush.ts';
import { Signs } from './signs.ts';
import { type OpenTask, TaskBook } from './task-book.ts';
import { TeamFigures } from './team-figures.ts';
import { WalkingDistances } from './walking-distances.ts';
import { type Wording, wordTask } from './wording.ts';

export type Outcome = DeedOutcome['outcome'];

/** How long a claim lasts: she has been there by then, or has handed it back. Calls are made in the course of a shift. */
const claimMs = 5 * 60_000;
const callClaimMs = 4 * 3_600_000;
/** Deeds whose outcome is remembered for a handheld that did not hear it. */
const outcomesMax = 2_000;
/** Wordings that are kept; beyond it all are worded anew. */
const wordsMax = 2_000;
/** How often a task may have been handed back since a handheld knew its name. */
const renamedMax = 20;
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

/** After one of these what is said may be said otherwise, or not at all. */
const rewords: ReadonlySet<string> = new Set<FactType>([
  'release.activated',
  'customer.changed',
  'consent.changed',
  'customer.erased',
  'message.withdrawn',
]);

export class TaskDesk {
  readonly #options: DeskOptions;
  readonly book = new TaskBook();
  readonly crew: Crew;
  readonly rush: Rush;
  readonly team: TeamFigures;
  readonly distances: WalkingDistances;
  readonly heldDeeds: HeldDeeds;
  readonly #signs = new Signs();
  /** As last worded, by task and reader. */
  readonly #words = new Map<string, Wording | null>();
  readonly #declined = new Map<string, Set<string>>();
  /** Claims that may still be taken back, by associate. */
  readonly #fresh = new Map<string, { readonly task: string; readonly until: number; readonly cancel: () => void }>();
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
    for (const { cancel } of this.#fresh.values()) cancel();
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
        zone: this.zoneOf(task),
        people: this.crew.standings((associate) => this.#isAtWork(associate)),
        declined: this.#declined.get(task.message) ?? new Set(),
        metres: (from, to) => this.distances.between(from, to),
        isFilled: this.#isFilledFor(task),
      },
      this.#options.clock.now(),
    );
  }

  /** Whether anybody may be told of it: it asks for somebody's effort, and so it is on disk first. */
  isTold(task: OpenTask): boolean {
    return !this.#options.held.isHeld(task.message);
  }

  /** Who has just said something about it that is no fact yet, if it keeps others from it. */
  spokenForBy(task: OpenTask): string | null {
    const held = this.heldDeeds.on(task.id);
    return held && (held.did === 'answer' || task.associate !== null) ? held.associate : null;
  }

  wording(task: OpenTask, locale: string): Wording | null {
    const key = `${task.id}/${task.version}/${locale}/${this.zoneOf(task)}`;
    const known = this.#words.get(key);
    if (known !== undefined) return known;
    const words = this.#word(task, locale);
    if (this.#words.size >= wordsMax) this.#words.clear();
    this.#words.set(key, words);
    return words;
  }

  #word(task: OpenTask, locale: string): Wording | null {
    const { conductor, engine, people, release, plan } = this.#options;
    const { kind, subject, message } = task;
    if (subject !== null && kind !== 'help') conductor.wake(subject);
    // A letter is read in the language in which it goes out.
    const language = kind === 'approval' && subject !== null ? people.localeOf(subject) : locale;
    const rendered = subject === null || kind === 'help' ? null : engine.render(subject, message, language);
    return wordTask(task, {
      rendered,
      release: release(),
      zone: this.zoneOf(task),
      zoneName: (zone) => plan.zones.find(({ id }) => id === zone)?.name ?? null,
    });
  }

  visitOf({ subject }: OpenTask): Visit | null {
    return subject === null ? null : this.#options.visits.visitOf(subject);
  }

  /** Where the shopper is, whom it is about. */
  zoneOf(task: OpenTask): string | null {
    return task.kind === 'approval' ? null : (this.visitOf(task)?.zone ?? null);
  }

  signOf(task: OpenTask): VisitSign | null {
    const visit = task.kind === 'approval' ? null : this.visitOf(task);
    return visit && this.#signs.of(visit.visit);
  }

  /** What her cart shows: the sign, once somebody is asked for by her, or is surely on the way. */
  signOnCart(visit: Visit): VisitSign | null {
    for (const task of this.book.open()) {
      if (task.subject !== visit.subject || task.kind === 'approval') continue;
      const isKnownToHer = task.kind === 'help' ? isOpenHelp(visit.help) : task.associate !== null;
      if (isKnownToHer && !(task.kind === 'claim' && this.isFresh(task.id))) return this.#signs.of(visit.visit);
    }
    return null;
  }

  /** Claimed within the last seconds, and so perhaps taken back yet. */
  isFresh(task: string): boolean {
    for (const fresh of this.#fresh.values()) if (fresh.task === task) return true;
    return false;
  }

  freshClaimOf(associate: string): { readonly task: string; readonly until: number } | null {
    return this.#fresh.get(associate) ?? null;
  }

  async #act(who: Associate, deed: HandheldDeed): Promise<Outcome> {
    switch (deed.does) {
      case 'claim':
        return this.#claim(who, deed.task);
      case 'answer':
        return this.#answer(who, deed);
      case 'pass':
        return this.#pass(who, deed);
      case 'undo':
        return this.#undo(who, deed.task);
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

  async #claim(who: Associate, id: string): Promise<Outcome> {
    const { conductor, clock, journal } = this.#options;
    const task = this.book.find(id);
    if (!task) return this.#fate(who, id);
    if (task.associate !== null) return task.associate === who.associate ? 'done' : 'taken';
    const spoken = this.spokenForBy(task);
    if (spoken !== null && spoken !== who.associate) return 'taken';
    const duty = this.crew.dutyOf(who.associate);
    const isThere = duty === 'on' || duty === 'busy';
    if (!isThere || !isHers(who, task, this.#isFilledFor(task))) return 'not-yours';
    // Going to the next, she has done with what was before.
    this.heldDeeds.settle(who.associate);
    if (this.#isAtWork(who.associate)) return 'not-yours';
    const words = this.wording(task, who.locale);
    if (words === null) return 'over';
    const now = clock.now();
    const until = now + (words.kind === 'call' ? callClaimMs : claimMs);
    this.#freshen(who.associate, task, now + undoMs);
    conductor.observe('task.claimed', task.subject, { task: id, associate: who.associate, until });
    const zone = this.zoneOf(task);
    if (zone !== null) this.crew.place(who.associate, zone);
    this.look();
    if (await isStored(journal)) return 'done';
    this.#release(id, 'refused');
    return 'not-stored';
  }

  #answer(who: Associate, deed: Extract<HandheldDeed, { does: 'answer' }>): Outcome | Promise<Outcome> {
    const { clock } = this.#options;
    const task = this.book.find(deed.task);
    if (!task) return this.#fate(who, deed.task);
    const isSigned = task.kind === 'approval' && task.associate === null;
    const spoken = this.spokenForBy(task);
    if (spoken !== null && spoken !== who.associate) return 'taken';
    if (!isSigned && task.associate !== who.associate) return task.associate === null ? 'late' : 'taken';
    if (!isSigned && task.version !== deed.version) return 'late';
    if (isSigned && !isHers(who, task, this.#isFilledFor(task))) return 'not-yours';
    const label = this.#labelOf(task, deed, who.locale);
    if (label === null) return 'unknown';
    this.#settleClaim(who.associate);
    // Never beyond her time for it.
    const until = Math.min(clock.now() + undoMs, Math.max(clock.now(), task.until - 1_000));
    const outcome = this.heldDeeds.hold({
      associate: who.associate,
      task: task.id,
      did: 'answer',
      label,
      until,
      carryOut: () => this.#carryOut(who, task, deed),
    });
    this.look();
    return outcome;
  }

  async #carryOut(who: Associate, task: OpenTask, deed: Extract<HandheldDeed, { does: 'answer' }>): Promise<Outcome> {
    const { conductor, journal } = this.#options;
    const body: FactBody<'task.done'> = {
      task: task.id,
      associate: who.associate,
      answer: deed.answer,
      ...(deed.form === undefined ? {} : { form: deed.form }),
    };
    conductor.observe('task.done', task.subject, body);
    this.crew.place(who.associate, null);
    return (await isStored(journal)) ? 'done' : 'not-stored';
  }

  /** Null where there is no such answer, or the form is not what it asks for. */
  #labelOf(
    task: OpenTask,
    { answer, form = {} }: Extract<HandheldDeed, { does: 'answer' }>,
    locale: string,
  ): string | null {
    const words = this.wording(task, locale);
    if (words?.cannot?.id === answer) return words.cannot.label;
    const given = words?.answers.find(({ id }) => id === answer);
    if (!given) return null;
    for (const [name, value] of Object.entries(form)) {
      const field = given.form.find((one) => one.name === name);
      const isRight =
        field !== undefined &&
        (field.kind === 'number' ? typeof value === 'number' : typeof value === 'string') &&
        (field.kind !== 'choice' || field.choices.includes(String(value)));
      if (!isRight) return null;
    }
    return given.label;
  }

  #pass(who: Associate, { task: id, version }: Extract<HandheldDeed, { does: 'pass' }>): Outcome | Promise<Outcome> {
    const { clock } = this.#options;
    const task = this.book.find(id);
    if (!task) return this.#fate(who, id);
    if (task.associate !== null && task.associate !== who.associate) return 'taken';
    const isMine = task.associate === who.associate;
    if (isMine && task.version !== version) return 'late';
    this.#settleClaim(who.associate);
    const until = clock.now() + undoMs;
    const carryOut = async (): Promise<Outcome> => {
      if (isMine) {
        this.crew.place(who.associate, null);
        this.#release(id, 'refused');
      }
      return 'done';
    };
    this.#decline(task, who.associate);
    const outcome = this.heldDeeds.hold({
      associate: who.associate,
      task: id,
      did: 'pass',
      label: '',
      until,
      carryOut,
    });
    this.look();
    // Not asking her is done at once.
    return isMine ? outcome : 'done';
  }

  #undo(who: Associate, id: string): Outcome {
    const held = this.heldDeeds.of(who.associate);
    if (held && this.heldDeeds.undo(who.associate, id)) {
      const task = this.book.find(id);
      if (held.did === 'pass' && task) this.#declined.get(task.message)?.delete(who.associate);
      this.look();
      return 'done';
    }
    if (this.#fresh.get(who.associate)?.task !== id) return 'late';
    // Before it counts as settled: her cart has not been told of anybody, and is told of nobody now.
    this.#release(id, 'refused');
    this.#settleClaim(who.associate);
    this.crew.place(who.associate, null);
    this.look();
    return 'done';
  }

  #chooseDuty(associate: string, state: FactBody<'duty.changed'>['state']): void {
    if (state === 'off' || state === 'break') {
      this.heldDeeds.settle(associate);
      for (const { id } of this.book.heldBy(associate)) this.#release(id, 'signed-off');
      this.#settleClaim(associate);
    }
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

  /** Of a task that is not open under this name any more. */
  #fate(who: Associate, id: string): Outcome {
    let name: string | null = id;
    for (let hops = 0; name !== null && hops < renamedMax; hops += 1) {
      const open = this.book.find(name);
      if (open) return open.associate === null || open.associate === who.associate ? 'late' : 'taken';
      const ending = this.book.endingOf(name);
      if (ending?.doneBy != null) return ending.doneBy === who.associate ? 'done' : 'taken';
      name = ending?.next ?? null;
    }
    return 'over';
  }

  #release(id: string, reason: FactBody<'task.released'>['reason']): void {
    const task = this.book.find(id);
    if (task?.associate == null) return;
    this.#options.conductor.observe('task.released', task.subject, { task: id, associate: task.associate, reason });
  }

  #decline({ message }: OpenTask, associate: string): void {
    const declined = this.#declined.get(message) ?? new Set();
    this.#declined.set(message, declined.add(associate));
  }

  /** A signature waits for who gives it; what is to be done now is done by whoever is there. */
  #isFilledFor({ kind }: OpenTask): (role: string) => boolean {
    return (role) => this.crew.isFilled(role, kind === 'approval' ? 'all' : 'there');
  }

  #isAtWork(associate: string): boolean {
    return this.book.heldBy(associate).length > 0;
  }

  #freshen(associate: string, { id }: OpenTask, until: number): void {
    this.#settleClaim(associate);
    const settle = (): void => this.#settleClaim(associate);
    const cancel = this.#options.timers.after(Math.max(0, until - this.#options.clock.now()), settle);
    this.#fresh.set(associate, { task: id, until, cancel });
  }

  /** It is not taken back any more: now her cart may say that somebody comes. */
  #settleClaim(associate: string): void {
    const fresh = this.#fresh.get(associate);
    if (!fresh) return;
    fresh.cancel();
    this.#fresh.delete(associate);
    const task = this.book.find(fresh.task);
    const cart = task && this.visitOf(task)?.cart;
    if (cart) this.#options.onCart(cart);
    this.#options.onChange();
  }

  #fold(fact: Fact): boolean {
    const { task } = fact.body as { task?: string };
    const before = task === undefined ? null : this.book.find(task);
    if (before) this.team.note(fact, before);
    const isOfBook = this.book.fold(fact);
    const isOfCrew = this.crew.fold(fact);
    const isOfRush = this.rush.fold(fact);
    if (fact.type === 'queue.changed') this.crew.reconsider();
    if (rewords.has(fact.type)) this.#words.clear();
    if (isOfBook && before && !this.book.find(before.id)) this.#tidy(before, fact);
    if (fact.type === 'visit.closed') this.#signs.giveBack(fact.body.visit);
    return isOfBook || isOfCrew || isOfRush || this.#moves(fact);
  }

  /** What was said about it and is not recorded yet stands all the same; nobody is kept from the next. */
  #tidy(task: OpenTask, fact: Fact): void {
    const isOfferedAnew = this.book.endingOf(task.id)?.next != null;
    if (!isOfferedAnew) this.#declined.delete(task.message);
    if (task.associate !== null && this.#fresh.get(task.associate)?.task === task.id) {
      this.#fresh.get(task.associate)?.cancel();
      this.#fresh.delete(task.associate);
    }
    if (fact.type === 'task.released') this.#options.timers.after(0, () => this.heldDeeds.settleTask(task.id));
  }

  /** The shopper of an open task has gone elsewhere, or to another cart. */
  #moves(fact: Fact): boolean {
    // A rush may be over.
    if (fact.type === 'timer.fired') return fact.subject === 0;
    const isMove = fact.type.startsWith('zone.') || fact.type.startsWith('visit.');
    if (!isMove || fact.subject === null) return false;
    for (const { subject } of this.book.open()) if (subject === fact.subject) return true;
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

async function isStored(journal: Pick<Journal, 'committed'>): Promise<boolean> {
  try {
    await journal.committed();
    return true;
  } catch {
    return false;
  }
}
