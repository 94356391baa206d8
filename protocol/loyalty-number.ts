/**
 * Loyalty numbers as customers key and scan them: EAN-13 with a prefix that the retailer has set aside for its cards,
 * and GSRN (GS1 AI 8018, 18 digits), with GS1's check digit; and the ten digits of proximity cards, as a reader says
 * them: they have no check digit, so one that was typed could be anybody's.
 */
import { z } from 'zod';
import { bareNumber, hasValidCheckDigit } from './check-digit.ts';

export { checkDigit, hasValidCheckDigit } from './check-digit.ts';

/** The EAN-13 prefixes that mean "a loyalty card" in this chain. A 2x prefix is never guessed (formats.md section 6). */
export const loyaltyScheme = z.strictObject({
  prefixes: z.array(z.string().regex(/^\d{2,7}$/, 'two to seven digits')).max(32),
  gsrn: z.boolean().default(true),
  /** Customers of this chain may have proximity cards (125 kHz), known by the ten digits printed on them. */
  cards: z.boolean().optional(),
  /** Devices send a keyed hash of a number that they read, never the number. */
  hashed: z.boolean().optional(),
});
export type LoyaltyScheme = z.infer<typeof loyaltyScheme>;

export type LoyaltyNumber =
  | { readonly kind: 'ean13' | 'gsrn' | 'card'; readonly digits: string }
  | { readonly kind: 'refused'; readonly reason: 'number-shape' | 'check-digit' | 'number-prefix' };

const cardDigits = 10;

/**
 * Judges what was keyed or scanned, less what people and scanners add to it (`bareNumber`). `means` says how it came:
 * only a reader of cards can have read a proximity card.
 */
export function parseLoyaltyNumber(
  presented: string,
  scheme: LoyaltyScheme,
  means: 'typed' | 'scanned' | 'card' = 'typed',
): LoyaltyNumber {
  const digits = bareNumber(presented);
  const couldBeCard = means === 'card' && scheme.cards === true && digits.length === cardDigits;
  if (couldBeCard && /^\d+$/.test(digits)) return { kind: 'card', digits };
  if (!/^\d+$/.test(digits)) return { kind: 'refused', reason: 'number-shape' };
  if (digits.length === 18 && scheme.gsrn) {
    return hasValidCheckDigit(digits) ? { kind: 'gsrn', digits } : { kind: 'refused', reason: 'check-digit' };
  }
  if (digits.length !== 13) return { kind: 'refused', reason: 'number-shape' };
  if (!hasValidCheckDigit(digits)) return { kind: 'refused', reason: 'check-digit' };
  return scheme.prefixes.some((prefix) => digits.startsWith(prefix))
    ? { kind: 'ean13', digits }
    : { kind: 'refused', reason: 'number-prefix' };
}
