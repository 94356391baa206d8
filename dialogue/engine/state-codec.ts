/**
 * A person's state as text, a third as long as plain JSON: short names, times as the distance from her own, and what
 * has its usual value left out. Written and read by one table of fields, so that neither side can forget one.
 *
 * A field may be added at the end with a usual value; older texts then read as if they had it. Names are never reused.
 */
import type { Tally } from '../measure/measure.ts';
import {
  type CluesState,
  type MessageState,
  type RunState,
  type SubjectState,
  Table,
  type TailState,
  type TaskState,
  type VisitState,
} from './subject-state.ts';
import { TextBuffer } from './text-buffer.ts';

/** Of how the text is made; another version is another reader. */
export const stateVersion = 1;
const versionText = `{"version":${stateVersion}`;

/** plain: as JSON has it · table: the same, by names of dialogues · time: milliseconds before her own · visit: 1 where it is the open one · tallies: as text. */
type Way = 'plain' | 'table' | 'time' | 'times' | 'visit' | 'tallies' | Part;

interface Part {
  readonly fields: readonly Field[];
  readonly isList: boolean;
}

interface Field {
  readonly short: string;
  /** As it stands before the value, alone and after another. */
  readonly first: string;
  readonly next: string;
  readonly name: string;
  readonly way: Way;
  readonly usual: unknown;
  /** Usual is what holds nothing; else it is this one value. */
  readonly isHolder: boolean;
}

function part<Record>(
  fields: readonly (readonly [short: string, name: keyof Record & string, way: Way, usual: unknown])[],
  isList = false,
): Part {
  return { fields: fields.map(fieldOf), isList };
}

function fieldOf([short, name, way, usual]: readonly [string, string, Way, unknown]): Field {
  const first = `"${short}":`;
  return { short, first, next: `,${first}`, name, way, usual, isHolder: typeof usual === 'object' && usual !== null };
}

const message = part<MessageState>([
  ['i', 'id', 'plain', ''],
  ['c', 'channel', 'plain', 'cart'],
  ['t', 'target', 'plain', null],
  ['d', 'decidedAt', 'time', 0],
  ['u', 'validUntil', 'time', 0],
  ['a', 'answerWithinMs', 'plain', 0],
  ['s', 'shownAt', 'time', 0],
  ['w', 'withdrawnAt', 'time', 0],
  ['y', 'why', 'plain', ''],
  ['z', 'zone', 'plain', null],
  ['x', 'context', 'plain', 'at-rest'],
  ['p', 'spent', 'plain', true],
  ['v', 'inVisit', 'plain', true],
]);

const task = part<TaskState>([
  ['i', 'id', 'plain', ''],
  ['k', 'kind', 'plain', 'claim'],
  ['o', 'offers', 'plain', 1],
  ['r', 'role', 'plain', null],
  ['u', 'until', 'time', 0],
  ['d', 'deadline', 'time', 0],
  ['a', 'associate', 'plain', null],
]);

const runs = part<RunState>(
  [
    ['i', 'id', 'plain', ''],
    ['d', 'dialogue', 'plain', ''],
    ['l', 'release', 'plain', 0],
    ['h', 'held', 'plain', false],
    ['m', 'arm', 'plain', null],
    ['k', 'key', 'plain', null],
    ['e', 'entry', 'plain', {}],
    ['a', 'enteredAt', 'time', 0],
    ['v', 'visit', 'visit', null],
    ['w', 'seenVisit', 'visit', null],
    ['s', 'step', 'plain', ''],
    ['u', 'until', 'time', 0],
    ['f', 'from', 'time', 0],
    ['z', 'here', 'plain', null],
    ['n', 'reached', 'plain', {}],
    ['g', 'again', 'plain', 0],
    ['q', 'answers', 'plain', {}],
    ['r', 'rewards', 'plain', {}],
    ['j', 'answeredAt', 'time', 0],
    ['y', 'replyAt', 'time', 0],
    ['t', 'late', 'plain', false],
    ['p', 'approved', 'plain', false],
    ['o', 'objective', 'plain', false],
    ['M', 'message', message, null],
    ['T', 'task', task, null],
  ],
  true,
);

