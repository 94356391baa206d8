/**
 * A reader of the agent's, in its own process as in a store, on a pseudo-terminal; behind it what the agent does with a
 * scan: its meaning, and the fact into the durable queue on disk. And the floor on a line of its own.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DurableQueue, openDurableQueue } from '@kairos/edge-agent/queue/durable-queue.ts';
import { families, type ReaderKind } from '@kairos/edge-agent/readers/families.ts';
import {
  type ChildCode,
  prepareChildCode,
  type ReaderProcess,
  startReaderProcess,
} from '@kairos/edge-agent/readers/reader-process.ts';
import { meaningOf } from '@kairos/edge-agent/readers/scan-meaning.ts';
import { SerialCable } from '@kairos/edge-agent/test/serial-cable.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { beacon, numberOf, type Split, type ToWriter, type Written } from './lines.ts';

const scheme = { prefixes: ['29'], gsrn: true };
/** A line that has not arrived by then was lost. */
const quietMs = 2_000;

const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;
export const pause = (ms: number): Promise<void> => new Promise((resolve) => systemPorts.timers.after(ms, resolve));

/** What came out at the end, by the number in the line. */
export interface Arrivals {
  /** When the fact was made and handed to the queue. */
  readonly factMs: Map<number, number>;
  /** When it was on the disk. */
  readonly storedMs: Map<number, number>;
  repeated: number;
  /** What no line said. */
  misread: number;
  observations: number;
}

export class Workbench {
  readonly #folder = mkdtempSync(join(tmpdir(), 'kairos-bench-serial-'));
  readonly #code: ChildCode;
  readonly #queue: DurableQueue;
  readonly #writer: ChildProcess;
  arrivals: Arrivals = noArrivals();
  #lastAt = 0;

  constructor() {
    this.#code = prepareChildCode(join(this.#folder, 'compiled'), systemPorts);
    const opened = openDurableQueue({ file: join(this.#folder, 'queue.db'), ports: systemPorts });
    if (opened.kind === 'in-use') throw new Error(opened.message);
    this.#queue = opened.queue;
    this.#writer = fork(new URL('./line-writer.ts', import.meta.url), [], { serialization: 'advanced' });
  }

  /** Open, and ready to be spoken to. */
  async openReader(kind: ReaderKind): Promise<{ reader: ReaderProcess; cable: SerialCable }> {
    const cable = new SerialCable(join(this.#folder, kind));
    await cable.plugIn();
    const reader = startReaderProcess({
      settings: { name: kind, kind, path: cable.path, baudRate: families[kind].baudRate },
      ports: systemPorts,
      code: this.#code,
      own: { anchors: [beacon], tags: [], beaconUuids: [] },
      onObservation: () => {
        this.arrivals.observations += 1;
        this.#lastAt = nowMs();
      },
      onScan: (scan) => void this.#take(meaningOf(scan, scheme)),
      onRefused: () => undefined,
    });
    while (reader.status().state !== 'open') await pause(20);
    return { reader, cable };
  }

  async openFloor(): Promise<{ child: ChildProcess; cable: SerialCable }> {
    const cable = new SerialCable(join(this.#folder, 'floor'));
    await cable.plugIn();
    const child = fork(new URL('./split-floor.ts', import.meta.url), [cable.path], { serialization: 'advanced' });
    await new Promise((resolve) => child.once('message', resolve));
    return { child, cable };
  }

  async write(message: Omit<ToWriter, 'path'>, cable: SerialCable): Promise<Written> {
    const answer = new Promise<Written>((resolve) => this.#writer.once('message', (said) => resolve(said as Written)));
    this.#writer.send({ ...message, path: `${cable.path}-far-end` } satisfies ToWriter);
    return answer;
  }

  /** Until `arrived` says that all are there, or nothing has come for a while. Then what came since the last time. */
  async settle(isDone: (arrivals: Arrivals) => boolean): Promise<Arrivals> {
    this.#lastAt = nowMs();
    while (!isDone(this.arrivals) && nowMs() - this.#lastAt < quietMs) await pause(5);
    const { arrivals } = this;
    this.arrivals = noArrivals();
    return arrivals;
  }

  async close(): Promise<void> {
    this.#writer.disconnect();
    this.#queue.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #take(meaning: ReturnType<typeof meaningOf>): Promise<void> {
    const { arrivals } = this;
    const number = meaning.kind === 'goods' ? numberOf(meaning.code) : Number.NaN;
    if (meaning.kind !== 'goods' || Number.isNaN(number)) {
      arrivals.misread += 1;
      return;
    }
    const stored = this.#queue.enqueue('basket.added', { cart: 'cart-01', code: meaning.code, quantity: 1_000 });
    this.#lastAt = nowMs();
    if (arrivals.factMs.has(number)) arrivals.repeated += 1;
    arrivals.factMs.set(number, this.#lastAt);
    const { kind } = await stored;
    if (kind === 'stored') arrivals.storedMs.set(number, nowMs());
  }
}

function noArrivals(): Arrivals {
  return { factMs: new Map(), storedMs: new Map(), repeated: 0, misread: 0, observations: 0 };
}

export async function askFloor(child: ChildProcess): Promise<Split> {
  const answer = new Promise<Split>((resolve) => child.once('message', (split) => resolve(split as Split)));
  child.send('what did you have?');
  return answer;
}

/** Proportional set size in MB: what a process costs, what it shares divided among those that share it. */
export function pssMb(pid: number): number {
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
  return Number(kilobytes) / 1_024;
}
