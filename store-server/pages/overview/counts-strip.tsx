/** The day in four figures, below the floor. */
import type { OverviewCounts } from '@kairos/protocol/overview-events.ts';
import type { ReactElement } from 'react';

export interface CountsStripProps {
  readonly counts: OverviewCounts;
  /** Shoppers with a cart right now. */
  readonly present: number;
}

export function CountsStrip({ counts, present }: CountsStripProps): ReactElement {
  const { visits, messages, answers, ended, factsPerSecond } = counts;
  const figures: readonly (readonly [name: string, value: string, words: string])[] = [
    ['present', String(present), 'shopping now'],
    ['visits', String(visits), visits === 1 ? 'visit today' : 'visits today'],
    ['messages', visits === 0 ? '–' : (messages / visits).toFixed(1), 'messages per visit'],
    ['answered', ended === 0 ? '–' : `${Math.round((answers / ended) * 100)} %`, `answered, of ${ended}`],
    ['facts', factsPerSecond.toFixed(1), 'facts a second'],
  ];
  return (
    <dl className="counts" aria-label="The day so far">
      {figures.map(([name, value, words]) => (
        <div key={name} className="count">
          <dt>{words}</dt>
          <dd className="figures">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
