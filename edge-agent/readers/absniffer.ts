/**
 * April Brother ABSniffer 528 on a serial line at 115,200: one line for each advertisement it hears (formats.md 5.2).
 *
 *     OK+SCAN:<address>,<rssi>,<advertising type>,<length>,<advertising hex>\r\n
 *
 * A plain Transform from bytes to observations. It finds its place again after loss: each "OK+SCAN:" begins a frame,
 * and a frame counts only when its length agrees. What is not the store's own is dropped here.
 */
import { Transform, type TransformCallback } from 'node:stream';
import type { Clock } from '@kairos/protocol/ports.ts';
import { decodeAdvertising, identify } from '../radio/advertising.ts';
import { type RadioObservation, readAddress, readHex, readRssi } from '../radio/observation.ts';
import type { OwnRadio, RadioTally } from '../radio/own-radio.ts';
import { LineBuffer } from './line-buffer.ts';
import { maskRadio } from './masked-sample.ts';
import type { RefusalReason, Refuse } from './refusal.ts';

/** What makes the device start to report, at each opening. */
export const absnifferStart = 'AT+SCAN1\r\n';
/** An extended advertisement has 255 bytes, 510 digits; nothing a device says is longer than this. */
const lineLengthMax = 600;

const frameStart = 'OK+SCAN:';
const frame = /^OK\+SCAN:([0-9A-Fa-f]{12}),([+-]?\d{1,3}),\d{1,3},(\d{1,3}),([0-9A-Fa-f]*)$/;
/** Answers to commands: "OK", "OK+ADDR:…", and our own command where the line echoes. */
const reply = /^(OK(?!\+SCAN)|AT|ERR)/;

export class AbsnifferParser extends Transform {
  readonly #lines: LineBuffer;
  readonly #receiver: string;
  readonly #own: () => OwnRadio;
  readonly #tally: RadioTally;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #refuse: Refuse;

  constructor(options: {
    /** Name of the reader. */
    readonly receiver: string;
    /** Asked for each frame, because the floor plan may change. */
    readonly own: () => OwnRadio;
    readonly tally: RadioTally;
    readonly clock: Pick<Clock, 'now'>;
    readonly refuse: Refuse;
  }) {
    super({ readableObjectMode: true });
    this.#receiver = options.receiver;
    this.#own = options.own;
    this.#tally = options.tally;
    this.#clock = options.clock;
    this.#refuse = options.refuse;
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
    const [, beacon, rssiText, length, advertisingHex] = frame.exec(text) ?? [];
    const address = readAddress(beacon ?? '');
    const advertising = readHex(advertisingHex ?? '-');
    if (address === null || advertising === null || advertising.length !== Number(length)) {
      this.#misread('cut-off', text);
      return;
    }
    const { id, powerAt1m } = identify(decodeAdvertising(advertising));
    if (!this.#own().owns({ address, id })) {
      this.#tally.foreign += 1;
      return;
    }
    const rssi = readRssi(rssiText);
    if (rssi === null) {
      this.#tally.implausible += 1;
      this.#keep('rssi', text);
      return;
    }
    this.#tally.heard += 1;
    this.push({
      format: 'absniffer',
      receiver: this.#receiver,
      address,
      id,
      rssi,
      powerAt1m,
      sourceTime: null,
      clock: 'none',
      receivedAt: this.#clock.now(),
      filtered: false,
    } satisfies RadioObservation);
  }

  #misread(reason: RefusalReason, text: string): void {
    this.#tally.unreadable += 1;
    this.#keep(reason, text);
  }

  #keep(reason: RefusalReason, text: string): void {
    this.#refuse(reason, () => maskRadio(text, (address) => this.#own().owns({ address, id: { kind: 'address' } })));
  }
}
