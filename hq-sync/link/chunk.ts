/**
 * A chunk of facts as bytes: one line of JSON that says what is in it, then column after column, values ended by line
 * feeds, all of it compressed by Zstandard. In columns like stands by like: a fact takes 15 to 20 bytes on the line,
 * a quarter less than in rows (`npm run bench -- sync`).
 *
 * Values are texts as PostgreSQL's COPY reads them (`\N` for nothing, backslash, tab and line feed escaped), so that
 * headquarters only has to interleave the columns, not to understand them.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import {
  type ChunkHeader,
  chunkColumns,
  chunkHeader,
  chunkTextMax,
  noCommonVersion,
  syncVersions,
} from '@kairos/protocol/sync-messages.ts';
import { giveBack } from './own-memory.ts';

/** Higher ones win a tenth in bytes and cost three times the time. */
const slowLine = { [constants.ZSTD_c_compressionLevel]: 3 };
/** A chunk is as large as its line is fast: from so many facts on, a tenth more bytes cost less than making them fewer. */
const fastLineFacts = 10_000;
/** What it looks back at stays in a processor's own cache; looking back further made chunks no shorter. */
const fastLine = {
  [constants.ZSTD_c_compressionLevel]: 1,
  [constants.ZSTD_c_hashLog]: 13,
  [constants.ZSTD_c_windowLog]: 17,
};
/** A chunk is a fourth to an eighth as long when it is packed: so much is asked for at once, and seldom more. */
const packsAtLeast = 4;
const packsAtMost = 8;
/** One piece of memory for what comes out, at least and at most: each piece costs a turn of a thread. */
const pieceBytesMin = 16 * 1024;
const pieceBytesMax = 4 * 1024 * 1024;
/** Of what is kept for the next chunk: that it may be so much longer, and how much it is at most, bytes. */
const packingSpare = 256 * 1024;
const packingKeptMax = 8 * 1024 * 1024;
const lineFeed = 0x0a;

/** What a store says in a chunk, before it is bytes. `columns`: one text for each of `chunkColumns`, or its UTF-8. */
export interface ChunkContent extends Omit<ChunkHeader, 'version' | 'columns'> {
  readonly columns: readonly (string | Uint8Array)[];
}

export interface UnpackedChunk {
  readonly header: ChunkHeader;
  /** By name, each value ended by a line feed; of columns that this build does not know as well. */
  readonly columns: ReadonlyMap<string, Buffer>;
  /** What the columns stand in. */
  readonly memory: Buffer;
}

/** Its bytes are no chunk: a line that bends them, or another program. */
export class DamagedChunkError extends Error {}

/** A chunk of a version that this build does not read, whatever is in it. */
export class UnknownVersionError extends Error {}

/** A chunk as it goes over the line, and what of it the store's half has to know. */
export interface PackedChunk extends Pick<ChunkContent, 'after' | 'to' | 'facts' | 'removed' | 'nobodys'> {
  readonly bytes: Uint8Array;
  /** The last word and the last device that it names; 0: none. */
  readonly wordsTo: number;
  readonly sourcesTo: number;
}

/** `version`: that which headquarters have welcomed. */
export function packedChunk(content: ChunkContent, version: number): PackedChunk {
  const { after, to, facts, removed, nobodys, words, sources } = content;
  const [wordsTo, sourcesTo] = [words.at(-1)?.[0] ?? 0, sources.at(-1)?.[0] ?? 0];
  const packed = packChunk(content, version);
  // Memory of its own: what stands in a pool cannot be handed to another thread.
  const bytes = new Uint8Array(packed);
  giveBack(packed);
  return { after, to, facts, removed, nobodys, wordsTo, sourcesTo, bytes };
}

