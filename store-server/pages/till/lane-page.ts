/**
 * The model of a till's page: whose turn it is, the one prompt from offered to gone, and what the store is told of it.
 * Promises that `message.shown` is told once, at the first visible paint; that nothing personal stays when the lane goes
 * on, when the prompt's time is over, or when the store has been out of touch for `outOfTouchMs`; and that what comes
 * late changes nothing. Knows nothing of React, sockets or frames.
 */
import type { Ack, DeviceBatch } from '@kairos/protocol/device-facts.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type {
  cannotNow as cannotNowId,
  LaneSnapshot,
  LaneView,
  TillKey,
  TillPrompt,
} from '@kairos/protocol/prompt-events.ts';
import { FactQueue } from './fact-queue.ts';

export type LinkState =
  | { readonly kind: 'connecting' | 'connected' | 'lost' }
  | { readonly kind: 'refused'; readonly reason: string };

export interface ShownPrompt {
  readonly prompt: TillPrompt;
  readonly state: 'offered' | 'painted' | 'answered';
  /** By the monotonic clock. */
  readonly until: number;
  /** What was pressed, in words. */
  readonly answer: string | null;
}

export interface LaneState {
  readonly link: LinkState;
  readonly view: LaneView | null;
  readonly prompt: ShownPrompt | null;
  /** Moves when the page has to be drawn again though nothing else has changed. */
  readonly drawn: number;
}

export interface LanePageOptions {
  readonly till: string;
  readonly epoch: string;
  readonly ports: Ports;
  /** False where there is no connection: nothing was sent. */
  send(batch: DeviceBatch): boolean;
  /** For the till around a frame. */
  onAnswered?(prompt: string, answer: string): void;
}

/** Without a word from the store for so long, nobody knows whose turn it is. */
export const outOfTouchMs = 20_000;
/** The quiet word after an answer. */
export const thanksMs = 1_800;
/** Sent and not acknowledged: sent again. */
const resendMs = 5_000;
/** React holds on to what it drew before until it has drawn again, twice. */
const redrawsMs = [50, 150] as const;
const rememberedMax = 50;
/** The protocol's own, checked against it by the compiler. */
const cannotNow: typeof cannotNowId = 'not-reached';

export class LanePage {
  private readonly options: LanePageOptions;
  private readonly queue: FactQueue;
  private readonly listeners = new Set<() => void>();
  private current: LaneState = { link: { kind: 'connecting' }, view: null, prompt: null, drawn: 0 };
  private readonly cancels = new Map<string, () => void>();
  /** Prompts that are over here, and the first paint that was told of each. */
  private readonly ended: string[] = [];
  private readonly shown: string[] = [];
  /** The sale that is over here, though the store may not know yet. */
  private pastLane: string | null = null;
  version = 0;

