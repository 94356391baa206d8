/**
 * Finds binary frames in a stream of bytes that come in any pieces, with noise and loss between them. What a frame is,
 * the family says; this tries it at every byte, so that after a loss the next good frame is read, and never waits
 * longer than the line is idle for a frame that does not end.
 *
 * Bounded by the longest frame. Bytes that belong to none are handed on as junk, one run at a time.
 */
import type { Timers } from '@kairos/protocol/ports.ts';
import type { RefusalReason } from './refusal.ts';

/** What stands at a place: a frame of so many bytes, the beginning of one, or none. */
export type Found = { readonly kind: 'frame'; readonly length: number } | typeof more | NoFrame;
interface NoFrame {
  readonly kind: 'none';
  readonly reason: RefusalReason;
}
/** More bytes are needed to tell. */
export const more = { kind: 'more' } as const;
export const notAFrame: NoFrame = { kind: 'none', reason: 'not-a-frame' };
export const wrongChecksum: NoFrame = { kind: 'none', reason: 'checksum' };
export const cutOff: NoFrame = { kind: 'none', reason: 'cut-off' };

/**
 * A device that has begun a frame does not pause within it for so long, even where the computer is busy: adapters hand
 * bytes on every 1 to 16 ms. Frames are read as soon as they are whole; only what looks like the beginning of one waits.
 */
const idleMs = 250;
/** Of a run of junk, so much is kept for a person. */
const junkKept = 64;

/**
 * Calls once nothing has come for so long. A process that was kept from running finds its timer due before it has read
 * what came meanwhile, so it reads once more first.
 */
export function whenIdle(timers: Timers, delayMs: number, run: () => void): () => void {
  let cancel = timers.after(delayMs, () => {
    cancel = timers.after(0, run);
  });
  return () => cancel();
}

export interface FrameSearchOptions {
  /** `isEnd`: nothing more will come for now, the line is idle. */
  readonly measure: (bytes: Uint8Array, isEnd: boolean) => Found;
  readonly lengthMax: number;
  readonly timers: Timers;
  readonly onFrame: (frame: Uint8Array) => void;
  /** `head` is how the run began, `length` how long it was. */
  readonly onJunk: (reason: RefusalReason, head: Uint8Array, length: number) => void;
}

export class FrameSearch {
  readonly #options: FrameSearchOptions;
  /** Twice the longest frame: what waits, and room behind it. */
  readonly #room: Buffer;
  #from = 0;
  #to = 0;
  readonly #junk = { head: Buffer.alloc(junkKept), length: 0, reason: 'not-a-frame' as RefusalReason };
  #cancelIdle: (() => void) | null = null;

  constructor(options: FrameSearchOptions) {
    this.#options = options;
    this.#room = Buffer.allocUnsafe(2 * options.lengthMax);
  }

  push(bytes: Uint8Array): void {
    this.#cancelIdle?.();
    this.#cancelIdle = null;
    for (let taken = 0; taken < bytes.length; ) {
      if (this.#to === this.#room.length) {
        this.#room.copyWithin(0, this.#from, this.#to);
        this.#to -= this.#from;
        this.#from = 0;
      }
      const part = bytes.subarray(taken, taken + this.#room.length - this.#to);
      this.#room.set(part, this.#to);
      this.#to += part.length;
      taken += part.length;
      this.#search(false);
    }
    if (this.#to > this.#from || this.#junk.length > 0) {
      this.#cancelIdle = whenIdle(this.#options.timers, idleMs, () => this.end());
    }
  }

  /** The line is idle, or closed: what has not ended will not. */
  end(): void {
    this.#cancelIdle?.();
    this.#cancelIdle = null;
    this.#search(true);
    this.#tellJunk();
  }

  stop(): void {
    this.#cancelIdle?.();
  }

  #search(isEnd: boolean): void {
    while (this.#from < this.#to) {
      const found = this.#options.measure(this.#room.subarray(this.#from, this.#to), isEnd);
      // A family that asks for more than its longest frame would wait for ever.
      if (found.kind === 'more' && !isEnd && this.#to - this.#from < this.#options.lengthMax) return;
      if (found.kind === 'frame') {
        this.#tellJunk();
        const frame = Uint8Array.from(this.#room.subarray(this.#from, this.#from + found.length));
        this.#from += found.length;
        this.#options.onFrame(frame);
      } else this.#skipByte(found.kind === 'none' ? found.reason : 'cut-off');
    }
    this.#from = this.#to = 0;
  }

  #skipByte(reason: RefusalReason): void {
    const junk = this.#junk;
    // The first thing that looked like a frame says most about what went wrong.
    if (junk.length === 0 || junk.reason === 'not-a-frame') junk.reason = reason;
    if (junk.length < junkKept) junk.head[junk.length] = this.#room[this.#from] as number;
    junk.length += 1;
    this.#from += 1;
  }

  #tellJunk(): void {
    const { reason, head, length } = this.#junk;
    if (length === 0) return;
    this.#junk.length = 0;
    this.#options.onJunk(reason, head.subarray(0, Math.min(length, junkKept)), length);
  }
}
