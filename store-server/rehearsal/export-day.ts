/**
 * A day of a journal, made fit to leave the store's box: facts by subject number, without names, loyalty numbers,
 * chain-wide ids and free text. Of people's attributes only those go along that a condition of the releases asks for.
 *
 * What was recorded before the day goes along as far as the journal still has it: who has bought what before, which
 * runs were on their way and what was learned decide what is said on the day.
 */
import { createCalendar } from '@kairos/dialogue/measure/calendar.ts';
import type { Fact, Scalar } from '@kairos/protocol/facts.ts';
import type { StoredPerson } from '../journal/journal.ts';
import type { JournalView } from '../journal/journal-view.ts';
import type { StoreCard } from '../store-card.ts';
import type { RecordedDay, RecordedPerson, RecordedRelease } from './recorded-day.ts';

export interface ExportOptions {
  readonly journal: JournalView;
  readonly card: StoreCard;
  /** Those that the store has run, oldest first. */
  readonly releases: readonly RecordedRelease[];
  /** YYYY-MM-DD on the store's wall; null: the day of the newest fact. */
  readonly date: string | null;
  /** Attributes beside those that the releases ask for, for a draft that asks for more. */
  readonly alsoAttributes: readonly string[];
}

/** People asked for in one read. */
const peoplePage = 5_000;
/** Who a person is and where to find her: such attributes never leave, whoever asks for them. */
const identifying = /name$|^(name|address|street|email|e-?mail|phone|mobile|birthname|iban|card)/i;

export const leftOut = [
  'loyalty numbers and chain-wide ids: a number within this store is enough to rehearse',
  'names, addresses, and every attribute that no condition of the releases asks for',
  'free text in answers, attributes and the retailer’s own facts: values that are more than one word',
  'people who were erased: what they did stands in the facts, and they are rehearsed as guests',
] as const;

/** Or why there is no such day. */
export function exportDay({ journal, card, releases, date, alsoAttributes }: ExportOptions): RecordedDay | string {
  const [newest] = journal.facts({ limit: 1, newestFirst: true });
  if (!newest) return 'The journal is empty: nothing has been recorded yet.';
  const bounds = boundsOf(card.timeZone, date, newest.at);
  if (typeof bounds === 'string') return bounds;
  const facts = [...journal.allFacts({ sinceMs: bounds.from, untilMs: bounds.to - 1 })].map(withoutText);
  const [first] = facts;
  if (!first)
    return `Nothing was recorded on ${bounds.date}; the newest fact is of ${dateAt(card.timeZone, newest.at)}.`;
  // In the order of the journal: a fact that came late may carry a time of the day before.
  const before = [...journal.allFacts({ to: first.seq - 1 })].map(withoutText);
  const last = facts.at(-1) as Fact;
  const active = [...before, ...facts].findLast((fact) => fact.type === 'release.activated');
  const upTo = active?.type === 'release.activated' ? active.body.release : 0;
  const spoken = releases.filter(({ number }) => number <= upTo);
  const attributes = attributesAskedFor(spoken, alsoAttributes);
  return {
    header: {
      version: 1,
      date: bounds.date,
      from: bounds.from,
      to: Math.min(bounds.to, Math.max(last.at, ...lastTimes(facts)) + 1),
      store: card,
      attributes,
      leftOut: [...leftOut],
    },
    releases: spoken,
    people: peopleOf(journal, [...before, ...facts], attributes),
    before,
    facts,
  };
}

function lastTimes(facts: readonly Fact[]): number[] {
  return facts.slice(-100).map(({ at }) => at);
}

