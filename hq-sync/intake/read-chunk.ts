/** A chunk as headquarters read it: what its first line says, what this build does not know of it, its facts as rows. */
import { type ChunkHeader, chunkColumns } from '@kairos/protocol/sync-messages.ts';
import { DamagedChunkError, type UnpackedChunk, unpackChunk } from '../link/chunk.ts';
import { copyRows, UnevenColumnsError } from './copy-rows.ts';
import { type MoreOfFacts, moreOf, withNotes } from './more-columns.ts';

export interface ReadChunk {
  readonly header: ChunkHeader;
  /** What this build does not know of its facts. */
  readonly more: MoreOfFacts;
  readonly columns: UnpackedChunk['columns'];
  /** What the columns stand in. */
  readonly memory: UnpackedChunk['memory'];
}

/** Rejects with `DamagedChunkError`, `UnknownVersionError`. */
export async function readChunk(bytes: Buffer): Promise<ReadChunk> {
  const chunk = await unpackChunk(bytes);
  const more = moreOf(chunk);
  return { columns: chunk.columns, header: withNotes(chunk, more), more, memory: chunk.memory };
}

/** In the text format of COPY, in what `take` gives, with `lead` before each ("7\t1\t"). Throws `DamagedChunkError`. */
export function rowsOf({ header, columns }: ReadChunk, lead: string, take: (bytes: number) => Buffer): Buffer {
  try {
    return copyRows({ lead, columns: knownColumns(columns), count: header.facts, take });
  } catch (error) {
    throw error instanceof UnevenColumnsError ? new DamagedChunkError(error.message) : error;
  }
}

function knownColumns(columns: UnpackedChunk['columns']): Buffer[] {
  return chunkColumns.map((name) => {
    const column = columns.get(name);
    if (!column) throw new DamagedChunkError(`the chunk has no column ${name}`);
    return column;
  });
}
