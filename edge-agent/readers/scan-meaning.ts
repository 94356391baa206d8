/**
 * What a scan on a cart means: a customer who shows her card, goods that go into the cart, or a misread.
 *
 * Whatever is no loyalty number by the chain's scheme is goods. A wrong check digit is a misread: the scanner or the
 * print was at fault, nothing was meant, so it is counted and not sent. GS1's own symbologies are judged by its rules
 * (formats.md 5.5); of their data, the number of the goods (AI 01) and of the customer (AI 8018) are read.
 */
import { hasValidCheckDigit, type LoyaltyScheme, parseLoyaltyNumber } from '@kairos/protocol/loyalty-number.ts';
import { goodsCode } from '@kairos/protocol/names.ts';
import type { Scan } from './barcode.ts';

export type ScanMeaning =
  | { readonly kind: 'loyalty'; readonly number: string }
  | { readonly kind: 'goods'; readonly code: string }
  | { readonly kind: 'misread'; readonly reason: 'check-digit' | 'shape' };

const misreadShape: ScanMeaning = { kind: 'misread', reason: 'shape' };
const misreadDigit: ScanMeaning = { kind: 'misread', reason: 'check-digit' };

/** Symbologies whose data is made of GS1 application identifiers. */
const elementStrings: ReadonlySet<string> = new Set([']C1', ']e0', ']d2', ']Q3']);
const groupSeparator = '\u001d';

export function meaningOf({ aim, data }: Scan, scheme: LoyaltyScheme): ScanMeaning {
  if (data === '') return misreadShape;
  if (aim === ']E0') return fixedLength(data, 13, scheme);
  if (aim === ']E4') return fixedLength(data, 8, scheme);
  if (aim !== null && elementStrings.has(aim)) return elementString(data, scheme);
  return plain(data, scheme);
}

/** EAN-13 and EAN-8; a composite component after "|" adds nothing that we use. */
function fixedLength(data: string, length: number, scheme: LoyaltyScheme): ScanMeaning {
  const [digits = ''] = data.split('|');
  if (digits.length !== length || !/^\d+$/.test(digits)) return misreadShape;
  return hasValidCheckDigit(digits) ? plain(digits, scheme) : misreadDigit;
}

function elementString(data: string, scheme: LoyaltyScheme): ScanMeaning {
  const goods = /^01(\d{14})/.exec(data)?.[1];
  if (goods !== undefined) {
    if (!hasValidCheckDigit(goods)) return misreadDigit;
    return { kind: 'goods', code: goods.replace(/^0/, '') };
  }
  // 8018 has no predefined length: whatever follows it comes after GS.
  const [first = ''] = data.split(groupSeparator);
  return plain(first, scheme);
}

function plain(data: string, scheme: LoyaltyScheme): ScanMeaning {
  const loyalty = parseLoyaltyNumber(data, scheme);
  if (loyalty.kind !== 'refused') return { kind: 'loyalty', number: loyalty.digits };
  if (loyalty.reason === 'check-digit') return misreadDigit;
  // "]", "]X", "]XX": the head of a message whose rest was lost. A link is nothing that lies in a cart.
  if (data.startsWith(']') || data.includes('://')) return misreadShape;
  return goodsCode.safeParse(data).success ? { kind: 'goods', code: data } : misreadShape;
}
