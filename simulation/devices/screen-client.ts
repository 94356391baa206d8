/**
 * A cart's screen without glass: it says `message.shown` when the cart's page would have painted, takes a message off by
 * itself at its deadline, and reports answers until they are acknowledged.
 */
import type { DeviceFact } from '@kairos/protocol/device-facts.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { CartView, ScreenMessage } from '@kairos/protocol/screen-events.ts';
import { Outbox } from '../chaos/outbox.ts';
import { ScreenLine } from './screen-line.ts';

export interface ScreenClientOptions {
  readonly cart: string;
  /** "http://127.0.0.1:8080" */
  readonly url: string;
  readonly ports: Ports;
  /** A message has come onto the glass. */
  readonly onMessage: (message: ScreenMessage) => void;
  /** It has left the glass, answered or not. */
  readonly onMessageGone: () => void;
  readonly onPhase: (phase: CartView['phase']) => void;
}

/** From receipt to first paint on a cart's computer, in milliseconds. */
const paintMs = 60;
/** So many messages are remembered as painted; more never lie between two of one visit. */
const paintedMax = 200;

export class ScreenClient {
  readonly #options: ScreenClientOptions;
  readonly #outbox: Outbox;
  readonly #line: ScreenLine;
  #phase: CartView['phase'] | null = null;
  #onGlass: string | null = null;
  /** Never painted twice, whatever the store sends after a crash. */
  readonly #painted = new Set<string>();
  #cancel: (() => void)[] = [];

  constructor(options: ScreenClientOptions) {
    const { cart, url, ports } = options;
    this.#options = options;
    this.#outbox = new Outbox(ports.random.id(), () => ports.clock.monotonic());
    this.#line = new ScreenLine({
      url,
      cart,
      epoch: this.#outbox.epoch,
      watching: false,
      onView: (view) => this.#show(view),
      onReady: () => {
        for (const batch of this.#outbox.batches()) this.#line.send(batch);
      },
      onAck: (ack) => this.#outbox.acknowledge(ack),
    });
  }

  get isConnected(): boolean {
    return this.#line.isConnected;
  }

  get held(): number {
    return this.#outbox.held;
  }

  answer(message: string, answer: string): void {
    if (this.#onGlass !== message) return;
    this.say('message.answered', { message, answer, screen: this.#options.cart });
    this.#takeOff();
  }

  /** Her answer to the one question of first use. */
  remember(granted: boolean): void {
    this.say('consent.changed', { purpose: 'remember', granted, cart: this.#options.cart });
  }

  /** What is pressed on the page itself. */
  say(type: DeviceFact['type'], body: object): void {
    this.#outbox.add(type, body);
    this.#line.send(this.#outbox.newest());
  }

  close(): void {
    this.#takeOff();
    this.#line.close();
  }

  #show(view: CartView): void {
    if (view.phase !== this.#phase) this.#options.onPhase(view.phase);
    this.#phase = view.phase;
    const { message } = view;
    if (this.#onGlass !== null && message?.id !== this.#onGlass) this.#takeOff();
    if (message !== null && !this.#painted.has(message.id)) this.#paint(message);
  }

  #paint(message: ScreenMessage): void {
    const { timers } = this.#options.ports;
    this.#painted.add(message.id);
    for (const oldest of this.#painted) {
      if (this.#painted.size <= paintedMax) break;
      this.#painted.delete(oldest);
    }
    this.#onGlass = message.id;
    this.#cancel.push(
      timers.after(Math.min(paintMs, message.validForMs), () => {
        this.say('message.shown', { message: message.id, screen: this.#options.cart });
        this.#options.onMessage(message);
      }),
      timers.after(message.validForMs, () => this.#takeOff()),
    );
  }

  #takeOff(): void {
    for (const cancel of this.#cancel) cancel();
    this.#cancel = [];
    if (this.#onGlass === null) return;
    this.#onGlass = null;
    this.#options.onMessageGone();
  }
}
