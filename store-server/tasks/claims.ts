/**
 * Who takes which task, and what she says of it: claims, answers, handing on, and taking back within ten seconds. Each is
 * one synchronous turn of the conductor, so that of two who take the same within a millisecond one has it. Whoever has it
 * is told when that is on disk, for it sends a person walking.
 */
import type { FactBody } from '@kairos/protocol/facts.ts';
import { type DeedOutcome, type HandheldDeed, undoMs } from '@kairos/protocol/handheld-events.ts';
import type { Clock, Timers } from '@kairos/protocol/ports.ts';
import type { Conductor } from '../conductor/conductor.ts';
import type { Journal } from '../journal/journal.ts';
import type { Associate } from './associate.ts';
import { isHers } from './audience.ts';
import type { Crew } from './crew.ts';
import type { HeldDeeds } from './held-deeds.ts';
import type { OpenTask, TaskBook } from './task-book.ts';
import type { ToldTasks } from './told-tasks.ts';

export type Outcome = DeedOutcome['outcome'];
export type TaskDeed = Extract<HandheldDeed, { does: 'claim' | 'answer' | 'pass' | 'undo' }>;
type AnswerDeed = Extract<HandheldDeed, { does: 'answer' }>;

/** How long a claim lasts: she has been there by then, or has handed it back. Calls are made in the course of a shift. */
const claimMs = 5 * 60_000;
const callClaimMs = 4 * 3_600_000;
/** How often a task may have been handed back since a handheld knew its name. */
const renamedMax = 20;

export interface ClaimsOptions {
  readonly book: TaskBook;
  readonly crew: Crew;
  readonly heldDeeds: HeldDeeds;
  readonly told: ToldTasks;
  readonly conductor: Pick<Conductor, 'observe'>;
  readonly journal: Pick<Journal, 'committed'>;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Lists may be other than they were, and what is due next. */
  readonly look: () => void;
  readonly onChange: () => void;
  /** What the screen of this cart says of somebody coming may be other than it was. */
  readonly onCart: (cart: string) => void;
}

export class Claims {
  readonly #options: ClaimsOptions;
  /** Who cannot now, by message. */
  readonly #declined = new Map<string, Set<string>>();
  /** Claims that may still be taken back, by associate. */
  readonly #fresh = new Map<string, { readonly task: string; readonly until: number; readonly cancel: () => void }>();

  constructor(options: ClaimsOptions) {
    this.#options = options;
  }

  do(who: Associate, deed: TaskDeed): Outcome | Promise<Outcome> {
    switch (deed.does) {
      case 'claim':
        return this.#claim(who, deed.task);
      case 'answer':
        return this.#answer(who, deed);
      case 'pass':
        return this.#pass(who, deed);
      case 'undo':
        return this.#undo(who, deed.task);
    }
  }

  declinedBy(message: string): ReadonlySet<string> {
    return this.#declined.get(message) ?? new Set();
  }

  /** Who has just said something about it that is no fact yet, if it keeps others from it. */
  spokenForBy(task: OpenTask): string | null {
    const held = this.#options.heldDeeds.on(task.id);
    return held && (held.did === 'answer' || task.associate !== null) ? held.associate : null;
  }

  /** A signature waits for who gives it; what is to be done now is done by whoever is there. */
  isFilledFor({ kind }: OpenTask): (role: string) => boolean {
    return (role) => this.#options.crew.isFilled(role, kind === 'approval' ? 'all' : 'there');
  }

  isAtWork(associate: string): boolean {
    return this.#options.book.heldBy(associate).length > 0;
  }

