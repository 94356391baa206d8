/** The thread that unpacks chunks and sets their columns side by side as rows, for `unpack-thread.ts`. */
import { parentPort } from 'node:worker_threads';
import type { ChunkHeader } from '@kairos/protocol/sync-messages.ts';
import { DamagedChunkError, UnknownVersionError } from '../link/chunk.ts';
import type { MoreOfFacts } from './more-columns.ts';
import { type ReadChunk, readChunk, rowsOf } from './read-chunk.ts';
import { RowMemory } from './row-memory.ts';

/** `chunk`: the number that the asking thread has given it. */
export type UnpackRequest =
  | { readonly chunk: number; readonly kind: 'open'; readonly bytes: Uint8Array }
  | { readonly chunk: number; readonly kind: 'rows'; readonly lead: string }
  | { readonly chunk: number; readonly kind: 'close'; readonly memory: SharedArrayBuffer | null };

type Answer =
  | { readonly kind: 'opened'; readonly header: ChunkHeader; readonly more: MoreOfFacts }
  | { readonly kind: 'rows'; readonly memory: SharedArrayBuffer; readonly length: number }
  | { readonly kind: 'damaged' | 'unknown-version'; readonly message: string };

export type UnpackAnswer = Answer & { readonly chunk: number };

const port = parentPort;
if (!port) throw new Error('intake/unpack-worker.ts runs as a worker thread of UnpackThread');

const opened = new Map<number, ReadChunk>();
const memory = new RowMemory();

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
      opened.set(request.chunk, chunk);
      return { kind: 'opened', header: chunk.header, more: chunk.more };
    }
    case 'rows': {
      const chunk = opened.get(request.chunk);
      opened.delete(request.chunk);
      if (!chunk) throw new Error(`chunk ${request.chunk} is not open`);
      const rows = rowsOf(chunk, request.lead, (bytes) => memory.take(bytes));
      return { kind: 'rows', memory: rows.buffer as unknown as SharedArrayBuffer, length: rows.length };
    }
    case 'close':
      opened.delete(request.chunk);
      if (request.memory) memory.giveBack(request.memory);
      return null;
  }
}
