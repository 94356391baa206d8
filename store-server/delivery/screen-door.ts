/**
 * The door that every screen comes in by: one Socket.IO server on the store's HTTP port, WebSocket alone, pages of
 * other origins refused, each screen known by name and token, and no screen louder than it may be.
 */
import type { Server as HttpServer } from 'node:http';
import type { Clock } from '@kairos/protocol/ports.ts';
import { type ScreenHello, type ScreenRefusal, screenHello } from '@kairos/protocol/screen-events.ts';
import { Server, type Socket } from 'socket.io';
import type { Intake } from '../intake/intake.ts';
import { TokenBuckets } from '../intake/token-buckets.ts';

/** Bytes of one Socket.IO message from a screen: a batch of facts and its envelope. */
const messageBytesMax = 100_000;
/** Events of one screen: so many a second, and so many at once; a page sends a handful. */
const eventsPerSecond = 50;
const eventsAtOnce = 200;

export function openSocketServer(http: HttpServer): Server {
  return new Server(http, {
    transports: ['websocket'],
    serveClient: false,
    perMessageDeflate: false,
    maxHttpBufferSize: messageBytesMax,
    pingInterval: 10_000,
    pingTimeout: 8_000,
    // CORS does not protect WebSockets (reliability.md section 4): a page of another origin is refused here.
    allowRequest: (request, decide) => decide(null, isSameOrigin(request.headers.origin, request.headers.host)),
  });
}

/** The page in a cart's shell comes from there, and no page of the web can. */
const shellOrigin = 'kairos://cart';

/** A browser says where its page came from; a device that is no browser says nothing. */
function isSameOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined || origin === shellOrigin) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** A socket whose screen has said who it is. */
export type Admitted = Pick<Socket, 'use' | 'onAny'> & { readonly data: { hello: ScreenHello } };

export interface ScreenDoorOptions {
  /** Screens that may connect, with the token each must show; null where the store asks for none. */
  readonly tokens: ReadonlyMap<string, string | null>;
  /** What such screens may say. */
  readonly events: readonly string[];
  readonly clock: Clock;
  /** A socket event that is none of ours. */
  readonly reject: Intake['reject'];
}

export class ScreenDoor {
  readonly #options: ScreenDoorOptions;
  readonly #buckets: TokenBuckets;

  constructor(options: ScreenDoorOptions) {
    this.#options = options;
    this.#buckets = new TokenBuckets({ clock: options.clock, perSecond: eventsPerSecond, atOnce: eventsAtOnce });
  }

  /** For a namespace's `use`. */
  readonly admit = (socket: Pick<Socket, 'handshake' | 'data'>, next: (error?: Error) => void): void => {
    const refusal = this.#judge(socket);
    next(refusal === null ? undefined : Object.assign(new Error(refusal), { data: { reason: refusal } }));
  };

  /** Holds a socket that was admitted to its events and its measure. */
  guard(socket: Admitted): void {
    const { screen } = socket.data.hello;
    // Facts that are passed over here are not acknowledged, and come again.
    socket.use((_, next) => {
      if (this.#buckets.take(screen)) next();
      else
        this.#options.reject({ by: 'screen', device: screen, reason: 'too-often', detail: 'too many events', raw: '' });
    });
    socket.onAny((event: string, ...rest: unknown[]) => {
      if (!this.#options.events.includes(event)) this.refuse(screen, `there is no event "${event.slice(0, 40)}"`, rest);
    });
  }

  refuse(screen: string, detail: string, raw: unknown): void {
    this.#options.reject({ by: 'screen', device: screen, reason: 'unknown-topic', detail, raw });
  }

  #judge(socket: Pick<Socket, 'handshake' | 'data'>): ScreenRefusal | null {
    const hello = screenHello.safeParse(socket.handshake.auth);
    if (!hello.success) return 'hello-shape';
    const token = this.#options.tokens.get(hello.data.screen);
    if (token === undefined) return 'unknown-screen';
    if (token !== null && token !== hello.data.token) return 'wrong-token';
    socket.data.hello = hello.data;
    return null;
  }
}
