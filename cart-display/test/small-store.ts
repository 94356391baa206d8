/**
 * A store small enough to stand in a test: serves the built page under a strict policy and speaks the screens' events
 * on a real Socket.IO server. It keeps a view with a version, acknowledges facts, and can go away and come back.
 * Everything it is sent is judged by the protocol's own schemas, so that a page that strays from them fails here.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo, Socket as NetSocket } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { type DeviceFact, deviceBatch, deviceFactBodies, type RejectReason } from '@kairos/protocol/device-facts.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import {
  type CartView,
  cartView,
  type PinAnswer,
  pinEntry,
  type ScreenMessage,
  type ScreenToStore,
  type StoreToScreen,
  screenHello,
  screenNamespace,
} from '@kairos/protocol/screen-events.ts';
import type { ZoneScreenView } from '@kairos/protocol/zone-screen-events.ts';
import { Server } from 'socket.io';
import { idleView } from './idle-view.ts';
import { lessTime, SmallZoneScreens } from './small-zone-screens.ts';

const contentPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";

/** A port that is taken is tried again so often, for so many times. */
const comeBackEveryMs = 50;
const comeBackTriesMax = 400;

export interface ReceivedFact {
  readonly epoch: string;
  readonly fact: DeviceFact;
  readonly atMs: number;
}

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

export class SmallStore {
  readonly received: ReceivedFact[] = [];
  /** What the page sent that the protocol does not allow; a test expects none. */
  readonly faults: string[] = [];
  /** What is refused, and why; called for each fact. */
  judge: (fact: DeviceFact) => RejectReason | null = () => null;
  /** How a PIN is answered; null: not at all. */
  judgePin: (pin: string) => PinAnswer | null = () => ({ kind: 'nobody' });
  isAcknowledging = true;
  refusesHello: string | null = null;
  plan: FloorPlan | null = null;
  resyncs = 0;
  /** By their path. */
  readonly pictures = new Map<string, Buffer | Promise<Buffer>>();
  /** What its pages may do: the store's policy, or the shell's. */
  policy = contentPolicy;
  readonly zones = new SmallZoneScreens();
  private view: CartView = idleView;
  private messageAt = 0;
  private version = 1;
  private http: HttpServer;
  private io: Server<ScreenToStore, StoreToScreen>;
  private readonly pages: string;
  private port = 0;
  private readonly waiting = new Set<() => void>();
  private readonly lines = new Set<NetSocket>();

  constructor(pages: string) {
    this.pages = pages;
    this.http = this.openPages();
    this.io = this.openSockets();
  }

  async start(): Promise<void> {
    await new Promise<void>((done) => this.http.listen(0, '127.0.0.1', done));
    this.port = (this.http.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    await this.goAway();
  }

  address(query = 'cart=cart-13'): string {
    return `http://127.0.0.1:${this.port}/cart/?${query}`;
  }

  /** Sets the whole view with no word to the screens: what the next snapshot will say. */
  hold(view: Partial<CartView>): void {
    if (view.message !== undefined) this.messageAt = performance.now();
    this.view = { ...this.view, ...view };
  }

  /** Changes parts of the view and pushes them as an update. */
  change(changes: Partial<CartView>): void {
    this.hold(changes);
    cartView.parse(this.view);
    this.version += 1;
    this.io.of(screenNamespace).emit('update', { version: this.version, storeTime: 0, changes });
  }

  /** A version that no screen gets to see. */
  changeUnseen(changes: Partial<CartView>): void {
    this.hold(changes);
    this.version += 1;
  }

  say(message: ScreenMessage | null): void {
    this.change({ message });
  }

  /** For a page that hangs in a zone. */
  showZone(view: ZoneScreenView): void {
    this.zones.show(view);
  }

  /** Cuts every line; screens may come back at once. */
  cut(): void {
    this.io.of(screenNamespace).disconnectSockets(true);
  }

  /** Cuts every line and closes the door until `comeBack`. */
  async goAway(): Promise<void> {
    this.io.of(screenNamespace).disconnectSockets(true);
    const closed = this.io.close();
    // A line that was being opened just now would be waited for, and nobody closes it.
    for (const line of this.lines) line.destroy();
    const late = setInterval(() => {
      for (const line of this.lines) line.destroy();
    }, 20);
    await closed;
    await new Promise<void>((done) => (this.http.listening ? this.http.close(() => done()) : done()));
    clearInterval(late);
  }

  async comeBack(): Promise<void> {
    this.http = this.openPages();
    this.io = this.openSockets();
    // While nobody listened, a line that was being opened to the port may have taken it itself (any free port may be a
    // line's own): it ends as soon as it is read, and the door opens then. Waiting for `listening` alone would wait for ever.
    for (let tries = 1; !(await this.listens()); tries += 1) {
      if (tries === comeBackTriesMax) throw new Error(`port ${this.port} of the small store is taken, and stays so`);
      await new Promise((done) => setTimeout(done, comeBackEveryMs));
    }
  }

  private listens(): Promise<boolean> {
    return new Promise((done, fail) => {
      const refused = (error: NodeJS.ErrnoException): void => (error.code === 'EADDRINUSE' ? done(false) : fail(error));
      this.http.once('error', refused);
      this.http.listen(this.port, '127.0.0.1', () => {
        this.http.off('error', refused);
        done(true);
      });
    });
  }

  factsOf(type: string): ReceivedFact[] {
    return this.received.filter(({ fact }) => fact.type === type);
  }

  /** Resolves when so many facts of the type have come; the test's own time limit ends a wait in vain. */
  async fact(type: string, count = 1): Promise<ReceivedFact> {
    await this.until(() => this.factsOf(type).length >= count);
    return this.factsOf(type)[count - 1] as ReceivedFact;
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      await new Promise<void>((done) => {
        const wake = (): void => {
          this.waiting.delete(wake);
          done();
        };
        this.waiting.add(wake);
      });
    }
  }

