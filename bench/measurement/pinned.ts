/**
 * A measurement in a process of its own, kept on one core where `taskset` is there: what one core does is then what
 * one core does, and the heap holds nothing but what is measured. The child prints its result as one line of JSON on
 * standard output, its progress on standard error. Arms that are compared may be a process each: they are asked in
 * turn, and whoever waits does nothing.
 */
import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
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
export async function runPinned<Result>(run: PinnedRun): Promise<Result> {
  const child = startPinned(run);
  let printed = '';
  child.process.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    printed += chunk;
  });
  child.process.stdin.end();
  await child.ended;
  return JSON.parse(printed) as Result;
}

/** A pinned process that answers one question after the other, each a line of JSON, and waits between them. */
export interface PinnedTalk {
  /** One at a time. Rejects where the process ended, with its last words. */
  ask(question: unknown): Promise<unknown>;
  /** Nothing more is asked: it ends by itself. */
  close(): Promise<void>;
}

/** The child answers each line on its standard input with a line on its standard output, and ends with its input. */
export function talkPinned(run: PinnedRun): PinnedTalk {
  const { process: child, ended } = startPinned(run);
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const broken = ended.then(() => {
    throw new Error(`${fileURLToPath(run.file)} ended while it was asked`);
  });
  // Only who asks or closes is told.
  broken.catch(() => undefined);
  return {
    async ask(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const answer = await Promise.race([answers.next(), broken]);
      return answer.done ? await broken : (JSON.parse(answer.value) as unknown);
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}

interface Started {
  readonly process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly ended: Promise<void>;
}

function startPinned({ file, args, nodeFlags = [], say }: PinnedRun): Started {
  const node = [process.execPath, ...nodeFlags, fileURLToPath(file), ...args];
  const [command, ...rest] = [...pinning(), ...node] as [string, ...string[]];
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'pipe'] });
  let lastWords = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    lastWords = (lastWords + chunk).slice(-4000);
    for (const line of chunk.trimEnd().split('\n')) say(line);
  });
  // A child that has ended cannot be asked; `ended` says so.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<void>((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) => {
      if (code === 0) done();
      else failed(new Error(`${fileURLToPath(file)} ended with ${code}:\n${lastWords}`));
    });
  });
  return { process: child, ended };
}

/** The last core: on most machines interrupts keep to the first. Empty where there is no `taskset`. */
function pinning(): string[] {
  const found = spawnSync('taskset', ['--version'], { stdio: 'ignore' });
  return found.status === 0 ? ['taskset', '--cpu-list', String(cpus().length - 1)] : [];
}

export function isPinningPossible(): boolean {
  return pinning().length > 0;
}
