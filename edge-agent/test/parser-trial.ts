/**
 * Each family's parser on a simulated line: what is fed to it in, what comes out of it, with literal frames of
 * formats.md to feed. For unit tests and for fuzzing; the real lines are in the scenarios.
 */
import type { Transform } from 'node:stream';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { createOwnRadio, newRadioTally } from '../radio/own-radio.ts';
import { families, type ReaderKind } from '../readers/families.ts';

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

export const samples = {
  absniffer: latin('OK+SCAN:123B6A1AF0E6,-86,3,30,0201061AFF4C000215B5B182C7EAB14988AA99B5C1517008D90001E6F0C5\r\n'),
  hm10: latin('OK+DISC:4C000215:74278BDAB64445208F0C720EAF059935:FFE0FFE1C5:78A5048CECAC:-053'),
  bled112: hex(
    '80 29 06 00 c4 00 e6 f0 1a 6a 3b 12 00 ff 1e 02 01 06 1a ff 4c 00 02 15 b5 b1 82 c7 ea b1 49 88 aa 99 b5 c1 51 70 08 d9 00 01 e6 f0 c5',
  ),
  'moko-console': latin(
    '{"msg_id":3070,"device_info":{"mac":"e831cda7b2c4"},"data":[{"mac":"123b6a1af0e6","rssi":-60,"connectable":0,"adv_name":"a}\\"b","raw_data":"0201061aff4c000215b5b182c7eab14988aa99b5c1517008d90001e6f0c5"}]}',
  ),
  barcode: latin(']E04006381333931\r'),
  rdm6300: latin('\u000213005D1DA5F6\u0003'),
  uhfreader18: hex('11 00 EE 00 E2002075601001820480E064 83 52'),
  'ct-uhf': hex(
    '43 54 00 2C 00 45 01 C4 DD 93 8E 17 01 23 02 0F 01 02 E2 00 20 75 60 10 01 82 04 80 E0 64 33 0F 01 03 E3 00 20 75 60 10 01 82 04 80 E0 64 34 07',
  ),
} as const satisfies Record<ReaderKind, Buffer>;

/** The senders of the samples: the store's own. */
const ownAddresses = ['123b6a1af0e6', '78a5048cecac', '78a50485af2d'];
export const kinds = Object.keys(families) as ReaderKind[];

export interface Trial {
  readonly tally: { unreadable: number; foreign?: number; implausible?: number };
  readonly refused: [reason: string, sample: string][];
  readonly parser: Transform;
  /** One write each; what came out of them. */
  feed(...pieces: readonly (string | Uint8Array)[]): unknown[];
  /** The line is idle for so long; what came out of that. A minute by default: whatever was seen is gone. */
  wait(ms?: number): unknown[];
}

export function openTrial(kind: ReaderKind, options: { readonly own?: readonly string[] } = {}): Trial {
  const ports = simulatedPorts({ startMs: 5_000, seed: 1 });
  const { clock, timers } = ports;
  const refused: Trial['refused'] = [];
  const refuse = (reason: string, sample: () => string): void => {
    // Kept as few as a person would see; fuzzing refuses millions.
    if (refused.push([reason, sample()]) > 1_000) refused.shift();
  };
  const own = createOwnRadio({ anchors: options.own ?? ownAddresses });
  const family = families[kind];
  const radio = newRadioTally();
  const scans = { read: 0, unreadable: 0 };
  const parser =
    family.gives === 'observations'
      ? family.newParser({ receiver: 'reader', own: () => own, tally: radio, clock, timers, refuse })
      : family.newParser({ clock, timers, tally: scans, refuse });
  const drain = (): unknown[] => {
    const out: unknown[] = [];
    for (let one: unknown = parser.read(); one !== null; one = parser.read()) out.push(one);
    return out;
  };
  return {
    tally: family.gives === 'observations' ? radio : scans,
    refused,
    parser,
    feed: (...pieces) => {
      for (const piece of pieces) parser.write(typeof piece === 'string' ? latin(piece) : piece);
      return drain();
    },
    wait: (ms = 61_000) => {
      ports.advance(ms);
      return drain();
    },
  };
}
