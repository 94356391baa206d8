/**
 * A real store server as a child process: started, waited for, killed, started again. Tests, chaos and benchmarks
 * talk to it from outside; it is stopped by its own pid and nothing else is.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
/** A machine that is busy with something else starts and ends a store ten times as slowly. */
const readyMaxMs = 90_000;
const stopMaxMs = 30_000;

export interface StorePorts {
  readonly http: number;
  readonly mqtt: number;
}

export class StoreProcess {
  readonly #config: string;
  readonly #data: string;
  readonly #environment: Record<string, string>;
  #child: ChildProcess | null = null;
  #output = '';

  /** `config` is a store's YAML file, `data` the folder that it names. */
  constructor(options: { config: string; data: string; environment?: Record<string, string> }) {
    this.#config = options.config;
    this.#data = options.data;
    this.#environment = options.environment ?? {};
  }

  /** Resolves when `/health` says that it is ready; rejects with what it printed where it ends before. */
  async start(): Promise<StorePorts> {
    const runtime = join(this.#data, 'runtime.json');
    rmSync(runtime, { force: true });
    this.#output = '';
    const child = spawn(process.execPath, [join(root, 'store-server/main.ts'), '--config', this.#config], {
      cwd: root,
      env: { ...process.env, ...this.#environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const keep = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString()).slice(-20_000);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    for (const since = performance.now(); performance.now() - since < readyMaxMs; await pause(20)) {
      const ended = child.exitCode ?? child.signalCode;
      if (ended !== null) throw new Error(`the store server ended with ${ended}:\n${this.#output}`);
      const ports = readPorts(runtime);
      if (ports && (await isReady(ports.http))) return ports;
    }
    throw new Error(`the store server was not ready within ${readyMaxMs / 1000} s:\n${this.#output}`);
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('the store server is not running');
    return pid;
  }

  /** True where the process is gone and nobody here has ended it. */
  get endedByItself(): boolean {
    const child = this.#child;
    return child !== null && (child.exitCode !== null || child.signalCode !== null);
  }

  get output(): string {
    return this.#output;
  }

  /** Kill -9: no hand is left to tidy anything up. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** The orderly end. Rejects where it takes longer than it should. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolveEnd) => child.once('exit', () => resolveEnd()));
    child.kill(signal);
    const isLate = await Promise.race([ended.then(() => false), pause(stopMaxMs).then(() => true)]);
    if (!isLate) return;
    child.kill('SIGKILL');
    throw new Error(`the store server did not end within ${stopMaxMs / 1000} s of ${signal}:\n${this.#output}`);
  }
}

function readPorts(file: string): StorePorts | null {
  if (!existsSync(file)) return null;
  try {
    const { httpPort, mqttPort } = JSON.parse(readFileSync(file, 'utf8')) as { httpPort: number; mqttPort: number };
    return { http: httpPort, mqtt: mqttPort };
  } catch {
    return null;
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/health`)).ok;
  } catch {
    return false;
  }
}
