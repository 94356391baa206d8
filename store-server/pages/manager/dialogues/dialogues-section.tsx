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
import { DialogueDetail } from './dialogue-detail.tsx';
import { DialogueList } from './dialogue-list.tsx';
import { TeamLoad } from './team-load.tsx';

const files = [
  ['dialogues', 'dialogues'],
  ['lift', 'lift'],
  ['messages', 'messages'],
  ['load', 'load'],
  ['tasks', 'tasks'],
] as const;

export function DialoguesSection({ link, ports, rest }: SectionProps): ReactElement {
  const [choice, setChoice] = useState<DayChoice>(today);
  const told = useFigures('dialogues', choice, ports.timers);
  const [name] = rest;
  return (
    <FiguresFrame
      title="Dialogues"
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
  const sentences = rangeWords(figures);
  if (sentences.length === 0) {
    return <p className="nothing">Nobody has come in these days, and nothing was said. Choose others above.</p>;
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
          caption="Attention in visits"
          head={['', 'Count']}
          rows={[
            ...attention.visitsByMessages.map((count, messages) => ({
              key: String(messages),
              cells: [visitsWords(messages, attention.visitsByMessages.length - 1), count],
            })),
            { key: 'spent', cells: ['Messages that cost attention', attention.spent] },
            { key: 'refilled', cells: ['Answers that gave some back', attention.refilled] },
          ]}
        />
        <TeamLoad load={load} />
      </div>
      {days.length > 1 && (
        <NumbersTable
          caption="Day by day"
          head={['Day', 'Visits', 'Messages seen', 'Answered']}
          rows={days.map(({ from, visits, messages, answered }) => ({
            key: String(from),
            cells: [dayOf(from, timeZone), visits, messages, answered],
          }))}
        />
      )}
    </>
  );
}

function visitsWords(messages: number, most: number): string {
  if (messages === 0) return 'Visits without a message';
  return `Visits with ${messages === most ? `${messages} or more` : messages}`;
}

function dayOf(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', day: 'numeric', month: 'short' }).format(at);
}
