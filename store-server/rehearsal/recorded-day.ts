/**
 * A recorded store day as a file of lines: what kind of day, the releases that spoke, the people without their names,
 * what was recorded before, and the day's facts in journal order. A line of the day is a fact as the journal has it; the
 * other sections are objects with one key that says what they are.
 */
import { type Fact, type FactType, factKinds, factSource } from '@kairos/protocol/facts.ts';
import { z } from 'zod';
import { storeCard } from '../store-card.ts';

const dayHeader = z.strictObject({
  version: z.literal(1),
  date: z.string(),
  /** Bounds of the day on the store's wall. */
  from: z.int(),
  to: z.int(),
  store: storeCard,
  /** Attributes of people that are in the file. */
  attributes: z.array(z.string()),
  leftOut: z.array(z.string()),
});
export type DayHeader = z.infer<typeof dayHeader>;

const recordedRelease = z.strictObject({
  number: z.int().min(0),
  hash: z.string(),
  files: z.array(z.strictObject({ path: z.string(), text: z.string() })),
});
export type RecordedRelease = z.infer<typeof recordedRelease>;

/** As she was before the first fact of the file, as far as the store still knows. */
const recordedPerson = z.strictObject({
  subject: z.int().min(1),
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  consent: z.record(z.string(), z.boolean()),
  locale: z.string(),
});
export type RecordedPerson = z.infer<typeof recordedPerson>;

export interface RecordedDay {
  readonly header: DayHeader;
  /** Oldest first. */
  readonly releases: readonly RecordedRelease[];
  /** Customers that the store knows; everybody else in the facts is a guest. */
  readonly people: readonly RecordedPerson[];
  readonly before: readonly Fact[];
  readonly facts: readonly Fact[];
}

export function* dayLines(day: RecordedDay): IterableIterator<string> {
  yield JSON.stringify({ day: day.header });
  for (const release of day.releases) yield JSON.stringify({ release });
  for (const person of day.people) yield JSON.stringify({ person });
  for (const before of day.before) yield JSON.stringify({ before });
  for (const fact of day.facts) yield JSON.stringify(fact);
}

const envelope = z.strictObject({
  type: z.string(),
  seq: z.int().min(0),
  at: z.int(),
  subject: z.int().nullable(),
  source: factSource.nullable(),
  cause: z.int().nullable(),
  late: z.boolean(),
  body: z.record(z.string(), z.unknown()),
});

/** Or what is wrong, and in which line. */
export function readDay(text: string): RecordedDay | string {
  let header: DayHeader | null = null;
  const releases: RecordedRelease[] = [];
  const people: RecordedPerson[] = [];
  const before: Fact[] = [];
  const facts: Fact[] = [];
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    // npm says what it runs before the file begins.
    if (line === '' || (header === null && !line.startsWith('{'))) continue;
    const fault = (what: string): string => `Line ${index + 1} ${what}; export the day again (npm run export).`;
    const value = parsed(line);
    if (value === null) return fault('is no JSON object');
    const [key = ''] = Object.keys(value);
    const section = { day: dayHeader, release: recordedRelease, person: recordedPerson }[key];
    if (section) {
      const read = section.safeParse(value[key]);
      if (!read.success) return fault(`is no ${key} as this version writes it (${issueOf(read.error)})`);
      if (key === 'day') header = read.data as DayHeader;
      else if (key === 'release') releases.push(read.data as RecordedRelease);
      else people.push(read.data as RecordedPerson);
      continue;
    }
    const fact = readFact(key === 'before' ? value.before : value);
    if (typeof fact === 'string') return fault(`is no fact (${fact})`);
    (key === 'before' ? before : facts).push(fact);
  }
  if (!header) return 'This is no recorded day: it lacks its first line, {"day": …}. npm run export writes one.';
  return { header, releases: releases.sort((one, other) => one.number - other.number), people, before, facts };
}

function parsed(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function readFact(value: unknown): Fact | string {
  const read = envelope.safeParse(value);
  if (!read.success) return issueOf(read.error);
  const kind = factKinds[read.data.type as FactType];
  if (!kind)
    return read.data.type.startsWith('custom.') ? (read.data as Fact) : `"${read.data.type}" is no type of fact`;
  const body = kind.body.safeParse(read.data.body);
  return body.success ? ({ ...read.data, body: body.data } as Fact) : issueOf(body.error);
}

function issueOf(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue ? `${issue.path.join('.')}: ${issue.message}` : 'its form is another';
}
