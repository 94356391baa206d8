/** What the screens played, in the words of the trade, which stand below with their formulas. */
import '../figures/figures.css';
import type { MediaFigures, MediaRow } from '@kairos/protocol/manager-figures.ts';
import { type ReactElement, useState } from 'react';
import { duration, percent } from '../figures/figure-words.ts';
import { FiguresFrame } from '../figures/figures-frame.tsx';
import { NumbersTable } from '../figures/numbers-table.tsx';
import { type DayChoice, today, useFigures } from '../figures/use-figures.ts';
import { usePart } from '../link/manager-link.ts';
import type { SectionProps } from '../shell.tsx';
import { HourBars } from './hour-bars.tsx';
import { type MediaSum, mediaWords, summed } from './media-sums.ts';

const files = [
  ['media', 'by hour'],
  ['plays', 'every play'],
] as const;

export function MediaSection({ link, ports }: SectionProps): ReactElement {
  const [choice, setChoice] = useState<DayChoice>(today);
  const told = useFigures('media', choice, ports.timers);
  const dialogues = usePart(link, 'dialogues') ?? [];
  const titles = new Map(dialogues.map(({ name, title }) => [name, title]));
  return (
    <FiguresFrame
      title="Media"
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

interface MediaProps {
  readonly figures: MediaFigures;
  /** Of the dialogues of today's release, by name. */
  readonly titles: ReadonlyMap<string, string>;
}

function Media({ figures, titles }: MediaProps): ReactElement {
  const { rows, timeZone } = figures;
  if (rows.length === 0) {
    return <p className="nothing">No screen has played a message in these days. Choose others above.</p>;
  }
  return (
    <>
      <div className="sentences">
        <p>{mediaWords(rows)}</p>
      </div>
      <HourBars rows={rows} timeZone={timeZone} />
      <SumsTable caption="By screen" sums={summed(rows, screenOf)} />
      <SumsTable
        caption="By message"
        sums={summed(rows, ({ dialogue, step }) => `${titles.get(dialogue) ?? dialogue}, ${step}`)}
      />
      <p className="quiet-note">
        A <strong>play</strong> is one showing of a message on one screen. An <strong>opportunity to see</strong> is a
        visit whose cart was in the screen’s zone while it played, each once a play; on a cart’s own screen it is the
        visit on that cart. <strong>Dwell</strong> is how long such a visit was there meanwhile, on average. Share is
        the play’s part of all that Kairos played on these screens. The words are those of the IAB’s In-Store Retail
        Media definitions (2024); nobody knows who looked, and shoppers without a cart are not counted.
      </p>
    </>
  );
}

function screenOf({ screen, zone }: MediaRow): string {
  return zone === null ? 'On carts' : `${screen} (${zone})`;
}

function SumsTable({ caption, sums }: { readonly caption: string; readonly sums: readonly MediaSum[] }): ReactElement {
  const all = sums.reduce((total, { playedMs }) => total + playedMs, 0);
  return (
    <NumbersTable
      caption={caption}
      head={['', 'Plays', 'Time played', 'Opportunities to see', 'Dwell', 'Share']}
      rows={sums.map(({ name, plays, playedMs, opportunities, dwellMs }) => ({
        key: name,
        cells: [
          name,
          plays,
          duration(playedMs),
          opportunities,
          opportunities === 0 ? '–' : duration(dwellMs / opportunities),
          all === 0 ? '–' : percent(playedMs / all),
        ],
      }))}
    />
  );
}
