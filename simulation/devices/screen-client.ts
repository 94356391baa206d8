/**
 * A cart's screen without a page: its glass says what a page would have said, and its outbox holds that until it is
 * acknowledged.
 */
import type { DeviceFact } from '@kairos/protocol/device-facts.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { CartView, ScreenMessage } from '@kairos/protocol/screen-events.ts';
import { Glass } from '../world/glass.ts';
import { Outbox } from './outbox.ts';
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

export class ScreenClient {
  readonly #options: ScreenClientOptions;
  readonly #outbox: Outbox;
  readonly #line: ScreenLine;
  #phase: CartView['phase'] | null = null;
  readonly #glass: Glass;

  constructor(options: ScreenClientOptions) {
    const { cart, url, ports } = options;
    this.#options = options;
    this.#outbox = new Outbox(ports.random.id(), () => ports.clock.monotonic());
    this.#glass = new Glass({
      screen: cart,
      timers: ports.timers,
      clock: ports.clock,
      say: (type, body) => this.say(type, body),
      onMessage: (message) => options.onMessage(message),
      onMessageGone: () => options.onMessageGone(),
    });
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
    this.#glass.answer(message, answer);
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
    this.#glass.takeOff();
    this.#line.close();
  }

  #show(view: CartView): void {
    if (view.phase !== this.#phase) this.#options.onPhase(view.phase);
    this.#phase = view.phase;
    this.#glass.show(view.message);
  }
}
