/**
 * Delivery to the carts' screens over Socket.IO: a version number for each screen, the whole view on connecting and
 * on request, and otherwise what has changed (protocol/screen-events.ts).
 *
 * Pushes go straight to the sockets of a screen from a map of our own (performance.md, choice 8). A screen that
 * misses a version asks for the whole; nothing here depends on Socket.IO remembering anything.
 */
import type { Ack } from '@kairos/protocol/device-facts.ts';
import type { Fact } from '@kairos/protocol/facts.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { Clock, Timers } from '@kairos/protocol/ports.ts';
import type { CartView } from '@kairos/protocol/screen-events.ts';
import {
  type PinAnswer,
  pinEntry,
  type ScreenHello,
  type ScreenToStore,
  type StoreToScreen,
  screenAlive,
  screenEvents,
  screenNamespace,
} from '@kairos/protocol/screen-events.ts';
import type { Server, Socket } from 'socket.io';
import type { Intake } from '../intake/intake.ts';
import type { Visits } from '../visits/visits.ts';
import { type CartViewSources, cartView, cartViewParts, goodbyeMs, type ViewPart } from './cart-view.ts';
import { ChangedViews } from './changed-views.ts';
import { ScreenDoor } from './screen-door.ts';
import type { ScreenWatch } from './screen-watch.ts';

type ScreenSocket = Socket<ScreenToStore, StoreToScreen, Record<string, never>, { hello: ScreenHello }>;

export interface ScreensOptions {
  readonly io: Server;
  /** Screens that may connect, with the token each must show; null where the store asks for none. */
  readonly tokens: ReadonlyMap<string, string | null>;
  readonly sources: CartViewSources;
  readonly plan: FloorPlan;
  readonly visits: Visits;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Facts of a screen, as they came. */
  readonly receive: (device: string, payload: unknown) => void;
  /** A socket event that is none of ours. */
  readonly reject: Intake['reject'];
  readonly watch: ScreenWatch;
  /** A PIN that was keyed on a cart. */
  readonly prove: (cart: string, pin: string) => Promise<PinAnswer>;
}

const resyncRequest = screenEvents.resync.payload;

export class Screens {
  readonly #options: ScreensOptions;
  readonly #door: ScreenDoor;
  readonly #changed: ChangedViews;
  readonly #sockets = new Map<string, Set<ScreenSocket>>();
  readonly #versions = new Map<string, number>();
  #isClosed = false;
  readonly #pending = new Map<string, () => void>();

