/**
 * A fact as a row and back, by the table in `fact-columns.ts`. Reading what was written gives the same fact, but for
 * a note that has been erased, and the order of keys.
 */
import type { Fact, Rival, SaleLine } from '../facts.ts';
import { columnsOf, type RestCodec } from './fact-columns.ts';
import {
  type LineContext,
  readLine,
  readRival,
  type WrittenLine,
  type WrittenRival,
  writeLine,
  writeRival,
} from './fact-lines.ts';
import type { WordIds, WordTexts } from './words.ts';

/**
 * One row of `facts`, and the note beside it:
 * seq, type, at, subject, source, source_seq, cause, late, place, thing, ref, amount, rest, note.
 */
export type FactRow = readonly [
  seq: number,
  type: number,
  at: number,
  subject: number | null,
  source: number | null,
  sourceSeq: number | null,
  cause: number | null,
  late: 0 | 1,
  place: number | null,
  thing: number | null,
  ref: string | null,
  amount: number | null,
  rest: string | null,
  note: string | null,
];

export interface SourceIds {
  id(device: string, epoch: string): number;
}

export interface SourceNames {
  name(id: number): { readonly device: string; readonly epoch: string };
}

type Body = Readonly<Record<string, unknown>>;

/** Throws where a fact does not have the shape of its type: a broken invariant, since intake has judged it. */
export function writeFact(fact: Fact, words: WordIds, sources: SourceIds): FactRow {
  const { source } = fact;
  const body = fact.body as Body;
  const columns = columnsOf(fact.type);
  const context: LineContext = { receipt: stringOrNull(body.receipt), source };
  const word = (field: string | undefined): number | null => {
    const value = field === undefined ? undefined : body[field];
    return value === undefined ? null : words.id(value as string);
  };
  let rest: string | null = null;
  if (columns?.rest) {
    const cells = columns.rest.map(([field, codec]) => writeRest(body[field], codec, fact.at, context, words));
    rest = cells.every((cell) => cell === null) ? null : JSON.stringify(cells);
  }
  return [
    fact.seq,
    words.id(fact.type),
    fact.at,
    fact.subject,
    source ? sources.id(source.device, source.epoch) : null,
    source ? source.sequence : null,
    fact.cause === null ? null : fact.seq - fact.cause,
    fact.late ? 1 : 0,
    word(columns?.place),
    word(columns?.thing),
    columns?.ref === undefined ? null : stringOrNull(body[columns.ref]),
    columns?.amount === undefined ? null : ((body[columns.amount] as number | undefined) ?? null),
    rest,
    writeNote(columns ? (columns.note ?? []) : Object.keys(body), body),
  ];
}

function writeRest(value: unknown, codec: RestCodec, at: number, context: LineContext, words: WordIds): unknown {
  if (value === undefined) return null;
  switch (codec) {
    case 'plain':
      return value;
    case 'word':
      return words.id(value as string);
    case 'words':
      return (value as string[]).map((text) => words.id(text));
    case 'since':
      return (value as number) - at;
    case 'line':
      return writeLine(value as SaleLine, 0, context, words);
    case 'lines':
      return (value as SaleLine[]).map((line, index) => writeLine(line, index, context, words));
    case 'rivals': {
      const rivals = value as Rival[];
      return rivals.length === 0 ? null : rivals.map((rival) => writeRival(rival, words));
    }
  }
}

function writeNote(fields: readonly string[], body: Body): string | null {
  const note: Record<string, unknown> = {};
  let isEmpty = true;
  for (const field of fields) {
    const value = body[field];
    if (value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0))
      continue;
    note[field] = value;
    isEmpty = false;
  }
  return isEmpty ? null : JSON.stringify(note);
}

/**
 * `onBeyond` is told of what a later version says and this one does not know: of its type ("goods.weighed"), or of
 * fields behind those that this version knows of a type ("sale+3": three cells).
 */
export function readFact(
  row: FactRow,
  words: WordTexts,
  sources: SourceNames,
  onBeyond?: (what: string) => void,
): Fact {
  const [seq, typeId, at, subject, sourceId, sourceSeq, cause, late, place, thing, ref, amount, rest, note] = row;
  const type = words.text(typeId);
  const columns = columnsOf(type);
  const source = sourceId === null || sourceSeq === null ? null : { ...sources.name(sourceId), sequence: sourceSeq };
  const body: Record<string, unknown> = note === null ? {} : (JSON.parse(note) as Record<string, unknown>);
  if (columns) {
    const set = (field: string | undefined, value: unknown): void => {
      if (field !== undefined && value !== null) body[field] = value;
    };
    set(columns.place, place === null ? null : words.text(place));
    set(columns.thing, thing === null ? null : words.text(thing));
    set(columns.ref, ref);
    set(columns.amount, amount);
    const context: LineContext = { receipt: columns.ref === 'receipt' ? ref : null, source };
    const cells = rest === null ? [] : (JSON.parse(rest) as unknown[]);
    const known = columns.rest?.length ?? 0;
    if (cells.length > known) onBeyond?.(`${type}+${cells.length}`);
    columns.rest?.forEach(([field, codec], index) => {
      set(field, readRest(cells[index] ?? null, codec, at, context, words));
    });
    for (const [field, kind] of Object.entries(columns.empty ?? {})) body[field] ??= kind === 'list' ? [] : {};
  } else if (onBeyond && !type.startsWith(customPrefix)) {
    onBeyond(type);
  }
  return { type, seq, at, subject, source, cause: cause === null ? null : seq - cause, late: late === 1, body } as Fact;
}

function readRest(cell: unknown, codec: RestCodec, at: number, context: LineContext, words: WordTexts): unknown {
  if (cell === null) return null;
  switch (codec) {
    case 'plain':
      return cell;
    case 'word':
      return words.text(cell as number);
    case 'words':
      return (cell as number[]).map((id) => words.text(id));
    case 'since':
      return (cell as number) + at;
    case 'line':
      return readLine(cell as WrittenLine, 0, context, words);
    case 'lines':
      return (cell as WrittenLine[]).map((line, index) => readLine(line, index, context, words));
    case 'rivals':
      return (cell as WrittenRival[]).map((rival) => readRival(rival, words));
  }
}

/** Whether this version knows by now what an earlier one called beyond it. */
export function isUnderstood(what: string): boolean {
  const [type = '', cells = '0'] = what.split('+');
  const columns = columnsOf(type);
  return columns !== null && (columns.rest?.length ?? 0) >= Number(cells);
}

const customPrefix = 'custom.';

function stringOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
