/**
 * HM-10 and its kin, asked by "AT+DISI?" what they hear (formats.md 5.1). The answer is one stream without line ends
 * (some clones add them):
 *
 *     OK+DISIS  OK+DISC:<4C000215>:<UUID>:<major minor power>:<address>:<-rssi>  …  OK+DISCE
 *
 * A plain Transform from bytes to observations. Each "OK+" begins something new; a frame has a fixed length and counts
 * only when all of it is as it must be, so that a lost byte costs the frame it was lost from. When a scan is over it
 * emits `done`, upon which the reader asks again.
 */
import { Transform, type TransformCallback } from 'node:stream';
import { readAddress, readHex } from '../radio/observation.ts';
import { RadioSieve, type RadioSieveOptions } from './radio-sieve.ts';
import type { RefusalReason } from './refusal.ts';

/** Sent one by one at each opening, without line ends: the device takes what comes at once for one command. */
export const hm10Start = ['AT', 'AT+ROLE1', 'AT+IMME1'];
export const hm10Ask = 'AT+DISI?';
/** Asked again where no scan came to its end: it takes some seconds. */
export const hm10AskEveryMs = 8_000;

const mark = 'OK+';
const frameStart = 'OK+DISC:';
const frame = /^OK\+DISC:([0-9A-F]{8}):([0-9A-F]{32}):([0-9A-F]{10}):([0-9A-F]{12}):(-\d{3})$/i;
const frameLength = 78;
/** "OK+DISIS", "OK+DISCE", and short answers such as "OK+Set:1" or "OK+ROLE:1". */
const begun = 'OK+DISIS';
const over = 'OK+DISCE';
const answer = /^OK\+[A-Z]{3,6}[:=]?[0-9A-Z.]{0,20}$/i;
/** Of text that belongs to nothing, at most so much is held until the next mark. */
const junkMax = 160;

export class Hm10Parser extends Transform {
  readonly #sieve: RadioSieve;
  /** Begins with the last mark, or with junk. */
  #text = '';
  /** Set after a broken frame: what is left of it, up to the next mark, is part of the same misfortune. */
  #isSkipping = false;

  constructor(options: RadioSieveOptions) {
    super({ readableObjectMode: true });
    this.#sieve = new RadioSieve('hm10', options);
  }

  override _transform(bytes: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#text += bytes.toString('latin1');
    this.#search();
    done();
  }

  override _flush(done: TransformCallback): void {
    this.#text += mark;
    this.#search();
    done();
  }

  #search(): void {
    for (;;) {
      if (this.#text.startsWith(frameStart) && this.#text.length >= frameLength) {
        const text = this.#text.slice(0, frameLength);
        if (this.#readFrame(text)) {
          this.#text = this.#text.slice(frameLength);
          this.#isSkipping = false;
          continue;
        }
      }
      const next = this.#text.indexOf(mark, 1);
      if (next < 0) break;
      this.#readOther(this.#text.slice(0, next));
      this.#text = this.#text.slice(next);
    }
    // The last of them may be the beginning of a mark.
    if (this.#text.length > junkMax + mark.length) {
      if (!this.#isSkipping) this.#misread('not-a-frame', this.#text);
      this.#isSkipping = true;
      this.#text = this.#text.slice(-(mark.length - 1));
    }
    // The end of a scan has no end of its own, and nothing may follow it until we ask again.
    if (this.#text.startsWith(over)) {
      this.#text = this.#text.slice(over.length);
      this.#isSkipping = false;
      this.emit('done');
    }
  }

  #readFrame(text: string): boolean {
    const [, factory, uuid, numbers, beacon, rssi] = frame.exec(text) ?? [];
    const address = readAddress(beacon ?? '');
    if (address === null || factory === undefined) return false;
    // What it has taken apart is put together again, so that one decoder judges all beacons.
    const isBeacon = factory.toUpperCase() === '4C000215';
    const advertising = isBeacon ? readHex(`1AFF${factory}${uuid}${numbers}`) : null;
    const observation = this.#sieve.take({
      address,
      advertising: advertising ?? new Uint8Array(),
      rssi,
      sample: () => this.#sieve.masked(text),
    });
    if (observation !== null) this.push(observation);
    return true;
  }

  /** From one mark to the next, and no whole frame: an answer, the remains of a frame, or noise. */
  #readOther(text: string): void {
    const bare = text.replace(/[\r\n]+$/, '');
    if (bare === '') return;
    if (bare.startsWith(mark)) {
      this.#isSkipping = false;
      if (bare === over) this.emit('done');
      if (!bare.startsWith(frameStart) && (bare === begun || bare === over || answer.test(bare))) return;
      this.#misread(bare.startsWith(frameStart) ? 'cut-off' : 'not-a-frame', bare);
      return;
    }
    // "OK" alone answers "AT".
    if (!this.#isSkipping && !/^(OK|\s)*$/.test(bare)) this.#misread('not-a-frame', bare);
    this.#isSkipping = false;
  }

  #misread(reason: RefusalReason, text: string): void {
    this.#sieve.misread(reason, () => this.#sieve.masked(text));
  }
}
