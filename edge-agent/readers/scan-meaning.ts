/**
 * What a scan on a cart means: a customer who shows her card, goods that go into the cart, or a misread.
 *
 * Whatever is no loyalty number by the chain's scheme is goods. A wrong check digit is a misread: the scanner or the
 * print was at fault, nothing was meant, so it is counted and not sent. GS1's own symbologies are judged by its rules
 * (formats.md 5.5); of their data, the number of the goods (AI 01) and of the customer (AI 8018) are read.
 *
 * A code that is shown was scanned; what a reader of cards or tags says is a card. Both are strong, a number that was
 * typed is weak: that the store decides.
 */
import { hasValidCheckDigit, type LoyaltyScheme, parseLoyaltyNumber } from '@kairos/protocol/loyalty-number.ts';
import { goodsCode } from '@kairos/protocol/names.ts';
import { isWebAddress, readDigitalLink } from './digital-link.ts';
import { type Elements, readElementString } from './element-string.ts';
import type { Scan } from './scan.ts';
import { readTagCode } from './tag-code.ts';

export type ScanMeaning =
  | { readonly kind: 'loyalty'; readonly number: string; readonly means: 'scanned' | 'card' }
  | { readonly kind: 'goods'; readonly code: string }
  | { readonly kind: 'misread'; readonly reason: 'check-digit' | 'shape' };

const misreadShape: ScanMeaning = { kind: 'misread', reason: 'shape' };
const misreadDigit: ScanMeaning = { kind: 'misread', reason: 'check-digit' };

/** Symbologies whose data is made of GS1 application identifiers. */
const elementStrings: ReadonlySet<string> = new Set([']C1', ']e0', ']d2', ']Q3', ']J1']);

export function meaningOf(scan: Scan, scheme: LoyaltyScheme): ScanMeaning {
  switch (scan.kind) {
    case 'barcode':
      return barcode(scan.aim, scan.data, scheme);
    case 'card':
      return presented(scan.number, 'card', scheme) ?? misreadShape;
    case 'tag':
      return tag(scan.epc, scheme);
  }
}

function barcode(aim: string | null, data: string, scheme: LoyaltyScheme): ScanMeaning {
  if (data === '') return misreadShape;
  if (aim === ']E0') return fixedLength(data, 13, scheme);
  if (aim === ']E4') return fixedLength(data, 8, scheme);
  if (aim !== null && elementStrings.has(aim)) return elements(readElementString(data), scheme);
  if (isWebAddress(data)) return elements(readDigitalLink(data), scheme);
  return plain(data, scheme);
}

/** EAN-13 and EAN-8; a composite component after "|" adds nothing that we use. */
function fixedLength(data: string, length: number, scheme: LoyaltyScheme): ScanMeaning {
  const [digits = ''] = data.split('|');
  if (digits.length !== length || !/^\d+$/.test(digits)) return misreadShape;
  return hasValidCheckDigit(digits) ? plain(digits, scheme) : misreadDigit;
}

/** A symbol that names a customer is her card, whatever else it holds. */
function elements(read: Elements, scheme: LoyaltyScheme): ScanMeaning {
  if (read.kind === 'wrong') return { kind: 'misread', reason: read.reason };
  const customer = read.values.get('8018');
  if (customer !== undefined) return presented(customer, 'scanned', scheme) ?? misreadShape;
  const item = read.values.get('01');
  return item === undefined ? misreadShape : goods(item);
}

function tag(epc: string, scheme: LoyaltyScheme): ScanMeaning {
  const code = readTagCode(epc);
  if (code.kind === 'goods') return goods(code.gtin);
  // An opaque code may hang on anything; whom it stood for would be a guess.
  return code.kind === 'customer' ? (presented(code.gsrn, 'card', scheme) ?? misreadShape) : misreadShape;
}

/** A GTIN of 14 digits as it is printed: 13 for pieces, 8 where the first six are zeros. */
function goods(gtin: string): ScanMeaning {
  return { kind: 'goods', code: gtin.replace(/^(?:000000(?=\d{8}$)|0(?=\d{13}$))/, '') };
}

/** Null where it is no number of this chain's customers. */
function presented(number: string, means: 'scanned' | 'card', scheme: LoyaltyScheme): ScanMeaning | null {
  const loyalty = parseLoyaltyNumber(number, scheme, means);
  if (loyalty.kind !== 'refused') return { kind: 'loyalty', number: loyalty.digits, means };
  return loyalty.reason === 'check-digit' ? misreadDigit : null;
}

function plain(data: string, scheme: LoyaltyScheme): ScanMeaning {
  const known = presented(data, 'scanned', scheme);
  if (known !== null) return known;
  // "]", "]X", "]XX": the head of a message whose rest was lost.
  if (data.startsWith(']')) return misreadShape;
  return goodsCode.safeParse(data).success ? { kind: 'goods', code: data } : misreadShape;
}
