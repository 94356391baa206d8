/**
 * The families of serial devices, each in one row: how fast its line is, what is said to it, whether its silence means
 * anything, and which parser reads it (formats.md section 5). A new family is a parser in a file of its own and a row
 * here.
 */
import type { Transform } from 'node:stream';
import { AbsnifferParser, absnifferStart } from './absniffer.ts';
import { BarcodeParser } from './barcode.ts';
import { Bled112Parser, bled112Start } from './bled112.ts';
import { CtUhfParser } from './ct-uhf.ts';
import { Hm10Parser, hm10Ask, hm10AskEveryMs, hm10Start } from './hm10.ts';
import { MokoConsoleParser } from './moko-console.ts';
import type { RadioSieveOptions } from './radio-sieve.ts';
import { Rdm6300Parser } from './rdm6300.ts';
import type { ScanParserOptions } from './scan.ts';
import type { Talk } from './serial-line.ts';
import { UhfReader18Parser, uhfReader18Ask, uhfReader18AskEveryMs, uhfReader18Start } from './uhfreader18.ts';

interface Family {
  /** Bits a second, where the configuration does not say. */
  readonly baudRate: number;
  readonly talk?: Talk;
  /** Silent for so long, the device is opened anew; left out where silence means nothing. */
  readonly quietMs?: number;
}

interface RadioFamily extends Family {
  readonly gives: 'observations';
  readonly newParser: (options: RadioSieveOptions & Pick<ScanParserOptions, 'timers'>) => Transform;
}

interface ScanFamily extends Family {
  readonly gives: 'scans';
  readonly newParser: (options: ScanParserOptions & { readonly idleMs?: number }) => Transform;
}

/** Of shelf beacons somebody is always heard. */
const radioQuietMs = 30_000;
const text = (command: string): Uint8Array => Buffer.from(command, 'latin1');

const rows = {
  absniffer: {
    gives: 'observations',
    baudRate: 115_200,
    quietMs: radioQuietMs,
    talk: { start: [text(absnifferStart)] },
    newParser: (options) => new AbsnifferParser(options),
  },
  hm10: {
    gives: 'observations',
    baudRate: 9_600,
    quietMs: radioQuietMs,
    talk: { start: hm10Start.map(text), ask: { command: text(hm10Ask), everyMs: hm10AskEveryMs } },
    newParser: (options) => new Hm10Parser(options),
  },
  bled112: {
    gives: 'observations',
    baudRate: 115_200,
    quietMs: radioQuietMs,
    talk: { start: bled112Start },
    newParser: (options) => new Bled112Parser(options),
  },
  'moko-console': {
    gives: 'observations',
    baudRate: 921_600,
    quietMs: radioQuietMs,
    newParser: (options) => new MokoConsoleParser(options),
  },
  barcode: { gives: 'scans', baudRate: 9_600, newParser: (options) => new BarcodeParser(options) },
  rdm6300: { gives: 'scans', baudRate: 9_600, newParser: (options) => new Rdm6300Parser(options) },
  uhfreader18: {
    gives: 'scans',
    baudRate: 57_600,
    talk: { start: uhfReader18Start, ask: { command: uhfReader18Ask, everyMs: uhfReader18AskEveryMs } },
    newParser: (options) => new UhfReader18Parser(options),
  },
  'ct-uhf': { gives: 'scans', baudRate: 115_200, newParser: (options) => new CtUhfParser(options) },
} as const satisfies Record<string, RadioFamily | ScanFamily>;

export type ReaderKind = keyof typeof rows;
export const families: Readonly<Record<ReaderKind, RadioFamily | ScanFamily>> = rows;
