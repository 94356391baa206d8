/**
 * Chunks on their way from the line's bytes to rows for the database, on a thread of their own: what is unpacked there is
 * thrown away there, with a small heap to look through, and neither the doors of headquarters nor the large heap behind
 * them are troubled by it (on the thread of the doors, as much processor time went into looking for what is left of some
 * megabytes a chunk as into the chunk).
 *
 * The rows come in memory that both threads share, and that is given back to be used again.
 */
import { Worker } from 'node:worker_threads';
import type { ChunkHeader } from '@kairos/protocol/sync-messages.ts';
import { DamagedChunkError, UnknownVersionError } from '../link/chunk.ts';
import type { MoreOfFacts } from './more-columns.ts';
import { readChunk, rowsOf } from './read-chunk.ts';
import type { UnpackAnswer, UnpackRequest } from './unpack-worker.ts';

export interface OpenedChunk {
  readonly header: ChunkHeader;
  readonly more: MoreOfFacts;
  /** Its facts in the text format of COPY, with `lead` before each ("7\t1\t"). Rejects with `DamagedChunkError`. */
  rows(lead: string): Promise<Buffer>;
  /** `isRead`: nobody will look at the rows any more, and their memory may be written over. */
  close(isRead: boolean): void;
}

/** The bytes are gone afterwards. Rejects with `DamagedChunkError`, `UnknownVersionError`. */
export type OpenChunk = (bytes: Buffer) => Promise<OpenedChunk>;

/** On the caller's own thread. */
export const openChunkHere: OpenChunk = async (bytes) => {
  const chunk = await readChunk(bytes);
  return {
    header: chunk.header,
    more: chunk.more,
    rows: async (lead) => rowsOf(chunk, lead, (length) => Buffer.allocUnsafeSlow(length)),
    close: () => undefined,
  };
};

interface Waiting {
  readonly resolve: (answer: UnpackAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** Begun with the first chunk, and anew after it has died. */
export class UnpackThread {
  #worker: Worker | null = null;
  readonly #waiting = new Map<number, Waiting>();
  /** Of `RowMemory`, by number. */
  readonly #pieces = new Map<number, SharedArrayBuffer>();
  #next = 1;

  open: OpenChunk = async (bytes) => {
    const chunk = this.#next++;
    const opened = await this.#ask({ chunk, kind: 'open', bytes }, ownMemory(bytes));
    if (opened.kind !== 'opened') throw new Error('the thread that unpacks has not said what is in the chunk');
    return {
      header: opened.header,
      more: opened.more,
      rows: async (lead) => {
        const made = await this.#ask({ chunk, kind: 'rows', lead }, []);
        if (made.kind !== 'rows') throw new Error('the thread that unpacks has not made rows of the chunk');
        if (made.memory) this.#pieces.set(made.piece, made.memory);
        const memory = this.#pieces.get(made.piece) as SharedArrayBuffer;
        for (const gone of made.gone) this.#pieces.delete(gone);
        return Buffer.from(memory, 0, made.length);
      },
      close: (isRead) => {
        const request: UnpackRequest = { chunk, kind: 'close', isRead };
        this.#worker?.postMessage(request);
      },
    };
  };

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #ask(request: UnpackRequest, handedOver: ArrayBuffer[]): Promise<UnpackAnswer> {
    const worker = this.#worker ?? this.#begin();
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.chunk, { resolve, reject });
      worker.postMessage(request, handedOver);
    });
  }

  #begin(): Worker {
    const worker = new Worker(new URL('./unpack-worker.ts', import.meta.url), { name: 'unpack' });
    const end = (error: Error): void => {
      if (this.#worker !== worker) return;
      this.#worker = null;
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
      this.#pieces.clear();
    };
    worker.on('message', (answer: UnpackAnswer) => this.#take(answer));
    worker.on('error', (error) => end(error as Error));
    worker.on('exit', () => end(new Error('the thread that unpacks chunks has ended')));
    worker.unref();
    this.#worker = worker;
    return worker;
  }

  #take(answer: UnpackAnswer): void {
    const waiting = this.#waiting.get(answer.chunk);
    this.#waiting.delete(answer.chunk);
    if (answer.kind === 'damaged') waiting?.reject(new DamagedChunkError(answer.message));
    else if (answer.kind === 'unknown-version') waiting?.reject(new UnknownVersionError(answer.message));
    else waiting?.resolve(answer);
  }
}

/** Memory of its own is handed over; what stands in a pool with others is copied. */
function ownMemory({ buffer, length }: Buffer): ArrayBuffer[] {
  return buffer instanceof ArrayBuffer && buffer.byteLength === length ? [buffer] : [];
}
