/**
 * Loyalty numbers as customers key and scan them: EAN-13 with a prefix that the retailer has set aside for its cards,
 * and GSRN (GS1 AI 8018, 18 digits), with GS1's check digit.
 */
import { z } from 'zod';
import { bareNumber, hasValidCheckDigit } from './check-digit.ts';

export { checkDigit, hasValidCheckDigit } from './check-digit.ts';

/** The EAN-13 prefixes that mean "a loyalty card" in this chain. A 2x prefix is never guessed (formats.md section 6). */
export const loyaltyScheme = z.strictObject({
  prefixes: z.array(z.string().regex(/^\d{2,7}$/, 'two to seven digits')).max(32),
  gsrn: z.boolean().default(true),
});
export type LoyaltyScheme = z.infer<typeof loyaltyScheme>;

export type LoyaltyNumber =
  | { readonly kind: 'ean13' | 'gsrn'; readonly digits: string }
  | { readonly kind: 'refused'; readonly reason: 'number-shape' | 'check-digit' | 'number-prefix' };

/**
 * Judges what was keyed or scanned, less what people and scanners add to it (`bareNumber`).
 */
export function parseLoyaltyNumber(presented: string, scheme: LoyaltyScheme): LoyaltyNumber {
  const digits = bareNumber(presented);
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
