/** Bars of a code that a till's scanner reads: EAN-13 where it is one, else Code 128. The library is known here alone. */
import { checkDigit } from '@kairos/protocol/check-digit.ts';
import JsBarcode from 'jsbarcode';

export interface Bars {
  /** Modules, 1 is dark; without the quiet zone that belongs around them. */
  readonly modules: string;
  readonly symbology: 'EAN13' | 'CODE128';
}

/** Null where no scanner could read it. */
export function barsOf(code: string): Bars | null {
  const isEan = /^\d{13}$/.test(code) && String(checkDigit(code.slice(0, 12))) === code.at(-1);
  const symbology = isEan ? 'EAN13' : 'CODE128';
  const drawn: { encodings?: { data: string }[] } = {};
  try {
    JsBarcode(drawn, code, { format: symbology, flat: true } as JsBarcode.Options);
  } catch {
    return null;
  }
  const modules = (drawn.encodings ?? []).map(({ data }) => data).join('');
  return modules === '' ? null : { modules, symbology };
}
