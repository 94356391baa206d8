/**
 * GS1's check digit, apart from the schemas so that pages can judge a keyed number without carrying a schema library:
 * from the right, weights 3, 1, 3, 1 … (GS1 General Specifications, section 7.9; formats.md section 6).
 */

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
 * What is left of a keyed or scanned number: blanks and hyphens are what people type and are dropped; an AIM
 * identifier (`]E0`, `]C1`) and the application identifier 8018 are what scanners add. May still hold anything.
 */
export function bareNumber(presented: string): string {
  const bare = presented
    .trim()
    .replace(/^\][A-Za-z]\d/, '')
    .replace(/[\s-]/g, '')
    .replace(/^\(8018\)/, '8018');
  return bare.length === 22 && bare.startsWith('8018') ? bare.slice(4) : bare;
}
