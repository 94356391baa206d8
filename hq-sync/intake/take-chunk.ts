/**
 * Takes in a chunk: its facts are copied in, and the store's watermark is moved, in one transaction. So a chunk that
 * comes twice acts once, whatever was lost between the commit and its answer; and no table of numbers already seen is
 * needed (`npm run bench -- sync` has what that costs).
 *
 * A fact that the database will not have goes into quarantine with the reason; the rest of its chunk goes on.
 */
import type { Clock } from '@kairos/protocol/ports.ts';
import { type ChunkAnswer, type ChunkHeader, type ChunkRefusal, chunkColumns } from '@kairos/protocol/sync-messages.ts';
import { eraseCustomer } from '../customers/erase-customer.ts';
import { livingOnly, markErased } from '../customers/erased-subjects.ts';
import { oweTraces } from '../customers/traces-owed.ts';
import { type Database, type Sql, SqlRefusedError } from '../database/database.ts';
import { addStoreCustomers } from '../down/store-customers.ts';
import { foldAnew } from '../folding/arrivals.ts';
import { DamagedChunkError, UnknownVersionError, type UnpackedChunk, unpackChunk } from '../link/chunk.ts';
import { type CopyRows, copyRows, UnevenColumnsError } from './copy-rows.ts';
import type { LineQueue } from './line-queue.ts';
import { type MoreOfFacts, moreOf, withNotes } from './more-columns.ts';
import { type BadFact, putAside } from './quarantine.ts';
import { type KnownStore, lineOf, type StoreLine } from './store-lines.ts';

const factColumns = ['store', 'epoch', ...chunkColumns];
/** Named in an answer; all are kept. */
const namedMax = 100;
const sampleCharsMax = 2_000;
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
  /** Knows again who was erased; null: nobody was. */
  readonly chainKey?: string | null;
  /** Told of each step that has been done: where a test ends the process. */
  readonly onStep?: (step: ChunkStep) => void;
}

/** What taking in a chunk consists of, in this order; between any two of them the process may end. */
export const chunkSteps = [
  'received',
  'unpacked',
  'locked',
  'named',
  'copied',
  'moved',
  'committed',
  'answered',
] as const;
export type ChunkStep = (typeof chunkSteps)[number];

export async function takeChunk({
  database,
  store,
  bytes,
  clock,
  queue,
  chainKey = null,
  onStep = noStep,
}: TakeChunk): Promise<Taken> {
  onStep('received');
  const read = await readChunk(bytes);
  if (read.kind === 'refused') return read;
  const { header, more, rowsOf } = read;
  onStep('unpacked');
  const take = (isCareful: boolean): Promise<Taken> =>
    database.transaction((sql) =>
      effect(sql, { store, header, more, rowsOf, bytes, clock, chainKey, isCareful, onStep }),
    );
  return queue.inTurn({ store: store.number, epoch: header.epoch, after: header.after }, async () => {
    const taken = await take(false).catch((error: unknown) => {
      if (error instanceof UnevenColumnsError) return refused('damaged', error.message);
      if (!(error instanceof SqlRefusedError) || !isAboutData(error)) throw error;
      // Some fact of it is bad: once more, looking for it.
      return take(true);
    });
    onStep('committed');
    return taken;
  });
}

interface ReadChunk {
  readonly kind: 'read';
  readonly header: ChunkHeader;
  /** What this build does not know of its facts. */
  readonly more: MoreOfFacts;
  readonly rowsOf: (line: StoreLine) => CopyRows;
}

async function readChunk(bytes: Buffer): Promise<ReadChunk | Extract<Taken, { kind: 'refused' }>> {
  try {
    const chunk = await unpackChunk(bytes);
    const more = moreOf(chunk);
    const header = withNotes(chunk, more);
    const columns = knownColumns(chunk);
    const rowsOf = (line: StoreLine): CopyRows => copyRows(`${line.store}\t${line.epoch}\t`, columns, header.facts);
    return { kind: 'read', header, more, rowsOf };
  } catch (error) {
    if (error instanceof UnknownVersionError) return refused('unknown-version', error.message);
    if (error instanceof DamagedChunkError) return refused('damaged', error.message);
    throw error;
  }
}

