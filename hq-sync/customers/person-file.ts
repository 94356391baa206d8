/**
 * Everything that headquarters know of one person, read for her own page, for its download, and for whoever looks her up:
 * what she gave, what she agreed to, each fact of hers from every store and from headquarters, what was said to her and
 * why, and what a dialogue does with her now.
 */
import type { Sql } from '../database/database.ts';
import { type ConsentWord, consentHistory } from './consent-history.ts';
import { type Preferences, preferencesOf } from './preference-book.ts';
import { idsOfWhole, spokenToAs } from './whole-person.ts';

/** Facts of one person that are read; the newest. */
const factsMax = 50_000;

export interface PersonFile {
  readonly customer: ListedPerson | null;
  /** What is listed of her under other numbers that turned out to be hers; it is kept, and not gone by. */
  readonly others: readonly ListedPerson[];
  readonly consents: readonly ConsentWord[];
  readonly preferences: Preferences;
  readonly messages: readonly SaidMessage[];
  readonly runs: readonly PersonRun[];
  /** The newest first. */
  readonly facts: readonly PersonFact[];
}

interface ListedPerson {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly address: Readonly<Record<string, unknown>>;
  readonly locale: string;
  readonly timeZone: string;
  readonly since: number;
}

export interface PersonFact {
  readonly at: number;
  /** The store that told it; null: headquarters. */
  readonly store: string | null;
  readonly type: string;
  /** What it says, as a plain record. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface SaidMessage {
  readonly message: string;
  readonly at: number;
  readonly channel: string;
  readonly dialogue: string;
  readonly step: string;
  /** In her language; empty where only the store that said it has the words. */
  readonly headline: string;
  readonly body: string;
  /** What let her into the dialogue, as far as it was kept. */
  readonly entry: Readonly<Record<string, unknown>>;
  readonly shownAt: number | null;
  readonly answer: string | null;
  readonly silence: string | null;
}

export interface PersonRun {
  readonly run: string;
  readonly dialogue: string;
  readonly enteredAt: number;
  /** Left alone, so that it can be told what the dialogue brings. */
  readonly held: boolean;
  readonly step: string | null;
  readonly ended: string | null;
}

/** Under whichever of her ids she is asked for. */
export async function readPerson(sql: Sql, chainId: string, now: number): Promise<PersonFile> {
  const ids = await idsOfWhole(sql, chainId);
  const { customer, others } = await listedOf(sql, ids, await spokenToAs(sql, chainId));
  const facts = await factsOf(sql, ids);
  const words = await sql.query<{ message: string } & SaidWords>(
    `SELECT message, coalesce(nullif(words ->> 'headline', ''), words ->> 'subject', '') AS headline,
       coalesce(words ->> 'body', '') AS body FROM commands WHERE chain_id = ANY($1::text[])`,
    [ids],
  );
  return {
    customer,
    others,
    consents: await consentHistory(sql, ids),
    preferences: await preferencesOf(sql, ids, now),
    messages: messagesOf(facts, new Map(words.map((one) => [one.message, one]))),
    runs: runsOf(facts),
    facts,
  };
}

async function listedOf(
  sql: Sql,
  ids: readonly string[],
  main: string,
): Promise<{ readonly customer: ListedPerson | null; readonly others: readonly ListedPerson[] }> {
  const rows = await sql.query<ListedPerson & { readonly id: string }>(
    `SELECT chain_id AS id, attributes, address, locale, time_zone AS "timeZone", made_at AS since FROM customers
     WHERE chain_id = ANY($1::text[]) ORDER BY made_at, chain_id`,
    [ids],
  );
  const listed = rows.map(({ id, ...row }) => ({ isMain: id === main, row }));
  return {
    customer: listed.find(({ isMain }) => isMain)?.row ?? null,
    others: listed.filter(({ isMain }) => !isMain).map(({ row }) => row),
  };
}

/** Whether anything is known of her at all. */
export async function isKnown(sql: Sql, chainId: string): Promise<boolean> {
  const [row] = await sql.query<{ known: boolean }>(
    `SELECT EXISTS (SELECT FROM customers WHERE chain_id = $1) OR EXISTS (SELECT FROM subjects WHERE chain_id = $1)
       OR EXISTS (SELECT FROM own_facts WHERE chain_id = $1) AS known`,
    [chainId],
  );
  return row?.known ?? false;
}

interface StoreRow {
  readonly at: number;
  readonly store: string;
  readonly type: string;
  readonly place: string | null;
  readonly thing: string | null;
  readonly ref: string | null;
  readonly amount: number | null;
  readonly rest: string | null;
  readonly step: string | null;
  readonly channel: string | null;
  readonly note: string | null;
}