function boundsOf(
  timeZone: string,
  date: string | null,
  newestAt: number,
): { from: number; to: number; date: string } | string {
  const calendar = createCalendar(timeZone);
  let at = newestAt;
  if (date !== null) {
    const [, year, month, day] = (/^(\d{4})-(\d{2})-(\d{2})$/.exec(date) ?? []).map(Number);
    if (year === undefined || month === undefined || day === undefined)
      return `"${date}" is no day; write YYYY-MM-DD, such as 2026-11-20.`;
    at = calendar.instant(year, month, day, 12 * 60);
    if (dateAt(timeZone, at) !== date) return `${date} is on no calendar.`;
  }
  return { from: calendar.startOf('day', at), to: calendar.endOf('day', at), date: dateAt(timeZone, at) };
}

function dateAt(timeZone: string, at: number): string {
  const { year, month, day } = createCalendar(timeZone).local(at);
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** Named by a condition or an entry of any of them; what only texts mention is not needed to decide. */
function attributesAskedFor(releases: readonly RecordedRelease[], also: readonly string[]): string[] {
  const asked = new Set(also);
  for (const { files } of releases) {
    for (const { text } of files) {
      const conditions = text.replace(/\{\{.*?\}\}|\{%.*?%\}/gs, ' ');
      for (const [, name] of conditions.matchAll(/\bcustomer\.([A-Za-z][A-Za-z0-9]*)/g)) asked.add(name as string);
    }
  }
  asked.delete('consent');
  return [...asked].filter((name) => !identifying.test(name)).sort();
}

/** As they were before the first of these facts: what has changed about their consent since is taken back. */
function peopleOf(journal: JournalView, facts: readonly Fact[], attributes: readonly string[]): RecordedPerson[] {
  const subjects = [...new Set(facts.flatMap(({ subject }) => (subject === null ? [] : [subject])))];
  const first = new Map<string, boolean>();
  for (const { type, subject, body } of journal.allFacts({ types: ['consent.changed'] })) {
    const { purpose, granted } = body as { purpose: string; granted: boolean };
    const key = `${subject} ${purpose}`;
    if (type === 'consent.changed' && !first.has(key)) first.set(key, granted);
  }
  const people: RecordedPerson[] = [];
  for (let from = 0; from < subjects.length; from += peoplePage) {
    for (const person of journal.people(subjects.slice(from, from + peoplePage))) {
      if (person.chainId !== null) people.push(recordedOf(person, attributes, first));
    }
  }
  return people;
}

function recordedOf(
  { subject, attributes, consent, locale }: StoredPerson,
  asked: readonly string[],
  firstChange: ReadonlyMap<string, boolean>,
): RecordedPerson {
  const before: Record<string, boolean> = {};
  for (const [purpose, granted] of Object.entries(consent)) {
    const changed = firstChange.get(`${subject} ${purpose}`);
    if (changed === undefined) before[purpose] = granted;
    // Withdrawn first: she had it. Given first: nobody had asked her.
    else if (!changed) before[purpose] = true;
  }
  const kept = asked.flatMap((name): [string, Scalar][] => {
    const value = attributes[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { subject, attributes: Object.fromEntries(kept), consent: before, locale };
}

/** One word may decide something; a sentence is somebody's own, and so is what could be a telephone number. */
const word = /^(?!\+?[\d./-]{7,}$)[\p{L}\p{N}._:/+-]{1,60}$/u;

function plain(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => typeof value !== 'string' || word.test(value)),
  );
}

function withoutText(fact: Fact): Fact {
  switch (fact.type) {
    case 'message.answered':
    case 'call.logged':
    case 'task.done':
      return fact.body.form === undefined
        ? fact
        : ({ ...fact, body: { ...fact.body, form: plain(fact.body.form) } } as Fact);
    case 'run.entered':
      return { ...fact, body: { ...fact.body, entry: plain(fact.body.entry) } } as Fact;
    case 'attribute.set':
      return word.test(String(fact.body.value)) ? fact : { ...fact, body: { ...fact.body, value: '' } };
    case 'email.bounced':
      return { ...fact, body: { ...fact.body, reason: '' } };
    default:
      return fact.type.startsWith('custom.') ? ({ ...fact, body: plain(fact.body) } as Fact) : fact;
  }
}
