/** A funnel as bars from one baseline, each with its number beside it: nothing to look up in a legend. */

import type { DialogueFigures } from '@kairos/protocol/manager-figures.ts';
import type { ReactElement } from 'react';
import type { Say } from '../words/languages.ts';
import { useWords } from '../words/use-words.ts';

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
  const { number } = useWords();
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
            <span className="figures">{number(count)}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function funnelBars(figures: DialogueFigures, say: Say): Bar[] {
  const { entered, shown, answered, reached, waiting, silences, answers } = figures;
  return [
    { words: say('funnel.entered'), count: entered, tone: 'ink' },
    { words: say('funnel.waiting'), count: waiting, tone: 'quiet' },
    { words: say('funnel.seen'), count: shown, tone: 'voice' },
    { words: say('funnel.answered'), count: answered, tone: 'voice' },
    ...answers.map(({ answer, count }): Bar => ({ words: say('funnel.answer', { answer }), count, tone: 'voice' })),
    { words: say('funnel.ignored'), count: silences.ignored, tone: 'quiet' },
    { words: say('funnel.walked-away'), count: silences['walked-away'], tone: 'quiet' },
    { words: say('funnel.acted-elsewhere'), count: silences['acted-elsewhere'], tone: 'quiet' },
    { words: say('funnel.never-shown'), count: silences['never-shown'], tone: 'quiet' },
    { words: say('funnel.goal'), count: reached, tone: 'ink' },
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
  const { say } = useWords();
  const { entered, shown, answered, reached } = figures;
  const steps = [entered, shown, answered, reached];
  const full = Math.max(1, most);
  const says = say('funnel.says', { entered, seen: shown, answered, goal: reached });
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
