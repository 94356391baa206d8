/**
 * Takes in a chunk: its facts are copied in, and the store's watermark is moved, in one transaction. So a chunk that
 * comes twice acts once, whatever was lost between the commit and its answer; and no table of numbers already seen is
 * needed (`npm run bench -- sync` has what that costs).
 *
 * A fact that the database will not have goes into quarantine with the reason; the rest of its chunk goes on.
 */
import type { Clock } from '@kairos/protocol/ports.ts';
import type { ChunkAnswer, ChunkHeader, ChunkRefusal } from '@kairos/protocol/sync-messages.ts';
import { type Database, type Sql, SqlRefusedError } from '../database/database.ts';
import { DamagedChunkError, UnknownVersionError } from '../link/chunk.ts';
import { copyCarefully, factColumns, givenUpFacts } from './bad-facts.ts';
import type { LinePlace, LineQueue } from './line-queue.ts';
import type { MoreOfFacts } from './more-columns.ts';
import { moveLine } from './move-line.ts';
import { type BadFact, putAside } from './quarantine.ts';
import { type KnownStore, lineOf, type StoreLine } from './store-lines.ts';
import { forget, takeNames } from './take-names.ts';
import { type OpenChunk, type OpenedChunk, openChunkHere } from './unpack-thread.ts';

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
  /** Where chunks are unpacked. */
  readonly open?: OpenChunk;
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
  const { store, bytes, queue, open = openChunkHere, onStep = noStep } = options;
  onStep('received');
  const { length } = bytes;
  let chunk: OpenedChunk;
  try {
    chunk = await open(bytes);
  } catch (error) {
    return damaged(error);
  }
  const { epoch, after } = chunk.header;
  const place = queue.enter({ store: store.number, epoch, after });
  let isRead = false;
  try {
    const taken = await takeOpened({ ...options, length }, chunk, place);
    // Else some of it may not have left for the database yet.
    isRead = taken.kind === 'taken';
    return taken;
  } finally {
    place.leave();
    chunk.close(isRead);
  }
}

async function takeOpened(
  options: TakeChunk & { readonly length: number },
  chunk: OpenedChunk,
  place: LinePlace,
): Promise<Taken> {
  const { database, store, length, clock, chainKey = null, onStep = noStep } = options;
  const { header, more } = chunk;
  const line = await lineOf(database, store, header.epoch);
  const known = settled(header, line);
  if (known !== null || line === null) return known ?? unknownLine();
  let rows: Buffer;
  try {
    rows = await chunk.rows(`${line.store}\t${line.epoch}\t`);
  } catch (error) {
    return damaged(error);
  }
  onStep('unpacked');
  const turn = (): Promise<void> => place.turn(line.upTo);
  const take = (way: Effect['way']): Promise<Taken> =>
    database
      .transaction((sql) =>
        effect(sql, { store, header, more, rows, length, clock, chainKey, way, place, turn, onStep }),
      )
      .catch((error: unknown) => {
        if (error instanceof UndoneError) return error.taken;
        throw error;
      });
  const isAhead = await place.turnToCopy(line.upTo);
  if (!isAhead) await turn();
  const taken = await take(isAhead ? 'ahead' : 'locked').catch(async (error: unknown) => {
    if (!(error instanceof SqlRefusedError) || !isAboutData(error)) throw error;
    // Some fact of it is bad, or here already: once more in its turn, looking for it.
    await turn();
    return take('careful');
  });
  onStep('committed');
  return taken;
}

function damaged(error: unknown): Taken {
  if (error instanceof UnknownVersionError) return refused('unknown-version', error.message);
  if (error instanceof DamagedChunkError) return refused('damaged', error.message);
  throw error;
}

interface Effect {
  readonly store: KnownStore;
  readonly header: ChunkHeader;
  readonly more: MoreOfFacts;
  readonly rows: Buffer;
  /** The chunk's bytes. */
  readonly length: number;
  readonly clock: Pick<Clock, 'now'>;
  readonly chainKey: string | null;
  /**
   * ahead: copies, then waits for its turn and asks where the line stands; locked: asks first. careful: asks first and
   * copies in parts until each bad fact is found; of the others the first one ends the transaction.
   */
  readonly way: 'ahead' | 'locked' | 'careful';
  readonly place: Pick<LinePlace, 'copied'>;
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
  const { store, header, more, rows, length, clock, chainKey, way, place, turn, onStep } = options;
  if (way === 'ahead') await copyAll(sql, header, rows);
  place.copied();
  onStep('copied');
  await turn();
  const line = await lineOf(sql, store, header.epoch, { forUpdate: true });
  const known = settled(header, line) ?? notNext(header, line);
  if (known !== null || line === null) throw new UndoneError(known ?? unknownLine());
  onStep('locked');
  await takeNames(sql, { ...line, chainKey, more }, header);
  onStep('named');
  if (way === 'locked') await copyAll(sql, header, rows);
  const bad = [...(way === 'careful' ? await copyCarefully(sql, rows, header.facts) : []), ...givenUpFacts(header)];
  if (bad.length > 0) await putAside(sql, line, { bad, now: clock.now() });
  await forget(sql, { ...line, chainKey }, header, clock.now());
  const facts = header.facts - (bad.length - header.givenUp.length);
  await moveLine(sql, line, { header, facts, bytes: length, now: clock.now() });
  onStep('moved');
  return taken(header.to, bad);
}

async function copyAll(sql: Sql, { facts }: ChunkHeader, rows: Buffer): Promise<void> {
  if (facts > 0) await sql.copyIn('facts', factColumns, rows);
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
