/** A coupon that is shown: what it is worth, its bars for the till's scanner, and the code to be keyed if they fail. */
import type { LaneView, TillCoupon } from '@kairos/protocol/prompt-events.ts';
import { Amounts } from '@kairos/ui/amounts.ts';
import type { ReactElement } from 'react';
import { barsOf } from './barcode.ts';
import type { TillWords } from './words.ts';

/** Modules of nothing on each side, without which no scanner finds the bars. */
const quietZone = 10;
const barsHeight = 60;
/** Pixels of one module: on a large glass, that stands farther away, two. */
const largeGlassPx = 1400;

export interface CouponViewProps {
  readonly coupon: TillCoupon;
  readonly view: Pick<LaneView, 'locale' | 'currency' | 'timeZone'>;
  readonly words: TillWords;
}

export function CouponView({ coupon, view, words }: CouponViewProps): ReactElement {
  const { code, until } = coupon;
  const day =
    until === undefined
      ? null
      : new Intl.DateTimeFormat(view.locale, { timeZone: view.timeZone, dateStyle: 'medium' }).format(until);
  return (
    <div className="till-coupon">
      <p>
        <strong>{words.off(worthOf(coupon, view))}</strong>
        {day === null ? '' : ` ${words.until(day)}`}. {words.scan}
      </p>
      <Barcode code={code} />
      <p className="till-code figures">{code}</p>
    </div>
  );
}

function Barcode({ code }: { readonly code: string }): ReactElement | null {
  const bars = barsOf(code);
  if (bars === null) return null;
  const width = bars.modules.length + 2 * quietZone;
  // Runs of dark modules, so that no seam shows between two of them.
  const runs = [...bars.modules.matchAll(/1+/g)];
  return (
    <svg
      className="till-bars"
      viewBox={`0 0 ${width} ${barsHeight}`}
      width={width * (window.innerWidth >= largeGlassPx ? 2 : 1)}
      preserveAspectRatio="none"
      role="img"
      aria-label={code}
      data-symbology={bars.symbology}
    >
      <rect width={width} height={barsHeight} fill="#fff" />
      {runs.map(({ index, 0: run }) => (
        <rect key={index} x={quietZone + index} y={4} width={run.length} height={barsHeight - 8} fill="#000" />
      ))}
    </svg>
  );
}

/** "15 %", "5.00 €". */
function worthOf({ value, unit }: TillCoupon, { locale, currency }: CouponViewProps['view']): string {
  if (unit === 'amount') return new Amounts(locale, currency).price(value);
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(value / 1000);
}
