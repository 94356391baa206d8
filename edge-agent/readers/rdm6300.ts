/**
 * Readers of 125 kHz proximity cards: RDM6300 (14 bytes a frame) and ID-12LA, ID-20LA (16 bytes), 9,600 baud
 * (formats.md 5.6).
 *
 *     STX, ten hex digits, two hex digits of checksum (XOR of the five bytes), [CR LF,] ETX
 *
 * A plain Transform from bytes to scans. STX always begins anew, so a loss costs the frame it is in. An RDM6300 repeats
 * the frame while the card is near; that is one scan. The number is the one printed on the card: ten digits, the low
 * four bytes.
 */
import { FrameParser } from './frame-parser.ts';
import { cutOff, type Found, more, notAFrame, wrongChecksum } from './frame-search.ts';
import { RecentCards } from './recent-cards.ts';
import type { RefusalReason, Refuse } from './refusal.ts';
import type { Scan, ScanParserOptions, ScanTally } from './scan.ts';

const stx = 0x02;
const etx = 0x03;
const digits = 12;
const frameMax = 16;
/** Not seen for so long, a card was taken away; it repeats itself ten times a second. */
const goneAfterMs = 1_500;

export class Rdm6300Parser extends FrameParser {
  readonly #recent: RecentCards;
  readonly #tally: ScanTally;
  readonly #refuse: Refuse;

  constructor({ clock, timers, tally, refuse }: ScanParserOptions) {
    super({ measure, lengthMax: frameMax, timers });
    this.#tally = tally;
    this.#refuse = refuse;
    this.#recent = new RecentCards({ clock, goneAfterMs });
  }

  /** What follows STX may be a card's number. */
  protected override refuseJunk(reason: RefusalReason, head: Uint8Array, length: number): void {
    this.#tally.unreadable += 1;
    this.#refuse(reason, () => (head[0] === stx ? `02 •(${length - 1})` : `•(${length})`));
  }

  protected override readFrame(frame: Uint8Array): void {
    this.#tally.read += 1;
    // The first byte is the card's version.
    const number = cardBytes(frame).readUInt32BE(1).toString().padStart(10, '0');
    if (this.#recent.isNew(number)) this.push({ kind: 'card', number } satisfies Scan);
  }
}

function cardBytes(frame: Uint8Array): Buffer {
  return Buffer.from(Buffer.from(frame.subarray(1, 1 + digits)).toString('latin1'), 'hex');
}

function measure(bytes: Uint8Array, isEnd: boolean): Found {
  if (bytes[0] !== stx) return notAFrame;
  for (let at = 1; at <= digits; at += 1) {
    const byte = bytes[at];
    if (byte === undefined) return isEnd ? cutOff : more;
    if (!isHexDigit(byte)) return cutOff;
  }
  for (const tail of [[etx], [0x0d, 0x0a, etx]]) {
    const length = 1 + digits + tail.length;
    const given = bytes.subarray(1 + digits, length);
    if (!given.every((byte, index) => byte === tail[index])) continue;
    if (given.length < tail.length) return isEnd ? cutOff : more;
    const [sum, ...card] = [...cardBytes(bytes)].reverse();
    return card.reduce((xor, byte) => xor ^ byte, 0) === sum ? { kind: 'frame', length } : wrongChecksum;
  }
  return cutOff;
}

function isHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}
