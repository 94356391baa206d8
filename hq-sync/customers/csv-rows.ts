/**
 * A CSV file of any length as rows, one at a time (RFC 4180: quotes doubled inside quotes, line breaks inside quotes,
 * CRLF or LF). A row that is wrong is reported with its line and left out; reading goes on with the next line.
 */

/** A quote that is never closed would swallow the rest of the file. */
const rowCharsMax = 100_000;
const rowLinesMax = 100;
const neverClosed = 'a quote is opened and never closed';

export type CsvRow =
  /** `line`: where it begins, from 1. */
  | { readonly kind: 'row'; readonly line: number; readonly fields: readonly string[] }
  | { readonly kind: 'broken'; readonly line: number; readonly message: string };

/** The first row names the columns, and comes as any other. Blank lines are no rows. */
export async function* csvRows(text: AsyncIterable<string>): AsyncGenerator<CsvRow> {
  let begun: { line: number; lines: string[]; chars: number } | null = null;
  let line = 0;
  for await (const content of textLines(text)) {
    line += 1;
    if (begun === null) {
      if (content === '') continue;
      const row = rowOf(content, line);
      if (row === 'open') begun = { line, lines: [content], chars: content.length };
      else yield row;
      continue;
    }
    begun.lines.push(content);
    begun.chars += content.length;
    const row: CsvRow | 'open' = content.includes('"') ? rowOf(begun.lines.join('\n'), begun.line) : 'open';
    if (row !== 'open') yield row;
    else if (begun.chars > rowCharsMax || begun.lines.length > rowLinesMax) yield* withoutFirst(begun);
    else continue;
    begun = null;
  }
  if (begun !== null) yield* withoutFirst(begun);
}

/** The line whose quote is never closed is broken by itself; those behind it are read anew. */
async function* withoutFirst({
  line,
  lines,
}: {
  readonly line: number;
  readonly lines: readonly string[];
}): AsyncGenerator<CsvRow> {
  yield { kind: 'broken', line, message: neverClosed };
  for (const [index, content] of lines.slice(1).entries()) {
    const row = rowOf(content, line + 1 + index);
    if (row === 'open') yield { kind: 'broken', line: line + 1 + index, message: neverClosed };
    else if (content !== '') yield row;
  }
}

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
function rowOf(content: string, line: number): CsvRow | 'open' {
  if (!content.includes('"')) return { kind: 'row', line, fields: content.split(',') };
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    const isQuoted = content[at] === '"';
    const end = isQuoted ? closingQuote(content, at) : endOfBare(content, at);
    const bare = content.slice(isQuoted ? at + 1 : at, end);
    if (end === -1) return 'open';
    if (!isQuoted && bare.includes('"'))
      return {
        kind: 'broken',
        line,
        message: 'a quote stands inside a field that did not begin with one; double it, and quote the field',
      };
    fields.push(isQuoted ? bare.replaceAll('""', '"') : bare);
    at = isQuoted ? end + 1 : end;
    if (at >= content.length) return { kind: 'row', line, fields };
    if (content[at] !== ',')
      return {
        kind: 'broken',
        line,
        message: 'something stands between a closing quote and the comma; double quotes inside a field',
      };
    at += 1;
  }
}

function endOfBare(content: string, from: number): number {
  const comma = content.indexOf(',', from);
  return comma === -1 ? content.length : comma;
}

function closingQuote(content: string, from: number): number {
  let at = content.indexOf('"', from + 1);
  while (at !== -1 && content[at + 1] === '"') at = content.indexOf('"', at + 2);
  return at;
}
