import { faultText } from '@kairos/protocol/config-fault.ts';
import { describe, expect, it } from 'vitest';
import { readCsv, rowFault } from './csv.ts';

const read = (text: string) => {
  const { rows, faults } = readCsv('goods.csv', text);
  return {
    rows: rows.map(({ line, fields }) => [line, ...Object.values(fields)]),
    faults: faults.map(({ line, message }) => [line, message]),
  };
};

describe('a CSV file', () => {
  it.each([
    [
      'plain fields',
      'a,b\n1,2\n3,4\n',
      [
        [2, '1', '2'],
        [3, '3', '4'],
      ],
    ],
    ['no line break at the end', 'a,b\n1,2', [[2, '1', '2']]],
    ['CRLF and a byte-order mark', '\uFEFFa,b\r\n1,2\r\n', [[2, '1', '2']]],
    [
      'commas, quotes and line breaks in quotes',
      'a,b\n"x, ""y""","two\nlines"\n3,4\n',
      [
        [2, 'x, "y"', 'two\nlines'],
        [4, '3', '4'],
      ],
    ],
    [
      'empty fields and blank lines',
      'a,b\n,\n\n"",x\n',
      [
        [2, '', ''],
        [4, '', 'x'],
      ],
    ],
  ])('is read: %s', (_, text, rows) => {
    expect(read(text)).toEqual({ rows, faults: [] });
  });

  it.each([
    ['too few fields', '1\n', 'has 1 fields where the first row names 2'],
    ['too many fields', '1,2,3\n', 'has 3 fields where the first row names 2'],
    [
      'a quote in the middle',
      '1,2"x\n',
      'a quote stands inside a field that did not begin with one; double it, and quote the field',
    ],
    [
      'text after a closing quote',
      '"1"x,2\n',
      'something stands between a closing quote and the comma; double quotes inside a field',
    ],
    ['a quote that is never closed', '"1,2\n', 'a quote is opened and never closed'],
    ['a field without an end', `1,${'x'.repeat(10_001)}\n`, 'a field is longer than 10000 characters'],
  ])('loses only the row with %s', (_, bad, reason) => {
    expect(read(`a,b\n1,2\n${bad}5,6\n`)).toEqual({
      rows: [
        [2, '1', '2'],
        [4, '5', '6'],
      ],
      faults: [[3, reason]],
    });
  });

  it('is of no use without a header, or with a column that stands twice', () => {
    expect(read('').faults[0]?.[1]).toMatch(/the file is empty/);
    expect(read('a,a\n1,2\n')).toEqual({ rows: [], faults: [[1, 'the column "a" stands twice; no row can be read']] });
  });

  it('says where', () => {
    const fault = rowFault('goods.csv', 3, { path: 'price', reason: 'bad-form', message: 'is no price' });
    expect(faultText(fault)).toBe('goods.csv:3  price: is no price');
  });
});
