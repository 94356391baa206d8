/**
 * A keyed or scanned card number, judged as far as the page can: how many digits, and the check digit. Which prefixes
 * are this chain's cards only the store knows.
 */
import { bareNumber, hasValidCheckDigit } from '@kairos/protocol/check-digit.ts';

export type JudgedNumber =
  | { readonly kind: 'good'; readonly digits: string }
  | { readonly kind: 'incomplete'; readonly digits: number }
  | { readonly kind: 'wrong-digit' }
  | { readonly kind: 'no-number' };

/** EAN-13 and GSRN. */
const lengths = [13, 18];
/** What the keypad takes; longer than any card. */
export const keyedDigitsMax = 18;

export function judgeNumber(presented: string): JudgedNumber {
  const digits = bareNumber(presented);
  if (!/^\d+$/.test(digits)) return { kind: 'no-number' };
  if (!lengths.includes(digits.length)) return { kind: 'incomplete', digits: digits.length };
  return hasValidCheckDigit(digits) ? { kind: 'good', digits } : { kind: 'wrong-digit' };
}

/** Grouped as cards print it: 2 912345 678901 · 8012 3456 7890 1234 56. */
export function groupDigits(digits: string): string {
  if (digits.length <= 13) return [digits.slice(0, 1), digits.slice(1, 7), digits.slice(7)].filter(Boolean).join(' ');
  return digits.replace(/(\d{4})(?=\d)/g, '$1 ');
}
