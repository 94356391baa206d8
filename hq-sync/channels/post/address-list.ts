/** The list that goes to the printer with a day's letters: CSV (RFC 4180) that no spreadsheet takes for a formula. */

export interface Addressed {
  /** Of the letter: what a returned one is known by. */
  readonly letter: string;
  readonly file: string;
  readonly lines: readonly string[];
}

const linesMax = 6;

export function addressList(letters: readonly Addressed[]): string {
  const head = ['letter', 'file', ...Array.from({ length: linesMax }, (_, at) => `line${at + 1}`)];
  const rows = letters.map(({ letter, file, lines }) => [
    letter,
    file,
    ...Array.from({ length: linesMax }, (_, at) =>
      at < linesMax - 1 ? (lines[at] ?? '') : lines.slice(at).join(', '),
    ),
  ]);
  return [head, ...rows].map((row) => `${row.map(cellOf).join(',')}\r\n`).join('');
}

/** A cell that begins like a formula begins with an apostrophe, which spreadsheets do not show. */
function cellOf(text: string): string {
  const plain = text.replace(/[\r\n\t]+/g, ' ');
  const safe = /^\s*[=+\-@＝＋－＠]/.test(plain) ? `'${plain}` : plain;
  return `"${safe.replace(/"/g, '""')}"`;
}
