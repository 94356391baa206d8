/** A funnel as bars from one baseline, each with its number beside it: nothing to look up in a legend. */

import type { DialogueFigures } from '@kairos/protocol/manager-figures.ts';
import type { ReactElement } from 'react';

export interface Bar {
  readonly words: string;
  readonly count: number;
  /** voice: what Kairos said and she answered · quiet: what came of it otherwise. */
  readonly tone: 'ink' | 'voice' | 'quiet';
}

export interface BarsProps {
  readonly label: string;
  readonly bars: readonly Bar[];
  /** What the longest bar may be; the largest count where not given. */
  readonly most?: number;
}

export function Bars({ label, bars, most }: BarsProps): ReactElement {
  const full = Math.max(1, most ?? 0, ...bars.map(({ count }) => count));
  return (
    <dl className="bars" aria-label={label}>
      {bars.map(({ words, count, tone }) => (
        <div key={words} className={`bar bar-${tone}`}>
          <dt>{words}</dt>
          <dd>
            <span className="bar-track" aria-hidden="true">
              <span className="bar-fill" style={{ inlineSize: `${(count / full) * 100}%` }} />
            </span>
            <span className="figures">{count.toLocaleString('en-GB')}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function funnelBars({ entered, shown, answered, reached, waiting, silences, answers }: DialogueFigures): Bar[] {
  return [
    { words: 'entered', count: entered, tone: 'ink' },
    { words: 'still under way', count: waiting, tone: 'quiet' },
    { words: 'messages seen', count: shown, tone: 'voice' },
    { words: 'answered', count: answered, tone: 'voice' },
    ...answers.map(({ answer, count }): Bar => ({ words: `· “${answer}”`, count, tone: 'voice' })),
    { words: 'ignored', count: silences.ignored, tone: 'quiet' },
    { words: 'walked away', count: silences['walked-away'], tone: 'quiet' },
    { words: 'acted elsewhere', count: silences['acted-elsewhere'], tone: 'quiet' },
    { words: 'never shown', count: silences['never-shown'], tone: 'quiet' },
    { words: 'goal reached', count: reached, tone: 'ink' },
  ];
}

/** The same in a row of a list: four steps, drawn small, said in words for whoever cannot see them. */
export function SmallFunnel({
  figures,
  most,
}: {
  readonly figures: DialogueFigures;
  readonly most: number;
}): ReactElement {
  const { entered, shown, answered, reached } = figures;
  const steps = [entered, shown, answered, reached];
  const full = Math.max(1, most);
  const says = `entered ${entered}, seen ${shown}, answered ${answered}, goal reached ${reached}`;
  return (
    <svg className="small-funnel" viewBox="0 0 120 32" role="img" aria-label={says} preserveAspectRatio="none">
      {steps.map((count, place) => {
        const width = (count / full) * 118;
        const key = ['entered', 'shown', 'answered', 'reached'][place];
        const tone = place === 1 || place === 2 ? 'voice' : 'ink';
        return (
          <rect
            key={key}
            className={`fill-${tone}`}
            x={0}
            y={place * 8 + 1}
            width={Math.max(width, count > 0 ? 1.5 : 0)}
            height={6}
          />
        );
      })}
      <line className="small-base" x1={0.25} x2={0.25} y1={0} y2={32} />
    </svg>
  );
}
