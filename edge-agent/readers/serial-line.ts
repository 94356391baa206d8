/**
 * A serial device that may be absent at the start, unplugged, plugged in again, or silent without a word: this keeps
 * one line to it for as long as the agent runs, opens it by its path, and says how it is.
 *
 * An unplugged device does not always close its port (node-serialport #2043), so the path is looked at once a second,
 * and a device that ought to speak is opened anew when it is silent for too long. Ports are never listed: that ends
 * the process where udevadm is missing. A port that hangs in opening or closing is reported, and left to whoever can
 * kill the process.
 */
import { stat } from 'node:fs/promises';
import type { Ports } from '@kairos/protocol/ports.ts';
import { SerialPort } from 'serialport';

/** Between two attempts: doubles from the first to the last, less up to half of it by chance. */
const retryFirstMs = 1_000;
export const retryLastMs = 5_000;
const retryLeastMs = 500;
/** How often an open line is looked at. */
const checkEveryMs = 1_000;
/** Opening or closing that takes longer hangs. */
const hangsAfterMs = 5_000;
/** Read at once; more would only make larger bundles of what it holds. */
const readBytesMax = 4_096;
/** Between two commands at the start: devices without line ends take what comes at once for one. */
const commandGapMs = 150;

export type SerialState = 'open' | 'absent' | 'quiet' | 'failed';

/** What is needed of node-serialport; its mock has it too. */
export interface PortHandle {
  open(done: (error: Error | null) => void): void;
  close(done?: (error: Error | null) => void): void;
  write(bytes: Buffer): boolean;
  pause?(): unknown;
  resume?(): unknown;
  on(event: 'data', listener: (bytes: Buffer) => void): unknown;
  on(event: 'close' | 'error', listener: (error?: Error | null) => void): unknown;
  readonly isOpen: boolean;
}

/** What is said to the device. */
export interface Talk {
  /** Sent one by one at each opening. */
  readonly start: readonly Uint8Array[];
  /** Sent again and again, for devices that speak only when they are asked. */
  readonly ask?: { readonly command: Uint8Array; readonly everyMs: number };
}

export interface SerialLineOptions {
  readonly path: string;
  readonly baudRate: number;
  readonly talk?: Talk;
  /** A device that ought to speak and is silent for so long is opened anew; without it, silence means nothing. */
  readonly quietMs?: number;
  readonly ports: Ports;
  readonly onBytes: (bytes: Buffer) => void;
  /** The line was lost: what has been read of an unfinished message is worth nothing. */
  readonly onLost?: () => void;
  /** Opening or closing does not come back; only the end of the process helps. */
  readonly onHang?: () => void;
  readonly createPort?: (path: string, baudRate: number) => PortHandle;
  /** Which device stands behind the path; null where there is none. */
  readonly identify?: (path: string) => Promise<string | null>;
}

