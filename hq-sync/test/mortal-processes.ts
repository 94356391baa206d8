/** Processes that are killed: headquarters and stores of the kill tests, started, waited for, and ended with the test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

export class MortalProcesses {
  readonly #children = new Set<ChildProcess>();

  /** `file`: beside this one. Its errors are seen. */
  start(file: string, args: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, [join(import.meta.dirname, file), ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }

  /** Its port; where it had one, the same again. */
  async startHq(
    url: string,
    { port = 0, dieAt = 'never', nth = 1 } = {},
  ): Promise<{ readonly child: ChildProcess; readonly port: number }> {
    const child = this.start('mortal-hq.ts', [url, String(port), dieAt, String(nth)]);
    const opened = await new Promise<number>((resolve, reject) => {
      child.stdout?.once('data', (bytes: Buffer) => resolve(Number(bytes.toString())));
      child.once('exit', (code) => reject(new Error(`headquarters ended with ${code} before they were open`)));
    });
    return { child, port: opened };
  }

  killAll(): void {
    for (const child of this.#children) child.kill('SIGKILL');
  }
}

export function ended(child: ChildProcess): Promise<void> {
  return child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));
}
