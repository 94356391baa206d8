/**
 * A serial cable that is not there: a pseudo-terminal (socat's) whose one end a program opens like any device, while we
 * write to the other. Opening one in our own process is not worth the libraries that do it (DESIGN section 8).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import type { Ports } from '@kairos/protocol/ports.ts';

/** Whether the machine has pseudo-terminals for us. */
export function hasSocat(): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, 'socat'), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** After this much nobody reads at the other end, and what is written is lost, as on a wire. */
const unreadBytesMax = 65_536;
/** socat ends when the other end is closed; it is there again after this long. */
const replugMs = 300;

export class Cable {
  readonly #path: string;
  readonly #ports: Ports;
  #socat: ChildProcess | null = null;
  #isClosed = false;
  #cancel: () => void = () => undefined;

  /** `path` is where the device will be found. */
  constructor(path: string, ports: Ports) {
    this.#path = path;
    this.#ports = ports;
    this.#plug();
  }

  write(text: string): void {
    const input = this.#socat?.stdin;
    if (input?.writable && input.writableLength < unreadBytesMax) input.write(text, 'latin1');
  }

  /** Pulled for good. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    const socat = this.#socat;
    if (socat === null) return;
    const gone = new Promise<void>((resolve) => socat.once('exit', () => resolve()));
    socat.kill('SIGTERM');
    await gone;
  }

  #plug(): void {
    rmSync(this.#path, { force: true });
    const socat = spawn('socat', ['-', `PTY,link=${this.#path},raw,echo=0`], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.#socat = socat;
    socat.stdin?.on('error', () => undefined);
    socat.on('error', () => undefined);
    socat.on('exit', () => {
      this.#socat = null;
      if (!this.#isClosed) this.#cancel = this.#ports.timers.after(replugMs, () => this.#plug());
    });
  }
}
