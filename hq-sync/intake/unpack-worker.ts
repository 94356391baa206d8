/** The thread that unpacks chunks and sets their columns side by side as rows, for `unpack-thread.ts`. */
import { parentPort } from 'node:worker_threads';
import type { ChunkHeader } from '@kairos/protocol/sync-messages.ts';
import { DamagedChunkError, UnknownVersionError } from '../link/chunk.ts';
import { giveBack } from '../link/own-memory.ts';
import type { MoreOfFacts } from './more-columns.ts';
import { type ReadChunk, readChunk, rowsOf } from './read-chunk.ts';
import { RowMemory, type RowPiece } from './row-memory.ts';

/** `chunk`: the number that the asking thread has given it. */
export type UnpackRequest =
  | { readonly chunk: number; readonly kind: 'open'; readonly bytes: Uint8Array }
  | { readonly chunk: number; readonly kind: 'rows'; readonly lead: string }
  | { readonly chunk: number; readonly kind: 'close'; readonly isRead: boolean };

interface RowsMade {
  readonly kind: 'rows';
  /** The piece of memory that they stand in, and how many bytes of it they are. */
  readonly piece: number;
  readonly length: number;
  /** The piece itself, the first time. */
  readonly memory: SharedArrayBuffer | null;
  /** Pieces that are not used again. */
  readonly gone: readonly number[];
}

type Answer =
  | { readonly kind: 'opened'; readonly header: ChunkHeader; readonly more: MoreOfFacts }
  | RowsMade
  | { readonly kind: 'damaged' | 'unknown-version'; readonly message: string };

export type UnpackAnswer = Answer & { readonly chunk: number };

const port = parentPort;
if (!port) throw new Error('intake/unpack-worker.ts runs as a worker thread of UnpackThread');

const opened = new Map<number, ReadChunk>();
const memory = new RowMemory();
/** By chunk, until it is closed. */
const lent = new Map<number, RowPiece>();
/** Pieces that the other thread has. */
const handedOver = new Set<number>();

port.on('message', async (request: UnpackRequest) => {
  const answer = await answerTo(request).catch((error: unknown): Answer => {
    opened.delete(request.chunk);
    if (error instanceof DamagedChunkError) return { kind: 'damaged', message: error.message };
    if (error instanceof UnknownVersionError) return { kind: 'unknown-version', message: error.message };
    // Our own mistake: it ends this thread.
    throw error;
  });
  if (answer !== null) port.postMessage({ chunk: request.chunk, ...answer } satisfies UnpackAnswer);
});

async function answerTo(request: UnpackRequest): Promise<Answer | null> {
  switch (request.kind) {
    case 'open': {
      const { buffer, byteOffset, length } = request.bytes;
      const chunk = await readChunk(Buffer.from(buffer, byteOffset, length));
      giveBack(request.bytes);
      opened.set(request.chunk, chunk);
      return { kind: 'opened', header: chunk.header, more: chunk.more };
    }
    case 'rows': {
      const chunk = opened.get(request.chunk);
      opened.delete(request.chunk);
      if (!chunk) throw new Error(`chunk ${request.chunk} is not open`);
      return rowsMade(request.chunk, chunk, request.lead);
    }
    case 'close': {
      opened.delete(request.chunk);
      const piece = lent.get(request.chunk);
      lent.delete(request.chunk);
      if (piece && request.isRead) memory.giveBack(piece);
      else if (piece) memory.letGo(piece);
      return null;
    }
  }
}

function rowsMade(number: number, chunk: ReadChunk, lead: string): RowsMade {
  const take = (bytes: number): Buffer => {
    const piece = memory.take(bytes);
    lent.set(number, piece);
    return piece.bytes;
  };
  const { length } = rowsOf(chunk, lead, take);
  giveBack(chunk.memory);
  const piece = lent.get(number) as RowPiece;
  const gone = memory.gone();
  for (const one of gone) handedOver.delete(one);
  const isNew = !handedOver.has(piece.number);
  handedOver.add(piece.number);
  return { kind: 'rows', piece: piece.number, length, memory: isNew ? piece.memory : null, gone };
}
