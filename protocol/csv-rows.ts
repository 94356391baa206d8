/**
 * A CSV file as rows, one at a time (RFC 4180: quotes doubled inside quotes, line breaks inside quotes, CRLF or LF). The
 * first row names the columns, and comes as any other; blank lines are no rows. Where that has no comma but semicolons or
 * tabs, as spreadsheets write it in half of Europe, these stand between the fields. A row that is wrong is reported with its
 * line and left out, and reading goes on with the line behind that one.
 */

/** A quote that is never closed would swallow the rest of the file. */
const rowCharsMax = 100_000;
const rowLinesMax = 100;
const fieldCharsMax = 10_000;

export type CsvRow =
  /** `line`: where it begins, from 1. */
  | { readonly kind: 'row'; readonly line: number; readonly fields: readonly string[] }
  | { readonly kind: 'broken'; readonly line: number; readonly message: string };

/** Of a file of any length. A row with bytes that were no UTF-8 is broken: what it says of somebody would be kept bent. */
export async function* csvRows(text: AsyncIterable<string>): AsyncGenerator<CsvRow> {
  const rows = new RowsOfLines({ isUtf8Wanted: true });
  for await (const content of textLines(text)) yield* rows.take(content);
  yield* rows.end();
}

/** Of a text in memory. */
export function* csvRowsOf(text: string): Generator<CsvRow> {
  const rows = new RowsOfLines({ isUtf8Wanted: false });
  for (const content of text.replace(/^\uFEFF/, '').split(/\r?\n/)) yield* rows.take(content);
  yield* rows.end();
}

type Separator = ',' | ';' | '\t';

class RowsOfLines {
  readonly #isUtf8Wanted: boolean;
  #line = 0;
  /** Of the whole file, by its first row. */
  #separator: Separator | null = null;
  /** Lines of a row whose quoted field goes on. */
  #open: { readonly line: number; readonly lines: string[]; chars: number } | null = null;

  constructor({ isUtf8Wanted }: { readonly isUtf8Wanted: boolean }) {
    this.#isUtf8Wanted = isUtf8Wanted;
  }

  *take(content: string): Generator<CsvRow> {
    this.#line += 1;
    this.#separator ??= content === '' ? null : separatorOf(content);
    if (this.#open === null) {
      if (content === '') return;
      const row = this.#rowOf(content, this.#line);
      if (row === 'open') this.#open = { line: this.#line, lines: [content], chars: content.length };
      else yield row;
      return;
    }
    const { line, lines } = this.#open;
    lines.push(content);
    this.#open.chars += content.length;
    const row = content.includes('"') ? this.#rowOf(lines.join('\n'), line) : 'open';
    if (row === 'open') {
      if (this.#open.chars > rowCharsMax || lines.length > rowLinesMax) yield* this.#withoutFirst(neverClosed);
    } else if (row.kind === 'broken') yield* this.#withoutFirst(row.message);
    else {
      this.#open = null;
      yield row;
    }
  }

  #rowOf(content: string, line: number): CsvRow | 'open' {
    if (this.#isUtf8Wanted && notUtf8.test(content)) return { kind: 'broken', line, message: wantedUtf8 };
    return rowOf(content, line, this.#separator ?? ',');
  }

  *end(): Generator<CsvRow> {
    while (this.#open !== null) yield* this.#withoutFirst(neverClosed);
  }

  /** The line that began the row is broken by itself; those behind it are read anew. */
  *#withoutFirst(message: string): Generator<CsvRow> {
    if (this.#open === null) return;
    const { line, lines } = this.#open;
    this.#open = null;
    this.#line = line;
    yield { kind: 'broken', line, message };
    for (const content of lines.slice(1)) yield* this.take(content);
  }
}

/** What a decoder has put for bytes that it could not read, and what every other byte of UTF-16 is. */
const notUtf8 = /[\uFFFD\0]/;
const wantedUtf8 = 'holds bytes that are no UTF-8; save the file as UTF-8 (in Excel: "CSV UTF-8") and read it in again';

function separatorOf(header: string): Separator {
  if (header.includes(',')) return ',';
  if (header.includes(';')) return ';';
  return header.includes('\t') ? '\t' : ',';
}

const neverClosed = 'a quote is opened and never closed';
const fieldTooLong = `a field is longer than ${fieldCharsMax} characters`;

/** Lines without their ends; the mark of a byte order is no part of the first. */
async function* textLines(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  let isFirst = true;
  for await (const part of text) {
    const lines = (rest + (isFirst ? part.replace(/^\uFEFF/, '') : part)).split('\n');
    isFirst = false;
    rest = lines.pop() ?? '';
    for (const content of lines) yield content.endsWith('\r') ? content.slice(0, -1) : content;
  }
  if (rest !== '') yield rest.endsWith('\r') ? rest.slice(0, -1) : rest;
}

/** open: a quoted field goes on behind the end of this. */
function rowOf(content: string, line: number, separator: Separator): CsvRow | 'open' {
  if (!content.includes('"')) {
    const fields = content.split(separator);
    const isTooLong = content.length > fieldCharsMax && fields.some(({ length }) => length > fieldCharsMax);
    return isTooLong ? { kind: 'broken', line, message: fieldTooLong } : { kind: 'row', line, fields };
  }
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    const isQuoted = content[at] === '"';
    const end = isQuoted ? closingQuote(content, at) : endOfBare(content, at, separator);
    const bare = content.slice(isQuoted ? at + 1 : at, end);
    if (end === -1) return 'open';
    if (!isQuoted && bare.includes('"'))
      return {
        kind: 'broken',
        line,
        message: 'a quote stands inside a field that did not begin with one; double it, and quote the field',
      };
    if (bare.length > fieldCharsMax) return { kind: 'broken', line, message: fieldTooLong };
    fields.push(isQuoted ? bare.replaceAll('""', '"') : bare);
    at = isQuoted ? end + 1 : end;
    if (at >= content.length) return { kind: 'row', line, fields };
    if (content[at] !== separator)
      return {
        kind: 'broken',
        line,
        message: 'something stands between a closing quote and the comma; double quotes inside a field',
      };
    at += 1;
  }
}

function endOfBare(content: string, from: number, separator: Separator): number {
  const end = content.indexOf(separator, from);
  return end === -1 ? content.length : end;
}

function closingQuote(content: string, from: number): number {
  let at = content.indexOf('"', from + 1);
  while (at !== -1 && content[at + 1] === '"') at = content.indexOf('"', at + 2);
  return at;
}
