/**
 * Takes in a chunk: its facts are copied in, and the store's watermark is moved, in one transaction. So a chunk that
 * comes twice acts once, whatever was lost between the commit and its answer; and no table of numbers already seen is
 * needed (`npm run bench -- sync` has what that costs).
 *
 * A fact that the database will not have goes into quarantine with the reason; the rest of its chunk goes on.
 */
import type { Clock } from '@kairos/protocol/ports.ts';
import { type ChunkAnswer, type ChunkHeader, type ChunkRefusal, chunkColumns } from '@kairos/protocol/sync-messages.ts';
import { type Database, type Sql, SqlRefusedError } from '../database/database.ts';
import { DamagedChunkError, UnknownVersionError, type UnpackedChunk, unpackChunk } from '../link/chunk.ts';
import { copyCarefully, factColumns, givenUpFacts } from './bad-facts.ts';
import { type CopyRows, copyRows, UnevenColumnsError } from './copy-rows.ts';
import type { LinePlace, LineQueue } from './line-queue.ts';
import { type MoreOfFacts, moreOf, withNotes } from './more-columns.ts';
import { moveLine } from './move-line.ts';
import { type BadFact, putAside } from './quarantine.ts';
import { RowMemory } from './row-memory.ts';
import { type KnownStore, lineOf, type StoreLine } from './store-lines.ts';
import { forget, takeNames } from './take-names.ts';

/** Named in an answer; all are kept. */
const namedMax = 100;
const reasonCharsMax = 300;

export type Taken =
  | { readonly kind: 'taken'; readonly answer: ChunkAnswer }
  | { readonly kind: 'refused'; readonly refusal: ChunkRefusal };

export interface TakeChunk {
  readonly database: Database;
  readonly store: KnownStore;
  readonly bytes: Buffer;
  readonly clock: Pick<Clock, 'now'>;
  readonly queue: LineQueue;
  readonly memory?: RowMemory;
  /** Knows again who was erased; null: nobody was. */
  readonly chainKey?: string | null;
  /** Told of each step that has been done: where a test ends the process. */
  readonly onStep?: (step: ChunkStep) => void;
}

/** What taking in a chunk consists of, in this order; between any two of them the process may end. */
export const chunkSteps = [
  'received',
  'unpacked',
  'copied',
  'locked',
  'named',
  'moved',
  'committed',
  'answered',
] as const;
export type ChunkStep = (typeof chunkSteps)[number];

export async function takeChunk(options: TakeChunk): Promise<Taken> {
  const { store, bytes, queue, onStep = noStep } = options;
  onStep('received');
  let chunk: ReadChunk;
  try {
    chunk = await readChunk(bytes);
  } catch (error) {
    if (error instanceof UnknownVersionError) return refused('unknown-version', error.message);
    if (error instanceof DamagedChunkError) return refused('damaged', error.message);
    throw error;
  }
  const { epoch, after } = chunk.header;
  const place = queue.enter({ store: store.number, epoch, after });
  try {
    return await takeUnpacked(options, chunk, place);
  } finally {
    place.leave();
  }
}

interface ReadChunk extends UnpackedChunk {
  /** What this build does not know of its facts. */
  readonly more: MoreOfFacts;
}

/** Rejects with `DamagedChunkError`, `UnknownVersionError`. */
async function readChunk(bytes: Buffer): Promise<ReadChunk> {
  const chunk = await unpackChunk(bytes);
  const more = moreOf(chunk);
  return { columns: chunk.columns, header: withNotes(chunk, more), more };
}

async function takeUnpacked(options: TakeChunk, chunk: ReadChunk, place: LinePlace): Promise<Taken> {
  const { database, store, bytes, clock, memory = new RowMemory(), chainKey = null, onStep = noStep } = options;
  const { header, more } = chunk;
  const line = await lineOf(database, store, header.epoch);
  const known = settled(header, line);
  if (known !== null || line === null) return known ?? unknownLine();
  let rows: CopyRows;
  try {
    rows = rowsOf(line, chunk, memory);
  } catch (error) {
    if (error instanceof DamagedChunkError || error instanceof UnevenColumnsError)
      return refused('damaged', error.message);
    throw error;
  }
  onStep('unpacked');
  const turn = (): Promise<void> => place.turn(line.upTo);
  const take = (way: Effect['way']): Promise<Taken> =>
    database
      .transaction((sql) => effect(sql, { store, header, more, rows, bytes, clock, chainKey, way, turn, onStep }))
      .catch((error: unknown) => {
        if (error instanceof UndoneError) return error.taken;
        throw error;
      });
  const isAhead = place.mayCopyAhead(line.upTo);
  if (!isAhead) await turn();
  const taken = await take(isAhead ? 'ahead' : 'locked').catch(async (error: unknown) => {
    if (!(error instanceof SqlRefusedError) || !isAboutData(error)) throw error;
    // Some fact of it is bad, or here already: once more in its turn, looking for it.
    await turn();
    return take('careful');
  });
  onStep('committed');
  // What may not have left for the database yet is not written over.
  if (taken.kind === 'taken') memory.giveBack(rows.memory);
  return taken;
}

