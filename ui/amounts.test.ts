import { describe, expect, it } from 'vitest';
import { Amounts } from './amounts.ts';

describe('amounts', () => {
  it('are written as the reader writes them', () => {
    expect(new Amounts('en', 'EUR').price(123_450)).toBe('€1,234.50');
    expect(new Amounts('de', 'EUR').price(123_450)).toBe('1.234,50\u00a0€');
    expect(new Amounts('de', 'EUR').quantity(420)).toBe('0,42');
  });

  it('know how many minor units a currency has', () => {
    expect(new Amounts('en', 'JPY').price(1_200)).toBe('¥1,200');
    expect(new Amounts('en', 'KWD').price(1_500)).toContain('1.500');
  });
});
