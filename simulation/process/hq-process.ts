/** Headquarters as a child process, for tests and benchmarks: started, waited for, killed. Stopped by its own pid. */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';

const main = resolve(import.meta.dirname, '../../hq-sync/main.ts');
/** As `npm run hq` starts it (`tools/run.mjs`). */
const nodeFlags = ['--max-semi-space-size=8'];

export class HqProcess {
  readonly config: string;
  port = 0;
  readonly #database: object;
  readonly #more: object;
  #child: ChildProcess | null = null;
  #output = '';

  /** `database`, and `more` of it, as in the configuration of headquarters. */
  constructor(
    folder: string,
    name: string,
    database: { readonly url: string } | { readonly folder: string },
    more: object = {},
  ) {
    this.config = join(folder, `${name}.yaml`);
    this.#database = database;
    this.#more = more;
    this.#write();
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** All that it has printed, over all its starts. */
  get output(): string {
    return this.#output;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** On the port it had before, where it had one: those who speak to it come back by themselves. */
  async start(): Promise<void> {
    this.#write();
    const child = spawn(process.execPath, [...nodeFlags, main, 'run', '--config', this.config], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    let said = '';
    this.port = await new Promise<number>((ready, failed) => {
      const hear = (bytes: Buffer): void => {
        said += bytes.toString();
        this.#output += bytes.toString();
        const port = /"port":(\d+)/.exec(said);
        if (port) ready(Number(port[1]));
      };
      child.stdout?.on('data', hear);
      child.stderr?.on('data', hear);
      child.once('exit', (code) => failed(new Error(`headquarters ended with ${code}:\n${said}`)));
    });
  }

  #write(): void {
    writeFileSync(this.config, stringify({ listen: { port: this.port }, database: this.#database, ...this.#more }));
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }
}
