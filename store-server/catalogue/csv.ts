/**
 * A strict reader of RFC 4180: commas, quotes doubled inside quotes, line breaks inside quotes, CRLF or LF. The first
 * row names the columns. A row that is wrong is reported with its line and left out; the others are kept.
 */
import type { ConfigFault, ConfigReason } from '@kairos/protocol/config-fault.ts';

/** A quote that is never closed would swallow the rest of the file into one field. */
const fieldLengthMax = 10_000;

export interface CsvRow {
  /** Where it begins, from 1. */
  readonly line: number;
  /** By column name; a column that is empty is "". */
  readonly fields: Readonly<Record<string, string>>;
}

export interface CsvTable {
  readonly columns: readonly string[];
  readonly rows: readonly CsvRow[];
  readonly faults: readonly ConfigFault[];
}

/** What is wrong with one field of a row; "" names no column in particular. */
export interface FieldFault {
  readonly path: string;
  readonly reason: ConfigReason;
  readonly message: string;
}

export function rowFault(file: string, line: number, { path, reason, message }: FieldFault): ConfigFault {
  return { reason, where: file, line, column: null, path, value: '', message };
}

export function readCsv(file: string, text: string): CsvTable {
  const faults: ConfigFault[] = [];
  const fault = (line: number, message: string, reason: ConfigReason = 'syntax'): void => {
    faults.push(rowFault(file, line, { path: '', reason, message }));
  };
  const records = readRecords(text.replace(/^\uFEFF/, ''), fault);
  const [header, ...body] = records;
  if (!header) {
    fault(1, 'the file is empty; its first row names the columns', 'missing');
    return { columns: [], rows: [], faults };
  }
  const columns = header.fields.map((name) => name.trim());
  const twice = columns.filter((name, index) => columns.indexOf(name) !== index);
  if (twice.length > 0) {
    fault(header.line, `the column "${twice[0]}" stands twice; no row can be read`, 'key-twice');
    return { columns, rows: [], faults };
  }
  const rows = body.flatMap(({ line, fields }) => {
    if (fields.length !== columns.length) {
      fault(line, `has ${fields.length} fields where the first row names ${columns.length}`);
      return [];
    }
    return [{ line, fields: Object.fromEntries(columns.map((name, index) => [name, fields[index] as string])) }];
  });
  return { columns, rows, faults };
}

interface CsvRecord {
  readonly line: number;
  readonly fields: string[];
}

/** Blank lines are no records. After a broken quote reading goes on with the next line. */
function readRecords(text: string, fault: (line: number, reason: string) => void): CsvRecord[] {
  const records: CsvRecord[] = [];
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const start = line;
    const record = readRecord(text, at);
    if (record.kind === 'broken') {
      fault(start, record.reason);
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end + 1;
      line += 1;
      continue;
    }
    if (record.fields.length > 1 || record.fields[0] !== '') records.push({ line: start, fields: record.fields });
    line += countBreaks(text, at, record.end);
    at = record.end;
  }
  return records;
}

type ReadRecord =
  | { readonly kind: 'record'; readonly fields: string[]; readonly end: number }
  | { readonly kind: 'broken'; readonly reason: string };

function readRecord(text: string, start: number): ReadRecord {
  const fields: string[] = [];
  let at = start;
  for (;;) {
    const field = text[at] === '"' ? readQuoted(text, at) : readBare(text, at);
    if (field.kind === 'broken') return field;
    fields.push(field.value);
    at = field.end;
    if (text[at] === ',') {
      at += 1;
      continue;
    }
    if (text[at] === '\r') at += 1;
    return { kind: 'record', fields, end: at + 1 };
  }
}

type ReadField =
  | { readonly kind: 'field'; readonly value: string; readonly end: number }
  | { readonly kind: 'broken'; readonly reason: string };

function readBare(text: string, start: number): ReadField {
  let end = start;
  while (
    end < text.length &&
    text[end] !== ',' &&
    text[end] !== '\n' &&
    !(text[end] === '\r' && text[end + 1] === '\n')
  ) {
    if (text[end] === '"') {
      return {
        kind: 'broken',
        reason: 'a quote stands inside a field that did not begin with one; double it, and quote the field',
      };
    }
    end += 1;
  }
  if (end - start > fieldLengthMax)
    return { kind: 'broken', reason: `a field is longer than ${fieldLengthMax} characters` };
  return { kind: 'field', value: text.slice(start, end), end };
}

function readQuoted(text: string, start: number): ReadField {
  let value = '';
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote === -1 || quote - start > fieldLengthMax)
      return { kind: 'broken', reason: 'a quote is opened and never closed' };
    value += text.slice(at, quote);
    at = quote + 1;
    if (text[at] !== '"') break;
    value += '"';
    at += 1;
  }
  const next = text[at];
  if (next !== undefined && next !== ',' && next !== '\n' && !(next === '\r' && text[at + 1] === '\n')) {
    return {
      kind: 'broken',
      reason: 'something stands between a closing quote and the comma; double quotes inside a field',
    };
  }
  return { kind: 'field', value, end: at };
}

function countBreaks(text: string, from: number, to: number): number {
  let breaks = 0;
  for (let at = from; at < to && at < text.length; at += 1) if (text[at] === '\n') breaks += 1;
  return breaks;
}
