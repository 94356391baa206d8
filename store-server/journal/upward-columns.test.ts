import { expect, it } from 'vitest';
import { distinctNumbers, hasOnlyNulls } from './upward-columns.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

it('a column needs no escaping where its backslashes are those of nulls and its line feeds end values', () => {
  expect(hasOnlyNulls(bytes('a\n\\N\nc\n'), { values: 3, nulls: 1 })).toBe(true);
  expect(hasOnlyNulls(bytes('\n'), { values: 1, nulls: 0 })).toBe(true);
});

it('each character that COPY would take for its own is noticed, and so is a text that looks like a null', () => {
  for (const text of ['a\\b', 'a\tb', 'a\nb', 'a\rb', '\\N'])
    expect(hasOnlyNulls(bytes(`${text}\n\\N\n`), { values: 2, nulls: 1 })).toBe(false);
});

it('numbers of a column are found once each, and nulls are none', () => {
  expect(distinctNumbers(bytes('7\n\\N\n12\n7\n0\n9007199254740991\n'))).toEqual([7, 12, 0, 9_007_199_254_740_991]);
  expect(distinctNumbers(bytes('\\N\n\\N\n'))).toEqual([]);
});
