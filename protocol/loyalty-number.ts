/**
 * Loyalty numbers as customers key and scan them: EAN-13 with a prefix that the retailer has set aside for its cards,
 * and GSRN (GS1 AI 8018, 18 digits). The check digit is GS1's: from the right, weights 3, 1, 3, 1 …
 * (GS1 General Specifications, section 7.9; formats.md section 6).
 */
import { z } from 'zod';

/** The EAN-13 prefixes that mean "a loyalty card" in this chain. A 2x prefix is never guessed (formats.md section 6). */
export const loyaltyScheme = z.strictObject({
  prefixes: z.array(z.string().regex(/^\d{2,7}$/, 'two to seven digits')).max(32),
  gsrn: z.boolean().default(true),
});
export type LoyaltyScheme = z.infer<typeof loyaltyScheme>;

export type LoyaltyNumber =
  | { readonly kind: 'ean13' | 'gsrn'; readonly digits: string }
  | { readonly kind: 'refused'; readonly reason: 'number-shape' | 'check-digit' | 'number-prefix' };

/** The digit that makes `digits` (without it) a valid GS1 key. */
export function checkDigit(digits: string): number {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    sum += Number(digits[digits.length - 1 - place]) * (place % 2 === 0 ? 3 : 1);
  }
  return (10 - (sum % 10)) % 10;
}

export function hasValidCheckDigit(key: string): boolean {
  return /^\d{2,}$/.test(key) && checkDigit(key.slice(0, -1)) === Number(key.at(-1));
}

/**
 * Judges what was keyed or scanned. Blanks and hyphens are what people type and are dropped; an AIM identifier
 * (`]E0`, `]C1`) and the application identifier 8018 are what scanners add.
 */
export function parseLoyaltyNumber(presented: string, scheme: LoyaltyScheme): LoyaltyNumber {
  const bare = presented
    .trim()
    .replace(/^\][A-Za-z]\d/, '')
    .replace(/[\s-]/g, '')
    .replace(/^\(8018\)/, '8018');
  const digits = bare.length === 22 && bare.startsWith('8018') ? bare.slice(4) : bare;
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
