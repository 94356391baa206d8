/**
 * The one connection that writes. A group of changes is one transaction: all of it is on disk, or none. Runs in
 * `worker.ts`; tests and the simulated world run it on their own thread.
 */
import { statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { writeAnew } from './clean-tables.ts';
import { openDatabase } from './database.ts';
import { readErasedUp, writeErasedUp } from './erased-up.ts';
import type { JournalStart, PersonChange, Rejection } from './journal.ts';
import { markEveryMs, readMark, setBack, writeMark } from './mark.ts';
import type { EncodedChange } from './rows.ts';
import { checkpoint, checkpointDue, waitingPages } from './wal.ts';

/** A source that was silent for so long and whose facts have gone is forgotten at the next start. */
const sourceKeptMs = 400 * 86_400_000;
/** The newest that intake would not take, kept for inspection; older ones go. */
export const rejectedKeptMax = 10_000;

/** Up to this the tables are written anew as soon as nobody waits: a second. Larger ones by day's end, or when headquarters ask. */
const smallPagesMax = 16_384;
/** In `meta`: something was erased and its table is not written anew yet, "soon" or "daily". */
const tracesMeta = 'tracesOwed';
/** In `meta`: how far the store has come in what headquarters say. */
const hqMeta = 'hq';

export interface WriterOptions {
  readonly file: string;
  /** The name of this life of the file, should it be a new one. */
  readonly newEpoch: string;
  readonly nowMs: number;
}

export interface WriterStart {
  readonly start: JournalStart;
  readonly words: [id: number, text: string][];
  readonly sourceIds: [id: number, device: string, epoch: string][];
  readonly needsCheck: boolean;
  readonly snapshot: string | null;
  /** The file stands behind where this store had come; what a person should know of it. */
  readonly setBack: string | null;
}

export interface WriteResult {
  /** Facts that were there already under the same source id, and were not written again. */
  readonly doubled: number;
  readonly walBytes: number;
}

export class Writer {
  readonly db: Database.Database;
  readonly begin: WriterStart;
  readonly #file: string;
  readonly #write: (changes: readonly EncodedChange[]) => number;
  readonly #forget: (seqs: readonly number[]) => void;
  readonly #storeEpoch: string;
  #lastSeq: number;
  /** By the time of the changes themselves: the writer asks no clock. */
  #markedAt = 0;
  /** Since when erased text may still stand in the log, which has to be written back and cut. */
  #erasedAt: number | null = null;
  #lastAt = 0;

  /** Throws `JournalFileError`. */
  constructor(options: WriterOptions) {
    this.#file = options.file;
    const { db, needsCheck, snapshot } = openDatabase(options);
    this.db = db;
    this.begin = { ...readStart(db, options), needsCheck, snapshot };
    this.#storeEpoch = this.begin.start.storeEpoch;
    this.#lastSeq = this.begin.start.lastSeq;
    this.#mark();
    const insert = prepareInserts(db);
    this.#write = db.transaction((changes: readonly EncodedChange[]): number => {
      let doubled = 0;
      for (const change of changes) doubled += writeChange(db, change, insert);
      return doubled;
    });
    this.#forget = db.transaction((seqs: readonly number[]) => forgetFacts(db, seqs));
  }

  /** One transaction. Throws SqliteError; nothing of the group is written then. */
  write(changes: readonly EncodedChange[]): WriteResult {
    const doubled = this.#write(changes);
    if (changes.some(hasErased)) this.#erasedAt ??= changes.at(-1)?.at ?? 0;
    this.#noteWritten(changes);
    return { doubled, walBytes: this.walBytes };
  }

  /** Deletes facts whose time is over, one transaction. */
  forget(seqs: readonly number[]): void {
    this.#forget(seqs);
  }

  /** Headquarters knows that these were forgotten. */
  settle(seqs: readonly number[]): void {
    this.db.prepare('DELETE FROM gone_up WHERE seq IN (SELECT value FROM json_each(?))').run(JSON.stringify(seqs));
  }

  /** Headquarters have the facts up to this one: they know who was erased in them. */
  settleErased(upTo: number): void {
    const waiting = readErasedUp(this.db);
    const left = waiting.filter(({ seq }) => seq > upTo);
    if (left.length === waiting.length) return;
    this.db.transaction(() => {
      writeErasedUp(this.db, left);
      oweTraces(this.db, 'soon');
    })();
    this.#erasedAt ??= this.#lastAt;
  }

  /** Between groups: writes the log back where it has grown, or where something was erased. False: to be tried again. */
  tidy(isIdle: boolean): boolean {
    if (isIdle && this.#tracesOwed === 'soon' && this.#pages <= smallPagesMax) this.#writeAnew();
    const kind = checkpointDue({
      waitingPages: waitingPages(this.db),
      fileBytes: this.walBytes,
      isIdle,
      erasedForMs: this.#erasedAt === null ? null : this.#lastAt - this.#erasedAt,
    });
    if (kind === null) return true;
    const isDone = checkpoint(this.db, kind);
    if (isDone && kind === 'TRUNCATE') this.#erasedAt = null;
    return isDone;
  }

  /** Whatever was erased stands in the file and its log no more; false where a reader was in the way. */
  overwrite(): boolean {
    if (this.#tracesOwed !== null) this.#writeAnew();
    if (!checkpoint(this.db, 'TRUNCATE')) return false;
    this.#erasedAt = null;
    return true;
  }

  /** Once a day. What was rejected before then is kept no longer. */
  clean(rejectedBefore: number): boolean {
    const { changes } = this.db.prepare('DELETE FROM rejected WHERE at < ?').run(rejectedBefore);
    if (changes > 0) oweTraces(this.db, 'daily');
    return this.overwrite();
  }

  get #tracesOwed(): 'soon' | 'daily' | null {
    const owed = this.db.prepare('SELECT value FROM meta WHERE key = ?').pluck().get(tracesMeta);
    return owed === 'soon' || owed === 'daily' ? owed : null;
  }

  get #pages(): number {
    return this.db.pragma('page_count', { simple: true }) as number;
  }

  #writeAnew(): void {
    this.db.transaction(() => {
      writeAnew(this.db);
      this.db.prepare('DELETE FROM meta WHERE key = ?').run(tracesMeta);
    })();
    this.#erasedAt ??= this.#lastAt;
  }

  close(): void {
    if (!this.db.open) return;
    this.#mark();
    checkpoint(this.db, 'TRUNCATE');
    this.db.close();
  }

  #noteWritten(changes: readonly EncodedChange[]): void {
    for (const { facts } of changes) this.#lastSeq = facts.at(-1)?.[0] ?? this.#lastSeq;
    const now = changes.at(-1)?.at ?? 0;
    this.#lastAt = now;
    if (Math.abs(now - this.#markedAt) < markEveryMs) return;
    this.#markedAt = now;
    this.#mark();
  }

  #mark(): void {
    if (this.#file === ':memory:') return;
    writeMark(this.#file, { storeEpoch: this.#storeEpoch, lastSeq: this.#lastSeq });
  }

  /** Size of the log's file. */
  get walBytes(): number {
    return statSync(`${this.#file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  }
}

type Inserts = ReturnType<typeof prepareInserts>;

function prepareInserts(db: Database.Database) {
  return {
    word: db.prepare('INSERT INTO words (id, text) VALUES (?, ?)'),
    source: db.prepare('INSERT INTO sources (id, device, epoch, heard_at) VALUES (?, ?, ?, ?)'),
    upTo: db.prepare('UPDATE sources SET up_to = max(up_to, ?), heard_at = max(heard_at, ?) WHERE id = ?'),
    fact: db.prepare(
      `INSERT INTO facts (seq, type, at, subject, source, source_seq, cause, late, place, thing, ref, amount, rest)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (source, source_seq) WHERE source IS NOT NULL DO NOTHING`,
    ),
    note: db.prepare('INSERT INTO notes (seq, subject, note) VALUES (?, ?, ?)'),
    timer: db.prepare(
      'INSERT INTO timers (subject, due) VALUES (?, ?) ON CONFLICT (subject) DO UPDATE SET due = excluded.due',
    ),
    noTimer: db.prepare('DELETE FROM timers WHERE subject = ?'),
    person: db.prepare(
      `INSERT INTO people (subject, chain_id, attributes, consent, locale, consent_at, hq) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (subject) DO UPDATE SET chain_id = excluded.chain_id, attributes = excluded.attributes,
         consent = excluded.consent, locale = excluded.locale, consent_at = excluded.consent_at, hq = excluded.hq`,
    ),
    erased: db.prepare('INSERT INTO erased (tombstone) VALUES (?) ON CONFLICT DO NOTHING'),
    noOtherIds: db.prepare('DELETE FROM other_ids WHERE subject = ?'),
    otherId: db.prepare(
      'INSERT INTO other_ids (chain_id, subject) VALUES (?, ?) ON CONFLICT DO UPDATE SET subject = excluded.subject',
    ),
    erase: ['people', 'states', 'notes', 'timers', 'other_ids'].map((table) =>
      db.prepare(`DELETE FROM ${table} WHERE subject = ?`),
    ),
    state: db.prepare(
      `INSERT INTO states (subject, kind, state, folded_to) VALUES (?, ?, ?, ?)
       ON CONFLICT (kind, subject) DO UPDATE SET state = excluded.state, folded_to = excluded.folded_to`,
    ),
    noState: db.prepare('DELETE FROM states WHERE kind = ? AND subject = ?'),
    rejected: db.prepare(
      'INSERT INTO rejected (at, came_by, device, reason, detail, sample) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    bareRejected: db.prepare(
      "UPDATE rejected SET sample = '' WHERE sample <> '' AND came_by NOT IN ('config-file', 'goods-file', 'dialogue-file')",
    ),
    fewerRejected: db.prepare(`DELETE FROM rejected WHERE id <= (SELECT max(id) FROM rejected) - ${rejectedKeptMax}`),
    meta: prepareMeta(db),
  };
}

function prepareMeta(db: Database.Database): Database.Statement {
  return db.prepare(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
}

/** Returns how many facts were there already. */
function hasErased({ people, forgotten }: EncodedChange): boolean {
  return forgotten.length > 0 || people.some((person) => person.kind === 'erase');
}

/** In the transaction that erases. What is owed soon stays so. */
function oweTraces(db: Database.Database, when: 'soon' | 'daily'): void {
  db.prepare(
    `INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value
     WHERE value <> 'soon'`,
  ).run(tracesMeta, when);
}

/** Somebody asked for it; else a guest's visit has ended, as all day. */
function isAskedFor({ people, forgotten }: EncodedChange): boolean {
  return forgotten.length > 0 || people.some((person) => person.kind === 'erase' && person.tombstone !== undefined);
}

function writeChange(db: Database.Database, change: EncodedChange, insert: Inserts): number {
  let doubled = 0;
  if (hasErased(change)) oweTraces(db, isAskedFor(change) ? 'soon' : 'daily');
  for (const word of change.words) insert.word.run(word);
  for (const source of change.newSources) insert.source.run(source, change.at);
  for (const row of change.facts) {
    const columns = row.slice(0, -1);
    const note = row[13];
    if (insert.fact.run(columns).changes === 0) doubled += 1;
    else if (note !== null) insert.note.run(row[0], row[3], note);
  }
  for (const [id, upTo] of change.sources) insert.upTo.run(upTo, change.at, id);
  for (const person of change.people) {
    if (person.kind === 'erase' && person.isOwn === true)
      keepForHq(db, { subject: person.subject, seq: change.facts.at(-1)?.[0] ?? 0 });
    writePerson(person, insert);
  }
  for (const visit of change.forgotten) forgetVisit(db, visit);
  for (const [subject, kind, state, foldedTo] of change.states) {
    if (state === null) insert.noState.run(kind, subject);
    else insert.state.run(subject, kind, state, foldedTo);
  }
  for (const [subject, due] of change.timers) {
    if (due === null) insert.noTimer.run(subject);
    else insert.timer.run(subject, due);
  }
  writeRejected(change.rejected, insert);
  if (change.snapshotAt !== null) insert.meta.run('snapshotAt', String(change.snapshotAt));
  if (change.fromHq !== null) insert.meta.run(hqMeta, JSON.stringify(change.fromHq));
  return doubled;
}

/** Whoever she was: headquarters may never have heard of her from here. */
function keepForHq(db: Database.Database, { subject, seq }: { readonly subject: number; readonly seq: number }): void {
  const chainId = db.prepare('SELECT chain_id FROM people WHERE subject = ?').pluck().get(subject);
  if (typeof chainId === 'string') writeErasedUp(db, [...readErasedUp(db), { subject, chainId, seq }]);
}

function writePerson(person: PersonChange, insert: Inserts): void {
  if (person.kind === 'erase') {
    for (const statement of insert.erase) statement.run(person.subject);
    if (person.tombstone === undefined) return;
    insert.erased.run(person.tombstone);
    // Whose words stand in what was refused, nobody can say.
    insert.bareRejected.run();
    return;
  }
  if (person.kind === 'bury') {
    for (const tombstone of person.tombstones) insert.erased.run(tombstone);
    return;
  }
  if (person.kind === 'also') {
    insert.noOtherIds.run(person.subject);
    for (const chainId of person.chainIds) insert.otherId.run(chainId, person.subject);
    return;
  }
  const { subject, chainId, attributes, consent, locale, consentAt = {}, hq = null } = person;
  const texts = [attributes, consent].map((part) => JSON.stringify(part));
  const share = hq === null ? null : JSON.stringify(hq);
  insert.person.run(subject, chainId, ...texts, locale, JSON.stringify(consentAt), share);
}

function writeRejected(rejected: readonly Rejection[], insert: Inserts): void {
  if (rejected.length === 0) return;
  for (const { at, by, device, reason, detail, sample } of rejected) {
    insert.rejected.run(at, by, device, reason, detail, sample);
  }
  insert.fewerRejected.run();
}

/** What was highest is remembered first: a number that was given once is never given again. */
function forgetFacts(db: Database.Database, seqs: readonly number[]): void {
  rememberHighest(db, 0);
  const fact = db.prepare('DELETE FROM facts WHERE seq = ?');
  const note = db.prepare('DELETE FROM notes WHERE seq = ?');
  for (const seq of seqs) {
    fact.run(seq);
    note.run(seq);
  }
}

function rememberHighest(db: Database.Database, lastSeq: number): void {
  const meta = prepareMeta(db);
  const high = highest(db);
  meta.run('lastSeq', String(Math.max(high.seq, lastSeq)));
  meta.run('lastSubject', String(high.subject));
}

/** The visit's facts, and what names one of its messages or tasks without saying whose they are. */
function forgetVisit(db: Database.Database, visit: EncodedChange['forgotten'][number]): void {
  rememberHighest(db, visit.lastSeq);
  const marks = (values: readonly unknown[]): string => values.map(() => '?').join(', ');
  const isSpared = visit.spare.length === 0 ? '' : `AND seq NOT IN (${marks(visit.spare)})`;
  const isKept = `type IN (${marks(visit.kept)})`;
  for (const subject of visit.subjects) {
    const own = [subject, visit.from, ...visit.spare];
    const refs = db
      .prepare(
        `SELECT DISTINCT ref FROM facts WHERE subject = ? AND seq >= ? ${isSpared} AND ref IS NOT NULL AND NOT ${isKept}`,
      )
      .pluck()
      .all(...own, ...visit.kept) as string[];
    // Headquarters may have them already, and is told.
    db.prepare(
      `INSERT OR IGNORE INTO gone_up (seq, kind) SELECT seq, iif(${isKept}, 'nobodys', 'removed') FROM facts
       WHERE subject = ? AND seq >= ? ${isSpared}`,
    ).run(...visit.kept, ...own);
    db.prepare(`DELETE FROM notes WHERE subject = ? AND seq >= ? ${isSpared}`).run(...own);
    db.prepare(`DELETE FROM facts WHERE subject = ? AND seq >= ? ${isSpared} AND NOT ${isKept}`).run(
      ...own,
      ...visit.kept,
    );
    db.prepare(`UPDATE facts SET subject = NULL WHERE subject = ? AND seq >= ? ${isSpared}`).run(...own);
    forgetReports(db, visit, refs);
  }
}

function forgetReports(
  db: Database.Database,
  { from, kept }: EncodedChange['forgotten'][number],
  refs: readonly string[],
): void {
  const known = new Set(refs);
  const candidates = db
    .prepare('SELECT seq, ref, type FROM facts WHERE seq >= ? AND subject IS NULL AND ref IS NOT NULL')
    .all(from) as { seq: number; ref: string; type: number }[];
  const fact = db.prepare('DELETE FROM facts WHERE seq = ?');
  const note = db.prepare('DELETE FROM notes WHERE seq = ?');
  const gone = db.prepare("INSERT OR IGNORE INTO gone_up (seq, kind) VALUES (?, 'removed')");
  for (const { seq, ref, type } of candidates) {
    if (!known.has(ref) || kept.includes(type)) continue;
    gone.run(seq);
    fact.run(seq);
    note.run(seq);
  }
}

function highest(db: Database.Database): { seq: number; subject: number } {
  const number = (sql: string): number => Number(db.prepare(sql).pluck().get() ?? 0);
  const meta = (key: string): number => number(`SELECT value FROM meta WHERE key = '${key}'`);
  return {
    seq: Math.max(meta('lastSeq'), number('SELECT max(seq) FROM facts')),
    subject: Math.max(
      meta('lastSubject'),
      number('SELECT max(subject) FROM facts WHERE subject IS NOT NULL'),
      number('SELECT max(subject) FROM people'),
      number('SELECT max(subject) FROM timers'),
    ),
  };
}

function readStart(
  db: Database.Database,
  { file, newEpoch, nowMs }: WriterOptions,
): Omit<WriterStart, 'needsCheck' | 'snapshot'> {
  db.prepare("INSERT INTO meta (key, value) VALUES ('storeEpoch', ?) ON CONFLICT DO NOTHING").run(newEpoch);
  db.prepare(
    'DELETE FROM sources WHERE heard_at < ? AND NOT EXISTS (SELECT 1 FROM facts WHERE facts.source = sources.id)',
  ).run(nowMs - sourceKeptMs);
  const high = highest(db);
  const meta = (key: string): string | undefined =>
    db.prepare('SELECT value FROM meta WHERE key = ?').pluck().get(key) as string | undefined;
  const behind = setBack(readMark(file), { storeEpoch: meta('storeEpoch') as string, lastSeq: high.seq });
  if (behind !== null) prepareMeta(db).run('storeEpoch', newEpoch);
  db.prepare('INSERT INTO epochs (name, first_seq) VALUES (?, ?) ON CONFLICT DO NOTHING').run(
    meta('storeEpoch'),
    behind === null ? 1 : high.seq + 1,
  );
  const sources = db.prepare('SELECT id, device, epoch, up_to AS upTo FROM sources').all() as {
    id: number;
    device: string;
    epoch: string;
    upTo: number;
  }[];
  const start: JournalStart = {
    storeEpoch: meta('storeEpoch') as string,
    lastSeq: high.seq,
    nextSubject: high.subject + 1,
    sources: sources.map(({ device, epoch, upTo }) => ({ device, epoch, upTo })),
    timers: db.prepare('SELECT subject, due FROM timers ORDER BY due, subject').all() as JournalStart['timers'],
    states: db
      .prepare(
        "SELECT subject, kind, state, folded_to AS foldedTo FROM states WHERE kind IN ('visit', 'trace', 'staff') ORDER BY subject",
      )
      .all() as JournalStart['states'],
    foldFrom: Number(meta('snapshotAt') ?? 0) + 1,
    fromHq: meta(hqMeta) === undefined ? null : (JSON.parse(meta(hqMeta) as string) as JournalStart['fromHq']),
  };
  return {
    start,
    setBack: behind,
    words: db.prepare('SELECT id, text FROM words ORDER BY id').raw().all() as [number, string][],
    sourceIds: sources.map(({ id, device, epoch }) => [id, device, epoch]),
  };
}
