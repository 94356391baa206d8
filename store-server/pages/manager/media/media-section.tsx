/** What the screens played, in the words of the trade, which stand below with their formulas. */
import '../figures/figures.css';
import type { MediaFigures, MediaRow } from '@kairos/protocol/manager-figures.ts';
import { type ReactElement, useState } from 'react';
import { percent } from '../figures/figure-words.ts';
import { FiguresFrame } from '../figures/figures-frame.tsx';
import { NumbersTable } from '../figures/numbers-table.tsx';
import { type DayChoice, today, useFigures } from '../figures/use-figures.ts';
import { usePart } from '../link/manager-link.ts';
import type { SectionProps } from '../shell.tsx';
import type { Say } from '../words/languages.ts';
import { spanWords } from '../words/span-words.ts';
import { useWords } from '../words/use-words.ts';
import { HourBars } from './hour-bars.tsx';
import { type MediaSum, mediaWords, summed } from './media-sums.ts';

const files = [
  ['media', 'file.media'],
  ['plays', 'file.plays'],
] as const;

export function MediaSection({ link, ports }: SectionProps): ReactElement {
  const [choice, setChoice] = useState<DayChoice>(today);
  const told = useFigures('media', choice, ports.timers);
  const { say } = useWords();
  const dialogues = usePart(link, 'dialogues') ?? [];
  const titles = new Map(dialogues.map(({ name, title }) => [name, title]));
  return (
    <FiguresFrame
      title={say('around.media')}
      told={told}
      choice={choice}
      onChoice={setChoice}
      files={files}
      link={link}
      ports={ports}
    >
      {(figures) => <Media figures={figures} titles={titles} />}
    </FiguresFrame>
  );
}

/** Words of the trade. */
const explained = ['plays', 'opportunities', 'dwell', 'share'] as const;

interface MediaProps {
  readonly figures: MediaFigures;
  /** Of the dialogues of today's release, by name. */
  readonly titles: ReadonlyMap<string, string>;
}

function Media({ figures, titles }: MediaProps): ReactElement {
  const talk = useWords();
  const { say } = talk;
  const { rows, timeZone } = figures;
  if (rows.length === 0) {
    return <p className="nothing">{say('media.none')}</p>;
  }
  return (
    <>
      <div className="sentences">
        <p>{mediaWords(rows, talk)}</p>
      </div>
      <HourBars rows={rows} timeZone={timeZone} />
      <SumsTable caption={say('media.by-screen')} sums={summed(rows, (row) => screenOf(row, say))} />
      <SumsTable
        caption={say('media.by-message')}
        sums={summed(rows, ({ dialogue, step }) => `${titles.get(dialogue) ?? dialogue}, ${step}`)}
      />
      <p className="quiet-note">
        {explained.map((term) => (
          <span key={term}>
            <strong>{say(`media.${term}`)}</strong>: {say(`media.${term}-note`)}{' '}
          </span>
        ))}
        {say('media.source')}
      </p>
    </>
  );
}

function screenOf({ screen, zone }: MediaRow, say: Say): string {
  return zone === null ? say('media.on-carts') : `${screen} (${zone})`;
}

const columns = ['plays', 'time', 'opportunities', 'dwell', 'share'] as const;

function SumsTable({ caption, sums }: { readonly caption: string; readonly sums: readonly MediaSum[] }): ReactElement {
  const talk = useWords();
  const { say } = talk;
  const all = sums.reduce((total, { playedMs }) => total + playedMs, 0);
  return (
    <NumbersTable
      caption={caption}
      head={['', ...columns.map((column) => say(`media.${column}`))]}
      rows={sums.map(({ name, plays, playedMs, opportunities, dwellMs }) => ({
        key: name,
        cells: [
          name,
          plays,
          spanWords(playedMs, talk),
          opportunities,
          opportunities === 0 ? '–' : spanWords(dwellMs / opportunities, talk),
          all === 0 ? '–' : percent(playedMs / all, talk),
        ],
      }))}
    />
  );
}
