import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Scan } from './scan.ts';
import { meaningOf } from './scan-meaning.ts';

const scheme = { prefixes: ['29'], gsrn: true };
const gs = '\u001d';
/** As the parser would cut it. */
function meaning(text: string) {
  const [aim] = /^\][A-Za-z][0-9A-Za-z]/.exec(text) ?? [null];
  return meaningOf({ kind: 'barcode', aim, data: aim === null ? text : text.slice(3) }, scheme);
}

describe('a customer', () => {
  it.each([
    ['2912345678906', '2912345678906'],
    [']E02912345678906', '2912345678906'],
    ['952114112345678906', '952114112345678906'],
    [']C18018952114112345678906', '952114112345678906'],
    [`]C18018952114112345678906${gs}8019123`, '952114112345678906'],
    [`]d28019123${gs}8018952114112345678906`, '952114112345678906'],
    // GS1 Digital Link (formats.md section 6).
    ['https://id.gs1.org/8018/952114112345678906', '952114112345678906'],
    [']Q1https://a/8018/123456789012345675/8019/123', '123456789012345675'],
    ['HTTPS://a/8018/123456789012345675?x=1#later', '123456789012345675'],
  ])('is known by %s', (text, number) => {
    expect(meaning(text)).toEqual({ kind: 'loyalty', number, means: 'scanned' });
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
    [`]E02112345678900|]e099COMPOSITE${gs}98XYZ`, '2112345678900'],
    [`]C1011231231231233310ABC123${gs}99TESTING`, '12312312312333'],
    [`]Q3011231231231233310ABC123${gs}99TESTING`, '12312312312333'],
    [']C10104006381333931', '4006381333931'],
    [']C10100000040123455', '40123455'],
    [']Q1https://example.com/01/12312312312333?99=TEST', '12312312312333'],
    [']Q1HTTPS://example.com/01/12312312312333', '12312312312333'],
    ['https://a/more/stem/01/04006381333931/10/A%2d1', '4006381333931'],
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
    [']Q1HtTps://example.com/01/12312312312333', 'shape'],
    [']Q1https://example.com/01/12312312312334', 'check-digit'],
    ['https://a/8018/952114112345678907', 'check-digit'],
    ['https://a/more/stem/00/006141411234567890', 'shape'],
    [']C18018952114112345678907', 'check-digit'],
    [']C1801895211411234567890', 'shape'],
    [']C1HELLO', 'shape'],
  ])('is %s, because of its %s', (text, reason) => {
    expect(meaning(text)).toEqual({ kind: 'misread', reason });
  });
});

describe('a card or a tag in front of a reader', () => {
  const cards = { ...scheme, cards: true };

  it('is a card: the ten digits printed on it, where the chain has such cards', () => {
    const scan = { kind: 'card', number: '0006102437' } as const;
    expect(meaningOf(scan, cards)).toEqual({ kind: 'loyalty', number: '0006102437', means: 'card' });
    expect(meaningOf(scan, scheme)).toEqual({ kind: 'misread', reason: 'shape' });
    // Typed or printed as a barcode, ten digits without a check digit are nobody's.
    expect(meaningOf({ kind: 'barcode', aim: null, data: '0006102437' }, cards)).toMatchObject({ kind: 'goods' });
  });

  it('is what its electronic product code says (GS1 EPC Tag Data Standard)', () => {
    const tag = (epc: string) => meaningOf({ kind: 'tag', epc }, cards);
    expect(tag('3074257BF7194E4000001A85')).toEqual({ kind: 'goods', code: '80614141123458' });
    expect(tag('2D14257BF4499602D2000000')).toEqual({ kind: 'loyalty', number: '061414112345678902', means: 'card' });
    expect(tag('E2002075601001820480E064'), 'an opaque code').toEqual({ kind: 'misread', reason: 'shape' });
    expect(tag('3074257BF7'), 'too short').toEqual({ kind: 'misread', reason: 'shape' });
  });
});

it('any scan has a meaning', () => {
  const scan: fc.Arbitrary<Scan> = fc.record({
    kind: fc.constant('barcode' as const),
    aim: fc.constantFrom(null, ']E0', ']E4', ']C1', ']Q3', ']d2', ']e0', ']XX'),
    data: fc.oneof(fc.string(), fc.stringMatching(/^[0-9]{0,20}$/)),
  });
  fc.assert(
    fc.property(scan, (one) => ['loyalty', 'goods', 'misread'].includes(meaningOf(one, scheme).kind)),
    { numRuns: 100_000 },
  );
});
