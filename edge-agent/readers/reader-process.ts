/**
 * A reader in a process of its own, so that a serial driver that hangs stops that reader and nothing else: the child
 * is killed and started again. The parent of this pair runs in the agent; the child is `reader-child.ts`.
 *
 * The child drops what is not the store's own, so foreign radio never crosses over.
 */
import { type ChildProcess, fork } from 'node:child_process';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { RadioObservation } from '../radio/observation.ts';
import type { Scan } from './barcode.ts';
import type { Reader, ReaderSettings, ReaderSink, ReaderStatus } from './reader.ts';
import { type RefusedLine, refusalReasons } from './refusal.ts';

/** The child says how it is this often … */
export const reportEveryMs = 1_000;
/** … and is killed when it has said nothing for so long. */
const silentMaxMs = 10_000;
/** Between two starts of a child that keeps ending. */
const restartFirstMs = 500;
const restartLastMs = 10_000;
/** A child that has lived so long is no longer held to be one that keeps ending. */
const provenAfterMs = 30_000;
/** A child that does not go when it is asked to. */
const stopMaxMs = 2_000;

/** What the store's own radio is, in a form that can be sent. */
export interface OwnRadioNames {
  readonly anchors: readonly string[];
  readonly tags: readonly (readonly [address: string, cart: string])[];
  readonly beaconUuids: readonly string[];
}

export type ToChild =
  | { readonly kind: 'start'; readonly settings: ReaderSettings }
  | { readonly kind: 'own'; readonly names: OwnRadioNames }
  | { readonly kind: 'stop' };

export type FromChild =
  | { readonly kind: 'status'; readonly status: ReaderStatus }
  | { readonly kind: 'observation'; readonly observation: RadioObservation }
  | { readonly kind: 'scan'; readonly scan: Scan }
  | { readonly kind: 'refused'; readonly line: RefusedLine };

export interface ReaderProcess extends Reader {
  /** Of the child that runs now; for tests and `doctor`. */
  readonly pid: number | undefined;
  readonly restarts: number;
  setOwn(names: OwnRadioNames): void;
}

export function startReaderProcess(
  options: ReaderSink & { readonly settings: ReaderSettings; readonly ports: Ports; readonly own: OwnRadioNames },
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
    heardAt = clock.monotonic();
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
    const started = fork(new URL('./reader-child.ts', import.meta.url), [], { serialization: 'advanced' });
    child = started;
    started.on('message', receive);
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

  begin();
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
