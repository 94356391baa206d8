/** Money and quantities in the reader's locale, from the integers that Kairos keeps (minor units, thousandths). */

/** Making a formatter takes longer than using it a hundred times. */
export class Amounts {
  private readonly money: Intl.NumberFormat;
  private readonly number: Intl.NumberFormat;
  private readonly minorUnits: number;

  /** `locale` as BCP 47, `currency` as ISO 4217. */
  constructor(locale: string, currency: string) {
    this.money = new Intl.NumberFormat(locale, { style: 'currency', currency });
    this.number = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 });
    this.minorUnits = 10 ** (this.money.resolvedOptions().maximumFractionDigits ?? 2);
  }

  price(minor: number): string {
    return this.money.format(minor / this.minorUnits);
  }

  /** "3", "0.42". */
  quantity(thousandths: number): string {
    return this.number.format(thousandths / 1000);
  }
}
