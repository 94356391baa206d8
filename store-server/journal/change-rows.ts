/**
 * One change, row by row: words, facts, people, states, timers, what was refused. Inside the caller's transaction; the
 * statements are prepared once.
 */
import type Database from 'better-sqlite3';
import { readErasedUp, writeErasedUp } from './erased-up.ts';
import { forgetVisit } from './forgetting.ts';
import type { PersonChange, Rejection } from './journal.ts';
import { hqMeta, prepareMeta } from './journal-meta.ts';
import { oweTracesOf } from './owed-traces.ts';
import type { EncodedChange } from './rows.ts';

/** The newest that intake would not take, kept for inspection; older ones go. */
export const rejectedKeptMax = 10_000;

/** What writes a change, and returns how many of its facts were there already. Throws SqliteError. */
export function prepareChange(db: Database.Database): (change: EncodedChange) => number {
  const insert = prepareInserts(db);
  return (change) => writeChange(db, change, insert);
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

function writeChange(db: Database.Database, change: EncodedChange, insert: Inserts): number {
  let doubled = 0;
  oweTracesOf(db, change);
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
