/** A difference as a band from low to high about a line at nothing, its ends and its middle labelled. */
import type { Effect } from '@kairos/protocol/manager-figures.ts';
import type { ReactElement } from 'react';
import { useWords } from '../words/use-words.ts';

export interface EffectBandProps {
  readonly effect: Effect;
  readonly label: string;
  readonly words: (value: number) => string;
  /** Without labels, for a row of a list. */
  readonly isSmall?: boolean;
}

const width = 480;

export function EffectBand({ effect, label, words, isSmall = false }: EffectBandProps): ReactElement {
  const { say } = useWords();
  const { difference, low, high } = effect;
  const reach = Math.max(Math.abs(low), Math.abs(high), 1e-9) * 1.25;
  const x = (value: number): number => width / 2 + (value / reach) * (width / 2);
  const height = isSmall ? 24 : 64;
  const middle = isSmall ? 12 : 30;
  const says = say('effect.says', {
    ...{ label, difference: words(difference), low: words(low), high: words(high) },
  });
  const tone = low > 0 ? 'clear-more' : high < 0 ? 'clear-less' : 'unclear';
  return (
    <svg
      className={`effect effect-${tone} ${isSmall ? 'effect-small' : ''}`}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={says}
    >
      <line className="effect-zero" x1={width / 2} x2={width / 2} y1={0} y2={isSmall ? height : 46} />
      <rect
        className="effect-band"
        x={x(low)}
        y={middle - 8}
        width={Math.max(2, x(high) - x(low))}
        height={16}
        rx={3}
      />
      <line className="effect-middle" x1={x(difference)} x2={x(difference)} y1={middle - 11} y2={middle + 11} />
      {!isSmall && (
        <g className="effect-words figures">
          <text x={Math.max(x(low), 30)} y={60} textAnchor="middle">
            {words(low)}
          </text>
          <text x={x(difference)} y={12} textAnchor="middle" className="effect-value">
            {words(difference)}
          </text>
          <text x={Math.min(x(high), width - 30)} y={60} textAnchor="middle">
            {words(high)}
          </text>
          {Math.abs(x(low) - width / 2) > 60 && Math.abs(x(high) - width / 2) > 60 && (
            <text x={width / 2} y={60} textAnchor="middle">
              0
            </text>
          )}
        </g>
      )}
    </svg>
  );
}
