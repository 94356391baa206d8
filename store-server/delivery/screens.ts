/**
 * Delivery to the carts' screens over Socket.IO: a version number for each screen, the whole view on connecting and
 * on request, and otherwise what has changed (protocol/screen-events.ts).
 *
 * Pushes go straight to the sockets of a screen from a map of our own (performance.md, choice 8). A screen that
 * misses a version asks for the whole; nothing here depends on Socket.IO remembering anything.
 */
import type { Server as HttpServer } from 'node:http';
import type { Ack } from '@kairos/protocol/device-facts.ts';
import type { Fact } from '@kairos/protocol/facts.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { Clock, Timers } from '@kairos/protocol/ports.ts';
import type { CartView } from '@kairos/protocol/screen-events.ts';
import {
  type ScreenHello,
  type ScreenRefusal,
  type ScreenToStore,
  type StoreToScreen,
  screenEvents,
  screenHello,
  screenNamespace,
} from '@kairos/protocol/screen-events.ts';
import { Server, type Socket } from 'socket.io';
import type { Intake } from '../intake/intake.ts';
import { TokenBuckets } from '../intake/token-buckets.ts';
import type { Visits } from '../visits/visits.ts';
import { type CartViewSources, cartView, cartViewParts, goodbyeMs, type ViewPart } from './cart-view.ts';
import { ChangedViews } from './changed-views.ts';

type ScreenSocket = Socket<ScreenToStore, StoreToScreen, Record<string, never>, { hello: ScreenHello }>;

export interface ScreensOptions {
  readonly http: HttpServer;
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
  /** A screen can be reached now, or not any more. */
  readonly onReachable: (screen: string, isReachable: boolean) => void;
}

const resyncRequest = screenEvents.resync.payload;
/** Bytes of one Socket.IO message from a screen: a batch of facts and its envelope. */
const messageBytesMax = 100_000;
/** Events of one screen: so many a second, and so many at once; a page sends a handful. */
const eventsPerSecond = 50;
const eventsAtOnce = 200;
/** A screen that was gone for less than this was never away. */
const absenceGraceMs = 3_000;
/** After a start, screens get this long to come back before they count as lost. */
const returnGraceMs = 10_000;

export class Screens {
  readonly io: Server;
  readonly #options: ScreensOptions;
  readonly #changed: ChangedViews;
  readonly #sockets = new Map<string, Set<ScreenSocket>>();
  readonly #versions = new Map<string, number>();
  readonly #reachable = new Set<string>();
  #isClosed = false;
  readonly #pending = new Map<string, () => void>();
  readonly #buckets: TokenBuckets;

  constructor(options: ScreensOptions) {
    this.#options = options;
    this.#changed = new ChangedViews(options.visits);
    this.#buckets = new TokenBuckets({ clock: options.clock, perSecond: eventsPerSecond, atOnce: eventsAtOnce });
    this.io = new Server(options.http, {
      transports: ['websocket'],
      serveClient: false,
      perMessageDeflate: false,
      maxHttpBufferSize: messageBytesMax,
      pingInterval: 10_000,
      pingTimeout: 8_000,
      // CORS does not protect WebSockets (reliability.md section 4): a page of another origin is refused here.
      allowRequest: (request, decide) => decide(null, isSameOrigin(request.headers.origin, request.headers.host)),
    });
    const screens = this.io.of(screenNamespace);
    screens.use((socket, next) => {
      const refusal = this.#admit(socket as unknown as ScreenSocket);
      next(refusal === null ? undefined : Object.assign(new Error(refusal), { data: { reason: refusal } }));
    });
    screens.on('connection', (socket) => this.#connected(socket as unknown as ScreenSocket));
    for (const screen of options.tokens.keys()) {
      this.#later(screen, returnGraceMs, () => this.#setReachable(screen, this.#reporters(screen) > 0, true));
    }
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
    }
  }

  /** A page is a device of its cart's name; its epochs tell it from the cart's agent. */
  sendAck(device: string, ack: Ack): void {
    for (const socket of this.#sockets.get(device) ?? []) if (!socket.data.hello.watching) socket.emit('acks', ack);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const cancel of this.#pending.values()) cancel();
    this.#pending.clear();
    await this.io.close();
  }

  #admit(socket: ScreenSocket): ScreenRefusal | null {
    const hello = screenHello.safeParse(socket.handshake.auth);
    if (!hello.success) return 'hello-shape';
    const token = this.#options.tokens.get(hello.data.screen);
    if (token === undefined) return 'unknown-screen';
    if (token !== null && token !== hello.data.token) return 'wrong-token';
    socket.data.hello = hello.data;
    return null;
  }

  #connected(socket: ScreenSocket): void {
    const { screen, watching } = socket.data.hello;
    const sockets = this.#sockets.get(screen) ?? new Set();
    this.#sockets.set(screen, sockets.add(socket));
    this.#sendSnapshot(socket);
    socket.emit('plan', this.#options.plan);
    // Facts that are passed over here are not acknowledged, and come again.
    socket.use((_, next) => {
      if (this.#buckets.take(screen)) next();
      else
        this.#options.reject({ by: 'screen', device: screen, reason: 'too-often', detail: 'too many events', raw: '' });
    });
    socket.on('resync', (request) => this.#resync(socket, request));
    socket.onAny((event: string, ...rest) => {
      if (event !== 'resync' && event !== 'facts')
        this.#refuse(screen, `there is no event "${event.slice(0, 40)}"`, rest);
    });
    socket.on('facts', (payload) => {
      if (!watching) this.#options.receive(screen, payload);
    });
    socket.on('disconnect', () => {
      sockets.delete(socket);
      if (!watching) this.#later(screen, absenceGraceMs, () => this.#setReachable(screen, this.#reporters(screen) > 0));
    });
    if (!watching) this.#setReachable(screen, true);
  }

  #resync(socket: ScreenSocket, request: unknown): void {
    if (resyncRequest.safeParse(request).success) this.#sendSnapshot(socket);
    else this.#refuse(socket.data.hello.screen, 'a resync names the version the screen has', request);
  }

  #refuse(device: string, detail: string, raw: unknown): void {
    this.#options.reject({ by: 'screen', device, reason: 'unknown-topic', detail, raw });
  }

  #reporters(screen: string): number {
    let count = 0;
    for (const socket of this.#sockets.get(screen) ?? []) if (!socket.data.hello.watching) count += 1;
    return count;
  }

  #setReachable(screen: string, isReachable: boolean, isFirst = false): void {
    if (!isFirst && this.#reachable.has(screen) === isReachable) return;
    if (isFirst && isReachable) return;
    if (isReachable) this.#reachable.add(screen);
    else this.#reachable.delete(screen);
    this.#options.onReachable(screen, isReachable);
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

/** The page in a cart's shell comes from there, and no page of the web can. */
const shellOrigin = 'kairos://cart';

/** A browser says where its page came from; a device that is no browser says nothing. */
function isSameOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined || origin === shellOrigin) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
