/** What a rehearsal has shown, beside what the published set does with the same day: as figures, and as words. */
import { toClockText } from '@kairos/protocol/time.ts';
import type { RecordedDay } from './recorded-day.ts';
import type { AssumedAnswers, Rehearsed, SaidMessage } from './rehearse-day.ts';
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

/** Messages that are printed one by one; `--json` has them all. */
const listedMax = 40;
/** Said so much earlier or later than by the published set, the other time stands beside it. */
const movedMs = 1_000;

export function reportText(report: RehearsalReport): string {
  const { draft, published } = report;
  const parts = [
    heading(report),
    countsText(draft, published),
    spoken(report),
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

function spoken({ day, draft, published }: RehearsalReport): string {
  const { store } = day.header;
  const mine = placed(draft.rehearsed.said);
  const theirs = placed(published?.rehearsed.said ?? []);
  const lines = [...mine].slice(0, listedMax).map(([place, one]) => {
    const other = theirs.get(place);
    const isMoved = other !== undefined && Math.abs(other.at - one.at) >= movedMs;
    const beside = isMoved ? ` (${published?.name} at ${toClockText(other.at, store.timeZone)})` : '';
    return `${published && !other ? '+' : ' '} ${lineOf(one, store)}${beside}`;
  });
  const more = mine.size - lines.length;
  const gone = [...theirs].filter(([place]) => !mine.has(place)).map(([, one]) => one);
  return [
    `What the draft would have said${published ? ` (+ ${published.name} does not say it, - only ${published.name} does)` : ''}:`,
    ...(lines.length === 0 ? ['  nothing'] : lines),
    ...(more > 0 ? [`  … and ${more} more (--json has them all)`] : []),
    ...gone.slice(0, listedMax).map((one) => `- ${lineOf(one, store)}`),
    ...(gone.length > listedMax ? [`  … and ${gone.length - listedMax} more that only ${published?.name} says`] : []),
  ].join('\n');
}

/** By what they are: the same step of the same dialogue to the same person for the same time is the same message. */
function placed(said: readonly SaidMessage[]): Map<string, SaidMessage> {
  const times = new Map<string, number>();
  return new Map(
    said.map((one) => {
      const slot = `${one.subject} ${one.dialogue} ${one.step}`;
      const time = (times.get(slot) ?? 0) + 1;
      times.set(slot, time);
      return [`${slot} ${time}`, one];
    }),
  );
}

function lineOf(
  { at, subject, dialogue, step, channel, target, score, ended }: SaidMessage,
  { timeZone, currency }: { readonly timeZone: string; readonly currency: string },
): string {
  const where = target === null ? `by ${channel}` : `on ${target}`;
  const worth = `${(score / 100).toFixed(2)} ${currency}`;
  return `${toClockText(at, timeZone)}  subject ${subject}  ${dialogue}/${step} ${where}, worth ${worth} → ${ended}`;
}
