/**
 * A measurement in a process of its own, kept on one core where `taskset` is there: what one core does is then what
 * one core does, and the heap holds nothing but what is measured. The child prints its result as one line of JSON on
 * standard output, its progress on standard error.
 */
import { spawn, spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

export interface PinnedRun {
  /** A module of ours, run by this Node. */
  readonly file: URL;
  readonly args: readonly string[];
  /** Flags of Node, such as --expose-gc. */
  readonly nodeFlags?: readonly string[];
  readonly say: (line: string) => void;
}

/** What the child printed, parsed. Rejects with its last words where it ended badly. */
export async function runPinned<Result>({ file, args, nodeFlags = [], say }: PinnedRun): Promise<Result> {
  const node = [process.execPath, ...nodeFlags, fileURLToPath(file), ...args];
  const [command, ...rest] = [...pinning(), ...node] as [string, ...string[]];
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  let lastWords = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    printed += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    lastWords = (lastWords + chunk).slice(-4000);
    for (const line of chunk.trimEnd().split('\n')) say(line);
  });
  const code = await new Promise<number | null>((done, failed) => {
    child.on('error', failed);
    child.on('close', done);
  });
  if (code !== 0) throw new Error(`${fileURLToPath(file)} ended with ${code}:\n${lastWords}`);
  return JSON.parse(printed) as Result;
}

/** The last core: on most machines interrupts keep to the first. Empty where there is no `taskset`. */
function pinning(): string[] {
  const found = spawnSync('taskset', ['--version'], { stdio: 'ignore' });
  return found.status === 0 ? ['taskset', '--cpu-list', String(cpus().length - 1)] : [];
}

export function isPinningPossible(): boolean {
  return pinning().length > 0;
}
