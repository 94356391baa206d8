/** What a rehearsal has shown, beside what the published set does with the same day: as figures, and as words. */
import type { CompiledRelease } from '@kairos/dialogue/compiled.ts';
import { toClockText } from '@kairos/protocol/time.ts';
import { stopWords } from '../why/stop-words.ts';
import type { RecordedDay } from './recorded-day.ts';
import type { AssumedAnswers, Rehearsed, SaidMessage } from './rehearse-day.ts';

export interface RehearsalReport {
  readonly day: RecordedDay;
  readonly answers: AssumedAnswers;
  readonly draft: Side;
  /** Null where the file holds no release and none was given. */
  readonly published: Side | null;
}

export interface Side {
  /** "the draft", "release 3". */
  readonly name: string;
  readonly release: CompiledRelease;
  readonly rehearsed: Rehearsed;
}

/** Messages that are printed one by one; `--json` has them all. */
const listedMax = 40;
const stopsListedMax = 15;
const hourMs = 3_600_000;
/** Said so much earlier or later than by the published set, the other time stands beside it. */
const movedMs = 1_000;

export interface Balance {
  readonly dialogue: string;
  /** Of a hundred, as its author wants it. */
  readonly wanted: number;
  readonly held: number;
  readonly let: number;
}

/** Customers (not runs) held out of each dialogue, and let in. */
export function holdoutBalance({ release, rehearsed }: Side): Balance[] {
  return release.dialogues.flatMap(({ name, holdout }) => {
    const entered = rehearsed.entered.filter(({ dialogue }) => dialogue === name);
    if (entered.length === 0) return [];
    const held = new Set(entered.filter((one) => one.held).map(({ subject }) => subject)).size;
    const all = new Set(entered.map(({ subject }) => subject)).size;
    return [{ dialogue: name, wanted: holdout / 100, held, let: all - held }];
  });
}

/** Tasks offered in each hour that had any. */
export function tasksByHour({ tasks }: Rehearsed): { readonly from: number; readonly tasks: number }[] {
  const hours = new Map<number, number>();
  for (const { at } of tasks) {
    const from = Math.floor(at / hourMs) * hourMs;
    hours.set(from, (hours.get(from) ?? 0) + 1);
  }
  return [...hours].map(([from, count]) => ({ from, tasks: count }));
}

export function countByDialogue({ said }: Rehearsed): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { dialogue } of said) counts.set(dialogue, (counts.get(dialogue) ?? 0) + 1);
  return counts;
}

export function reportText(report: RehearsalReport): string {
  const parts = [heading(report), counts(report), spoken(report), stopped(report), load(report), balance(report)];
  const { failures } = report.draft.rehearsed;
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

function counts({ draft, published }: RehearsalReport): string {
  const own = countByDialogue(draft.rehearsed);
  const other = published ? countByDialogue(published.rehearsed) : new Map<string, number>();
  const names = [...new Set([...own.keys(), ...other.keys()])].sort();
  const row = (name: string, mine: number, theirs: number): string =>
    `${name.padEnd(28)}${String(mine).padStart(8)}${published ? String(theirs).padStart(12) : ''}`;
  return [
    `${'Messages'.padEnd(28)}${'draft'.padStart(8)}${published ? published.name.padStart(12) : ''}`,
    ...names.map((name) => row(`  ${name}`, own.get(name) ?? 0, other.get(name) ?? 0)),
    row('  in all', draft.rehearsed.said.length, published?.rehearsed.said.length ?? 0),
    row('  tasks for associates', draft.rehearsed.tasks.length, published?.rehearsed.tasks.length ?? 0),
  ].join('\n');
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

function stopped({ draft }: RehearsalReport): string {
  const rows = [...draft.rehearsed.stopped].flatMap(([place, stops]) =>
    [...stops].map(([stop, times]) => ({ place, stop, times })),
  );
  rows.sort((one, other) => other.times - one.times || (one.place < other.place ? -1 : 1));
  const lines = rows
    .slice(0, stopsListedMax)
    .map(({ place, stop, times }) => `${String(times).padStart(6)} × ${place}: ${stopWords(stop)}`);
  return ['What stopped the rest:', ...(lines.length === 0 ? ['  nothing waited'] : lines)].join('\n');
}

function load({ day, draft, published }: RehearsalReport): string {
  const { timeZone } = day.header.store;
  const own = tasksByHour(draft.rehearsed);
  const other = published ? tasksByHour(published.rehearsed) : [];
  const hours = [...new Set([...own, ...other].map(({ from }) => from))].sort((one, two) => one - two);
  if (hours.length === 0) return 'Load on associates: nobody is asked for anything.';
  const at = (list: typeof own, hour: number): number => list.find(({ from }) => from === hour)?.tasks ?? 0;
  return [
    'Load on associates, tasks offered by the hour:',
    ...hours.map((hour) => {
      const beside = published ? ` (${published.name}: ${at(other, hour)})` : '';
      return `  ${toClockText(hour, timeZone).slice(0, 5)}  ${at(own, hour)}${beside}`;
    }),
  ].join('\n');
}

function balance({ draft, published }: RehearsalReport): string {
  const other = new Map((published ? holdoutBalance(published) : []).map((one) => [one.dialogue, one]));
  const lines = holdoutBalance(draft).map(({ dialogue, wanted, held, let: letIn }) => {
    const beside = other.get(dialogue);
    const was = published
      ? ` (${published.name}: ${beside ? `${beside.held} of ${beside.held + beside.let}` : 'none'})`
      : '';
    return `  ${dialogue}: ${held} of ${held + letIn} people held out, ${wanted} % wanted${was}`;
  });
  return ['Holdouts:', ...(lines.length === 0 ? ['  nobody entered anything'] : lines)].join('\n');
}
