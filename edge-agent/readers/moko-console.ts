/**
 * MOKO MK gateways on their USB console, 921,600 baud (formats.md 3.2): the messages that they send by MQTT as well, as
 * JSON without line ends, mixed with text of their log.
 *
 *     I (8123) ble: scanning{"msg_id":3070,"device_info":{"mac":"…"},"data":[{"mac":"…","rssi":-60,…},…]}W (8140) …
 *
 * A plain Transform from bytes to observations. A message begins with its id, and ends where its braces are even; one
 * that lost a brace or a quotation mark ends where the next begins, so that a loss costs the message it is in. What a
 * message says, the gateways' adapter reads; text of the log is passed over.
 */
import { Transform, type TransformCallback } from 'node:stream';
import { Gathering } from '../gateways/gathering.ts';
import { masked } from '../gateways/masked.ts';
import { moko } from '../gateways/moko.ts';
import { sampleLengthMax } from './masked-sample.ts';
import type { RadioSieveOptions } from './radio-sieve.ts';
import type { RefusalReason } from './refusal.ts';

/** A batch of adverts is well below this; what has not ended by then will not. */
const messageLengthMax = 16_384;

const beginning = /\{\s{0,4}"msg_id"/g;
/** So much at the end of the text may be the first part of a beginning. */
const beginningLengthMax = 13;

export class MokoConsoleParser extends Transform {
  readonly #options: RadioSieveOptions;
  /** From the beginning of a message; or the end of the log so far, where none has begun. */
  #text = '';
  #hasBegun = false;
  /** Where in the text the count of braces has come to. */
  #at = 0;
  #depth = 0;
  #isInString = false;

  constructor(options: RadioSieveOptions) {
    super({ readableObjectMode: true });
    this.#options = options;
  }

  override _transform(bytes: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#text += bytes.toString('latin1');
    this.#search();
    done();
  }

  override _flush(done: TransformCallback): void {
    if (this.#hasBegun) this.#refuse('cut-off', this.#text);
    done();
  }

  #search(): void {
    for (;;) {
      if (!this.#hasBegun) {
        const start = this.#beginningAfter(0);
        if (start < 0) {
          this.#text = this.#text.slice(-beginningLengthMax);
          return;
        }
        this.#beginAt(start);
      }
      const end = this.#endOfMessage();
      const next = this.#beginningAfter(1);
      if (end >= 0 && (next < 0 || end <= next)) {
        this.#read(this.#text.slice(0, end));
        this.#leave(end);
      } else if (next > 0) {
        this.#refuse('cut-off', this.#text.slice(0, next));
        this.#leave(next);
      } else if (this.#text.length > messageLengthMax) {
        this.#refuse('too-long', this.#text);
        this.#leave(messageLengthMax);
      } else return;
    }
  }

  #beginningAfter(from: number): number {
    beginning.lastIndex = from;
    return beginning.exec(this.#text)?.index ?? -1;
  }

  #beginAt(start: number): void {
    this.#text = this.#text.slice(start);
    this.#hasBegun = true;
    this.#at = this.#depth = 0;
    this.#isInString = false;
  }

  #leave(end: number): void {
    this.#text = this.#text.slice(end);
    this.#hasBegun = false;
  }

  /** Behind the brace that closes the first; -1 where it has not come yet. Goes on where it stopped. */
  #endOfMessage(): number {
    for (; this.#at < this.#text.length; this.#at += 1) {
      const char = this.#text[this.#at];
      if (this.#isInString) {
        // What is escaped is passed over, once it is there.
        if (char === '\\' && this.#at + 1 === this.#text.length) return -1;
        if (char === '\\') this.#at += 1;
        else if (char === '"') this.#isInString = false;
      } else if (char === '"') this.#isInString = true;
      else if (char === '{') this.#depth += 1;
      else if (char === '}') {
        this.#depth -= 1;
        if (this.#depth === 0) return this.#at + 1;
      }
    }
    return -1;
  }

  #read(text: string): void {
    const { receiver, own, tally, clock } = this.#options;
    const gathering = new Gathering({ format: 'moko', own: own(), receivedAt: clock.now() });
    // Whoever it calls itself, on this line it is the reader that hears.
    moko.read({ topic: `kairos/gateways/${receiver}/moko`, payload: Buffer.from(text, 'latin1') }, gathering);
    tally.heard += gathering.tally.heard;
    tally.foreign += gathering.tally.foreign;
    tally.implausible += gathering.tally.implausible;
    tally.unreadable += gathering.tally.unreadable;
    for (const [reason, count = 0] of Object.entries(gathering.refused)) {
      const samples = gathering.samples.filter((one) => one.reason === reason);
      const as = reason === 'impossible-rssi' ? 'rssi' : 'not-a-frame';
      for (let one = 0; one < count; one += 1) {
        this.#options.refuse(as, () => `${reason}: ${samples[one]?.sample ?? ''}`.slice(0, sampleLengthMax));
      }
    }
    for (const observation of gathering.observations) this.push({ ...observation, receiver });
  }

  #refuse(reason: RefusalReason, text: string): void {
    this.#options.tally.unreadable += 1;
    this.#options.refuse(reason, () => masked(text).slice(0, sampleLengthMax));
  }
}