interface Effect extends Pick<ReadChunk, 'header' | 'more' | 'rowsOf'> {
  readonly store: KnownStore;
  readonly bytes: Buffer;
  readonly clock: Pick<Clock, 'now'>;
  readonly chainKey: string | null;
  /** Copies in parts until each bad fact is found; else the first one ends the transaction. */
  readonly isCareful: boolean;
  readonly onStep: (step: ChunkStep) => void;
}

const noStep = (): void => undefined;

async function effect(
  sql: Sql,
  { store, header, more, rowsOf, bytes, clock, chainKey, isCareful, onStep }: Effect,
): Promise<Taken> {
  const line = await lineOf(sql, store, header.epoch, { forUpdate: true });
  if (line === null) return refused('not-next', 'say hello first: this life of the store’s journal is not known');
  // Settled already: its answer was lost on the way.
  if (header.to <= line.upTo && header.facts > 0) return taken(line.upTo, []);
  if (header.after !== line.upTo)
    return refused('not-next', `the next chunk begins after fact ${line.upTo}, this one after ${header.after}`, line);
  onStep('locked');
  await takeNames(sql, { ...line, chainKey, more }, header);
  onStep('named');
  const rows = rowsOf(line);
  const bad = isCareful ? await copyCarefully(sql, rows) : [];
  for (const [seq, reason] of header.givenUp) bad.push({ seq, reason: printable(reason), sample: '' });
  if (!isCareful && rows.count > 0) await sql.copyIn('facts', factColumns, rows.bytes);
  onStep('copied');
  if (bad.length > 0) await putAside(sql, line, { bad, now: clock.now() });
  await forget(sql, { ...line, chainKey }, header, clock.now());
  if (rows.count > 0) await noteArrival(sql, line, header);
  await sql.query(
    `UPDATE lines SET up_to = $3, words_to = greatest(words_to, $4), sources_to = greatest(sources_to, $5),
       last_seq = greatest(last_seq, $3), heard_at = $6, facts = facts + $7, bytes = bytes + $8,
       synced_at = CASE WHEN $3 >= last_seq THEN told_at ELSE synced_at END
     WHERE store = $1 AND epoch = $2`,
    [
      line.store,
      line.epoch,
      header.to,
      header.words.at(-1)?.[0] ?? 0,
      header.sources.at(-1)?.[0] ?? 0,
      clock.now(),
      rows.count - (bad.length - header.givenUp.length),
      bytes.length,
    ],
  );
  onStep('moved');
  return taken(header.to, bad);
}

/** The dictionary, the devices, who the customers are, what people wrote. A name that is there stays what it is. */
async function takeNames(
  sql: Sql,
  { store, epoch, chainKey, more }: StoreLine & { readonly chainKey: string | null; readonly more: MoreOfFacts },
  header: ChunkHeader,
): Promise<void> {
  const { words, sources } = header;
  const { people, notes } = await livingOnly(sql, { store, epoch, chainKey }, header);
  const texts = words.map(([, text]) => printable(text));
  if (words.length > 0)
    await sql.query(
      `INSERT INTO words (store, epoch, id, text) SELECT $1, $2, * FROM unnest($3::integer[], $4::text[])
       ON CONFLICT DO NOTHING`,
      [store, epoch, words.map(([id]) => id), texts],
    );
  if (sources.length > 0)
    await sql.query(
      `INSERT INTO sources (store, epoch, id, device, device_epoch)
       SELECT $1, $2, * FROM unnest($3::integer[], $4::text[], $5::text[]) ON CONFLICT DO NOTHING`,
      [store, epoch, sources.map(([id]) => id), sources.map(([, device]) => device), sources.map((one) => one[2])],
    );
  if (people.length > 0)
    await sql.query(
      `INSERT INTO subjects (store, epoch, subject, chain_id)
       SELECT $1, $2, * FROM unnest($3::bigint[], $4::text[]) ON CONFLICT DO NOTHING`,
      [store, epoch, people.map(([subject]) => subject), people.map(([, chainId]) => chainId)],
    );
  await addStoreCustomers(
    sql,
    store,
    people.map(([, chainId]) => chainId),
  );
  if (notes.length > 0)
    await sql.query(
      `INSERT INTO notes (store, epoch, seq, subject, note, more)
       SELECT $1, $2, seq, subject, note, more::jsonb FROM unnest($3::bigint[], $4::bigint[], $5::text[], $6::text[])
         AS said (seq, subject, note, more) ON CONFLICT DO NOTHING`,
      [
        store,
        epoch,
        notes.map(([seq]) => seq),
        notes.map(([, subject]) => subject),
        notes.map((one) => printable(one[2])),
        notes.map(([seq]) => (more.has(seq) ? JSON.stringify(more.get(seq)) : null)),
      ],
    );
}

