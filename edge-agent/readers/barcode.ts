/**
 * Barcode scanners on a serial line (USB-CDC or RS-232): a message ends with CR, LF, CRLF, TAB or ETX, or when the
 * scanner falls silent; it may begin with STX and with an AIM identifier that names the symbology (formats.md 5.5).
 * GS within a message separates fields and is kept.
 *
 * A plain Transform from bytes to scans. What the scan means is decided in `scan-meaning.ts`.
 */
import { Transform, type TransformCallback } from 'node:stream';
import type { Timers } from '@kairos/protocol/ports.ts';
import { whenIdle } from './frame-search.ts';
import { LineBuffer } from './line-buffer.ts';
import { maskScan } from './masked-sample.ts';
import type { RefusalReason, Refuse } from './refusal.ts';
import type { Scan, ScanParserOptions, ScanTally } from './scan.ts';

/** A scanner that is set to send no terminator is done when it has been silent for so long. */
const idleDefaultMs = 50;
/**
 * One that has sent a terminator will send the next as well: a gap before it is the computer's, and ends nothing. Only
 * after so long was the terminator lost, or the scanner set to send none.
 */
const lostTerminatorMs = 1_500;
/** The longest text of a DataMatrix symbol has 3,116 digits; longer is no scan. */
export const scanLengthMax = 4_096;

const stx = 0x02;
const etx = 0x03;
const tab = 0x09;
const lf = 0x0a;
const cr = 0x0d;

const groupSeparator = '\u001d';
const printable = /^[ -~]*$/;
const aimIdentifier = /^\][A-Za-z][0-9A-Za-z]/;

export class BarcodeParser extends Transform {
  readonly #lines: LineBuffer;
  readonly #timers: Timers;
  /** Null: 50 ms, unless it sends terminators. */
  readonly #idleMs: number | null;
  #sendsTerminators = false;
  readonly #tally: ScanTally;
  readonly #refuse: Refuse;
  #cancelIdle: (() => void) | null = null;

  constructor(options: Omit<ScanParserOptions, 'clock'> & { readonly idleMs?: number }) {
    super({ readableObjectMode: true });
    this.#timers = options.timers;
    this.#tally = options.tally;
    this.#idleMs = options.idleMs ?? null;
    this.#refuse = options.refuse;
    this.#lines = new LineBuffer({
      ends: [etx, tab, lf, cr],
      lengthMax: scanLengthMax,
      onTooLong: (head) => this.#misread('too-long', head),
    });
  }

  override _transform(bytes: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#cancelIdle?.();
    this.#cancelIdle = null;
    this.#lines.push(bytes, (line) => {
      this.#sendsTerminators = true;
      this.#read(line);
    });
    if (this.#lines.pending > 0) {
      const idleMs = this.#idleMs ?? (this.#sendsTerminators ? lostTerminatorMs : idleDefaultMs);
      this.#cancelIdle = whenIdle(this.#timers, idleMs, () => this.#endByIdling());
    }
    done();
  }

  override _flush(done: TransformCallback): void {
    this.#cancelIdle?.();
    this.#lines.end((line) => this.#read(line));
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#cancelIdle?.();
    done(error);
  }

  #endByIdling(): void {
    this.#sendsTerminators = false;
    this.#lines.end((line) => this.#read(line));
  }

  #read(line: string): void {
    const text = line.charCodeAt(0) === stx ? line.slice(1) : line;
    if (text === '') return;
    if (!printable.test(text.replaceAll(groupSeparator, ''))) {
      this.#misread('not-text', text);
      return;
    }
    this.#tally.read += 1;
    const [aim] = aimIdentifier.exec(text) ?? [null];
    this.push({ kind: 'barcode', aim, data: aim === null ? text : text.slice(aim.length) } satisfies Scan);
  }

  #misread(reason: RefusalReason, text: string): void {
    this.#tally.unreadable += 1;
    this.#refuse(reason, () => maskScan(text));
  }
}
