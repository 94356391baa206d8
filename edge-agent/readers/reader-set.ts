/**
 * All readers of an agent, each in a process of its own unless the configuration says otherwise: started, told whose
 * radio is the store's own, watched, and stopped together.
 */
import { join } from 'node:path';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { AgentConfig } from '../config.ts';
import type { AgentLog } from '../log.ts';
import { createOwnRadio, type OwnRadio } from '../radio/own-radio.ts';
import { type Reader, type ReaderSink, type ReaderStatus, startReader } from './reader.ts';
import { type ChildCode, prepareChildCode, startReaderProcess } from './reader-process.ts';

/** How often states are compared, for the log and the status; first when every reader has had time to begin. */
const watchEveryMs = 1_000;
const watchFirstMs = 3_000;

export interface ReaderSet {
  status(): ReaderStatus[];
  /** "radio.foreign", "reader.restarts", "refused.<reason>"; only ever counts up. */
  counts(): Readonly<Record<string, number>>;
  /** The anchors of the floor plan: the radio that this agent may hear. */
  setAnchors(anchors: readonly string[]): void;
  stop(): Promise<void>;
}

/** A reader that can be told whose radio is ours, here or in its own process. */
interface ToldReader extends Reader {
  setAnchors(anchors: readonly string[]): void;
  restarts(): number;
}

export function createReaderSet(
  options: ReaderSink & {
    readonly config: Pick<AgentConfig, 'readers' | 'isolateReaders' | 'beaconUuids' | 'state'>;
    readonly ports: Ports;
    readonly log: AgentLog;
    /** The state of a reader has changed. */
    readonly onChange: () => void;
  },
): ReaderSet {
  const { config, ports, log, onChange } = options;
  const isIsolated = config.isolateReaders && config.readers.length > 0;
  const code = isIsolated ? prepareChildCode(join(config.state, 'compiled'), ports) : null;
  const readers = config.readers.map((settings) =>
    code === null ? inProcess(settings, options) : isolated(settings, code, options),
  );
  const known = new Map<string, string>();
  let cancel = (): void => undefined;

  const watch = (): void => {
    for (const reader of readers) {
      const { name, state, detail } = reader.status();
      if (known.get(name) === state) continue;
      known.set(name, state);
      if (state === 'open') log.info({ reader: name }, 'the reader is open');
      else log.warn({ reader: name, state, detail }, 'the reader is not working');
      onChange();
    }
    cancel = ports.timers.after(watchEveryMs, watch);
  };
  cancel = ports.timers.after(watchFirstMs, watch);

  return {
    status: () => readers.map((reader) => reader.status()),
    counts: () => ({
      'radio.foreign': readers.reduce((sum, reader) => sum + reader.status().foreign, 0),
      'reader.restarts': readers.reduce((sum, reader) => sum + reader.restarts(), 0),
      ...refusedBy(readers),
    }),
    setAnchors(anchors) {
      for (const reader of readers) reader.setAnchors(anchors);
    },
    async stop() {
      cancel();
      await Promise.all(readers.map((reader) => reader.stop()));
    },
  };
}

function refusedBy(readers: readonly Reader[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const reader of readers) {
    for (const [reason, count] of Object.entries(reader.status().refused)) {
      counts[`refused.${reason}`] = (counts[`refused.${reason}`] ?? 0) + count;
    }
  }
  return counts;
}

type Options = Parameters<typeof createReaderSet>[0];
type Settings = AgentConfig['readers'][number];

function isolated(
  settings: Settings,
  code: ChildCode,
  { config, ports, onObservation, onScan, onRefused }: Options,
): ToldReader {
  const names = (anchors: readonly string[]) => ({ anchors, tags: [], beaconUuids: config.beaconUuids });
  const reader = startReaderProcess({ settings, ports, code, onObservation, onScan, onRefused, own: names([]) });
  return {
    status: () => reader.status(),
    stop: () => reader.stop(),
    setAnchors: (anchors) => reader.setOwn(names(anchors)),
    restarts: () => reader.restarts,
  };
}

function inProcess(settings: Settings, { config, ports, onObservation, onScan, onRefused }: Options): ToldReader {
  let own: OwnRadio = createOwnRadio({ beaconUuids: config.beaconUuids });
  const reader = startReader({ settings, ports, onObservation, onScan, onRefused, own: () => own });
  return {
    status: () => reader.status(),
    stop: () => reader.stop(),
    setAnchors(anchors) {
      own = createOwnRadio({ anchors, beaconUuids: config.beaconUuids });
    },
    restarts: () => 0,
  };
}
