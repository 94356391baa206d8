/** Of the day's figures what the strip below the floor has room for: messages per visit, answers, lift with its interval. */
import type { Ports } from '@kairos/protocol/ports.ts';
import type { ReactElement } from 'react';
import { messagesPerVisit, percent, signedPoints } from '../figures/figure-words.ts';
import { today, useFigures } from '../figures/use-figures.ts';
import { useWords } from '../words/use-words.ts';
import { Cell } from './strip-cell.tsx';

export function DayCells({ ports }: { readonly ports: Ports }): ReactElement | null {
  const told = useFigures('dialogues', today, ports.timers);
  const talk = useWords();
  const { say } = talk;
  const figures = told.kind === 'waiting' ? null : told.figures;
  if (figures === null) return null;
  const { attention, dialogues, lift } = figures;
  const answered = dialogues.reduce((sum, one) => sum + one.answered, 0);
  const silent = dialogues.reduce(
    (sum, { silences }) => sum + silences.ignored + silences['walked-away'] + silences['acted-elsewhere'],
    0,
  );
  const over = answered + silent;
  const isTold = lift.effect !== null && lift.verdict !== 'too-few' && lift.verdict !== 'no-holdout';
  return (
    <>
      <Cell words={say('strip.messages')}>{messagesPerVisit(attention, talk)}</Cell>
      <Cell words={say('strip.answered')}>{over === 0 ? '–' : percent(answered / over, talk)}</Cell>
      <Cell words={say('strip.lift')}>
        {isTold && lift.effect ? (
          <>
            {signedPoints(lift.effect.difference, talk)}
            <span className="strip-beside">
              {' '}
              {say('strip.between', {
                low: signedPoints(lift.effect.low, talk),
                high: signedPoints(lift.effect.high, talk),
              })}
            </span>
          </>
        ) : (
          <span className="strip-beside">{say('strip.too-few')}</span>
        )}
      </Cell>
    </>
  );
}
