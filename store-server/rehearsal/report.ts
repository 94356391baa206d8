/** What a rehearsal has shown, beside what the published set does with the same day: as figures, and as words. */
import type { RecordedDay } from './recorded-day.ts';
import type { AssumedAnswers, Rehearsed } from './rehearse-day.ts';
import { spokenText } from './spoken-text.ts';
import { balanceText, countsText, dialoguesText, loadText, type Side, stoppedText, visitsText } from './tally-text.ts';

export interface RehearsalReport {
  readonly day: RecordedDay;
  readonly answers: AssumedAnswers;
  readonly draft: RehearsedSide;
  /** Null where the file holds no release and none was given. */
  readonly published: RehearsedSide | null;
}

export interface RehearsedSide extends Side {
  readonly rehearsed: Rehearsed;
}

export function reportText(report: RehearsalReport): string {
  const { draft, published } = report;
  const parts = [
    heading(report),
    countsText(draft, published),
    spokenText(draft, published, { ...report.day.header.store, days: 1 }),
    dialoguesText(draft, published),
    visitsText(draft, published),
    stoppedText(draft, published),
    loadText(draft, published, report.day.header.store.timeZone),
    balanceText(draft, published),
  ];
  const { failures } = draft.rehearsed;
  if (failures > 0) parts.push(`${failures} facts could not be handled by the engine: please report this day's file.`);
  return parts.join('\n\n');
}

function heading({ day, answers, draft: { rehearsed } }: RehearsalReport): string {
  const assumed =
    answers === 'none'
      ? 'Assumed: every message is seen at once, and nobody answers or takes on a task.'
      : 'Assumed: what people did with a message on the day, they do again; other messages are seen and not answered.';
  const { date, store } = day.header;
  return (
    `${store.title}, ${date}: ${day.facts.length} facts of ${peopleIn(day)} people, ${day.before.length} facts before.\n` +
    `${assumed}\n${rehearsed.deedsLeftOut > 0 ? `${rehearsed.deedsLeftOut} deeds about messages that the draft does not say are left out.\n` : ''}` +
    'Who came, where she went, what she bought and when she left is as recorded.'
  );
}

function peopleIn({ facts }: RecordedDay): number {
  return new Set(facts.flatMap(({ subject }) => (subject === null ? [] : [subject]))).size;
}