/** Five milliseconds for a large chunk: for a thread on which nobody waits. */
export function packChunk(content: ChunkContent, version = syncVersions.at(-1) as number): Buffer {
  const bodies = content.columns.map((column) => (typeof column === 'string' ? Buffer.from(column) : column));
  const header: ChunkHeader = {
    ...content,
    version,
    columns: chunkColumns.map((name, index) => [name, bodies[index]?.length ?? 0]),
  };
  const plain = packing.joined([Buffer.from(`${JSON.stringify(header)}\n`), ...bodies]);
  // With a checksum of what is packed, so that no byte of it is bent unnoticed between here and headquarters' memory.
  const params = { ...(content.facts >= fastLineFacts ? fastLine : slowLine), [constants.ZSTD_c_checksumFlag]: 1 };
  return zstdCompressSync(plain, { chunkSize: pieceOf(plain.length / packsAtLeast), params });
}

/** Where a chunk stands while it is packed: some MB, the same for each, else V8 would look for what is left of them. */
class Packing {
  #memory = Buffer.alloc(0);

  /** One after the other; until the next call. */
  joined(parts: readonly Uint8Array[]): Buffer {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const memory = this.#memory.length < length ? Buffer.allocUnsafeSlow(length + packingSpare) : this.#memory;
    this.#memory = memory.length > packingKeptMax ? this.#memory : memory;
    let at = 0;
    for (const part of parts) {
      memory.set(part, at);
      at += part.length;
    }
    return memory.subarray(0, length);
  }
}

const packing = new Packing();

/** For a thread on which nobody waits, as well. Rejects with `DamagedChunkError`, `UnknownVersionError`. */
export async function unpackChunk(bytes: Buffer): Promise<UnpackedChunk> {
  // A byte more: memory that is just full would have the next piece begun.
  const chunkSize = pieceOf((sizeOfContent(bytes) ?? bytes.length * packsAtMost) + 1);
  let plain: Buffer;
  try {
    plain = zstdDecompressSync(bytes, { chunkSize, maxOutputLength: chunkTextMax });
  } catch (error) {
    throw new DamagedChunkError(`the chunk cannot be unpacked: ${(error as Error).message}`);
  }
  const headerEnd = plain.indexOf(lineFeed);
  const header = headerOf(plain.subarray(0, Math.max(0, headerEnd)));
  const columns = new Map<string, Buffer>();
  let at = headerEnd + 1;
  for (const [name, length] of header.columns) {
    columns.set(name, plain.subarray(at, at + length));
    at += length;
  }
  if (at !== plain.length) throw new DamagedChunkError(`the chunk has ${plain.length} bytes and says ${at}`);
  return { header, columns, memory: plain };
}

/** What a frame says of its content's length (RFC 8878, 3.1.1.1), bytes. Null where it does not. */
function sizeOfContent(frame: Buffer): number | null {
  const frameHeaderMax = 18;
  if (frame.length < frameHeaderMax) return null;
  const descriptor = frame.readUInt8(4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const at = 5 + (isSingleSegment ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] as number);
  switch (descriptor >> 6) {
    case 0:
      return isSingleSegment ? frame.readUInt8(at) : null;
    case 1:
      return frame.readUInt16LE(at) + 256;
    case 2:
      return frame.readUInt32LE(at);
    default:
      return Number(frame.readBigUInt64LE(at));
  }
}

function pieceOf(bytes: number): number {
  return Math.round(Math.max(pieceBytesMin, Math.min(bytes, pieceBytesMax)));
}

function headerOf(line: Buffer): ChunkHeader {
  let said: unknown;
  try {
    said = JSON.parse(line.toString());
  } catch {
    throw new DamagedChunkError('the chunk does not begin with a line that says what is in it');
  }
  // First of all: what another version has in its first line, this build cannot judge.
  const { version } = { ...(said as { version?: unknown } | null) };
  if (Number.isInteger(version) && !(syncVersions as readonly unknown[]).includes(version))
    throw new UnknownVersionError(noCommonVersion([version as number]));
  const parsed = chunkHeader.safeParse(said);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new DamagedChunkError(`the chunk’s first line: ${issue?.path.join('.')}: ${issue?.message}`);
}