  get screens(): number {
    return this.io.of(screenNamespace).sockets.size;
  }

  /** What is left of a message's time is what it has at the time of sending. */
  private viewNow(): CartView {
    const { message } = this.view;
    return { ...this.view, message: message && lessTime(message, this.messageAt) };
  }

  private wake(): void {
    for (const wake of [...this.waiting]) wake();
  }

  private openPages(): HttpServer {
    const http = createServer((request, response) => {
      void this.serve(request.url ?? '/').then(
        ({ type, body }) =>
          response
            .writeHead(200, {
              'content-type': type,
              'content-security-policy': this.policy,
              'cache-control': 'no-store',
            })
            .end(body),
        () => response.writeHead(404).end(),
      );
    });
    http.on('connection', (line) => {
      this.lines.add(line);
      line.once('close', () => this.lines.delete(line));
    });
    return http;
  }

  private openSockets(): Server<ScreenToStore, StoreToScreen> {
    const io = new Server<ScreenToStore, StoreToScreen>(this.http, { serveClient: false, transports: ['websocket'] });
    const screens = io.of(screenNamespace);
    screens.use((socket, next) => {
      const hello = screenHello.safeParse(socket.handshake.auth);
      const reason = hello.success ? this.refusesHello : 'hello-shape';
      if (reason === null) return next();
      next(Object.assign(new Error(reason), { data: { reason } }));
    });
    screens.on('connection', (socket) => {
      const snapshot = (): void => {
        socket.emit('snapshot', { version: this.version, storeTime: 0, view: this.viewNow() });
      };
      snapshot();
      if (this.plan) socket.emit('plan', this.plan);
      socket.on('resync', () => {
        this.resyncs += 1;
        snapshot();
        this.wake();
      });
      socket.on('facts', (batch) => {
        const ack = this.take(batch);
        if (ack && this.isAcknowledging) socket.emit('acks', ack);
        this.wake();
      });
      socket.on('pin', (payload) => {
        const entry = pinEntry.safeParse(payload);
        if (!entry.success) this.faults.push(entry.error.message);
        const answer = entry.success ? this.judgePin(entry.data.pin) : null;
        if (answer) socket.emit('pinAnswer', answer);
        this.wake();
      });
      this.wake();
    });
    this.zones.open({
      io: io as Server,
      greet: (socket) => {
        if (this.plan) socket.emit('plan', this.plan);
        this.wake();
      },
      facts: (socket, batch) => {
        const ack = this.take(batch);
        if (ack && this.isAcknowledging) socket.emit('acks', ack);
        this.wake();
      },
    });
    return io;
  }

  private take(payload: unknown): Parameters<StoreToScreen['acks']>[0] | null {
    const batch = deviceBatch.safeParse(payload);
    if (!batch.success) {
      this.faults.push(batch.error.message);
      return null;
    }
    const { epoch, facts } = batch.data;
    const rejected: { sequence: number; reason: RejectReason }[] = [];
    for (const raw of facts) {
      const fact = raw as DeviceFact;
      const body = deviceFactBodies[fact.type].safeParse(fact.body);
      if (!body.success) this.faults.push(`${fact.type}: ${body.error.message}`);
      this.received.push({ epoch, fact, atMs: performance.now() });
      const reason = this.judge(fact);
      if (reason) rejected.push({ sequence: fact.sequence, reason });
    }
    return { epoch, upTo: facts.at(-1)?.sequence ?? 0, rejected, storeTime: 0 };
  }

  private async serve(url: string): Promise<{ type: string; body: Buffer }> {
    const { pathname } = new URL(url, 'http://store');
    const picture = this.pictures.get(pathname);
    if (picture) return { type: 'image/png', body: await picture };
    const inside = normalize(pathname.replace(/^\/cart\//, '/')).replace(/^\/$/, '/index.html');
    const body = await readFile(join(this.pages, inside));
    return { type: contentTypes[extname(inside)] ?? 'application/octet-stream', body };
  }
}
