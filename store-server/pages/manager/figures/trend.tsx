/** Days as lines from a zero baseline, each named at its end; uPlot draws, the tokens colour. The table below has the numbers. */
import 'uplot/dist/uPlot.min.css';
import type { DayOfFigures } from '@kairos/protocol/manager-figures.ts';
import { type ReactElement, useEffect, useRef } from 'react';
import UPlot from 'uplot';
import { onSchemeChange } from '../floor/floor-colours.ts';
import type { Talk } from '../words/languages.ts';
import { useWords } from '../words/use-words.ts';

export interface TrendProps {
  readonly days: readonly DayOfFigures[];
  readonly timeZone: string;
}

const lines = [
  { words: 'trend.visits', token: '--ink-quiet', of: (day: DayOfFigures) => day.visits },
  { words: 'trend.messages', token: '--voice-line', of: (day: DayOfFigures) => day.messages },
  { words: 'trend.answered', token: '--voice', of: (day: DayOfFigures) => day.answered },
] as const;
const height = 220;
const daySeconds = 86_400;
/** Room for the names at the lines' ends. */
const namesWidth = 160;

export function Trend({ days, timeZone }: TrendProps): ReactElement {
  const talk = useWords();
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    let chart = draw(element, days, { timeZone, talk });
    const redraw = (): void => {
      chart.destroy();
      chart = draw(element, days, { timeZone, talk });
    };
    const sizes = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }));
    sizes.observe(element);
    const ignore = onSchemeChange(redraw);
    return () => {
      sizes.disconnect();
      ignore();
      chart.destroy();
    };
  }, [days, timeZone, talk]);
  return <div className="trend" ref={frame} role="img" aria-label={summaryOf(days, talk)} />;
}

function summaryOf(days: readonly DayOfFigures[], { say }: Talk): string {
  const sum = (of: (day: DayOfFigures) => number): number => days.reduce((total, day) => total + of(day), 0);
  const [visits, messages, answered] = [lines[0].of, lines[1].of, lines[2].of].map(sum) as [number, number, number];
  return say('trend.says', { days: say('trend.days', { count: days.length }), visits, messages, answered });
}

function draw(
  element: HTMLElement,
  days: readonly DayOfFigures[],
  { timeZone, talk }: { readonly timeZone: string; readonly talk: Talk },
): UPlot {
  const colour = (token: string): string => {
    element.style.color = `var(${token})`;
    return getComputedStyle(element).color;
  };
  const ink = colour('--ink-quiet');
  const rule = colour('--line');
  const face = getComputedStyle(element).fontFamily;
  const colours = lines.map(({ token }) => colour(token));
  element.style.color = '';
  const date = new Intl.DateTimeFormat(talk.locale, { timeZone, day: 'numeric', month: 'short' });
  const axis = { stroke: ink, font: `14px ${face}`, grid: { stroke: rule, width: 1 }, ticks: { show: false } };
  return new UPlot(
    {
      width: element.clientWidth,
      height,
      padding: [12, namesWidth, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: true }, y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
      axes: [
        {
          ...axis,
          grid: { show: false },
          values: (_, at) => at.map((seconds) => date.format(seconds * 1_000)),
          space: 72,
          // Days, and nothing between them.
          incrs: [1, 2, 7, 14, 28, 91, 182].map((count) => count * daySeconds),
        },
        { ...axis, size: 48 },
      ],
      series: [
        {},
        ...lines.map(({ words }, place) => ({ label: talk.say(words), stroke: colours[place] as string, width: 2 })),
      ],
      hooks: { draw: [(chart) => nameLines(chart, colours, { face, talk })] },
    },
    [days.map(({ from }) => from / 1_000), ...lines.map(({ of }) => days.map(of))],
    element,
  );
}

/** At their ends, moved apart where they would lie on each other. */
function nameLines(
  chart: UPlot,
  colours: readonly string[],
  { face, talk }: { readonly face: string; readonly talk: Talk },
): void {
  const { ctx, data } = chart;
  const ratio = devicePixelRatio;
  const least = 17 * ratio;
  const ends = lines
    .map(({ words }, place) => ({ words, colour: colours[place] as string, value: data[place + 1]?.at(-1) ?? 0 }))
    .map((line) => ({ ...line, y: chart.valToPos(line.value ?? 0, 'y', true) }))
    .sort((one, other) => other.y - one.y);
  let above = Number.POSITIVE_INFINITY;
  ctx.save();
  ctx.font = `${14 * ratio}px ${face}`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  for (const { words, colour, value, y } of ends) {
    const at = Math.min(y, above - least);
    ctx.fillStyle = colour;
    ctx.fillText(`${talk.number(value)} ${talk.say(words)}`, chart.bbox.left + chart.bbox.width + 8 * ratio, at);
    above = at;
  }
  ctx.restore();
}
