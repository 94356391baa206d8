/**
 * April Brother ABSniffer 528 on a serial line at 115,200: one line for each advertisement it hears (formats.md 5.2).
 *
 *     OK+SCAN:<address>,<rssi>,<advertising type>,<length>,<advertising hex>\r\n
 *
 * A plain Transform from bytes to observations. It finds its place again after loss: each "OK+SCAN:" begins a frame,
 * and a frame counts only when its length agrees. What is not the store's own is dropped here.
 */
import { Transform, type TransformCallback } from 'node:stream';
import { readAddress, readHex } from '../radio/observation.ts';
import { LineBuffer } from './line-buffer.ts';
import { RadioSieve, type RadioSieveOptions } from './radio-sieve.ts';
import type { RefusalReason } from './refusal.ts';

/** What makes the device start to report, at each opening. */
export const absnifferStart = 'AT+SCAN1\r\n';
/** An extended advertisement has 255 bytes, 510 digits; nothing a device says is longer than this. */
const lineLengthMax = 600;

const frameStart = 'OK+SCAN:';
const frame = /^OK\+SCAN:([0-9A-Fa-f]{12}),([+-]?\d{1,3}),\d{1,3},(\d{1,3}),([0-9A-Fa-f]*)$/;
/** Answers to commands: "OK", "OK+ADDR:…", and our own command where the line echoes. */
const reply = /^(OK(?!\+SCAN)|AT|ERR)/;

export class AbsnifferParser extends Transform {
  readonly #sieve: RadioSieve;
  readonly #lines: LineBuffer;

  constructor(options: RadioSieveOptions) {
    super({ readableObjectMode: true });
    this.#sieve = new RadioSieve('absniffer', options);
    this.#lines = new LineBuffer({
      ends: [0x0d, 0x0a],
      lengthMax: lineLengthMax,
      onTooLong: (head) => this.#misread('too-long', head),
    });
  }

  override _transform(bytes: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#lines.push(bytes, (line) => this.#read(line));
    done();
  }

  override _flush(done: TransformCallback): void {
    this.#lines.end((line) => this.#read(line));
    done();
  }

  #read(line: string): void {
    // A lost line end leaves two frames on one line; noise may stand before the first.
    let start = line.indexOf(frameStart);
    if (start !== 0 && !reply.test(line)) this.#misread('not-a-frame', line);
    while (start >= 0) {
      const next = line.indexOf(frameStart, start + frameStart.length);
      this.#readFrame(line.slice(start, next < 0 ? undefined : next));
      start = next;
    }
  }

  #readFrame(text: string): void {
    const [, beacon, rssi, length, advertisingHex] = frame.exec(text) ?? [];
    const address = readAddress(beacon ?? '');
    const advertising = readHex(advertisingHex ?? '-');
    if (address === null || advertising === null || advertising.length !== Number(length)) {
      this.#misread('cut-off', text);
      return;
    }
    const sample = (): string => this.#sieve.masked(text);
    const observation = this.#sieve.take({ address, advertising, rssi, sample });
    if (observation !== null) this.push(observation);
  }

  #misread(reason: RefusalReason, text: string): void {
    this.#sieve.misread(reason, () => this.#sieve.masked(text));
  }
}
