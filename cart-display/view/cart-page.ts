/**
 * The page's model: takes what the store says and what she does, keeps the one `PageState`, and reports facts through
 * the outbox. Knows nothing of React or the DOM. A page that watches is shown everything and reports nothing.
 */
import type { Ack, RejectReason } from '@kairos/protocol/device-facts.ts';
import type { SaleLine } from '@kairos/protocol/facts.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { CartView, PinAnswer } from '@kairos/protocol/screen-events.ts';
import type { HeldView } from '../link/held-view.ts';
import type { LinkState } from '../link/line.ts';
import type { LinkEvents } from '../link/store-link.ts';
import type { Kept } from '../queue/kept.ts';
import { type Batch, isForgotten, type NewFact, Outbox, type WaitingFact } from '../queue/outbox.ts';
import type { GlassReport } from './glass.ts';
import { GlassKeeper } from './glass-keeper.ts';
import { type JudgeOnCart, LoginKeeper } from './login-keeper.ts';
import { NamedTimers } from './named-timers.ts';
import {
  isVisit,
  loginRefusalOf,
  type PageState,
  plainSettings,
  type Settings,
  startingState,
  type Word,
} from './page-state.ts';
import { PinKeeper } from './pin-keeper.ts';

export interface CartPageOptions {
  readonly cart: string;
  readonly epoch: string;
  readonly isWatching: boolean;
  readonly ports: Ports;
  readonly kept: Kept;
  send(batch: Batch): boolean;
  /** Nothing that is sent is acknowledged: another connection is wanted. */
  renewLine?(): void;
  /** False where there is no connection. */
  sendPin(pin: string): boolean;
  /** By the agent on this cart, where there is one: a number then goes no further than there, but as its digest. */
  readonly judgeOnCart?: JudgeOnCart;
}

/** A shorter loss of the line is not worth a word. */
export const lostGraceMs = 1_500;
const wordMs = 8_000;
/** That nobody is free is true for now: it is not left standing. */
export const nobodyMs = 45_000;
/** How long a goodbye stays; then what this visit left on the page is wiped. A store that starts anew needs less. */
export const farewellMs = 9_000;

const settingsKey = 'visit/settings';

export class CartPage implements LinkEvents {
  readonly login: LoginKeeper;
  /** Of a number that was typed: she may show that it is hers, now or later. */
  readonly pin: PinKeeper;
  private current: PageState = startingState;
  private readonly listeners = new Set<() => void>();
  private readonly options: CartPageOptions;
  private readonly outbox: Outbox;
  private readonly glass: GlassKeeper;
  private readonly timers: NamedTimers<'lost' | 'word' | 'farewell' | 'help'>;

  constructor(options: CartPageOptions) {
    this.options = options;
    this.timers = new NamedTimers(options.ports.timers);
    this.outbox = new Outbox(
      {
        ports: options.ports,
        kept: options.kept,
        send: (batch) => options.send(batch),
        onRejected: (fact, reason) => this.onRejected(fact, reason),
        onUnheard: () => options.renewLine?.(),
      },
      options.epoch,
    );
    this.glass = new GlassKeeper({
      ports: options.ports,
      kept: options.kept,
      onChange: (glass) => this.change({ glass }),
      onReports: (reports, note, agoMs) => {
        if (options.isWatching) return;
        this.outbox.addNoted(
          reports.map((report) => this.factOf(report)),
          note,
          agoMs,
        );
      },
    });
    const { cart, isWatching, judgeOnCart } = options;
    const shown = { read: this.read, change: (part: Partial<PageState>) => this.change(part) };
    this.pin = new PinKeeper({
      ...shown,
      timers: options.ports.timers,
      isWatching,
      sendPin: (pin) => options.sendPin(pin),
    });
    this.login = new LoginKeeper({
      ...shown,
      timers: options.ports.timers,
      cart,
      judgeOnCart,
      report: (body) => this.report({ type: 'identity.presented', body }),
      onUnanswered: () => this.outbox.forgetNumbers(),
    });
  }

  /** Takes up what this visit left on the page before a reload. Call before the line is opened. */
  async takeUp(): Promise<void> {
    const { kept, isWatching } = this.options;
    const settings = ((await kept.load(settingsKey)).get(settingsKey) as Settings | undefined) ?? plainSettings;
    await this.glass.takeUp();
    if (!isWatching) await this.outbox.takeUpEarlier();
    const isForgotten = this.outbox.waiting.some((fact) => endsVisit(fact));
    this.change({ settings, farewell: isForgotten ? 'forgotten' : null });
  }

