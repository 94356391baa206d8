/** What the pages of figures share: title, days, files, and what is said while nothing can be shown. */
import type { Ports } from '@kairos/protocol/ports.ts';
import { toClockText } from '@kairos/protocol/time.ts';
import type { ReactElement } from 'react';
import { type ManagerLink, usePart } from '../link/manager-link.ts';
import type { WordKey } from '../words/languages.ts';
import { useWords } from '../words/use-words.ts';
import { RangeChoice } from './range-choice.tsx';
import type { DayChoice, Told } from './use-figures.ts';

export interface FiguresFrameProps<Figures> {
  readonly title: string;
  readonly told: Told<Figures>;
  readonly choice: DayChoice;
  readonly onChoice: (choice: DayChoice) => void;
  readonly files: readonly (readonly [table: string, words: WordKey])[];
  readonly link: ManagerLink;
  readonly ports: Ports;
  readonly children: (figures: Figures) => ReactElement;
}

interface Dated {
  readonly upTo: number | null;
  readonly isWhole: boolean;
  readonly timeZone: string;
}

export function FiguresFrame<Figures extends Dated>(props: FiguresFrameProps<Figures>): ReactElement {
  const { title, told, choice, onChoice, files, link, ports, children } = props;
  const { say } = useWords();
  const timeZone = usePart(link, 'store')?.timeZone ?? 'UTC';
  const now = ports.clock.now() + (usePart(link, 'clockOffsetMs') ?? 0);
  const figures = told.kind === 'waiting' ? null : told.figures;
  return (
    <div className="figures-page">
      <h2 className="section-title">{title}</h2>
      <RangeChoice choice={choice} onChoice={onChoice} timeZone={timeZone} now={now} files={files} />
      {told.kind === 'waiting' && <p className="nothing">{say('figures.counting')}</p>}
      {told.kind === 'failed' && (
        <p className="not-told" role="status">
          {say(told.says)}
        </p>
      )}
      {figures && children(figures)}
      {figures?.upTo != null && (
        <p className="quiet-note">
          {say(figures.isWhole ? 'figures.up-to' : 'figures.up-to-more', {
            time: toClockText(figures.upTo, figures.timeZone).slice(0, 5),
          })}
        </p>
      )}
    </div>
  );
}