  /** Claimed within the last seconds, and so perhaps taken back yet. */
  isFresh(task: string): boolean {
    for (const fresh of this.#fresh.values()) if (fresh.task === task) return true;
    return false;
  }

  freshClaimOf(associate: string): { readonly task: string; readonly until: number } | null {
    return this.#fresh.get(associate) ?? null;
  }

  /** She goes: what she has said stands, what she had passes on. */
  passOn(associate: string): void {
    this.#options.heldDeeds.settle(associate);
    for (const { id } of this.#options.book.heldBy(associate)) this.#release(id, 'signed-off');
    this.#settleClaim(associate);
  }

  /** It is over under this name; `isReleased`: it is handed back, or has run out. */
  tidy(task: OpenTask, isReleased: boolean): void {
    const { book, heldDeeds, timers } = this.#options;
    const isOfferedAnew = book.endingOf(task.id)?.next != null;
    if (!isOfferedAnew) this.#declined.delete(task.message);
    if (task.associate !== null && this.#fresh.get(task.associate)?.task === task.id) {
      this.#fresh.get(task.associate)?.cancel();
      this.#fresh.delete(task.associate);
    }
    // What was said about it and is not recorded yet stands all the same; nobody is kept from the next.
    if (isReleased) timers.after(0, () => heldDeeds.settleTask(task.id));
  }

  close(): void {
    for (const { cancel } of this.#fresh.values()) cancel();
  }

  async #claim(who: Associate, id: string): Promise<Outcome> {
    const { conductor, clock, journal } = this.#options;
    const task = this.#options.book.find(id);
    if (!task) return this.#fate(who, id);
    if (task.associate !== null) return task.associate === who.associate ? 'done' : 'taken';
    const spoken = this.spokenForBy(task);
    if (spoken !== null && spoken !== who.associate) return 'taken';
    const duty = this.#options.crew.dutyOf(who.associate);
    const isThere = duty === 'on' || duty === 'busy';
    if (!isThere || !isHers(who, task, this.isFilledFor(task))) return 'not-yours';
    // Going to the next, she has done with what was before.
    this.#options.heldDeeds.settle(who.associate);
    if (this.isAtWork(who.associate)) return 'not-yours';
    const words = this.#options.told.wording(task, who.locale);
    if (words === null) return 'over';
    const now = clock.now();
    const until = now + (words.kind === 'call' ? callClaimMs : claimMs);
    this.#freshen(who.associate, task, now + undoMs);
    conductor.observe('task.claimed', this.#options.told.subjectOf(task), {
      task: id,
      associate: who.associate,
      until,
    });
    const zone = this.#options.told.zoneOf(task);
    if (zone !== null) this.#options.crew.place(who.associate, zone);
    this.#options.look();
    if (await isStored(journal)) return 'done';
    this.#release(id, 'refused');
    return 'not-stored';
  }

  #answer(who: Associate, deed: AnswerDeed): Outcome | Promise<Outcome> {
    const { clock } = this.#options;
    const task = this.#options.book.find(deed.task);
    if (!task) return this.#fate(who, deed.task);
    const isSigned = task.kind === 'approval' && task.associate === null;
    const spoken = this.spokenForBy(task);
    if (spoken !== null && spoken !== who.associate) return 'taken';
    if (!isSigned && task.associate !== who.associate) return task.associate === null ? 'late' : 'taken';
    if (!isSigned && task.version !== deed.version) return 'late';
    if (isSigned && !isHers(who, task, this.isFilledFor(task))) return 'not-yours';
    const label = this.#labelOf(task, deed, who.locale);
    if (label === null) return 'unknown';
    this.#settleClaim(who.associate);
    // Never beyond her time for it.
    const until = Math.min(clock.now() + undoMs, Math.max(clock.now(), task.until - 1_000));
    const outcome = this.#options.heldDeeds.hold({
      associate: who.associate,
      task: task.id,
      did: 'answer',
      label,
      until,
      carryOut: () => this.#carryOut(who, task, deed),
    });
    this.#options.look();
    return outcome;
  }

  async #carryOut(who: Associate, task: OpenTask, deed: AnswerDeed): Promise<Outcome> {
    const { conductor, journal } = this.#options;
    const body: FactBody<'task.done'> = {
      task: task.id,
      associate: who.associate,
      answer: deed.answer,
      ...(deed.form === undefined ? {} : { form: deed.form }),
    };
    conductor.observe('task.done', this.#options.told.subjectOf(task), body);
    this.#options.crew.place(who.associate, null);
    return (await isStored(journal)) ? 'done' : 'not-stored';
  }

  /** Null where there is no such answer, or the form is not what it asks for. */
  #labelOf(task: OpenTask, { answer, form = {} }: AnswerDeed, locale: string): string | null {
    const words = this.#options.told.wording(task, locale);
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
    const task = this.#options.book.find(id);
    if (!task) return this.#fate(who, id);
    if (task.associate !== null && task.associate !== who.associate) return 'taken';
    const isMine = task.associate === who.associate;
    if (isMine && task.version !== version) return 'late';
    this.#settleClaim(who.associate);
    const until = clock.now() + undoMs;
    const carryOut = async (): Promise<Outcome> => {
      if (isMine) {
        this.#options.crew.place(who.associate, null);
        this.#release(id, 'refused');
      }
      return 'done';
    };
    this.#decline(task, who.associate);
    const outcome = this.#options.heldDeeds.hold({
      associate: who.associate,
      task: id,
      did: 'pass',
      label: '',
      until,
      carryOut,
    });
    this.#options.look();
    // Not asking her is done at once.
    return isMine ? outcome : 'done';
  }

  #undo(who: Associate, id: string): Outcome {
    const held = this.#options.heldDeeds.of(who.associate);
    if (held && this.#options.heldDeeds.undo(who.associate, id)) {
      const task = this.#options.book.find(id);
      if (held.did === 'pass' && task) this.#declined.get(task.message)?.delete(who.associate);
      this.#options.look();
      return 'done';
    }
    if (this.#fresh.get(who.associate)?.task !== id) return 'late';
    // Before it counts as settled: her cart has not been told of anybody, and is told of nobody now.
    this.#release(id, 'refused');
    this.#settleClaim(who.associate);
    this.#options.crew.place(who.associate, null);
    this.#options.look();
    return 'done';
  }

  /** Of a task that is not open under this name any more. */
  #fate(who: Associate, id: string): Outcome {
    let name: string | null = id;
    for (let hops = 0; name !== null && hops < renamedMax; hops += 1) {
      const open = this.#options.book.find(name);
      if (open) return open.associate === null || open.associate === who.associate ? 'late' : 'taken';
      const ending = this.#options.book.endingOf(name);
      if (ending?.doneBy != null) return ending.doneBy === who.associate ? 'done' : 'taken';
      name = ending?.next ?? null;
    }
    return 'over';
  }

  #release(id: string, reason: FactBody<'task.released'>['reason']): void {
    const task = this.#options.book.find(id);
    if (task?.associate == null) return;
    const { conductor, told } = this.#options;
    conductor.observe('task.released', told.subjectOf(task), { task: id, associate: task.associate, reason });
  }

  #decline({ message }: OpenTask, associate: string): void {
    const declined = this.#declined.get(message) ?? new Set();
    this.#declined.set(message, declined.add(associate));
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
    const task = this.#options.book.find(fresh.task);
    const cart = task && this.#options.told.visitOf(task)?.cart;
    if (cart) this.#options.onCart(cart);
    this.#options.onChange();
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
