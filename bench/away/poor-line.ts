/**
 * A poor line: a TCP relay that lets so many bytes a second through, each way, and cuts everything that is on it every so
 * often. What was on the way at a cut is lost, as on a real one.
 */

import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** How often the line is served: so fine is its rate. */
const tickMs = 20;
/** A router's buffer: what is beyond it waits at the sender, by TCP's own means. */
const bufferBytesMax = 64 * 1024;

export interface PoorLineOptions {
  /** Where it leads to, on this machine. */
  readonly port: number;
  readonly bitsPerSecond: number;
  /** By the clock, as lines are cut; by bytes that were carried up, where a slow machine must get on as well. */
  readonly cutEvery: { readonly ms: number } | { readonly bytes: number };
}

/** One direction of one connection. */
interface Way {
  readonly from: Socket;
  readonly to: Socket;
  readonly waiting: Buffer[];
  bytes: number;
}

export class PoorLine {
  readonly #options: PoorLineOptions;
  readonly #server: Server;
  readonly #up = new Set<Way>();
  readonly #down = new Set<Way>();
  readonly #timers: NodeJS.Timeout[] = [];
  /** Bytes that have come out at the other end. */
  carriedUp = 0;
  carriedDown = 0;
  cuts = 0;

  constructor(options: PoorLineOptions) {
    this.#options = options;
    this.#server = createServer((near) => this.#join(near));
  }

  async open(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const { cutEvery } = this.#options;
    const perTick = (this.#options.bitsPerSecond / 8 / 1_000) * tickMs;
    this.#timers.push(
      setInterval(() => {
        this.carriedUp += serve(this.#up, perTick);
        this.carriedDown += serve(this.#down, perTick);
        if ('bytes' in cutEvery && this.carriedUp >= cutEvery.bytes * (this.cuts + 1)) this.#cut();
      }, tickMs),
    );
    if ('ms' in cutEvery) this.#timers.push(setInterval(() => this.#cut(), cutEvery.ms));
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#cut();
    this.#server.close();
  }

  #join(near: Socket): void {
    const far = connect({ port: this.#options.port, host: '127.0.0.1', noDelay: true });
    const up: Way = { from: near, to: far, waiting: [], bytes: 0 };
    const down: Way = { from: far, to: near, waiting: [], bytes: 0 };
    for (const [ways, way] of [
      [this.#up, up],
      [this.#down, down],
    ] as const) {
      ways.add(way);
      way.from.on('data', (bytes: Buffer) => {
        way.waiting.push(bytes);
        way.bytes += bytes.length;
        if (way.bytes > bufferBytesMax) way.from.pause();
      });
      way.from.on('error', () => undefined);
      way.from.on('close', () => {
        ways.delete(way);
        way.to.destroy();
      });
    }
  }

  #cut(): void {
    this.cuts += 1;
    for (const { from, to } of [...this.#up]) {
      from.destroy();
      to.destroy();
    }
    this.#up.clear();
    this.#down.clear();
  }
}

/** Lets `bytes` through, shared by whoever waits. */
function serve(ways: ReadonlySet<Way>, bytes: number): number {
  let left = Math.floor(bytes);
  for (const way of ways) {
    while (left > 0) {
      const [first] = way.waiting;
      if (first === undefined) break;
      const part = first.subarray(0, left);
      way.to.write(part);
      left -= part.length;
      way.bytes -= part.length;
      if (part.length === first.length) way.waiting.shift();
      else way.waiting[0] = first.subarray(part.length);
    }
    if (way.bytes <= bufferBytesMax && way.from.isPaused()) way.from.resume();
  }
  return Math.floor(bytes) - left;
}