  constructor(options: LanePageOptions) {
    this.options = options;
    this.queue = new FactQueue(options.epoch, options.ports.clock);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly read = (): LaneState => this.current;

  /** What is painted now; null: no prompt. */
  get painted(): string | null {
    const { prompt } = this.current;
    return prompt?.state === 'painted' ? prompt.prompt.id : null;
  }

  /** Keys that would answer now. */
  get keys(): TillKey[] {
    const { prompt } = this.current;
    if (prompt?.state !== 'painted') return [];
    return keyedAnswers(prompt.prompt).map(({ key }) => key);
  }

  state(link: LinkState): void {
    this.change({ link });
    if (link.kind === 'connected') {
      this.cancel('lost');
      this.flush();
      return;
    }
    this.cancel('resend');
    if (!this.cancels.has('lost')) this.after('lost', outOfTouchMs, () => this.forget());
  }

  shows({ version, view }: LaneSnapshot): void {
    this.version = version;
    const isPast = view.customer !== null && view.customer.lane === this.pastLane;
    const seen = isPast ? emptied(view) : view;
    const before = this.current.view?.customer?.lane ?? null;
    const hasGoneOn = before !== null && before !== (seen.customer?.lane ?? null);
    if (hasGoneOn) this.dropPrompt();
    const coupon = seen.coupon !== null && this.ended.includes(seen.coupon.id) ? null : seen.coupon;
    this.change({ view: { ...seen, prompt: null, coupon } });
    this.offer(seen.prompt);
    if (hasGoneOn) this.redraw();
  }

  acks(ack: Ack): void {
    this.queue.acknowledged(ack);
    if (this.queue.batch() === null) this.cancel('resend');
  }

  paintedAt(id: string, agoMs: number): void {
    const { prompt } = this.current;
    if (prompt?.prompt.id !== id || prompt.state !== 'offered') return;
    this.change({ prompt: { ...prompt, state: 'painted' } });
    if (this.shown.includes(id)) return;
    remember(this.shown, id);
    this.tell({ type: 'message.shown', body: { message: id, screen: this.options.till } }, agoMs);
  }

  couponPainted(id: string, agoMs: number): void {
    if (this.shown.includes(id)) return;
    remember(this.shown, id);
    this.tell({ type: 'message.shown', body: { message: id, screen: this.options.till } }, agoMs);
  }

  /**
   * One press; a second, or one on what has left, is harmless. A key that was meant for the till before the prompt could
   * be seen answers nothing; who touches the answer itself has seen it.
   */
  press(key: TillKey, by: 'key' | 'touch' = 'key'): void {
    if (by === 'touch' && this.current.prompt !== null) this.paintedAt(this.current.prompt.prompt.id, 0);
    const { prompt } = this.current;
    if (prompt?.state !== 'painted') return;
    const pressed = keyedAnswers(prompt.prompt).find((one) => one.key === key);
    if (pressed) this.answer(prompt, pressed);
  }

  /** The till reads a card, or is told a number: a login is for now, and waits for nothing. */
  identified(means: 'typed' | 'scanned' | 'card', number: string): void {
    if (this.current.link.kind !== 'connected') return;
    this.tell({ type: 'identity.presented', body: { till: this.options.till, means, number } });
  }

  /** The till, or whoever stands at it, says that the sale is over: gone here at once, and told when it can be. */
  goneOn(reason: 'ended' | 'voided'): void {
    const { view } = this.current;
    if (view?.customer) {
      this.pastLane = view.customer.lane;
      this.tell({ type: 'lane.cleared', body: { till: this.options.till, reason } });
    }
    if (view?.coupon) remember(this.ended, view.coupon.id);
    this.forget();
  }

  private answer(shown: ShownPrompt, { id, label }: { id: string; label: string }): void {
    const { prompt } = shown;
    remember(this.ended, prompt.id);
    this.tell({ type: 'message.answered', body: { message: prompt.id, answer: id, screen: this.options.till } });
    this.change({ prompt: { ...shown, state: 'answered', answer: label } });
    this.options.onAnswered?.(prompt.id, id);
    this.after('end', thanksMs, () => {
      this.dropPrompt();
      this.redraw();
    });
  }

  private offer(prompt: TillPrompt | null): void {
    const shown = this.current.prompt;
    if (prompt !== null && shown?.prompt.id === prompt.id) {
      if (shown.state !== 'answered') this.change({ prompt: { ...shown, prompt } });
      return;
    }
    // The quiet word after an answer stays for its moment, though the store has taken the prompt away by then.
    if (prompt === null && shown?.state === 'answered') return;
    if (shown !== null) this.dropPrompt();
    if (prompt === null || prompt.validForMs <= 0 || this.ended.includes(prompt.id)) return;
    const { clock } = this.options.ports;
    this.change({ prompt: { prompt, state: 'offered', until: clock.monotonic() + prompt.validForMs, answer: null } });
    this.after('end', prompt.validForMs, () => {
      remember(this.ended, prompt.id);
      this.dropPrompt();
      this.redraw();
    });
  }

  /** Nothing personal is left: not on the glass, and not in memory. */
  private forget(): void {
    this.dropPrompt();
    this.queue.forgetNumbers();
    const { view } = this.current;
    if (view) this.change({ view: emptied(view) });
    this.redraw();
  }

  private dropPrompt(): void {
    this.cancel('end');
    if (this.current.prompt !== null) this.change({ prompt: null });
  }

  private redraw(): void {
    for (const ms of redrawsMs) this.after(`redraw-${ms}`, ms, () => this.change({ drawn: this.current.drawn + 1 }));
  }

  private tell(fact: Parameters<FactQueue['add']>[0], agoMs = 0): void {
    this.queue.add(fact, agoMs);
    this.flush();
  }

  private flush(): void {
    this.cancel('resend');
    const batch = this.queue.batch();
    if (batch === null || this.current.link.kind !== 'connected') return;
    this.options.send(batch);
    this.after('resend', resendMs, () => this.flush());
  }

  private after(name: string, ms: number, run: () => void): void {
    this.cancel(name);
    const cancel = this.options.ports.timers.after(ms, () => {
      this.cancels.delete(name);
      run();
    });
    this.cancels.set(name, cancel);
  }

  private cancel(name: string): void {
    this.cancels.get(name)?.();
    this.cancels.delete(name);
  }

  private change(part: Partial<LaneState>): void {
    this.current = { ...this.current, ...part };
    for (const listener of this.listeners) listener();
  }
}

/** The answers with the keys that press them: 1 to 3 in their order, 0 for "can't now". */
export function keyedAnswers({ answers }: TillPrompt): { key: TillKey; id: string; label: string }[] {
  const keys: readonly TillKey[] = ['1', '2', '3'];
  const own = answers.filter(({ id }) => id !== cannotNow).flatMap((answer, at) => withKey(keys[at], answer));
  const out = answers.filter(({ id }) => id === cannotNow).flatMap((answer) => withKey('0', answer));
  return [...own, ...out];
}

function withKey(key: TillKey | undefined, { id, label }: { id: string; label: string }) {
  return key === undefined ? [] : [{ key, id, label }];
}

function emptied(view: LaneView): LaneView {
  return { ...view, customer: null, told: [], prompt: null, coupon: null };
}

function remember(ids: string[], id: string): void {
  ids.push(id);
  if (ids.length > rememberedMax) ids.shift();
}