export interface SerialLine {
  readonly state: SerialState;
  /** Why it is not open, for a person. */
  readonly detail: string;
  /** Asks now, and not again before its time has passed. */
  askNow(): void;
  /** Reads no further until it is told to, so that what comes waits at its source. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

export function openSerialLine(options: SerialLineOptions): SerialLine {
  return new Line(options);
}

class Line implements SerialLine {
  state: SerialState = 'absent';
  detail = 'not opened yet';
  readonly #options: SerialLineOptions;
  readonly #ports: Ports;
  #port: PortHandle | null = null;
  #identity: string | null = null;
  #attempts = 0;
  #heardAt = 0;
  #isStopped = false;
  #cancelTimer = (): void => undefined;
  #cancelHang = (): void => undefined;
  #cancelTalk = (): void => undefined;
  #isPaused = false;

  constructor(options: SerialLineOptions) {
    this.#options = options;
    this.#ports = options.ports;
    void this.#open();
  }

  askNow(): void {
    const ask = this.#options.talk?.ask;
    if (ask === undefined || this.#port === null) return;
    this.#cancelTalk();
    this.#port.write(Buffer.from(ask.command));
    this.#cancelTalk = this.#ports.timers.after(ask.everyMs, () => this.askNow());
  }

  pause(): void {
    this.#isPaused = true;
    this.#port?.pause?.();
  }

  resume(): void {
    this.#isPaused = false;
    this.#port?.resume?.();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelTimer();
    this.#cancelTalk();
    const port = this.#port;
    this.#port = null;
    if (port?.isOpen) await new Promise<void>((resolve) => port.close(() => resolve()));
    this.#cancelHang();
  }

  async #open(): Promise<void> {
    const { path, baudRate, createPort = createSerialPort, identify = identifyDevice } = this.#options;
    this.#identity = await identify(path);
    if (this.#isStopped) return;
    if (this.#identity === null) {
      this.#retry('absent', `there is no ${path}: is it plugged in?`);
      return;
    }
    const port = createPort(path, baudRate);
    port.on('data', (bytes) => this.#hear(port, bytes));
    port.on('close', () => this.#lose(port, 'absent', 'the device was unplugged'));
    port.on('error', (error) => this.#lose(port, 'failed', error?.message ?? 'unknown error'));
    this.#watchForHang();
    port.open((error) => {
      this.#cancelHang();
      if (error) this.#retry('failed', `cannot open ${path}: ${error.message}`);
      else if (this.#isStopped) port.close();
      else this.#begin(port);
    });
  }

  #begin(port: PortHandle): void {
    this.#port = port;
    this.#attempts = 0;
    this.#heardAt = this.#ports.clock.monotonic();
    // A device that fell silent is not well again because it can be opened: only its first byte says so.
    if (this.state !== 'quiet') this.#say('open', '');
    if (this.#isPaused) port.pause?.();
    this.#greet(port, 0);
    this.#cancelTimer = this.#ports.timers.after(checkEveryMs, () => void this.#check(port));
  }

  /** The commands of the start, one after the other, then the first question. */
  #greet(port: PortHandle, next: number): void {
    if (port !== this.#port) return;
    const command = this.#options.talk?.start[next];
    if (command === undefined) {
      this.askNow();
      return;
    }
    port.write(Buffer.from(command));
    this.#cancelTalk = this.#ports.timers.after(commandGapMs, () => this.#greet(port, next + 1));
  }

  #hear(port: PortHandle, bytes: Buffer): void {
    if (port !== this.#port) return;
    this.#heardAt = this.#ports.clock.monotonic();
    if (this.state !== 'open') this.#say('open', '');
    this.#options.onBytes(bytes);
  }

  async #check(port: PortHandle): Promise<void> {
    const { path, quietMs, identify = identifyDevice } = this.#options;
    const identity = await identify(path);
    if (port !== this.#port || this.#isStopped) return;
    if (identity !== this.#identity) {
      this.#lose(port, 'absent', 'the device was unplugged');
    } else if (quietMs !== undefined && this.#ports.clock.monotonic() - this.#heardAt >= quietMs) {
      this.#lose(port, 'quiet', `nothing was heard for ${Math.round(quietMs / 1000)} s`);
    } else {
      this.#cancelTimer = this.#ports.timers.after(checkEveryMs, () => void this.#check(port));
    }
  }

  /** The first to notice ends the line; the others come too late. */
  #lose(port: PortHandle, state: SerialState, detail: string): void {
    if (port !== this.#port) return;
    this.#port = null;
    this.#cancelTimer();
    this.#cancelTalk();
    this.#options.onLost?.();
    if (this.#isStopped) return;
    if (!port.isOpen) {
      this.#retry(state, detail);
      return;
    }
    this.#watchForHang();
    port.close(() => {
      this.#cancelHang();
      this.#retry(state, detail);
    });
  }

  #retry(state: SerialState, detail: string): void {
    if (this.#isStopped) return;
    this.#say(state, detail);
    const fullMs = Math.min(retryLastMs, retryFirstMs * 2 ** this.#attempts);
    this.#attempts += 1;
    const delayMs = Math.max(retryLeastMs, fullMs * (1 - this.#ports.random.next() / 2));
    this.#cancelTimer = this.#ports.timers.after(delayMs, () => void this.#open());
  }

  #watchForHang(): void {
    this.#cancelHang = this.#ports.timers.after(hangsAfterMs, () => {
      this.#say('failed', `${this.#options.path} neither opens nor closes: unplug it, or restart the agent`);
      this.#options.onHang?.();
    });
  }

  #say(state: SerialState, detail: string): void {
    this.state = state;
    this.detail = detail;
  }
}

function createSerialPort(path: string, baudRate: number): PortHandle {
  return new SerialPort({ path, baudRate, autoOpen: false, highWaterMark: readBytesMax });
}

/** Device and inode: another one after it was plugged in again, even under the same name. */
async function identifyDevice(path: string): Promise<string | null> {
  try {
    const { dev, ino, rdev } = await stat(path);
    return `${dev}:${ino}:${rdev}`;
  } catch {
    return null;
  }
}
