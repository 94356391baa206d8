/**
 * A reader in a process of its own, so that a serial driver that hangs stops that reader and nothing else: the child
 * is killed and started again. The parent of this pair runs in the agent; the child is `reader-child.ts`.
 *
 * The child drops what is not the store's own, so foreign radio never crosses over.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import type { Ports } from '@kairos/protocol/ports.ts';
import { type FromChild, type OwnRadioNames, reportEveryMs, type ToChild, warmUpArgument } from './child-messages.ts';
import type { Reader, ReaderSettings, ReaderSink, ReaderStatus } from './reader.ts';
import { refusalReasons } from './refusal.ts';

/** A child that has said nothing for so long is killed. */
const silentMaxMs = 10_000;
/** Between two starts of a child that keeps ending. */
const restartFirstMs = 500;
const restartLastMs = 10_000;
/** A child that has lived so long is no longer held to be one that keeps ending. */
const provenAfterMs = 30_000;
/** A child that does not go when it is asked to. */
const stopMaxMs = 2_000;

/**
 * A reader allocates little that lives long: a small young generation costs it nothing and keeps a flood from growing
 * its heap. (The compiled code is found again only by processes with the same flags.)
 */
const childFlags = ['--max-semi-space-size=1', '--max-old-space-size=48'];
/** A child that only loads its code and does not end is not waited for. */
const warmUpMaxMs = 20_000;

/** Compiled files of versions long gone: beyond so many, all are made anew. One version has about two hundred. */
const compiledFilesMax = 2_000;

/** For all readers of an agent: where their compiled code is kept. */
export interface ChildCode {
  readonly execArgv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Resolves when a child would find its code compiled, or never will. */
  readonly ready: Promise<void>;
}

/**
 * Has the code of readers compiled once, by a child that ends again: Node's TypeScript loader and compiler, which every
 * first child would carry for its whole life, are more than twice the size of a reader. `folder` is kept between starts.
 */
export function prepareChildCode(folder: string, { timers }: Pick<Ports, 'timers'>): ChildCode {
  forgetOldCode(folder);
  const code = { execArgv: childFlags, env: { ...process.env, NODE_COMPILE_CACHE: folder } };
  const child = fork(childFile, [warmUpArgument], { ...code, execArgv: [...childFlags], stdio: 'ignore' });
  const ready = new Promise<void>((resolve) => {
    const cancel = timers.after(warmUpMaxMs, () => child.kill('SIGKILL'));
    const end = (): void => {
      cancel();
      resolve();
    };
    child.once('exit', end);
    child.once('error', end);
  });
  return { ...code, ready };
}

function forgetOldCode(folder: string): void {
  try {
    if (readdirSync(folder, { recursive: true }).length > compiledFilesMax) rmSync(folder, { recursive: true });
  } catch {
    // There is none yet, or it cannot be read: then readers run as well, in more memory.
  }
}

const childFile = new URL('./reader-child.ts', import.meta.url);

export interface ReaderProcess extends Reader {
  /** Of the child that runs now; for tests and `doctor`. */
  readonly pid: number | undefined;
  readonly restarts: number;
  setOwn(names: OwnRadioNames): void;
}

export function startReaderProcess(
  options: ReaderSink & {
    readonly settings: ReaderSettings;
    readonly ports: Ports;
    readonly own: OwnRadioNames;
    readonly code: ChildCode;
  },
): ReaderProcess {
  const { settings, ports } = options;
  const { clock, timers, random } = ports;
  let names = options.own;
  let child: ChildProcess | null = null;
  let isStopped = false;
  let restarts = 0;
  let failures = 0;
  let startedAt = 0;
  let heardAt = 0;
  let cancelTimer = (): void => undefined;
  /** Counts of the children that have ended: they only ever go up. */
  let before = nothingYet(settings.name);
  let last: ReaderStatus = nothingYet(settings.name);

  const tell = (message: ToChild): void => {
    if (child?.connected) child.send(message, () => undefined);
  };

  const receive = (message: FromChild): void => {
    if (message.kind === 'status') last = message.status;
    else if (message.kind === 'observation') options.onObservation(message.observation);
    else if (message.kind === 'refused') options.onRefused(message.line);
    else options.onScan(message.scan, settings.name);
  };

  const watch = (): void => {
    if (clock.monotonic() - heardAt > silentMaxMs) child?.kill('SIGKILL');
    cancelTimer = timers.after(reportEveryMs, watch);
  };

  const begin = (): void => {
    startedAt = heardAt = clock.monotonic();
    const { env, execArgv } = options.code;
    const started = fork(childFile, [], { serialization: 'advanced', env, execArgv: [...execArgv] });
    child = started;
    started.on('message', (bundle) => {
      heardAt = clock.monotonic();
      for (const message of bundle as FromChild[]) receive(message);
    });
    // A child that could not be started has no exit; one with which something else went wrong is made to have one.
    started.on('error', () => (started.pid === undefined ? end(started) : started.kill('SIGKILL')));
    started.on('exit', () => end(started));
    tell({ kind: 'own', names });
    tell({ kind: 'start', settings });
    cancelTimer = timers.after(reportEveryMs, watch);
  };

  const end = (ended: ChildProcess): void => {
    if (ended !== child) return;
    child = null;
    cancelTimer();
    before = added(last, before);
    last = { ...nothingYet(settings.name), state: 'failed', detail: 'the reader ended and is started again' };
    if (isStopped) return;
    failures = clock.monotonic() - startedAt > provenAfterMs ? 0 : failures + 1;
    restarts += 1;
    const fullMs = Math.min(restartLastMs, restartFirstMs * 2 ** failures);
    cancelTimer = timers.after(fullMs * (1 - random.next() / 2), begin);
  };

  void options.code.ready.then(() => {
    if (!isStopped) begin();
  });
  return {
    get pid() {
      return child?.pid;
    },
    get restarts() {
      return restarts;
    },
    status: () => added(last, before),
    setOwn(next) {
      names = next;
      tell({ kind: 'own', names });
    },
    async stop() {
      isStopped = true;
      cancelTimer();
      const stopping = child;
      if (stopping === null) return;
      const cancelKill = timers.after(stopMaxMs, () => stopping.kill('SIGKILL'));
      await new Promise<void>((resolve) => {
        stopping.once('exit', () => resolve());
        tell({ kind: 'stop' });
      });
      cancelKill();
    },
  };
}

function nothingYet(name: string): ReaderStatus {
  return { name, state: 'absent', detail: 'not started yet', read: 0, unreadable: 0, foreign: 0, refused: {} };
}

/** As it is now, with the counts of both. */
function added(now: ReaderStatus, before: ReaderStatus): ReaderStatus {
  const refused = { ...before.refused };
  for (const reason of refusalReasons) {
    const count = (now.refused[reason] ?? 0) + (before.refused[reason] ?? 0);
    if (count > 0) refused[reason] = count;
  }
  return {
    ...now,
    read: now.read + before.read,
    unreadable: now.unreadable + before.unreadable,
    foreign: now.foreign + before.foreign,
    refused,
  };
}
