import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Scan } from './barcode.ts';
import { meaningOf } from './scan-meaning.ts';

const scheme = { prefixes: ['29'], gsrn: true };
const gs = '\u001d';
/** As the parser would cut it. */
function meaning(text: string) {
  const [aim] = /^\][A-Za-z][0-9A-Za-z]/.exec(text) ?? [null];
  return meaningOf({ aim, data: aim === null ? text : text.slice(3) }, scheme);
}

describe('a customer', () => {
  it.each([
    ['2912345678906', '2912345678906'],
    [']E02912345678906', '2912345678906'],
    ['952114112345678906', '952114112345678906'],
    [']C18018952114112345678906', '952114112345678906'],
    [`]C18018952114112345678906${gs}8019123`, '952114112345678906'],
  ])('is known by %s', (text, number) => {
    expect(meaning(text)).toEqual({ kind: 'loyalty', number });
  });
});

describe('goods', () => {
  it.each([
    ['4006381333931', '4006381333931'],
    [']E04006381333931', '4006381333931'],
    [']E402345673', '02345673'],
    ['PLU-4011', 'PLU-4011'],
    [']A0SHELF-12', 'SHELF-12'],
    // GS1's own vectors (formats.md 5.5).
    [']E02112345678900', '2112345678900'],
    [']E02112345678900|]e099COMPOSITE', '2112345678900'],
    [`]C1011231231231233310ABC123${gs}99TESTING`, '12312312312333'],
    [`]Q3011231231231233310ABC123${gs}99TESTING`, '12312312312333'],
    [']C10104006381333931', '4006381333931'],
  ])('are read from %s', (text, code) => {
    expect(meaning(text)).toEqual({ kind: 'goods', code });
  });

  it('with a prefix that the chain has not set aside are goods, whatever others use it for', () => {
    expect(meaning('2112345678900')).toEqual({ kind: 'goods', code: '2112345678900' });
  });
});

describe('a misread', () => {
  it.each([
    ['4006381333932', 'check-digit'],
    ['2912345678905', 'check-digit'],
    ['952114112345678907', 'check-digit'],
    [']C10104006381333932', 'check-digit'],
    // GS1's own vectors (formats.md 5.5). "ABC" fails there for want of an AIM identifier; here it may be a PLU.
    [']E02112345678901', 'check-digit'],
    [']E402345674', 'check-digit'],
    [']E0123456789012', 'shape'],
    [']E012345678901234', 'shape'],
    [']E01234ABC890123', 'shape'],
    [']e0', 'shape'],
    [']C1', 'shape'],
    [']Q3', 'shape'],
    [']', 'shape'],
    [']X', 'shape'],
    [']XX', 'shape'],
    ['two words', 'shape'],
    ['https://example.com/01/12312312312333', 'shape'],
  ])('is %s, because of its %s', (text, reason) => {
    expect(meaning(text)).toEqual({ kind: 'misread', reason });
  });
});

it('any scan has a meaning', () => {
  const scan: fc.Arbitrary<Scan> = fc.record({
    aim: fc.constantFrom(null, ']E0', ']E4', ']C1', ']Q3', ']d2', ']e0', ']XX'),
    data: fc.oneof(fc.string(), fc.stringMatching(/^[0-9]{0,20}$/)),
  });
  fc.assert(
    fc.property(scan, (one) => ['loyalty', 'goods', 'misread'].includes(meaningOf(one, scheme).kind)),
    { numRuns: 100_000 },
  );
});