async function factsOf(sql: Sql, ids: readonly string[]): Promise<PersonFact[]> {
  const told = await sql.query<StoreRow>(
    `SELECT fact.at, stores.store, kind.text AS type, place.text AS place, thing.text AS thing, fact.ref, fact.amount,
       fact.rest, step.text AS step, channel.text AS channel, notes.note
     FROM subjects who
       JOIN stores ON stores.number = who.store
       JOIN facts fact ON fact.store = who.store AND fact.epoch = who.epoch AND fact.subject = who.subject
       JOIN words kind ON kind.store = fact.store AND kind.epoch = fact.epoch AND kind.id = fact.type
       LEFT JOIN words place ON place.store = fact.store AND place.epoch = fact.epoch AND place.id = fact.place
       LEFT JOIN words thing ON thing.store = fact.store AND thing.epoch = fact.epoch AND thing.id = fact.thing
       LEFT JOIN words step ON kind.text = 'message.decided' AND step.store = fact.store AND step.epoch = fact.epoch
         AND step.id::text = fact.rest::jsonb ->> 1
       LEFT JOIN words channel ON kind.text = 'message.decided' AND channel.store = fact.store
         AND channel.epoch = fact.epoch AND channel.id::text = fact.rest::jsonb ->> 2
       LEFT JOIN notes ON notes.store = fact.store AND notes.epoch = fact.epoch AND notes.seq = fact.seq
     WHERE who.chain_id = ANY($1::text[]) ORDER BY fact.at DESC LIMIT ${factsMax}`,
    [ids],
  );
  const own = await sql.query<{ at: number; type: string; body: Record<string, unknown> }>(
    `SELECT at, type, body FROM own_facts WHERE chain_id = ANY($1::text[]) ORDER BY at DESC LIMIT ${factsMax}`,
    [ids],
  );
  // What she wrote back stands beside the facts, for a person to read; it is hers as they are.
  const wrote = await sql.query<{ at: number; subject: string; words: string; isUnclear: boolean }>(
    'SELECT at, subject, words, is_unclear AS "isUnclear" FROM replies WHERE chain_id = ANY($1::text[])',
    [ids],
  );
  const facts: PersonFact[] = [
    ...told.map((row) => ({ at: row.at, store: row.store, type: row.type, body: bodyOf(row) })),
    ...own.map((row) => ({ ...row, store: null })),
    ...wrote.map(({ at, subject, words, isUnclear }) => ({
      ...{ at, store: null, type: isUnclear ? 'mail.unclear' : 'mail.received' },
      body: { subject, words },
    })),
  ];
  return facts.sort((one, other) => other.at - one.at).slice(0, factsMax);
}

/** A store's columns under the names that its facts have for them, as far as a person needs them. */
function bodyOf({ type, place, thing, ref, amount, rest, step, channel, note }: StoreRow): Record<string, unknown> {
  const values = rest === null ? [] : (JSON.parse(rest) as unknown[]);
  const written = note === null ? {} : { written: JSON.parse(note) as unknown };
  const given = Object.fromEntries(Object.entries({ place, thing, ref, amount }).filter(([, value]) => value !== null));
  const withWritten = { ...given, ...written };
  switch (type) {
    case 'message.decided':
      return { message: ref, dialogue: thing, step, channel, run: values[0] };
    case 'message.shown':
      return { message: ref, screen: place };
    case 'message.answered':
      return { message: ref, answer: thing, ...written };
    case 'message.silent':
      return { message: ref, silence: thing };
    case 'run.entered':
      return { run: ref, dialogue: thing, held: values[1], ...written };
    case 'run.moved':
      return { run: ref, step: thing };
    case 'run.ended':
      return { run: ref, reason: thing };
    case 'objective.reached':
      return { run: ref, dialogue: thing, value: amount, held: values[0] };
    case 'sale':
    case 'return':
      return { receipt: ref, total: amount, till: place };
    case 'consent.changed':
      return { purpose: thing, granted: values[0] };
    default:
      return withWritten;
  }
}

type SaidWords = Pick<SaidMessage, 'headline' | 'body'>;

function messagesOf(facts: readonly PersonFact[], words: ReadonlyMap<string, SaidWords>): SaidMessage[] {
  const of = (type: string, message: unknown): PersonFact | undefined =>
    facts.findLast((fact) => fact.type === type && fact.body.message === message);
  return facts
    .filter(({ type }) => type === 'message.decided')
    .map(({ at, body }) => {
      const { message, run } = body;
      const entered = facts.find((fact) => fact.type === 'run.entered' && fact.body.run === run);
      const shown = of('message.shown', message) ?? of('email.sent', message) ?? of('mail.printed', message);
      const answered = of('message.answered', message) ?? of('call.logged', message) ?? of('task.done', message);
      return {
        ...{ message: String(message), at, channel: textOf(body.channel), dialogue: textOf(body.dialogue) },
        step: textOf(body.step),
        headline: words.get(String(message))?.headline ?? '',
        body: words.get(String(message))?.body ?? '',
        entry: entryOf(entered),
        shownAt: shown?.at ?? null,
        answer: answered === undefined ? null : textOf(answered.body.answer),
        silence: textOf(of('message.silent', message)?.body.silence) || null,
      };
    });
}

function entryOf(entered: PersonFact | undefined): Readonly<Record<string, unknown>> {
  const { entry, written } = (entered?.body ?? {}) as { entry?: unknown; written?: { entry?: unknown } };
  const known = entry ?? (Array.isArray(written) ? written[1] : written?.entry);
  return typeof known === 'object' && known !== null ? (known as Record<string, unknown>) : {};
}

function runsOf(facts: readonly PersonFact[]): PersonRun[] {
  const of = (type: string, run: unknown): PersonFact | undefined =>
    facts.find((fact) => fact.type === type && fact.body.run === run);
  return facts
    .filter(({ type }) => type === 'run.entered')
    .map(({ at, body }) => ({
      ...{ run: textOf(body.run), dialogue: textOf(body.dialogue), enteredAt: at, held: body.held === true },
      step: textOf(of('run.moved', body.run)?.body.step) || null,
      ended: textOf(of('run.ended', body.run)?.body.reason) || null,
    }));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
