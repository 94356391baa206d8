/** A serial cable of socat's: what is written to one end is read at the other; pulled out and plugged in at will. */
import { type ChildProcess, spawn } from 'node:child_process';
import { type FileHandle, open, rm } from 'node:fs/promises';

export class SerialCable {
  /** Where the agent looks for its device. */
  readonly path: string;
  #socat: ChildProcess | null = null;
  #end: FileHandle | null = null;

  constructor(path: string) {
    this.path = path;
  }

  async plugIn(): Promise<void> {
    const far = `${this.path}-far-end`;
    const pty = (path: string): string => `pty,raw,echo=0,link=${path}`;
    const socat = spawn('socat', ['-d', '-d', pty(far), pty(this.path)], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#socat = socat;
    await new Promise<void>((resolve, reject) => {
      socat.once('error', () => reject(new Error('these tests need socat: apt-get install socat')));
      socat.stderr.setEncoding('utf8').on('data', (text: string) => {
        if (text.includes('starting data transfer loop')) resolve();
      });
    });
    this.#end = await open(far, 'r+');
  }

  /** Characters of a text are bytes, up to \u00ff. */
  async write(bytes: string | Uint8Array): Promise<void> {
    await this.#end?.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }

  /** The next so many bytes that the agent writes. */
  async read(length: number): Promise<Buffer> {
    const bytes = Buffer.alloc(length);
    let filled = 0;
    while (this.#end && filled < length) {
      const { bytesRead } = await this.#end.read(bytes, filled, length - filled);
      filled += bytesRead;
    }
    return bytes;
  }

  async pullOut(): Promise<void> {
    const socat = this.#socat;
    this.#socat = null;
    await this.#end?.close();
    this.#end = null;
    if (!socat) return;
    const ended = new Promise((resolve) => socat.once('close', resolve));
    socat.kill('SIGTERM');
    await ended;
    await Promise.all([this.path, `${this.path}-far-end`].map((path) => rm(path, { force: true })));
  }
}
