/**
 * What the page knows and does: the store's view, the line, and answers on their way. An answer counts from the moment in
 * which she gives it: it is kept, sent when the store can be reached, sent again until its outcome is known, and never
 * twice. A claim is the store's to give, so out of reach there is none.
 */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type {
  DeedOutcome,
  HandheldDeed,
  HandheldTask,
  HandheldView,
  undoMs,
} from '@kairos/protocol/handheld-events.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { HandheldLink, Line } from '../link/handheld-link.ts';
import type { Answer, KeptAnswers } from '../link/kept-answers.ts';

type Outcome = DeedOutcome['outcome'];

export type Notice = 'taken' | 'over' | 'late' | 'not-done' | 'sent';

export interface PageState {
  readonly line: Line;
  readonly view: HandheldView | null;
  readonly plan: FloorPlan | null;
  readonly clockOffsetMs: number;
  /** Asked of the store and not answered yet. */
  readonly asking: string | null;
  readonly notice: Notice | null;
  /** Answers that the store does not know of yet. */
  readonly waiting: readonly Answer[];
}

/** The contract's own length, held by its type. */
const undoLengthMs: typeof undoMs = 10_000;
const noticeStandsMs = 6_000;

type Deed = HandheldDeed extends infer One ? (One extends HandheldDeed ? Omit<One, 'id'> : never) : never;

export class HandheldPage {
  readonly #ports: Ports;
  readonly #kept: KeptAnswers;
  #link: HandheldLink | null = null;
  #listeners = new Set<() => void>();
  #clearNotice = (): void => undefined;
  readonly #sending = new Set<string>();
  readonly #undoUntil = new Map<string, number>();
  #gone: ReadonlySet<string> = new Set();
  #state: PageState = {
    line: 'waiting',
    view: null,
    plan: null,
    clockOffsetMs: 0,
    asking: null,
    notice: null,
    waiting: [],
  };

  constructor(ports: Ports, kept: KeptAnswers) {
    this.#ports = ports;
    this.#kept = kept;
  }

  readonly subscribe = (changed: () => void): (() => void) => {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  };
  readonly read = (): PageState => this.#state;

  /** What was given before the page was loaded is still to be told. */
  async takeUp(): Promise<void> {
    this.#set({ waiting: await this.#kept.load() });
  }

  connect(link: HandheldLink): void {
    this.#link = link;
  }

  heardLine(line: Line): void {
    const isBack = line === 'open' && this.#state.line !== 'open';
    this.#set({ line });
    if (isBack) for (const answer of this.#state.waiting) void this.#tell(answer);
  }

  heardView(view: HandheldView, clockOffsetMs: number): void {
    const fresh = view.gone.find(({ task }) => !this.#gone.has(task));
    const isOnGlass = fresh !== undefined && this.tasks[0]?.id === fresh.task;
    this.#gone = new Set(view.gone.map(({ task }) => task));
    this.#set({ view, clockOffsetMs });
    if (fresh && isOnGlass) this.#say(fresh.why);
  }

  heardPlan(plan: FloorPlan): void {
    this.#set({ plan });
  }

  /** Without those that she has answered, whether or not the store has heard of it. */
  get tasks(): readonly HandheldTask[] {
    const answered = new Set(this.#state.waiting.map(({ task }) => task));
    return (this.#state.view?.tasks ?? []).filter(({ id }) => !answered.has(id));
  }

  get isInReach(): boolean {
    return this.#state.line === 'open';
  }

  /** Of the store. */
  now(): number {
    return this.#ports.clock.now() + this.#state.clockOffsetMs;
  }

  claim({ id, version }: HandheldTask): Promise<void> {
    return this.#ask({ does: 'claim', task: id, version });
  }

  pass({ id, version }: HandheldTask): Promise<void> {
    return this.#ask({ does: 'pass', task: id, version });
  }

  setDuty(state: HandheldView['me']['duty']): Promise<void> {
    return this.#ask({ does: 'duty', state });
  }

  setPlace(zone: string | null): Promise<void> {
    return this.#ask({ does: 'place', zone });
  }

  setRush(minutes: number): Promise<void> {
    return this.#ask({ does: 'rush', minutes });
  }

  setQueue(till: string, waiting: number): Promise<void> {
    return this.#ask({ does: 'queue', till, waiting });
  }

  async answer(task: HandheldTask, answer: string, form?: Answer['form']): Promise<void> {
    const given: Answer = {
      does: 'answer',
      id: this.#ports.random.id(),
      task: task.id,
      version: task.version,
      answer,
      ...(form === undefined ? {} : { form }),
    };
    this.#undoUntil.set(given.id, this.now() + undoLengthMs);
    await this.#kept.keep(given);
    this.#set({ waiting: [...this.#state.waiting, given] });
    await this.#tell(given);
  }

  /** Of what was said last: by the store where it knows of it, else here. */
  async undo(task: string): Promise<void> {
    const own = this.#state.waiting.find((one) => one.task === task);
    if (own && !this.#sending.has(own.id)) {
      await this.#drop(own.id);
      return;
    }
    await this.#ask({ does: 'undo', task });
  }

  /** What may be taken back now, and until when; null: nothing. */
  get undoable(): HandheldView['undo'] {
    const { view, waiting } = this.#state;
    // What she has said since the store was last heard comes first.
    const last = this.isInReach ? undefined : waiting.at(-1);
    const until = (last && this.#undoUntil.get(last.id)) ?? 0;
    if (last && until > this.now()) return { task: last.task, did: 'answer', label: '', until };
    return view?.undo && view.undo.until > this.now() ? view.undo : null;
  }

  async #ask(deed: Deed): Promise<void> {
    const id = this.#ports.random.id();
    this.#set({ asking: 'task' in deed ? deed.task : deed.does });
    const outcome = (await this.#link?.send({ ...deed, id } as HandheldDeed)) ?? null;
    this.#set({ asking: null });
    if (outcome !== 'done') this.#say(noticeOf(outcome));
  }

  async #tell(answer: Answer): Promise<void> {
    if (this.#sending.has(answer.id)) return;
    this.#sending.add(answer.id);
    const isLate = this.#state.line !== 'open';
    const outcome = (await this.#link?.send(answer)) ?? null;
    this.#sending.delete(answer.id);
    // Not heard, or not stored: it is told again when the store is there.
    if (outcome === null || outcome === 'not-stored') return;
    const isKnown = this.#state.waiting.some(({ id }) => id === answer.id);
    await this.#drop(answer.id);
    if (outcome === 'done' && isLate) this.#say('sent');
    // "Over" is also what becomes of an answer that she has taken back herself.
    else if (outcome !== 'done' && isKnown && !this.#isOpen(answer.task)) this.#say(noticeOf(outcome));
  }

  #isOpen(task: string): boolean {
    return this.#state.view?.tasks.some(({ id }) => id === task) ?? false;
  }

  async #drop(id: string): Promise<void> {
    this.#undoUntil.delete(id);
    this.#set({ waiting: this.#state.waiting.filter((one) => one.id !== id) });
    await this.#kept.drop(id);
  }

  #say(notice: Notice): void {
    this.#clearNotice();
    this.#set({ notice });
    this.#clearNotice = this.#ports.timers.after(noticeStandsMs, () => this.#set({ notice: null }));
  }

  #set(changes: Partial<PageState>): void {
    this.#state = { ...this.#state, ...changes };
    for (const listener of this.#listeners) listener();
  }
}

function noticeOf(outcome: Outcome | null): Notice {
  if (outcome === 'taken' || outcome === 'over' || outcome === 'late') return outcome;
  return 'not-done';
}
