/** A coupon that is shown: what it is worth, its bars for the till's scanner, and the code to be keyed if they fail. */
import type { LaneView, TillCoupon } from '@kairos/protocol/prompt-events.ts';
import { Amounts } from '@kairos/ui/amounts.ts';
import { type ReactElement, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import { createPortal } from 'react-dom';
import { type Bars, barsOf } from './barcode.ts';
import { Press } from './press.tsx';
import type { TillWords } from './words.ts';

/** Modules of nothing on each side, without which no scanner finds the bars. */
const quietZone = 10;
const barsHeight = 60;
/** Pixels of one module: on a large glass, that stands farther away, two. */
const largeGlassPx = 1400;
/** Where they are shown alone: room around them and for the way back, and how large they may become. */
const largeMarginPx = 32;
const buttonRoomPx = 88;
const largeBarsPx = 200;
const moduleMaxPx = 4;

export interface CouponViewProps {
  readonly coupon: TillCoupon;
  readonly view: Pick<LaneView, 'locale' | 'currency' | 'timeZone'>;
  readonly words: TillWords;
}

export function CouponView({ coupon, view, words }: CouponViewProps): ReactElement {
  const { code, until } = coupon;
  const [isLarge, setLarge] = useState(false);
  const day =
    until === undefined
      ? null
      : new Intl.DateTimeFormat(view.locale, { timeZone: view.timeZone, dateStyle: 'medium' }).format(until);
  const bars = barsOf(code);
  return (
    <div className="till-coupon">
      <p>
        <strong>{words.off(worthOf(coupon, view))}</strong>
        {day === null ? '' : ` ${words.until(day)}`}. {words.scan}
      </p>
      {bars && <InPlace bars={bars} code={code} words={words} onLarger={() => setLarge(true)} />}
      <p className="till-code figures" dir="ltr">
        {code}
      </p>
      {bars &&
        isLarge &&
        createPortal(
          <div className="till-large">
            <AcrossTheGlass bars={bars} code={code} />
            <Press className="till-smaller" onPress={() => setLarge(false)}>
              {words.back}
            </Press>
          </div>,
          // Outside of the prompt, which may still be moving in: what is fixed there is fixed to the prompt.
          document.body,
        )}
    </div>
  );
}

interface BarsProps {
  readonly bars: Bars;
  readonly code: string;
}

interface InPlaceProps extends BarsProps {
  readonly words: TillWords;
  readonly onLarger: () => void;
}

/** In one or two pixels a module; not at all where they would have to be narrower, for then no scanner reads them. */
function InPlace({ bars, code, words, onLarger }: InPlaceProps): ReactElement {
  const frame = useRef<HTMLDivElement>(null);
  const [isRoomy, setRoomy] = useState(true);
  const { innerWidth } = useGlass();
  const modules = bars.modules.length + 2 * quietZone;
  const width = modules * (innerWidth >= largeGlassPx ? 2 : 1);
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const resized = new ResizeObserver(() => setRoomy(element.clientWidth >= width));
    resized.observe(element);
    return () => resized.disconnect();
  }, [width]);
  return (
    <div ref={frame} className="till-bars-frame">
      {isRoomy ? (
        <Press className="till-bars-press" onPress={onLarger}>
          <Barcode bars={bars} code={code} width={width} height={barsHeight * 1.2} />
          <span className="spoken-only">{words.larger}</span>
        </Press>
      ) : (
        <Press className="till-larger" onPress={onLarger}>
          {words.larger}
        </Press>
      )}
    </div>
  );
}

/** Along the longer side of the glass, in the widest modules that fit there: whole pixels of the glass each. */
function AcrossTheGlass({ bars, code }: BarsProps): ReactElement {
  const { innerWidth, innerHeight, devicePixelRatio } = useGlass();
  const modules = bars.modules.length + 2 * quietZone;
  const isUpright = innerHeight > innerWidth;
  const room = isUpright ? innerHeight - largeMarginPx - buttonRoomPx : innerWidth - largeMarginPx;
  const module = Math.max(1, Math.floor(Math.min(moduleMaxPx, room / modules) * devicePixelRatio)) / devicePixelRatio;
  const across = Math.min(largeBarsPx, (isUpright ? innerWidth : innerHeight - buttonRoomPx) - largeMarginPx);
  return <Barcode bars={bars} code={code} width={modules * module} height={across} isUpright={isUpright} />;
}

/** The page's own size, drawn anew where it changes: a handheld is turned, a window is made larger. */
function useGlass(): Pick<Window, 'innerWidth' | 'innerHeight' | 'devicePixelRatio'> {
  useSyncExternalStore(onResize, glassSize);
  return window;
}

function onResize(listener: () => void): () => void {
  addEventListener('resize', listener);
  return () => removeEventListener('resize', listener);
}

function glassSize(): string {
  return `${innerWidth} ${innerHeight} ${devicePixelRatio}`;
}

interface BarcodeProps extends BarsProps {
  /** Along the bars' row, and across it. */
  readonly width: number;
  readonly height: number;
  readonly isUpright?: boolean;
}

function Barcode({ bars, code, width, height, isUpright = false }: BarcodeProps): ReactElement {
  const modules = bars.modules.length + 2 * quietZone;
  // Runs of dark modules, so that no seam shows between two of them.
  const runs = [...bars.modules.matchAll(/1+/g)];
  const turned = isUpright ? `matrix(0 1 -1 0 ${barsHeight} 0)` : undefined;
  return (
    <svg
      className="till-bars"
      viewBox={isUpright ? `0 0 ${barsHeight} ${modules}` : `0 0 ${modules} ${barsHeight}`}
      width={isUpright ? height : width}
      height={isUpright ? width : height}
      preserveAspectRatio="none"
      role="img"
      aria-label={code}
      data-symbology={bars.symbology}
      data-module-px={width / modules}
    >
      <g transform={turned}>
        <rect width={modules} height={barsHeight} fill="#fff" />
        {runs.map(({ index, 0: run }) => (
          <rect key={index} x={quietZone + index} y={4} width={run.length} height={barsHeight - 8} fill="#000" />
        ))}
      </g>
    </svg>
  );
}

/** "15 %", "5.00 €". */
function worthOf({ value, unit }: TillCoupon, { locale, currency }: CouponViewProps['view']): string {
  if (unit === 'amount') return new Amounts(locale, currency).price(value);
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(value / 1000);
}
