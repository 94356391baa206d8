/**
 * GS1 application identifiers: what a GS1-128, DataBar, DataMatrix or QR symbol holds as one string, and what a GS1
 * Digital Link spells out (GS1 General Specifications, sections 3 and 7.8; formats.md sections 5.5 and 6).
 *
 * Kairos reads the number of goods (01) and of a customer (8018); the others are judged as far as is needed to find
 * where the next one begins, and by their check digit where they have one.
 */
import { hasValidCheckDigit } from '@kairos/protocol/loyalty-number.ts';

export type Elements =
  | { readonly kind: 'elements'; readonly values: ReadonlyMap<string, string> }
  | { readonly kind: 'wrong'; readonly reason: 'shape' | 'check-digit' };

export const wrongShape: Elements = { kind: 'wrong', reason: 'shape' };
const wrongDigit: Elements = { kind: 'wrong', reason: 'check-digit' };

const groupSeparator = '\u001d';
const valueLengthMax = 90;

/** How many digits an identifier has, by its first two. */
const identifierLengths = new Map<string, number>([
  ...['00', '01', '02', '03', '10', '11', '12', '13', '15', '16', '17', '20', '21', '22', '30', '37'].map(
    (first): [string, number] => [first, 2],
  ),
  ...['90', '91', '92', '93', '94', '95', '96', '97', '98', '99'].map((first): [string, number] => [first, 2]),
  ...['23', '24', '25', '40', '41', '42', '71'].map((first): [string, number] => [first, 3]),
  ...['31', '32', '33', '34', '35', '36', '39', '43', '70', '72', '80', '81', '82'].map((first): [string, number] => [
    first,
    4,
  ]),
]);

/** Predefined lengths, by the first two digits (figure 5.10.1-1): nothing separates these from what follows. */
const predefined = new Map<string, number>([
  ['00', 18],
  ['01', 14],
  ['02', 14],
  ['03', 14],
  ...['11', '12', '13', '15', '16', '17'].map((first): [string, number] => [first, 6]),
  ['20', 2],
  ...['31', '32', '33', '34', '35', '36'].map((first): [string, number] => [first, 6]),
  ['41', 13],
]);

/** Keys of digits alone, with a check digit at their end. */
const keys = new Map<string, number>([
  ['00', 18],
  ['01', 14],
  ['02', 14],
  ['03', 14],
  ['402', 17],
  ...['410', '411', '412', '413', '414', '415', '416', '417'].map((key): [string, number] => [key, 13]),
  ['8017', 18],
  ['8018', 18],
]);

/** "8018952114112345678906␝8019123" → 8018, 8019. */
export function readElementString(text: string): Elements {
  const values = new Map<string, string>();
  let rest = text;
  while (rest !== '') {
    const identifier = identifierIn(rest);
    if (identifier === null) return wrongShape;
    const data = rest.slice(identifier.length);
    const separator = data.indexOf(groupSeparator);
    const length = predefined.get(identifier.slice(0, 2)) ?? (separator < 0 ? data.length : separator);
    const problem = addElement(values, identifier, data.slice(0, length));
    if (problem !== null) return problem;
    rest = data.slice(length);
    if (rest.startsWith(groupSeparator)) rest = rest.slice(1);
  }
  return finish(values);
}

/** Null where it may stand; otherwise what is wrong with it. */
export function addElement(values: Map<string, string>, identifier: string, value: string): Elements | null {
  if (value === '' || value.length > valueLengthMax || !/^[!-z ]*$/.test(value)) return wrongShape;
  const fixed = predefined.get(identifier.slice(0, 2));
  if (fixed !== undefined && (value.length !== fixed || !/^\d+$/.test(value))) return wrongShape;
  const keyLength = keys.get(identifier);
  if (keyLength !== undefined) {
    if (value.length !== keyLength || !/^\d+$/.test(value)) return wrongShape;
    if (!hasValidCheckDigit(value)) return wrongDigit;
  }
  if (identifier === '8019' && !/^\d{1,10}$/.test(value)) return wrongShape;
  if (values.has(identifier) && values.get(identifier) !== value) return wrongShape;
  values.set(identifier, value);
  return null;
}

/** A customer and a provider of a service are not in one symbol. */
export function finish(values: ReadonlyMap<string, string>): Elements {
  if (values.size === 0 || (values.has('8017') && values.has('8018'))) return wrongShape;
  return { kind: 'elements', values };
}

/** The identifier at the beginning; null where none is known. */
export function identifierIn(text: string): string | null {
  const length = identifierLengths.get(text.slice(0, 2));
  const identifier = text.slice(0, length ?? 0);
  return length !== undefined && /^\d+$/.test(identifier) && identifier.length === length ? identifier : null;
}
