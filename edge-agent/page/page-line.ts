/**
 * The agent's end of the line to the page on the same cart (`protocol/agent-line.ts`): listens on loopback alone, to
 * pages of known origin that show the token, a few at a time. Nothing that comes over it can stop the agent, and where
 * it cannot be opened the agent goes on without.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import {
  type AgentClosing,
  type AgentToPage,
  agentClosings,
  agentLinePath,
  agentMessageBytesMax,
  type JudgedNumber,
  type PageToAgent,
  pageToAgent,
} from '@kairos/protocol/agent-line.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { WebSocket } from 'ws';
import type { AgentLog } from '../log.ts';

export interface PageLineConfig {
  readonly port: number;
  readonly token: string;
  /** Where the page comes from, beside the shell: the store's own address. */
  readonly origins: readonly string[];
}

export interface PageLineOptions {
  readonly config: PageLineConfig;
  /** The cart that this agent rides on; null where nobody has said so yet. */
  readonly cart: () => string | null;
  readonly judge: (number: string, means: 'typed' | 'scanned') => JudgedNumber;
  readonly ports: Ports;
  readonly log: AgentLog;
  /** "page.open", "page.welcome", "page.wrong-token" … */
  readonly count: (name: string) => void;
}

export interface PageLine {
  /** Null where it could not be opened. */
  readonly port: number | null;
  /** To the page that shows this cart, if there is one. */
  tellScan(outcome: 'goods' | 'unknown'): void;
  close(): Promise<void>;
}

/** No page of the web has this origin. */
const shellOrigin = 'kairos://cart';
/** The page, the same being loaded anew, and somebody who looks on. */
const linesMax = 4;
/** A line that has not said who it is by then is closed. */
const helloWithinMs = 3_000;
/** Messages of one line: so many within `measureMs`; fingers key a number in seconds. */
const messagesMax = 20;
const measureMs = 10_000;

const says: Readonly<Record<AgentClosing, string>> = {
  'wrong-token': 'the token is not the one under "page" in edge.yaml',
  'other-cart': 'this agent rides on another cart, or has not heard on which',
  unreadable: 'not what a page says to its agent',
  'too-much': 'too many lines, or too many messages',
};

/** Resolves once it listens, or cannot: that is said, with what to do. */
export async function openPageLine(options: PageLineOptions): Promise<PageLine> {
  const { config, log, count } = options;
  // Only an agent with a page beside it carries this code.
  const { WebSocketServer } = await import('ws');
  const allowed = new Set([shellOrigin, ...config.origins]);
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: config.port,
    path: agentLinePath,
    maxPayload: agentMessageBytesMax,
    perMessageDeflate: false,
    verifyClient: ({ origin }: { origin: string | undefined }, decide) => {
      const isKnown = origin !== undefined && allowed.has(origin);
      if (!isKnown) count('page.wrong-origin');
      decide(isKnown, 403, `add this page's origin to "page.origins" in edge.yaml`);
    },
  });
  const welcomed = new Set<WebSocket>();
  server.on('connection', (socket) => {
    if (server.clients.size > linesMax) end(socket, 'too-much', count);
    else new OnePage(socket, options, welcomed);
  });
  await new Promise<void>((resolve) => {
    server.once('listening', () => {
      count('page.open');
      resolve();
    });
    server.on('error', (error: NodeJS.ErrnoException) => {
      count('page.not-open');
      const what =
        error.code === 'EADDRINUSE' ? 'is taken; give another as "page.port", here and to the page' : error.message;
      log.warn({ port: config.port }, `no line to the page: port ${config.port} ${what}`);
      resolve();
    });
  });
  const address = server.address();
  return {
    port: address === null || typeof address === 'string' ? null : address.port,
    tellScan: (outcome) => {
      for (const socket of welcomed) send(socket, { say: 'scanned', outcome });
    },
    close: () => {
      for (const socket of server.clients) socket.terminate();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

class OnePage {
  readonly #socket: WebSocket;
  readonly #options: PageLineOptions;
  readonly #welcomed: Set<WebSocket>;
  readonly #cancelHello: () => void;
  #heard: number[] = [];
  #isEnded = false;

  constructor(socket: WebSocket, options: PageLineOptions, welcomed: Set<WebSocket>) {
    this.#socket = socket;
    this.#options = options;
    this.#welcomed = welcomed;
    this.#cancelHello = options.ports.timers.after(helloWithinMs, () => this.#end('unreadable'));
    socket.on('message', (data, isBinary) => this.#hear(isBinary ? '' : String(data)));
    // Too long, or no WebSocket at all: the library closes it.
    socket.on('error', () => options.count('page.unreadable'));
    socket.on('close', () => {
      this.#cancelHello();
      welcomed.delete(socket);
    });
  }

  #hear(text: string): void {
    // What was under way when the line was closed.
    if (this.#isEnded) return;
    const now = this.#options.ports.clock.monotonic();
    this.#heard = [...this.#heard.filter((at) => now - at < measureMs), now];
    const parsed = pageToAgent.safeParse(readJson(text));
    if (this.#heard.length > messagesMax) this.#end('too-much');
    else if (!parsed.success) this.#end('unreadable');
    else if (parsed.data.say === 'hello') this.#welcome(parsed.data);
    else this.#number(parsed.data);
  }

  #welcome({ cart, token }: { readonly cart: string; readonly token: string }): void {
    this.#cancelHello();
    if (!isSame(token, this.#options.config.token)) this.#end('wrong-token');
    else if (cart !== this.#options.cart()) this.#end('other-cart');
    else {
      this.#options.count('page.welcome');
      this.#welcomed.add(this.#socket);
      send(this.#socket, { say: 'welcome' });
    }
  }

  #number({ id, number, means }: Extract<PageToAgent, { say: 'number' }>): void {
    if (!this.#welcomed.has(this.#socket)) {
      this.#end('wrong-token');
      return;
    }
    const judged = this.#options.judge(number, means);
    this.#options.count(`page.number-${judged.kind}`);
    send(this.#socket, { say: 'judged', id, judged });
  }

  #end(why: AgentClosing): void {
    this.#isEnded = true;
    this.#cancelHello();
    end(this.#socket, why, this.#options.count);
  }
}

function end(socket: WebSocket, why: AgentClosing, count: (name: string) => void): void {
  count(`page.${why}`);
  socket.on('error', () => undefined);
  socket.close(agentClosings[why], says[why]);
}

function send(socket: WebSocket, message: AgentToPage): void {
  // A page that takes nothing any more is about to be closed.
  if (socket.readyState === socket.OPEN && socket.bufferedAmount < agentMessageBytesMax * messagesMax) {
    socket.send(JSON.stringify(message));
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** In a time that says nothing of either. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
