/**
 * Silicon Labs (Bluegiga) BLED112 on USB, BGAPI version 1 (formats.md 5.3): binary messages of a header of four bytes
 * (0x80 for an event, length, class, message) and a payload.
 *
 * A plain Transform from bytes to observations. There is no byte that begins a message and no checksum, so a message
 * counts only when everything that is known of it fits: class and message, the length of its parts, and that the next
 * message does not begin within it. What is not the store's own is dropped here.
 */
import type { Timers } from '@kairos/protocol/ports.ts';
import { decodeAdvertising } from '../radio/advertising.ts';
import { FrameParser } from './frame-parser.ts';
import { cutOff, type Found, more, notAFrame } from './frame-search.ts';
import { maskBytes } from './masked-sample.ts';
import { RadioSieve, type RadioSieveOptions } from './radio-sieve.ts';
import type { RefusalReason } from './refusal.ts';

/** Ends what an earlier life may have begun, sets interval and window of 125 ms, listens to everything. */
export const bled112Start = [
  Uint8Array.of(0x00, 0x00, 0x06, 0x04),
  Uint8Array.of(0x00, 0x05, 0x06, 0x07, 0xc8, 0x00, 0xc8, 0x00, 0x00),
  Uint8Array.of(0x00, 0x01, 0x06, 0x02, 0x02),
];

const headLength = 4;
const gapClass = 6;
/** RSSI, type, address, its kind, bond, and the length of the data. */
const scanHead = 11;
/** Bluetooth 4 advertises at most so many bytes. */
const dataMax = 31;
const frameMax = headLength + scanHead + dataMax;
/** A response to one of our commands: its result. */
const responseLength = 2;
/** The dongle says that it has started. */
const bootLength = 12;

export class Bled112Parser extends FrameParser {
  readonly #sieve: RadioSieve;

  constructor(options: RadioSieveOptions & { readonly timers: Timers }) {
    super({ measure, lengthMax: frameMax + headLength, timers: options.timers });
    this.#sieve = new RadioSieve('bled112', options);
  }

  /** Noise may be part of an address: of it, only how long it was is kept. */
  protected override refuseJunk(reason: RefusalReason, _head: Uint8Array, length: number): void {
    this.#sieve.misread(reason, () => `•(${length})`);
  }

  protected override readFrame(frame: Uint8Array): void {
    if (!isScan(frame)) return;
    const observation = this.#sieve.take({
      address: Buffer.from(frame.subarray(6, 12)).reverse().toString('hex'),
      advertising: frame.subarray(headLength + scanHead),
      rssi: Buffer.from(frame).readInt8(headLength),
      sample: () => maskBytes(frame, headLength + 1),
    });
    if (observation !== null) this.push(observation);
  }
}

function isScan(bytes: Uint8Array): boolean {
  return bytes[0] === 0x80 && bytes[2] === gapClass && bytes[3] === 0;
}

function measure(bytes: Uint8Array, isEnd: boolean): Found {
  const payload = payloadLength(bytes);
  if (typeof payload !== 'number') return payload;
  const length = headLength + payload;
  if (bytes.length < length) return isEnd ? cutOff : more;
  if (isScan(bytes) && !isWholeScan(bytes.subarray(headLength, length))) return cutOff;
  // A byte that was lost is made up for with the first of the next message: then a header begins one byte too early.
  const next = payloadLength(bytes.subarray(length - 1));
  if (typeof next === 'number') return cutOff;
  return next.kind === 'more' && !isEnd ? more : { kind: 'frame', length };
}

/** Of the messages that can come; every other header is none. */
function payloadLength(bytes: Uint8Array): number | Found {
  const [kind, length, group, message] = bytes;
  if (kind !== 0x80 && kind !== 0x00) return notAFrame;
  if (bytes.length < headLength) return more;
  if (kind === 0x00) return group === gapClass && length === responseLength ? responseLength : notAFrame;
  if (group === 0 && message === 0) return length === bootLength ? bootLength : notAFrame;
  const isPlausible = length !== undefined && length >= scanHead && length <= scanHead + dataMax;
  return group === gapClass && message === 0 && isPlausible ? length : notAFrame;
}

function isWholeScan(payload: Uint8Array): boolean {
  const [, advertisingType = 0xff] = payload;
  const addressType = payload[8] ?? 0xff;
  const isKnown = advertisingType <= 6 && addressType <= 3 && payload[10] === payload.length - scanHead;
  return isKnown && !decodeAdvertising(payload.subarray(scanHead)).truncated;
}
