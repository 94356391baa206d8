/**
 * The writer and the reader on the caller's own thread and connection, synchronously: for a store in a simulated
 * world, where real threads would have a time of their own, and for tests.
 */
import type { JournalLink, ReadAnswers, ReadRequest } from './link.ts';
import { Reader } from './reader.ts';
import { answerWrite } from './write-answer.ts';
import { Writer } from './writer.ts';
import type { WriterOptions } from './writer-start.ts';

export interface InlineLink extends JournalLink {
  readonly writer: Writer;
}

/** Throws `JournalFileError`. `:memory:` is a file that nobody else sees. */
export function openInlineLink(options: WriterOptions): InlineLink {
  const writer = new Writer(options);
  const reader = new Reader(writer.db, options.file);
  return {
    writer,
    begin: writer.begin,
    write: async (request) => answerWrite(writer, request),
    read: async <Kind extends ReadRequest['kind']>(request: ReadRequest & { kind: Kind }): Promise<ReadAnswers[Kind]> =>
      reader.answer(request) as ReadAnswers[Kind],
    close: async () => writer.close(),
  };
}
