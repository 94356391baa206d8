/**
 * Debian's Mosquitto as a store would run it beside Kairos, on a port and with a configuration of the test's own; it
 * keeps nothing, so that a kill takes with it whatever it held. Stopped by its own pid.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const readyMaxMs = 60_000;
/** Debian keeps it out of a plain user's PATH. */
const alsoLookedIn = ['/usr/sbin', '/usr/local/sbin'];

export class Mosquitto {
  readonly port: number;
  readonly #config: string;
  #child: ChildProcess | null = null;
  #log = '';

  constructor(options: { readonly folder: string; readonly port: number }) {
    this.port = options.port;
    const folder = join(options.folder, 'mosquitto');
    mkdirSync(folder);
    this.#config = join(folder, 'mosquitto.conf');
    // Small messages apart would otherwise wait up to 40 ms for each other in the kernel.
    const lines = [
      `listener ${this.port} 127.0.0.1`,
      'allow_anonymous true',
      'set_tcp_nodelay true',
      'persistence false',
    ];
    writeFileSync(this.#config, `${lines.join('\n')}\n`);
    // Started as root it becomes the user "mosquitto", who has to read this.
    for (const path of [options.folder, folder]) chmodSync(path, 0o755);
    chmodSync(this.#config, 0o644);
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  /** Resolves when it lets somebody in. */
  async start(): Promise<void> {
    const PATH = [process.env.PATH ?? '', ...alsoLookedIn].join(delimiter);
    const child = spawn('mosquitto', ['-c', this.#config], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, PATH },
    });
    this.#child = child;
    child.on('error', () => {
      this.#log += 'these tests need it: apt-get install mosquitto';
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#log = (this.#log + text).slice(-4000);
    });
    for (const since = performance.now(); performance.now() - since < readyMaxMs; await pause(20)) {
      if (child.exitCode !== null || child.pid === undefined) break;
      if (await isListening(this.port)) return;
    }
    throw new Error(`Mosquitto did not start: ${this.#log}`);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