  constructor(options: ScreensOptions) {
    this.#options = options;
    this.#changed = new ChangedViews(options.visits);
    this.#door = new ScreenDoor({ ...options, events: ['facts', 'resync', 'alive', 'pin'] });
    const screens = options.io.of(screenNamespace);
    screens.use(this.#door.admit);
    screens.on('connection', (socket) => this.#connected(socket as unknown as ScreenSocket));
    options.watch.expect(options.tokens.keys());
  }

  get connected(): number {
    return [...this.#sockets.values()].reduce((sum, sockets) => sum + sockets.size, 0);
  }

  /** Pushes what these facts changed, to those who look at it. */
  deliver(facts: readonly Fact[]): void {
    for (const [cart, parts] of this.#changed.of(facts)) this.#push(cart, parts);
    for (const fact of facts) {
      if (fact.type === 'visit.closed') this.#endGoodbye(fact);
    }
  }

  /** These messages may be said now: whoever's screen they are on is told. */
  released(messages: readonly string[]): void {
    for (const cart of this.#options.tokens.keys()) {
      const speaking = this.#options.sources.engine.messageOn(cart);
      if (speaking && messages.includes(speaking.message)) this.#push(cart, new Set<ViewPart>(['message']));
      const help = this.#options.visits.visitOn(cart)?.help;
      if (help && messages.includes(help.message)) this.#push(cart, new Set<ViewPart>(['help']));
    }
  }

  /** Who is on the way to this cart is surer than it was. */
  helpChanged(cart: string): void {
    this.#push(cart, new Set<ViewPart>(['help']));
  }

  /** A page is a device of its cart's name; its epochs tell it from the cart's agent. */
  sendAck(device: string, ack: Ack): void {
    for (const socket of this.#sockets.get(device) ?? []) if (!socket.data.hello.watching) socket.emit('acks', ack);
  }

  close(): void {
    this.#isClosed = true;
    for (const cancel of this.#pending.values()) cancel();
    this.#pending.clear();
  }

  #connected(socket: ScreenSocket): void {
    const { screen, watching } = socket.data.hello;
    const sockets = this.#sockets.get(screen) ?? new Set();
    this.#sockets.set(screen, sockets.add(socket));
    this.#sendSnapshot(socket);
    socket.emit('plan', this.#options.plan);
    this.#door.guard(socket);
    socket.on('resync', (request) => this.#resync(socket, request));
    socket.on('facts', (payload) => {
      if (!watching) this.#options.receive(screen, payload);
    });
    socket.on('alive', (payload) => {
      const alive = screenAlive.safeParse(payload);
      if (!alive.success) this.#door.refuse(screen, 'a sign of life names version, message and visibility', payload);
      else if (!watching) this.#options.watch.alive(screen, alive.data, this.#versions.get(screen) ?? 0);
    });
    socket.on('pin', (payload) => {
      if (!watching) void this.#prove(socket, payload);
    });
    socket.on('disconnect', () => {
      sockets.delete(socket);
      if (!watching && this.#reporters(screen) === 0) this.#options.watch.gone(screen);
    });
    if (!watching) this.#options.watch.connected(screen);
  }

  /** Nothing of what was keyed is kept for inspection, however wrong it is. */
  async #prove(socket: ScreenSocket, payload: unknown): Promise<void> {
    const { screen } = socket.data.hello;
    const entry = pinEntry.safeParse(payload);
    if (entry.success) socket.emit('pinAnswer', await this.#options.prove(screen, entry.data.pin));
    else this.#door.refuse(screen, 'a PIN has four to eight digits', '');
  }

  #resync(socket: ScreenSocket, request: unknown): void {
    if (resyncRequest.safeParse(request).success) this.#sendSnapshot(socket);
    else this.#door.refuse(socket.data.hello.screen, 'a resync names the version the screen has', request);
  }

  #reporters(screen: string): number {
    let count = 0;
    for (const socket of this.#sockets.get(screen) ?? []) if (!socket.data.hello.watching) count += 1;
    return count;
  }

  #sendSnapshot(socket: ScreenSocket): void {
    const { screen } = socket.data.hello;
    const now = this.#options.clock.now();
    const view = cartView(screen, now, this.#options.sources);
    socket.emit('snapshot', { version: this.#versions.get(screen) ?? 0, storeTime: now, view });
  }

  #push(cart: string, parts: ReadonlySet<ViewPart>): void {
    const version = (this.#versions.get(cart) ?? 0) + 1;
    this.#versions.set(cart, version);
    const sockets = this.#sockets.get(cart);
    if (!sockets || sockets.size === 0) return;
    const now = this.#options.clock.now();
    const changes: Partial<CartView> = cartViewParts(cart, parts, now, this.#options.sources);
    for (const socket of sockets) socket.emit('update', { version, storeTime: now, changes });
  }

  /** The goodbye stands for a while, then the cart is anybody's. */
  #endGoodbye(fact: Fact): void {
    const ended = fact.at + goodbyeMs;
    const wait = Math.max(0, ended - this.#options.clock.now()) + 1;
    const cart = this.#changed.cartLeft(fact);
    if (cart !== null) this.#later(`goodbye/${cart}`, wait, () => this.#push(cart, new Set<ViewPart>(['visit'])));
  }

  #later(key: string, delayMs: number, run: () => void): void {
    // Closing the sockets ends them one by one: nobody is lost who is only sent home.
    if (this.#isClosed) return;
    this.#pending.get(key)?.();
    const cancel = this.#options.timers.after(delayMs, () => {
      this.#pending.delete(key);
      run();
    });
    this.#pending.set(key, cancel);
  }
}
