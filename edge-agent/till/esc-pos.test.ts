import { describe, expect, it } from 'vitest';
import { encodeDisplay } from './customer-display.ts';
import { askPaper, encodeCoupon, isOutOfPaper } from './esc-pos.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const text = (words: string): string => Buffer.from(words, 'latin1').toString('hex');

describe('a coupon in ESC/POS', () => {
  it('is, byte for byte, the sample of Epson’s commands', () => {
    const bytes = encodeCoupon([
      { kind: 'text', text: '10% OFF PAINT', bold: true },
      { kind: 'ean13', digits: '211234567890' },
      { kind: 'qr', text: 'https://id.gs1.org/8018/952114112345678906' },
      { kind: 'feed', lines: 3 },
    ]);
    const expected = [
      '1b40 1b6101 1b4501',
      text('10% OFF PAINT\n'),
      '1b4500 1d6850 1d7702 1d4802 1d6b02',
      text('211234567890'),
      '00 0a 1d286b0400314132 00 1d286b0300314306 1d286b0300314531 1d286b2d00315030',
      text('https://id.gs1.org/8018/952114112345678906'),
      '1d286b0300315130 0a0a0a 1d5601',
    ];
    expect(hex(bytes)).toBe(expected.join('').replaceAll(' ', ''));
    expect(bytes).toHaveLength(140);
  });

  it('writes letters that are not English in a codepage that has them', () => {
    expect(hex(encodeCoupon([{ kind: 'text', text: 'Schöne Grüße' }]))).toContain('1b7400');
    expect(hex(encodeCoupon([{ kind: 'text', text: '5 €' }]))).toMatch(/1b7413.*d5|1b7410.*80/);
    expect(hex(encodeCoupon([{ kind: 'text', text: 'Жук' }]))).toContain('1b7411');
  });

  it('lets no command through that somebody wrote into a text', () => {
    const bytes = encodeCoupon([{ kind: 'text', text: 'A\u001bp\u0000\u0019\u00faB\n\u001dV' }]);
    // Between reset and cut nothing is left but the choice of a codepage, and letters.
    const between = hex(bytes).slice('1b401b6101'.length, -'1d5601'.length);
    expect(between).toContain(text('Ap'));
    expect(between.replaceAll(/1b74../g, '')).not.toMatch(/^(..)*(1b|1d|10|00|19)/);
  });

  it('has Code 128 in set B, its braces doubled', () => {
    expect(hex(encodeCoupon([{ kind: 'code128', text: 'a{b' }]))).toContain(`1d6b4906${text('{Ba{{b')}`);
  });

  it.each([
    { kind: 'ean13', digits: '12' } as const,
    { kind: 'code128', text: 'ü' } as const,
    { kind: 'code128', text: 'x'.repeat(25) } as const,
    { kind: 'qr', text: '' } as const,
    { kind: 'qr', text: 'x'.repeat(301) } as const,
  ])('refuses a code that no scanner would read: $kind', (part) => {
    expect(() => encodeCoupon([part])).toThrow(RangeError);
  });
});

describe('the paper', () => {
  it('is asked for with DLE EOT 4', () => expect(hex(askPaper)).toBe('100404'));
  it.each([
    [0x12, false],
    [0x72, true],
    [0x32, true],
    [0x1e, false],
    [0xff, false],
    [0x60, false],
  ])('answer %i: out of paper %s', (status, isOut) => expect(isOutOfPaper(status)).toBe(isOut));
});

describe('the customers’ display', () => {
  it('gets exactly forty characters, and nothing of before is left', () => {
    const bytes = encodeDisplay('TOTAL          12.34', 'Thank you, and come again soon');
    expect(hex(bytes)).toBe(`1b400c${text('TOTAL          12.34Thank you, and come ')}`);
    expect(encodeDisplay('', '')).toHaveLength(43);
  });

  it('writes what CP437 has not without its accent', () => {
    expect(Buffer.from(encodeDisplay('Ñandú Š€', '')).subarray(3, 11).toString('latin1')).toBe('\u00a5and\u00a3 S?');
  });
});