  // What the screens read.

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly read = (): PageState => this.current;
  get cart(): string {
    return this.options.cart;
  }
  get isWatching(): boolean {
    return this.options.isWatching;
  }

  // What the store says.

  state(link: LinkState): void {
    const wasOutOfTouch = this.current.isOutOfTouch;
    if (link.kind === 'connected') {
      this.timers.cancel('lost');
      this.change({ link, isOutOfTouch: false, scannedAway: 0 });
      if (wasOutOfTouch && this.current.view) this.say({ kind: 'back-in-touch' });
      this.outbox.connected();
      return;
    }
    this.outbox.disconnected();
    this.change({ link });
    if (!wasOutOfTouch && !this.timers.isSet('lost')) {
      this.timers.set('lost', lostGraceMs, () => this.change({ isOutOfTouch: true }));
    }
  }

  held({ view }: HeldView): void {
    const before = this.current.view;
    if (isVisit(before) && !isVisit(view)) this.endVisit();
    if (isVisit(view) && !isVisit(before)) this.beginVisit();
    this.change({ view, removing: stillListed(this.current.removing, view) });
    const { help = null } = view;
    if (help?.state === 'nobody-free' && before?.help?.state !== 'nobody-free')
      this.timers.set('help', nobodyMs, () => this.change({ helpSeen: help.id }));
    if (view.notice && view.notice !== before?.notice) this.say({ kind: 'store-says', notice: view.notice });
    if (view.phase === 'idle' && this.current.farewell === 'forgotten' && !this.timers.isSet('farewell'))
      this.endVisit();
    this.pin.follow(view);
    if (isVisit(view)) this.login.settle();
    this.glass.take({ kind: 'offered', message: this.current.farewell ? null : view.message });
  }

  plan(plan: FloorPlan): void {
    this.change({ plan });
  }

  acks(ack: Ack): void {
    this.outbox.acknowledged(ack);
  }

  pinAnswered(answer: PinAnswer): void {
    this.pin.answered(answer);
  }

  // What she does.

  /** Whoever stood at the dock has gone: what was keyed or chosen goes, too. */
  clearDock(): void {
    this.login.settle();
    this.change({ settings: plainSettings });
    void this.options.kept.remove(settingsKey);
  }

  answerFirstUse(granted: boolean): void {
    this.report({ type: 'consent.changed', body: { cart: this.options.cart, purpose: 'remember', granted } });
  }

  scanGoods(code: string): void {
    this.report({ type: 'basket.added', body: { cart: this.options.cart, code } });
    this.countScan();
  }

  /** What the agent's own scanner has read; the agent tells the store. */
  scannedOnCart(outcome: 'goods' | 'unknown'): void {
    if (this.current.view?.phase !== 'shopping') return;
    if (outcome === 'goods') this.countScan();
    else this.say({ kind: 'unknown-goods' });
  }

  removeLine(line: SaleLine): void {
    const { cart } = this.options;
    this.change({ removing: [...this.current.removing, line.id] });
    this.report({ type: 'basket.removed', body: { cart, code: line.code, quantity: line.quantity } });
    this.say({ kind: 'removed', line });
  }

  putBack(line: SaleLine): void {
    const { cart } = this.options;
    this.change({ removing: this.current.removing.filter((id) => id !== line.id), word: null });
    this.report({ type: 'basket.added', body: { cart, code: line.code, quantity: line.quantity } });
  }

  answer(id: string, answer: string): void {
    if (!this.options.isWatching) this.glass.take({ kind: 'answered', id, answer });
  }

  /** The message has been on the glass, for somebody to see, since `agoMs` before now. */
  painted(id: string, agoMs: number): void {
    this.glass.take({ kind: 'painted', id }, agoMs);
  }

  requestQuiet(): void {
    this.report({ type: 'quiet.requested', body: { cart: this.options.cart } });
  }

  /** A call that reaches the store minutes later helps nobody, so it is not kept. */
  requestHelp(): void {
    if (this.current.link.kind !== 'connected') this.say({ kind: 'not-done' });
    else this.report({ type: 'help.requested', body: { cart: this.options.cart } });
  }

  /** She has found somebody, or manages: nobody needs to come. */
  withdrawHelp(): void {
    if (this.current.link.kind !== 'connected') this.say({ kind: 'not-done' });
    else this.report({ type: 'help.withdrawn', body: { cart: this.options.cart } });
  }

