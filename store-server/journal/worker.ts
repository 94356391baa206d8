/**
 * The journal's threads: one writes, another reads, so that neither a slow disk nor a long page ever stops the thread
 * that decides. Which of the two this is, `workerData.role` says.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { standBack } from '@kairos/hq-sync/link/background-thread.ts';
import type { PackedChunk } from '@kairos/hq-sync/link/chunk.ts';
import { type JournalFault, JournalFileError, openReadOnly } from './database.ts';
import type { ReadAnswers, ReadRequest, WriteRequest } from './link.ts';
import { Reader } from './reader.ts';
import { answerWrite } from './write-answer.ts';
import { Writer } from './writer.ts';
import type { WriterOptions } from './writer-start.ts';

export type WorkerData =
  | ({ readonly role: 'writer' } & WriterOptions)
  | { readonly role: 'reader'; readonly file: string };

/** Requests carry a number. */
export interface Numbered<Content> {
  readonly id: number;
  readonly content: Content;
}

/** Answers carry the same; 0 is the thread's own word that it is ready, or why it cannot be. */
export type Answered =
  | { readonly id: number; readonly content: unknown }
  | { readonly id: number; readonly failed: string; readonly fault?: JournalFault };

const port = parentPort;
if (!port) throw new Error('journal/worker.ts runs as a worker thread of openJournal');
const data = workerData as WorkerData;

const answer = (message: Answered): void => port.postMessage(message);

if (data.role === 'writer') startWriter(data);
else startReader(data.file);

function startWriter(options: WriterOptions): void {
  let writer: Writer;
  try {
    writer = new Writer(options);
  } catch (error) {
    const fault = error instanceof JournalFileError ? { fault: error.fault } : {};
    answer({ id: 0, failed: (error as Error).message, ...fault });
    port?.close();
    return;
  }
  answer({ id: 0, content: writer.begin });
  port?.on('message', ({ id, content }: Numbered<WriteRequest | { kind: 'close' }>) => {
    if (content.kind === 'close') {
      writer.close();
      answer({ id, content: null });
      port?.close();
      return;
    }
    answer({ id, content: answerWrite(writer, content) });
    if (content.kind === 'write') writer.tidy(false);
  });
}

function startReader(file: string): void {
  standBack();
  const db = openReadOnly(file);
  const reader = new Reader(db, file);
  answer({ id: 0, content: null });
  port?.on('message', ({ id, content }: Numbered<ReadRequest | { kind: 'close' }>) => {
    if (content.kind === 'close') {
      db.close();
      answer({ id, content: null });
      port?.close();
      return;
    }
    try {
      const answered = reader.answer(content);
      port?.postMessage({ id, content: answered } satisfies Answered, handedOver(content, answered));
    } catch (error) {
      answer({ id, failed: (error as Error).message });
    }
  });
}

/** A chunk's bytes go over as they are. */
function handedOver(request: ReadRequest, answered: ReadAnswers[ReadRequest['kind']]): ArrayBuffer[] {
  if (request.kind !== 'packed' || answered === null) return [];
  return [(answered as PackedChunk).bytes.buffer as ArrayBuffer];
}
