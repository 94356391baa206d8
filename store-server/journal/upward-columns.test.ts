import { expect, it } from 'vitest';
import { commasToLineFeeds, distinctNumbers, hasOnlyNulls } from './upward-columns.ts';

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

it('commas become line feeds wherever they stand, and no other byte changes', () => {
  const every = Uint8Array.from({ length: 1_024 }, (_, at) => (at % 3 === 0 ? 0x2c : at >> 2));
  for (const [from, to] of [0, 1, 2, 3, 4, 5].flatMap((start) =>
    [0, 1, 2, 3, 4, 7, 1_000].map((n) => [start, start + n]),
  )) {
    const all = Uint8Array.from(every);
    commasToLineFeeds(all.subarray(from, to));
    const wanted = every.map((byte, at) =>
      at >= (from as number) && at < (to as number) && byte === 0x2c ? 0x0a : byte,
    );
    expect(all).toEqual(wanted);
  }
  const random = Uint8Array.from({ length: 65_536 }, (_, at) => Math.imul(at, 2_654_435_761) >>> 24);
  const changed = Uint8Array.from(random);
  commasToLineFeeds(changed);
  expect(changed).toEqual(random.map((byte) => (byte === 0x2c ? 0x0a : byte)));
});
