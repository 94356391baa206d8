/** How a coupon looks on a narrow roll: whose it is, what is offered, until when, and a code that the till reads. */
import { type Coupon, couponPrefix } from '@kairos/protocol/coupon.ts';
import type { CouponPart } from './esc-pos.ts';

/** Characters of a line on an 80 mm roll; half as many where letters are large. 58 mm printers wrap by themselves. */
const columns = 42;

export function couponLayout(coupon: Coupon, now: number): CouponPart[] {
  const { reward } = coupon;
  return [
    { kind: 'text', text: coupon.store },
    { kind: 'feed', lines: 1 },
    ...(reward === null ? [] : [{ kind: 'text', text: worthOf(coupon, reward), bold: true, large: true } as const]),
    ...wrapped(coupon.headline).map((text): CouponPart => ({ kind: 'text', text, bold: true })),
    ...wrapped(coupon.body).map((text): CouponPart => ({ kind: 'text', text })),
    ...(reward === null
      ? []
      : [
          { kind: 'feed', lines: 1 } as const,
          { kind: 'qr', text: `${couponPrefix}${reward.reward}` } as const,
          ...(reward.until === undefined ? [] : [{ kind: 'text', text: untilText(coupon, reward.until) } as const]),
        ]),
    { kind: 'text', text: dayText(coupon, now) },
    { kind: 'feed', lines: 3 },
  ];
}

/** "15 %", "2,50 €": the reader's way of writing it. */
function worthOf({ locale, currency }: Coupon, { value, unit }: NonNullable<Coupon['reward']>): string {
  if (unit === 'percent') {
    const format = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
    return plainSpaces(format.format(value / 1_000));
  }
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  return plainSpaces(format.format(value / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2)));
}

function untilText(coupon: Coupon, until: number): string {
  return `→ ${dayText(coupon, until)}`;
}

function dayText({ locale, timeZone }: Coupon, at: number): string {
  return plainSpaces(new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone }).format(at));
}

/** Narrow and unbreakable blanks are in no codepage of a printer. */
function plainSpaces(text: string): string {
  return text.replace(/[\u00a0\u202f\u2009]/g, ' ');
}

function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((one) => one !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