function rowsOf({ store, epoch }: StoreLine, chunk: ReadChunk, memory: RowMemory): CopyRows {
  const columns = knownColumns(chunk);
  const take = (bytes: number): Buffer => memory.take(bytes);
  return copyRows({ lead: `${store}\t${epoch}\t`, columns, count: chunk.header.facts, take });
}

interface Effect {
  readonly store: KnownStore;
  readonly header: ChunkHeader;
  readonly more: MoreOfFacts;
  readonly rows: CopyRows;
  readonly bytes: Buffer;
  readonly clock: Pick<Clock, 'now'>;
  readonly chainKey: string | null;
  /**
   * ahead: copies, then waits for its turn and asks where the line stands; locked: asks first. careful: asks first and
   * copies in parts until each bad fact is found; of the others the first one ends the transaction.
   */
  readonly way: 'ahead' | 'locked' | 'careful';
  readonly turn: () => Promise<void>;
  readonly onStep: (step: ChunkStep) => void;
}

const noStep = (): void => undefined;

/** Ends the transaction, and what it has copied with it. */
class UndoneError extends Error {
  readonly taken: Taken;

  constructor(taken: Taken) {
    super('not the next of its line');
    this.taken = taken;
  }
}

async function effect(sql: Sql, options: Effect): Promise<Taken> {
  const { store, header, more, rows, bytes, clock, chainKey, way, turn, onStep } = options;
  if (way === 'ahead') await copyAll(sql, rows);
  onStep('copied');
  await turn();
  const line = await lineOf(sql, store, header.epoch, { forUpdate: true });
  const known = settled(header, line) ?? notNext(header, line);
  if (known !== null || line === null) throw new UndoneError(known ?? unknownLine());
  onStep('locked');
  await takeNames(sql, { ...line, chainKey, more }, header);
  onStep('named');
  if (way === 'locked') await copyAll(sql, rows);
  const bad = [...(way === 'careful' ? await copyCarefully(sql, rows) : []), ...givenUpFacts(header)];
  if (bad.length > 0) await putAside(sql, line, { bad, now: clock.now() });
  await forget(sql, { ...line, chainKey }, header, clock.now());
  const facts = rows.count - (bad.length - header.givenUp.length);
  await moveLine(sql, line, { header, facts, bytes: bytes.length, now: clock.now() });
  onStep('moved');
  return taken(header.to, bad);
}

async function copyAll(sql: Sql, rows: CopyRows): Promise<void> {
  if (rows.count > 0) await sql.copyIn('facts', factColumns, rows.bytes);
}

/** What is in effect already: its answer was lost on the way. Null where it is not. */
function settled(header: ChunkHeader, line: StoreLine | null): Taken | null {
  return line !== null && header.facts > 0 && header.to <= line.upTo ? taken(line.upTo, []) : null;
}

function notNext(header: ChunkHeader, line: StoreLine | null): Taken | null {
  if (line === null || header.after === line.upTo) return null;
  const message = `the next chunk begins after fact ${line.upTo}, this one after ${header.after}`;
  return refused('not-next', message, line);
}

function unknownLine(): Taken {
  return refused('not-next', 'say hello first: this life of the store’s journal is not known');
}

function knownColumns({ columns }: UnpackedChunk): Buffer[] {
  return chunkColumns.map((name) => {
    const column = columns.get(name);
    if (!column) throw new DamagedChunkError(`the chunk has no column ${name}`);
    return column;
  });
}

/** SQLSTATE classes of what a row can be guilty of: bad data, a broken rule. */
function isAboutData({ code }: SqlRefusedError): boolean {
  return code.startsWith('22') || code.startsWith('23');
}

function taken(upTo: number, bad: readonly BadFact[]): Taken {
  const quarantined = bad.slice(0, namedMax).map(({ seq, reason }) => ({ seq, reason }));
  return { kind: 'taken', answer: { upTo, quarantined, quarantinedCount: bad.length } };
}

function refused(reason: ChunkRefusal['reason'], message: string, line?: StoreLine): Taken {
  const text = message.slice(0, reasonCharsMax);
  return { kind: 'refused', refusal: { reason, message: text, ...(line ? { upTo: line.upTo } : {}) } };
}