const visit = part<VisitState>([
  ['i', 'id', 'plain', ''],
  ['o', 'openedAt', 'time', 0],
  ['s', 'strength', 'plain', 'strong'],
  ['c', 'cart', 'plain', null],
  ['t', 'till', 'plain', null],
  ['z', 'zone', 'plain', null],
  ['a', 'zoneAt', 'time', 0],
  ['b', 'zoneBy', 'plain', ''],
  ['l', 'zoneLate', 'plain', false],
  ['d', 'dwellTo', 'plain', -1],
  ['h', 'hops', 'times', []],
  ['n', 'zones', 'plain', 0],
  ['m', 'movedAt', 'time', 0],
  ['r', 'heardAt', 'time', 0],
  ['u', 'touchedAt', 'time', 0],
  ['q', 'quiet', 'plain', false],
  ['p', 'paidAt', 'time', 0],
  ['g', 'budget', 'plain', 0],
  ['y', 'messages', 'plain', 0],
  ['e', 'entered', 'table', {}],
  ['L', 'lines', 'plain', []],
  ['k', 'total', 'plain', 0],
  ['P', 'prompt', 'plain', ''],
]);

const tails = part<TailState>(
  [
    ['r', 'run', 'plain', ''],
    ['d', 'dialogue', 'plain', ''],
    ['l', 'release', 'plain', 0],
    ['h', 'held', 'plain', false],
    ['a', 'enteredAt', 'time', 0],
    ['u', 'until', 'time', 0],
    ['e', 'entry', 'plain', {}],
  ],
  true,
);

const clues = part<CluesState>([
  ['f', 'first', 'plain', []],
  ['c', 'counts', 'plain', {}],
  ['l', 'lasts', 'plain', {}],
  ['p', 'partials', 'plain', []],
]);

const state = part<SubjectState>([
  ['at', 'at', 'plain', 0],
  ['v', 'visit', visit, null],
  ['r', 'runs', runs, []],
  ['e', 'entered', 'table', {}],
  ['s', 'said', 'times', []],
  ['q', 'quietSince', 'time', 0],
  ['i', 'ignored', 'plain', 0],
  ['p', 'restUntil', 'time', 0],
  ['m', 'recent', 'plain', []],
  ['t', 'tails', tails, []],
  ['a', 'attributes', 'plain', {}],
  ['c', 'clues', clues, {}],
  ['n', 'measures', 'tallies', {}],
  ['x', 'erased', 'plain', false],
  ['h', 'ignoredAtHome', 'plain', 0],
  ['o', 'restAtHomeUntil', 'time', 0],
  ['k', 'clockedTo', 'time', 0],
  ['b', 'capTerm', 'plain', 0],
  ['d', 'capSaid', 'time', 0],
]);

interface Base {
  readonly at: number;
  readonly visit: string | null;
}

type Plain = Record<string, unknown>;

/** The one that is being written. */
const out = new TextBuffer();

/** The text that JSON would make of them, put together without the objects between: it is made at the end of each visit. */
export function writeState(subject: SubjectState): string {
  out.add(versionText);
  writeFields(state, subject, { base: { at: subject.at, visit: subject.visit?.id ?? null }, isFirst: false });
  out.add('}');
  return out.take();
}

/** Throws where the text is of another version: it cannot be guessed what it means. */
export function readState(text: string): SubjectState {
  const read_ = JSON.parse(text) as Plain & { version?: number; at?: number; v?: { i?: string } };
  if (read_.version !== stateVersion) {
    throw new RangeError(
      `a person's state of version ${read_.version} cannot be read; this engine reads ${stateVersion}`,
    );
  }
  return read(state, read_, { at: read_.at ?? 0, visit: read_.v?.i ?? null }) as SubjectState;
}

/** One run by itself; its times are absolute. */
export function writeRun(run: RunState): string {
  write({ ...runs, isList: false }, run, noBase);
  return out.take();
}

/** Throws where the text is none of a run. */
export function readRun(text: string): RunState {
  return read({ ...runs, isList: false }, JSON.parse(text) as Plain, noBase) as RunState;
}

const noBase: Base = { at: 0, visit: null };

function write(of: Part, value: unknown, base: Base): void {
  if (!of.isList) {
    writeObject(of, value, base);
    return;
  }
  const items = value as unknown[];
  out.add('[');
  for (let at = 0; at < items.length; at += 1) {
    if (at > 0) out.add(',');
    writeObject(of, items[at], base);
  }
  out.add(']');
}

function writeObject(of: Part, value: unknown, base: Base): void {
  out.add('{');
  writeFields(of, value, { base, isFirst: true });
  out.add('}');
}

