/**
 * A reader: a serial line and the parser of its device, told apart by `kind`. Gives observations or scans, and its
 * health for `status`. Runs in this process; `reader-process.ts` gives it one of its own.
 */
import type { Transform } from 'node:stream';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { DeviceStatus } from '@kairos/protocol/topics.ts';
import type { RadioObservation } from '../radio/observation.ts';
import { newRadioTally, type OwnRadio } from '../radio/own-radio.ts';
import { families, type ReaderKind } from './families.ts';
import { type RefusalReason, Refusals, type Refuse, type RefusedLine } from './refusal.ts';
import type { Scan } from './scan.ts';
import { openSerialLine, type SerialLineOptions } from './serial-line.ts';

export interface ReaderSettings {
  readonly name: string;
  readonly kind: ReaderKind;
  readonly path: string;
  readonly baudRate: number;
  /** Of a radio reader: silent for so long, it is opened anew. */
  readonly quietMs?: number;
  /** Of a scanner without a terminator: a message ends after so much silence. */
  readonly idleMs?: number;
}

export type ReaderStatus = NonNullable<DeviceStatus['readers']>[number] & {
  /** Why it is not open, for a person. */
  readonly detail: string;
  /** Somebody else's radio, dropped. */
  readonly foreign: number;
  /** What could not be taken, by reason. */
  readonly refused: Readonly<Partial<Record<RefusalReason, number>>>;
};

export interface ReaderSink {
  readonly onObservation: (observation: RadioObservation) => void;
  readonly onScan: (scan: Scan, reader: string) => void;
  /** Of what could not be taken, as much as is kept. */
  readonly onRefused: (line: RefusedLine) => void;
}

export interface Reader {
  status(): ReaderStatus;
  stop(): Promise<void>;
}

/** One that runs in this process. */
export interface LineReader extends Reader {
  /** Reads no further until it is told to: what is handed on is not taken as fast as it comes. */
  pause(): void;
  resume(): void;
}

export interface ReaderOptions extends ReaderSink {
  readonly settings: ReaderSettings;
  readonly ports: Ports;
  /** Asked for each frame, because the floor plan may change. */
  readonly own: () => OwnRadio;
  readonly line?: Pick<SerialLineOptions, 'onHang' | 'createPort' | 'identify'>;
}

interface Parsing {
  /** A parser begins anew with each opening, so that no half message survives an unplugging. */
  readonly newParser: () => Transform;
  readonly counts: () => { read: number; unreadable: number; foreign: number };
}

export function startReader(options: ReaderOptions): LineReader {
  const { settings, ports } = options;
  const refusals = new Refusals({ reader: settings.name, clock: ports.clock, onKept: options.onRefused });
  const { newParser, counts } = parsingOf(options, refusals.refuse);
  const { talk } = families[settings.kind];
  // A family whose answer has an end says when it may be asked again.
  const begin = (): Transform => newParser().on('done', () => line.askNow());
  let parser = begin();
  const line = openSerialLine({
    ...options.line,
    path: settings.path,
    baudRate: settings.baudRate,
    ports,
    ...(talk === undefined ? {} : { talk }),
    ...(settings.quietMs === undefined ? {} : { quietMs: settings.quietMs }),
    onBytes: (bytes) => parser.write(bytes),
    onLost: () => {
      parser.destroy();
      parser = begin();
    },
  });
  return {
    status: () => ({
      name: settings.name,
      state: line.state,
      detail: line.detail,
      ...counts(),
      refused: refusals.counts(),
    }),
    pause: () => line.pause(),
    resume: () => line.resume(),
    async stop() {
      await line.stop();
      parser.destroy();
    },
  };
}

function parsingOf({ settings, ports, own, onObservation, onScan }: ReaderOptions, refuse: Refuse): Parsing {
  const family = families[settings.kind];
  const { clock, timers } = ports;
  if (family.gives === 'observations') {
    const tally = newRadioTally();
    return {
      newParser: () =>
        family.newParser({ receiver: settings.name, own, tally, clock, timers, refuse }).on('data', onObservation),
      counts: () => ({
        read: tally.heard + tally.foreign + tally.implausible,
        unreadable: tally.unreadable,
        foreign: tally.foreign,
      }),
    };
  }
  const tally = { read: 0, unreadable: 0 };
  const idle = settings.idleMs === undefined ? {} : { idleMs: settings.idleMs };
  return {
    newParser: () =>
      family
        .newParser({ clock, timers, tally, refuse, ...idle })
        .on('data', (scan: Scan) => onScan(scan, settings.name)),
    counts: () => ({ ...tally, foreign: 0 }),
  };
}
