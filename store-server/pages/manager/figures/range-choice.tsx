/** Which days: today, yesterday, a week, four weeks, or any from–to; and the same days as a file. */
import { type ReactElement, useState } from 'react';
import type { WordKey } from '../words/languages.ts';
import { useWords } from '../words/use-words.ts';
import { type DayChoice, queryOf, today } from './use-figures.ts';

export interface RangeChoiceProps {
  readonly choice: DayChoice;
  readonly onChoice: (choice: DayChoice) => void;
  readonly timeZone: string;
  /** Store time. */
  readonly now: number;
  /** Tables that can be had as CSV, with their words. */
  readonly files: readonly (readonly [table: string, words: WordKey])[];
}

const dayMs = 86_400_000;

export function RangeChoice({ choice, onChoice, timeZone, now, files }: RangeChoiceProps): ReactElement {
  const { say } = useWords();
  const dayOf = (back: number): string =>
    new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(now - back * dayMs);
  const choices: readonly (readonly [string, DayChoice])[] = [
    [say('days.today'), today],
    [say('days.yesterday'), { from: dayOf(1), to: dayOf(1) }],
    [say('trend.days', { count: 7 }), { from: dayOf(6), to: dayOf(0) }],
    [say('trend.days', { count: 28 }), { from: dayOf(27), to: dayOf(0) }],
  ];
  const isChosen = (one: DayChoice): boolean => one.from === choice.from && one.to === choice.to;
  return (
    <div className="range-row">
      <fieldset className="range-choice">
        <legend className="spoken-only">{say('days.label')}</legend>
        {choices.map(([words, one]) => (
          <button key={words} type="button" aria-pressed={isChosen(one)} onClick={() => onChoice(one)}>
            {words}
          </button>
        ))}
        <OwnDays key={`${choice.from}/${choice.to}`} choice={choice} onChoice={onChoice} newest={dayOf(0)} />
      </fieldset>
      <p className="range-files">
        {say('days.files')}{' '}
        {files.map(([table, words]) => (
          <a key={table} href={`/api/manager/figures/${table}.csv${queryOf(choice)}`} download>
            {say(words)}
          </a>
        ))}
      </p>
    </div>
  );
}

interface OwnDaysProps {
  readonly choice: DayChoice;
  readonly onChoice: (choice: DayChoice) => void;
  readonly newest: string;
}

/** Taken once both are days, the earlier first. */
function OwnDays({ choice, onChoice, newest }: OwnDaysProps): ReactElement {
  const { say } = useWords();
  const [from, setFrom] = useState(choice.from || newest);
  const [to, setTo] = useState(choice.to || newest);
  const take = (first: string, last: string): void => {
    if (first !== '' && last !== '' && first <= last) onChoice({ from: first, to: last });
  };
  return (
    <span className="own-days">
      <input
        type="date"
        aria-label={say('days.first')}
        value={from}
        max={newest}
        onChange={({ target }) => {
          setFrom(target.value);
          take(target.value, to);
        }}
      />
      –
      <input
        type="date"
        aria-label={say('days.last')}
        value={to}
        max={newest}
        onChange={({ target }) => {
          setTo(target.value);
          take(from, target.value);
        }}
      />
    </span>
  );
}
