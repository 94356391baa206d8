/**
 * A plain Transform from bytes to what they mean, for families whose frames are found by `FrameSearch`. A family says
 * what a frame is (`measure`), reads one, and says of junk what may be kept of it.
 */
import { Transform, type TransformCallback } from 'node:stream';
import { FrameSearch, type FrameSearchOptions } from './frame-search.ts';
import type { RefusalReason } from './refusal.ts';

export abstract class FrameParser extends Transform {
  readonly #search: FrameSearch;

  constructor(options: Pick<FrameSearchOptions, 'measure' | 'lengthMax' | 'timers'>) {
    super({ readableObjectMode: true });
    this.#search = new FrameSearch({
      ...options,
      onFrame: (frame) => this.readFrame(frame),
      onJunk: (reason, head, length) => this.refuseJunk(reason, head, length),
    });
  }

  /** Whole, and with a right checksum where its family has one. */
  protected abstract readFrame(frame: Uint8Array): void;
  /** `head` is how the run began, `length` how long it was. */
  protected abstract refuseJunk(reason: RefusalReason, head: Uint8Array, length: number): void;

  override _transform(bytes: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#search.push(bytes);
    done();
  }

  override _flush(done: TransformCallback): void {
    this.#search.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#search.stop();
    done(error);
  }
}
