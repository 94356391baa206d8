/** Does what the writer is asked, and turns what SQLite throws into an ending that one place decides about. */
import Database from 'better-sqlite3';
import type { WriteAnswer, WriteRequest } from './link.ts';
import type { Writer } from './writer.ts';

/** The disk would not, this time. A full disk and a failing one say so with these. */
const refusals = [
  'SQLITE_FULL',
  'SQLITE_IOERR',
  'SQLITE_BUSY',
  'SQLITE_LOCKED',
  'SQLITE_READONLY',
  'SQLITE_CANTOPEN',
  'SQLITE_NOMEM',
];
const damages = ['SQLITE_CORRUPT', 'SQLITE_NOTADB'];

export function answerWrite(writer: Writer, request: WriteRequest): WriteAnswer {
  try {
    switch (request.kind) {
      case 'write':
        return { kind: 'done', ...writer.write(request.changes) };
      case 'forget':
        writer.forget(request.seqs);
        break;
      case 'settle':
        writer.settle(request.seqs);
        break;
      case 'erasedUpTo':
        writer.settleErased(request.seq);
        break;
      case 'newLife':
        writer.beginLife(request.name, request.after);
        break;
      case 'idle':
        if (!writer.tidy(true)) return { kind: 'refused', message: 'a reader stands in the way of the log' };
        break;
      case 'overwrite':
        if (!writer.overwrite()) return { kind: 'refused', message: 'a reader stands in the way of the log' };
        break;
      case 'clean':
        if (!writer.clean(request.rejectedBefore))
          return { kind: 'refused', message: 'a reader stands in the way of the log' };
        break;
      case 'quota':
        // SQLite takes 0 for a question; its own highest stands for "no limit".
        writer.db.pragma(`max_page_count = ${request.pages === 0 ? 4_294_967_294 : request.pages}`);
        break;
    }
    return { kind: 'done', doubled: 0, walBytes: writer.walBytes };
  } catch (error) {
    return endingOf(error);
  }
}

function endingOf(error: unknown): WriteAnswer {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof Database.SqliteError)) return { kind: 'broken', message };
  const { code } = error;
  const said = `${code}: ${message}`;
  if (refusals.some((start) => code.startsWith(start))) return { kind: 'refused', message: said };
  if (damages.some((start) => code.startsWith(start))) return { kind: 'damaged', message: said };
  return { kind: 'broken', message: said };
}