/** Whose facts these are is folded next: one row, opened by whoever folds (`folding/arrivals.ts`). */
async function noteArrival(sql: Sql, { store, epoch, clockAheadMs }: StoreLine, header: ChunkHeader): Promise<void> {
  await sql.query(
    'INSERT INTO arrivals (store, epoch, after_seq, to_seq, ahead_ms) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
    [store, epoch, header.after, header.to, clockAheadMs],
  );
}

/** What was forgotten in the store is forgotten here; who was erased there is nobody here. */
async function forget(
  sql: Sql,
  { store, epoch, chainKey }: StoreLine & { readonly chainKey: string | null },
  header: ChunkHeader,
  now: number,
): Promise<void> {
  const { removed, nobodys, erased } = header;
  if (removed.length + nobodys.length + erased.length > 0) {
    await foldAnew(sql, { store, epoch, seqs: [...removed, ...nobodys], subjects: erased });
    await oweTraces(sql, { isUrgent: false, now });
  }
  const bySeq = 'WHERE store = $1 AND epoch = $2 AND seq = ANY($3::bigint[])';
  if (removed.length > 0) await sql.query(`DELETE FROM facts ${bySeq}`, [store, epoch, removed]);
  // Beside what stays stands nothing that may be about her.
  if (removed.length + nobodys.length > 0)
    await sql.query(`DELETE FROM notes ${bySeq}`, [store, epoch, [...removed, ...nobodys]]);
  if (nobodys.length > 0) await sql.query(`UPDATE facts SET subject = NULL ${bySeq}`, [store, epoch, nobodys]);
  if (erased.length === 0) return;
  const hers = [store, epoch, erased];
  const where = 'WHERE store = $1 AND epoch = $2 AND subject = ANY($3::bigint[])';
  const known = await sql.query<{ chain_id: string }>(`SELECT chain_id FROM subjects ${where}`, hers);
  // Who was erased in one store is forgotten in all of them.
  for (const { chain_id: chainId } of chainKey === null ? [] : known)
    await eraseCustomer(sql, { chainId, chainKey: chainKey as string, origin: 'store', now });
  await markErased(sql, { store, epoch }, erased);
  for (const table of ['notes', 'subjects']) await sql.query(`DELETE FROM ${table} ${where}`, hers);
}

/** Halves what is refused until single facts are; each of those is bad. */
async function copyCarefully(sql: Sql, rows: CopyRows): Promise<BadFact[]> {
  const bad: BadFact[] = [];
  const copy = async (from: number, to: number): Promise<void> => {
    if (from === to) return;
    await sql.query('SAVEPOINT part');
    try {
      await sql.copyIn('facts', factColumns, rows.part(from, to));
      await sql.query('RELEASE SAVEPOINT part');
    } catch (error) {
      if (!(error instanceof SqlRefusedError)) throw error;
      await sql.query('ROLLBACK TO SAVEPOINT part');
      if (to - from === 1) {
        bad.push(badFact(rows.part(from, to), error));
        return;
      }
      const middle = (from + to) >> 1;
      await copy(from, middle);
      await copy(middle, to);
    }
  };
  await copy(0, rows.count);
  return bad;
}

function badFact(row: Buffer, error: Error): BadFact {
  const sample = printable(row.toString()).trimEnd();
  const seq = Number.parseInt(sample.split('\t')[2] ?? '', 10);
  return {
    seq: Number.isSafeInteger(seq) ? seq : 0,
    reason: printable(error.message).slice(0, reasonCharsMax),
    sample: sample.slice(0, sampleCharsMax),
  };
}

/** A text of PostgreSQL holds no NUL; what stands for it must not fail where the fact did. */
function printable(text: string): string {
  return text.replaceAll('\0', '␀');
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

function refused(
  reason: ChunkRefusal['reason'],
  message: string,
  line?: StoreLine,
): Extract<Taken, { kind: 'refused' }> {
  const text = message.slice(0, reasonCharsMax);
  return { kind: 'refused', refusal: { reason, message: text, ...(line ? { upTo: line.upTo } : {}) } };
}
