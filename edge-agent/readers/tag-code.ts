/**
 * Electronic product codes of UHF tags (GS1 EPC Tag Data Standard): the 96-bit forms of a trade item (SGTIN-96, header
 * 0x30) and of a customer's card (GSRN-96, header 0x2D). Any other code says nothing by itself.
 */
import { checkDigit } from '@kairos/protocol/check-digit.ts';

/** A tag lies in the cart for as long as the visit lasts; unheard for so long, it was taken out. */
export const tagGoneAfterMs = 60_000;

export type TagCode =
  | { readonly kind: 'goods'; readonly gtin: string }
  | { readonly kind: 'customer'; readonly gsrn: string }
  | { readonly kind: 'opaque' };

/** Upper-case hex; null where no tag has a code of such a length. */
export function toEpc(code: Uint8Array): string | null {
  const isPlausible = code.length >= 4 && code.length <= 62 && code.length % 2 === 0;
  return isPlausible ? Buffer.from(code).toString('hex').toUpperCase() : null;
}

/** Digits of the company prefix and of what follows it, and the bits of the prefix, by partition. */
const companyBits = [40, 37, 34, 30, 27, 24, 20];
const opaque: TagCode = { kind: 'opaque' };

export function readTagCode(epc: string): TagCode {
  if (!/^[0-9A-F]{24}$/.test(epc)) return opaque;
  const bits = BigInt(`0x${epc}`);
  const take = (from: number, length: number): bigint =>
    (bits >> BigInt(96 - from - length)) & ((1n << BigInt(length)) - 1n);
  const header = take(0, 8);
  if (header !== 0x30n && header !== 0x2dn) return opaque;
  const isGoods = header === 0x30n;
  // Company prefix and reference have 44 bits and 13 digits in an SGTIN, 58 bits and 17 digits in a GSRN.
  const [allBits, allDigits] = isGoods ? [44, 13] : [58, 17];
  const partition = Number(take(11, 3));
  const prefixBits = companyBits[partition];
  if (prefixBits === undefined) return opaque;
  const prefixDigits = 12 - partition;
  const company = digitsOf(take(14, prefixBits), prefixDigits);
  const reference = digitsOf(take(14 + prefixBits, allBits - prefixBits), allDigits - prefixDigits);
  if (company === null || reference === null) return opaque;
  if (!isGoods) return { kind: 'customer', gsrn: withCheckDigit(company + reference) };
  // The indicator digit stands first in the reference and before the company prefix in the number.
  return { kind: 'goods', gtin: withCheckDigit(reference.slice(0, 1) + company + reference.slice(1)) };
}

function withCheckDigit(digits: string): string {
  return `${digits}${checkDigit(digits)}`;
}

/** Null where the number has more digits than its field may hold. */
function digitsOf(value: bigint, length: number): string | null {
  const text = value.toString();
  return text.length <= length ? text.padStart(length, '0') : null;
}