  /** She has read that nobody is free. */
  dismissHelp(): void {
    this.change({ helpSeen: this.current.view?.help?.id ?? null });
  }

  /** At once, also out of touch: the page forgets now, the store when it hears of it. */
  forget(): void {
    this.report({ type: 'forget.requested', body: { cart: this.options.cart } });
    this.leave('forgotten');
  }

  logOut(): void {
    this.report({ type: 'identity.dropped', body: { cart: this.options.cart, reason: 'logout' } });
    this.leave('forgotten');
  }

  set(settings: Partial<Settings>): void {
    this.change({ settings: { ...this.current.settings, ...settings } });
    void this.options.kept.save(settingsKey, this.current.settings);
    if (settings.language && isVisit(this.current.view)) this.tellLanguage();
  }

  /** Touching the goodbye makes room for the next shopper. */
  dismissFarewell(): void {
    if (!this.current.view || isVisit(this.current.view)) return;
    this.wipeVisit();
    this.change({ isNextHere: true });
  }

  /** Out of touch nobody knows its price: it is counted, and joins the list when the store is back. */
  private countScan(): void {
    if (this.current.isOutOfTouch) this.change({ scannedAway: this.current.scannedAway + 1 });
  }

  private factOf(report: GlassReport): NewFact {
    const body = { message: report.id, screen: this.options.cart };
    if (report.kind === 'played') return { type: 'screen.played', body: { ...body, ms: report.ms } };
    return report.kind === 'shown'
      ? { type: 'message.shown', body }
      : { type: 'message.answered', body: { ...body, answer: report.answer } };
  }

  private onRejected(fact: WaitingFact, reason: RejectReason): void {
    if (isForgotten(fact)) return;
    if (fact.type === 'identity.presented') this.login.refuse(loginRefusalOf(reason));
    else if (fact.type === 'basket.added') this.say({ kind: 'unknown-goods' });
    else if (fact.type === 'basket.removed') this.change({ removing: [] });
    else if (fact.type === 'help.requested') this.say({ kind: 'not-done' });
    else if (endsVisit(fact) && this.current.farewell) this.endVisit();
  }

  private leave(farewell: 'forgotten'): void {
    if (this.options.isWatching) return;
    this.change({ farewell, word: null, removing: [], login: { kind: 'ready' }, settings: plainSettings });
    this.pin.close();
    this.glass.take({ kind: 'offered', message: null });
    this.timers.cancel('farewell');
  }

  private beginVisit(): void {
    if (this.outbox.waiting.some((fact) => endsVisit(fact))) return;
    this.timers.cancel('farewell');
    this.change({ farewell: null, isNextHere: false });
    this.tellLanguage();
  }

  /** What she reads is for what the store says to her, too; for this visit, and not for her profile. */
  private tellLanguage(): void {
    const { language } = this.current.settings;
    if (language) this.report({ type: 'language.chosen', body: { cart: this.options.cart, locale: language } });
  }

  private endVisit(): void {
    this.change({ farewell: this.current.farewell ?? 'thanks', word: null, removing: [], login: { kind: 'ready' } });
    this.timers.set('farewell', farewellMs, () => this.wipeVisit());
  }

  /** Nothing of hers stays on the page; facts not yet acknowledged are kept until they are. */
  private wipeVisit(): void {
    this.timers.cancel('farewell');
    this.glass.wipe();
    this.change({ farewell: null, settings: plainSettings, word: null, helpSeen: null, removing: [] });
    void this.options.kept.remove(settingsKey);
  }

  private say(word: Word): void {
    this.change({ word });
    this.timers.set('word', wordMs, () => this.change({ word: null }));
  }

  private report(fact: NewFact): void {
    if (!this.options.isWatching) this.outbox.add(fact);
  }

  private change(part: Partial<PageState>): void {
    this.current = { ...this.current, ...part };
    for (const listener of this.listeners) listener();
  }
}

/** The same list where nothing has left it, so that what shows it stays as it is. */
function stillListed(removing: readonly string[], { basket }: CartView): readonly string[] {
  const left = removing.filter((id) => basket.lines.some((line) => line.id === id));
  return left.length === removing.length ? removing : left;
}

function endsVisit(fact: WaitingFact): boolean {
  return fact.type === 'forget.requested' || fact.type === 'identity.dropped';
}