function writeFields({ fields }: Part, value: unknown, { base, isFirst }: { base: Base; isFirst: boolean }): void {
  let stands = !isFirst;
  for (let at = 0; at < fields.length; at += 1) {
    const { first, next, name, way, usual, isHolder } = fields[at] as Field;
    const field = (value as Plain)[name];
    if (field === usual || (isHolder && isEmpty(field))) continue;
    out.add(stands ? next : first);
    writeField(way, field, base);
    stands = true;
  }
}

function writeField(way: Way, value: unknown, base: Base): void {
  if (way === 'plain') writePlain(value);
  else if (way === 'time') out.addNumber(base.at - (value as number));
  else if (way === 'visit') writePlain(value === base.visit ? 1 : value);
  else if (way === 'table') writeTable(value as ReadonlyMap<string, unknown>);
  else if (way === 'times') writePlain((value as number[]).map((time) => base.at - time));
  else if (way === 'tallies') out.add(JSON.stringify(mapValues(value as Record<string, Tally>, writeTally)));
  else write(way, value, base);
}

function writePlain(value: unknown): void {
  if (typeof value === 'string') out.addQuoted(value);
  else if (Number.isSafeInteger(value)) out.addNumber(value as number);
  else out.add(JSON.stringify(value));
}

function writeTable(table: ReadonlyMap<string, unknown>): void {
  let mark = '{';
  table.forEach((value, name) => {
    out.add(mark);
    out.addQuoted(name);
    out.add(':');
    writeEntry(value);
    mark = ',';
  });
  out.add(mark === '{' ? '{}' : '}');
}

/** Counts and times, mostly. */
function writeEntry(value: unknown): void {
  if (!Array.isArray(value)) {
    writePlain(value);
    return;
  }
  for (let at = 0; at < value.length; at += 1) {
    out.add(at === 0 ? '[' : ',');
    writePlain(value[at]);
  }
  out.add(value.length === 0 ? '[]' : ']');
}

function read({ fields, isList }: Part, written: unknown, base: Base): unknown {
  if (isList) return (written as unknown[]).map((item) => read({ fields, isList: false }, item, base));
  const value: Plain = {};
  for (const { short, name, way, usual } of fields) {
    const field = (written as Plain)[short];
    value[name] = field === undefined ? usually(way, usual, base) : readField(way, field, base);
  }
  return value;
}

function readField(way: Way, written: unknown, base: Base): unknown {
  if (way === 'plain') return written;
  if (way === 'table') return new Table(Object.entries(written as object));
  if (way === 'time') return base.at - (written as number);
  if (way === 'times') return (written as number[]).map((time) => base.at - time);
  if (way === 'visit') return written === 1 ? base.visit : written;
  if (way === 'tallies') return mapValues(written as Record<string, string>, readTally);
  return read(way, written, base);
}

/** Slots as the distance from the one before, and values, both in base 36: "k3f:2a 1:-9". */
function writeTally({ slots, values }: Tally): string {
  return slots
    .map((slot, at) => `${(slot - (at === 0 ? 0 : (slots[at - 1] as number))).toString(36)}:${writeNumber(values[at])}`)
    .join(' ');
}

function readTally(text: string): Tally {
  const tally: Tally = { slots: [], values: [] };
  let slot = 0;
  for (const pair of text === '' ? [] : text.split(' ')) {
    const [step = '', value = ''] = pair.split(':');
    slot += Number.parseInt(step, 36);
    tally.slots.push(slot);
    tally.values.push(readNumber(value));
  }
  return tally;
}

/** What is no safe integer keeps its decimals. */
function writeNumber(value: number | undefined): string {
  return Number.isSafeInteger(value) && !Object.is(value, -0) ? (value as number).toString(36) : `=${value}`;
}

function readNumber(text: string): number {
  return text.startsWith('=') ? Number(text.slice(1)) : Number.parseInt(text, 36);
}

function mapValues<From, To>(table: Readonly<Record<string, From>>, to: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, to(value)]));
}

/** Never shared: what is read will be changed. */
function usually(way: Way, usual: unknown, base: Base): unknown {
  if (Array.isArray(usual)) return [];
  if (typeof usual !== 'object' || usual === null) return usual;
  if (way === 'table') return new Table();
  return typeof way === 'string' ? {} : read(way, {}, base);
}

/** Of what holds others: a list, a table, an object. */
function isEmpty(value: unknown): boolean {
  if (value === null) return false;
  if (Array.isArray(value)) return value.length === 0;
  if (value instanceof Table) return value.size === 0;
  for (const _ in value as Plain) return false;
  return true;
}
