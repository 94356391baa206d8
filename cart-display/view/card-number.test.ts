import { checkDigit } from '@kairos/protocol/check-digit.ts';
import { describe, expect, it } from 'vitest';
import { groupDigits, judgeNumber } from './card-number.ts';

const card = `291234567890${checkDigit('291234567890')}`;
const gsrn = `80123456789012345${checkDigit('80123456789012345')}`;

describe('a card number', () => {
  it.each([card, gsrn, ` ${card.slice(0, 4)}-${card.slice(4)} `, `]C18018${gsrn}`, `(8018)${gsrn}`])(
    'is good as %s',
    (presented) => {
      expect(judgeNumber(presented).kind).toBe('good');
    },
  );

  it('has a wrong digit when any one digit is another', () => {
    for (let place = 0; place < card.length; place += 1) {
      const other = String((Number(card[place]) + 1) % 10);
      expect(judgeNumber(card.slice(0, place) + other + card.slice(place + 1))).toEqual({ kind: 'wrong-digit' });
    }
  });

  it('is told apart from too few digits and from no number at all', () => {
    expect(judgeNumber('29123')).toEqual({ kind: 'incomplete', digits: 5 });
    expect(judgeNumber('Ada')).toEqual({ kind: 'no-number' });
  });

  it('is grouped as cards print it', () => {
    expect(groupDigits('29')).toBe('2 9');
    expect(groupDigits('2912345678906')).toBe('2 912345 678906');
    expect(groupDigits('801234567890123456')).toBe('8012 3456 7890 1234 56');
  });
});
