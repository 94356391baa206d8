/**
 * UHF readers of the CT or "SW" family (5300 and others) in active mode, 115,200 baud (formats.md 5.7):
 *
 *     43 54 <length, two bytes> <reader> <command> <status> <data> <check>
 *
 * The length counts what comes after it; all bytes of a frame, the head included, add up to 0 modulo 256. Command 0x45
 * holds the tags that are in the field, 0xFF is a sign of life.
 *
 * A plain Transform from bytes to scans. A tag that stays in the field is one scan.
 */
import { FrameParser } from './frame-parser.ts';
import { cutOff, type Found, more, notAFrame, wrongChecksum } from './frame-search.ts';
import { RecentCards } from './recent-cards.ts';
import type { RefusalReason, Refuse } from './refusal.ts';
import type { Scan, ScanParserOptions, ScanTally } from './scan.ts';
import { tagGoneAfterMs, toEpc } from './tag-code.ts';

const head = [0x43, 0x54];
/** Head and length. */
const before = 4;
/** Reader, command, status, check. */
const lengthLeast = 4;
/** A hundred tags at once, more than its field holds. */
const lengthMax = 2_048;
const tags = 0x45;
const succeeded = 0x01;
/** In the data of 0x45: the reader's serial number, then how many tags. */
const serialLength = 7;
/** Of each tag: type and antenna before its code, signal strength after it. */
const tagHead = 2;
const tagTail = 1;

export class CtUhfParser extends FrameParser {
  readonly #recent: RecentCards;
  readonly #tally: ScanTally;
  readonly #refuse: Refuse;

  constructor({ clock, timers, tally, refuse }: ScanParserOptions) {
    super({ measure, lengthMax: before + lengthMax, timers });
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
    const [, , , , , command, status] = frame;
    if (command !== tags || status !== succeeded) return;
    const data = frame.subarray(7, -1);
    let at = serialLength + 1;
    for (let tag = 0; tag < (data[serialLength] ?? 0) && at < data.length; tag += 1) {
      const end = at + 1 + (data[at] as number);
      if (end > data.length) return;
      this.#see(data.subarray(at + 1 + tagHead, end - tagTail));
      at = end;
    }
  }

  #see(code: Uint8Array): void {
    const epc = toEpc(code);
    if (epc !== null && this.#recent.isNew(epc)) this.push({ kind: 'tag', epc } satisfies Scan);
  }
}

function measure(bytes: Uint8Array, isEnd: boolean): Found {
  if (bytes[0] !== head[0] || (bytes.length > 1 && bytes[1] !== head[1])) return notAFrame;
  if (bytes.length < before) return isEnd ? cutOff : more;
  const length = (bytes[2] as number) * 256 + (bytes[3] as number);
  if (length < lengthLeast || length > lengthMax) return cutOff;
  if (bytes.length < before + length) return isEnd ? cutOff : more;
  let sum = 0;
  for (let at = 0; at < before + length; at += 1) sum += bytes[at] as number;
  return sum % 256 === 0 ? { kind: 'frame', length: before + length } : wrongChecksum;
}
