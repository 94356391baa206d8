import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CsvRow, csvRows, csvRowsOf } from './csv-rows.ts';

async function read(...parts: string[]): Promise<CsvRow[]> {
  async function* text(): AsyncGenerator<string> {
    yield* parts;
  }
  const rows: CsvRow[] = [];
  for await (const row of csvRows(text())) rows.push(row);
  return rows;
}

const quoted = (field: string): string => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);

describe('rows of a CSV file', () => {
  it('are what was written, wherever the file is cut into parts', async () => {
    const field = fc.stringMatching(/^[ab",\n é]{0,6}$/);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 6 }),
        fc.integer({ min: 1, max: 20 }),
        async (rows, size) => {
          const text = rows.map((fields) => `${fields.map(quoted).join(',')}\n`).join('');
          const parts = text.match(new RegExp(`[^]{1,${size}}`, 'gu')) ?? [];
          const found = await read(...parts);
          expect(found.map((row) => (row.kind === 'row' ? row.fields : row))).toEqual(rows);
          expect([...csvRowsOf(text)]).toEqual(found);
        },
      ),
    );
  });

  it('with semicolons or tabs between the fields are read where the first row has no comma', async () => {
    const rows = [
      ['a', 'b'],
      ['1,5', 'x;y'],
      ['\t', '"'],
    ];
    for (const separator of [';', '\t']) {
      const text = rows
        .map((fields) =>
          fields.map((field) => (/[;\t"]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(separator),
        )
        .join('\n');
      expect((await read(text)).map((row) => row.kind === 'row' && row.fields)).toEqual(rows);
    }
    expect(await read('a;b,c\n1;2,3')).toMatchObject([{ fields: ['a;b', 'c'] }, { fields: ['1;2', '3'] }]);
  });

  it('that are no UTF-8 are named, and what they say is not taken in bent', async () => {
    const latin1 = Buffer.from('a,b\nK\u00f6ln,1\nUlm,2\n', 'latin1').toString('utf8');
    expect((await read(latin1)).map(({ line, kind }) => [line, kind])).toEqual([
      [1, 'row'],
      [2, 'broken'],
      [3, 'row'],
    ]);
    const wide = Buffer.from('\uFEFFa,b\n', 'utf16le').toString('utf8');
    expect((await read(wide))[0]).toMatchObject({ line: 1, kind: 'broken' });
  });

  it('begin at the line that they say, with CRLF, blank lines and a mark of the byte order', async () => {
    expect(await read('\uFEFFa,b\r\n\r\n"x\r\ny",1\r\nz,2')).toEqual([
      { kind: 'row', line: 1, fields: ['a', 'b'] },
      { kind: 'row', line: 3, fields: ['x\ny', '1'] },
      { kind: 'row', line: 5, fields: ['z', '2'] },
    ]);
  });

  it('that are broken are named, and those behind them are read', async () => {
    const found = await read('a,b\n"x"y,1\nz"z,2\n"never closed,3\nu,4\nv,5\n');
    expect(found.map((row) => [row.line, row.kind])).toEqual([
      [1, 'row'],
      [2, 'broken'],
      [3, 'broken'],
      [4, 'broken'],
      [5, 'row'],
      [6, 'row'],
    ]);
  });

  it('behind a quote that swallowed some of them are read anew', async () => {
    const found = await read('a,b\n"x,1\ny,2\nz,"3"\nu,"never closed\nv,5\n');
    expect(found.map((row) => (row.kind === 'row' ? row.fields.join() : `${row.line} broken`))).toEqual([
      'a,b',
      '2 broken',
      'y,2',
      'z,3',
      '5 broken',
      'v,5',
    ]);
  });
});
