/**
 * UHFReader18 and what speaks like it (Chafon, readers with an Impinj E310), 57,600 baud (formats.md 5.7):
 *
 *     <length> <reader> <command> <status> <data> <CRC low> <CRC high>
 *
 * The length leaves itself out; the CRC is 16 bits, polynomial 0x8408 reflected, begun with 0xFFFF. A reader in active
 * mode says each tag by itself (command 0xEE); one in answer mode is asked again and again for an inventory (0x01).
 *
 * A plain Transform from bytes to scans. No byte marks the beginning: a frame is where length and CRC agree. A tag that
 * stays in the field is one scan.
 */
import { FrameParser } from './frame-parser.ts';
import { cutOff, type Found, more, notAFrame, wrongChecksum } from './frame-search.ts';
import { RecentCards } from './recent-cards.ts';
import type { RefusalReason, Refuse } from './refusal.ts';
import type { Scan, ScanParserOptions, ScanTally } from './scan.ts';
import { tagGoneAfterMs, toEpc } from './tag-code.ts';

/** Asks who it is: an answer shows that the line works. */
export const uhfReader18Start = [Uint8Array.of(0x04, 0x00, 0x21, 0xd9, 0x6a)];
export const uhfReader18Ask = Uint8Array.of(0x04, 0x00, 0x01, 0xdb, 0x4b);
export const uhfReader18AskEveryMs = 300;

/** Reader, command, status and CRC. */
const lengthLeast = 5;
const frameMax = 256;
const inventory = 0x01;
const activeReport = 0xee;
/** Inventory, write, lock, reader information, set-up and work mode: the answers that can come. */
const commands: ReadonlySet<number> = new Set([
  0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0f, 0x21, 0x22, 0x24, 0x25, 0x28, 0x2f, 0x33, 0x35, 0x36, 0x40, 0x41, 0xee,
]);

export class UhfReader18Parser extends FrameParser {
  readonly #recent: RecentCards;
  readonly #tally: ScanTally;
  readonly #refuse: Refuse;

  constructor({ clock, timers, tally, refuse }: ScanParserOptions) {
    super({ measure, lengthMax: frameMax, timers });
    this.#tally = tally;
    this.#refuse = refuse;
    this.#recent = new RecentCards({ clock, goneAfterMs: tagGoneAfterMs });
  }

  /** It may be part of a code: of it, only how long it was is kept. */
  protected override refuseJunk(reason: RefusalReason, _head: Uint8Array, length: number): void {
    this.#tally.unreadable += 1;
    this.#refuse(reason, () => `•(${length})`);
  }

  protected override readFrame(frame: Uint8Array): void {
    this.#tally.read += 1;
    const data = frame.subarray(4, -2);
    const [, , command, status = 0] = frame;
    if (command === activeReport && status === 0) this.#see(data);
    // 1 to 4: all tags, or as many as there was time and room for.
    else if (command === inventory && status >= 1 && status <= 4) this.#readInventory(data);
  }

  /** How many, then each with its length before it. */
  #readInventory(data: Uint8Array): void {
    let at = 1;
    for (let tag = 0; tag < (data[0] ?? 0) && at < data.length; tag += 1) {
      const end = at + 1 + (data[at] as number);
      if (end > data.length) return;
      this.#see(data.subarray(at + 1, end));
      at = end;
    }
  }

  #see(code: Uint8Array): void {
    const epc = toEpc(code);
    if (epc !== null && this.#recent.isNew(epc)) this.push({ kind: 'tag', epc } satisfies Scan);
  }
}

function measure(bytes: Uint8Array, isEnd: boolean): Found {
  const [length = 0, , command] = bytes;
  if (length < lengthLeast) return notAFrame;
  if (command !== undefined && !commands.has(command)) return notAFrame;
  if (bytes.length < length + 1) return isEnd ? cutOff : more;
  const sum = crc16(bytes.subarray(0, length - 1));
  const isRight = bytes[length - 1] === (sum & 0xff) && bytes[length] === sum >> 8;
  return isRight ? { kind: 'frame', length: length + 1 } : wrongChecksum;
}

export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >> 1) ^ 0x8408 : crc >> 1;
  }
  return crc;
}
