/**
 * What each dialogue does: the range in sentences, a line for each day, and the dialogues with their funnels; one of them,
 * opened by clicking it, in full.
 */
import '../figures/figures.css';
import type { ManagerFigures } from '@kairos/protocol/manager-figures.ts';
import { type ReactElement, useState } from 'react';
import { rangeWords } from '../figures/figure-words.ts';
import { FiguresFrame } from '../figures/figures-frame.tsx';
import { NumbersTable } from '../figures/numbers-table.tsx';
import { Trend } from '../figures/trend.tsx';
import { type DayChoice, today, useFigures } from '../figures/use-figures.ts';
import type { SectionProps } from '../shell.tsx';
import type { Say } from '../words/languages.ts';
import { useWords } from '../words/use-words.ts';
import { DialogueDetail } from './dialogue-detail.tsx';
import { DialogueList } from './dialogue-list.tsx';
import { TeamLoad } from './team-load.tsx';

const files = [
  ['dialogues', 'file.dialogues'],
  ['lift', 'file.lift'],
  ['messages', 'file.messages'],
  ['load', 'file.load'],
  ['tasks', 'file.tasks'],
] as const;

export function DialoguesSection({ link, ports, rest }: SectionProps): ReactElement {
  const [choice, setChoice] = useState<DayChoice>(today);
  const told = useFigures('dialogues', choice, ports.timers);
  const [name] = rest;
  const { say } = useWords();
  return (
    <FiguresFrame
      title={say('around.dialogues')}
      told={told}
      choice={choice}
      onChoice={setChoice}
      files={files}
      link={link}
      ports={ports}
    >
      {(figures) => {
        const one = figures.dialogues.find(({ dialogue }) => dialogue === name);
        return one ? <DialogueDetail figures={one} currency={figures.currency} /> : <AllDialogues figures={figures} />;
      }}
    </FiguresFrame>
  );
}

function AllDialogues({ figures }: { readonly figures: ManagerFigures }): ReactElement {
  const talk = useWords();
  const { say } = talk;
  const sentences = rangeWords(figures, talk);
  if (sentences.length === 0) {
    return <p className="nothing">{say('range.nothing')}</p>;
  }
  const { attention, days, timeZone, load } = figures;
  return (
    <>
      <div className="sentences">
        {sentences.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      {days.length > 1 && <Trend days={days} timeZone={timeZone} />}
      <DialogueList figures={figures} />
      <div className="figures-pair">
        <NumbersTable
          caption={say('attention.caption')}
          head={['', say('figures.count')]}
          rows={[
            ...attention.visitsByMessages.map((count, messages) => ({
              key: String(messages),
              cells: [visitsWords(messages, attention.visitsByMessages.length - 1, say), count],
            })),
            { key: 'spent', cells: [say('attention.spent'), attention.spent] },
            { key: 'refilled', cells: [say('attention.refilled'), attention.refilled] },
          ]}
        />
        <TeamLoad load={load} />
      </div>
      {days.length > 1 && (
        <NumbersTable
          caption={say('byday.caption')}
          head={[say('byday.day'), say('byday.visits'), say('byday.messages'), say('byday.answered')]}
          rows={days.map(({ from, visits, messages, answered }) => ({
            key: String(from),
            cells: [dayOf(from, timeZone, talk.locale), visits, messages, answered],
          }))}
        />
      )}
    </>
  );
}

function visitsWords(messages: number, most: number, say: Say): string {
  if (messages === 0) return say('attention.none');
  return say(messages === most ? 'attention.or-more' : 'attention.with', { messages });
}

function dayOf(at: number, timeZone: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { timeZone, weekday: 'short', day: 'numeric', month: 'short' }).format(at);
}
