/**
 * One process of `npm start`: its words go to a log file, its end is noticed, and it is ended by its own pid. It stands
 * in a process group of its own, so that Ctrl-C in the terminal reaches only the starting process, which then ends the
 * others in order.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Timers } from '@kairos/protocol/ports.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const endWithParent = fileURLToPath(new URL('end-with-parent.ts', import.meta.url));

/** After a polite signal; then it is killed. */
const endMaxMs = 8000;
const logTailBytes = 2000;

export interface StartedProcess {
  readonly name: string;
  readonly pid: number;
  /** Resolves when it has ended, whatever the reason; never rejects. */
  readonly ended: Promise<void>;
  onMessage(take: (message: unknown) => void): void;
  /** Resolves when it is gone. */
  end(): Promise<void>;
  /** The last of what it said. */
  logTail(): string;
}

export function startProcess(options: {
  readonly name: string;
  /** From the root of the repository. */
  readonly file: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly timers: Timers;
}): StartedProcess {
  const { name, file, args, environment, logFile, timers } = options;
  const log = openSync(logFile, 'w');
  const child = spawn(process.execPath, ['--import', endWithParent, file, ...args], {
    cwd: root,
    detached: true,
    env: { ...process.env, ...environment },
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  return {
    name,
    pid: child.pid ?? -1,
    ended,
    onMessage: (take) => child.on('message', take),
    end: () => end(child, ended, timers),
    logTail: () => readFileSync(logFile, 'utf8').slice(-logTailBytes),
  };
}

async function end(child: ChildProcess, ended: Promise<void>, timers: Timers): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const cancel = timers.after(endMaxMs, () => child.kill('SIGKILL'));
  await ended;
  cancel();
}
