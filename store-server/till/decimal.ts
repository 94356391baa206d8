/** Decimals as tills write them ("2.99", "0.42", "-0.19") into whole numbers, exactly: no floating point in between. */

const decimal = /^([+-]?)(\d{1,12})(?:[.,](\d{1,8}))?$/;

/** Null where it is no decimal. Rounded half away from zero where it has more places than are kept. */
function scaled(text: string | null, places: number): number | null {
  const found = text === null ? null : decimal.exec(text.trim());
  if (!found) return null;
  const [, sign, whole = '', fraction = ''] = found;
  const kept = Number(whole + fraction.slice(0, places).padEnd(places, '0'));
  const rounded = Number(fraction[places] ?? '0') >= 5 ? kept + 1 : kept;
  return sign === '-' && rounded !== 0 ? -rounded : rounded;
}

/** ISO 4217's places: two for most, none for yen, three for dinars. */
export function minorUnits(text: string | null, currency: string): number | null {
  const { maximumFractionDigits } = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions();
  return scaled(text, maximumFractionDigits ?? 2);
}

export function thousandths(text: string | null): number | null {
  return scaled(text, 3);
}
