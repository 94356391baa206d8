/** Plays by hour as bars from zero, the number on each; more than a day of hours are added up by the hour of the day. */
import type { MediaRow } from '@kairos/protocol/manager-figures.ts';
import type { ReactElement } from 'react';
import { Wide } from '../figures/wide.tsx';
import { useWords } from '../words/use-words.ts';

export interface HourBarsProps {
  readonly rows: readonly MediaRow[];
  readonly timeZone: string;
}

const barWidth = 40;
const high = 120;

export function HourBars({ rows, timeZone }: HourBarsProps): ReactElement {
  const { say, number } = useWords();
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' });
  const counts = new Map<number, { zones: number; carts: number }>();
  for (const { hour, plays, zone } of rows) {
    const name = Number(clock.format(hour));
    const count = counts.get(name) ?? { zones: 0, carts: 0 };
    counts.set(
      name,
      zone === null ? { ...count, carts: count.carts + plays } : { ...count, zones: count.zones + plays },
    );
  }
  const hours = [...counts.keys()];
  const [first, last] = [Math.min(...hours), Math.max(...hours)];
  const all = Array.from({ length: last - first + 1 }, (_, place) => first + place);
  const most = Math.max(...[...counts.values()].map(({ zones, carts }) => zones + carts));
  const says = all.map((hour) => `${hour}:00 ${totalOf(counts.get(hour))}`).join(', ');
  return (
    <Wide label={say('media.hours')}>
      <h3 className="quiet-title">{say('media.hours-title')}</h3>
      <svg
        className="hour-bars figures"
        viewBox={`0 0 ${all.length * barWidth} ${high + 48}`}
        width={all.length * barWidth}
        role="img"
        aria-label={say('media.hours-says', { hours: says })}
      >
        {all.map((hour, place) => {
          const { zones = 0, carts = 0 } = counts.get(hour) ?? {};
          const scale = high / Math.max(1, most);
          const x = place * barWidth;
          return (
            <g key={hour}>
              <rect
                className="fill-cart"
                x={x + 6}
                width={barWidth - 12}
                y={24 + high - (zones + carts) * scale}
                height={carts * scale}
              />
              <rect
                className="fill-zone"
                x={x + 6}
                width={barWidth - 12}
                y={24 + high - zones * scale}
                height={zones * scale}
              />
              {zones + carts > 0 && (
                <text x={x + barWidth / 2} y={18 + high - (zones + carts) * scale}>
                  {number(zones + carts)}
                </text>
              )}
              <text className="hour-name" x={x + barWidth / 2} y={high + 44}>
                {hour}
              </text>
            </g>
          );
        })}
        <line className="small-base" x1={0} x2={all.length * barWidth} y1={24 + high} y2={24 + high} />
      </svg>
    </Wide>
  );
}

function totalOf(count: { readonly zones: number; readonly carts: number } | undefined): number {
  return count ? count.zones + count.carts : 0;
}
