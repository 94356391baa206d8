/** What a draft says, message by message, and what the other set says at another time, or alone. */
import { createCalendar } from '@kairos/dialogue/measure/calendar.ts';
import { toClockText } from '@kairos/protocol/time.ts';
import type { SaidMessage } from './tally.ts';
import type { Side } from './tally-text.ts';

export interface Wall {
  readonly timeZone: string;
  readonly currency: string;
  /** Of more than one, the day stands before the time. */
  readonly days: number;
}

/** Messages that are printed one by one; `--json` has them all. */
const listedMax = 40;
/** Said so much earlier or later than by the other set, the other time stands beside it. */
const movedMs = 1_000;

export function spokenText(draft: Side, other: Side | null, wall: Wall): string {
  const mine = placed(draft.tally.said);
  const theirs = placed(other?.tally.said ?? []);
  const lines = [...mine].slice(0, listedMax).map(([place, one]) => {
    const before = theirs.get(place);
    const isMoved = before !== undefined && Math.abs(before.at - one.at) >= movedMs;
    const beside = isMoved ? ` (${other?.name} at ${whenText(before.at, wall)})` : '';
    return `${other && !before ? '+' : ' '} ${lineOf(one, wall)}${beside}`;
  });
  const more = mine.size - lines.length;
  const gone = [...theirs].filter(([place]) => !mine.has(place)).map(([, one]) => one);
  return [
    `What the draft would have said${other ? ` (+ ${other.name} does not say it, - only ${other.name} does)` : ''}:`,
    ...(lines.length === 0 ? ['  nothing'] : lines),
    ...(more > 0 ? [`  … and ${more} more (--json has them all)`] : []),
    ...gone.slice(0, listedMax).map((one) => `- ${lineOf(one, wall)}`),
    ...(gone.length > listedMax ? [`  … and ${gone.length - listedMax} more that only ${other?.name} says`] : []),
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

function lineOf({ at, subject, dialogue, step, channel, target, score, ended }: SaidMessage, wall: Wall): string {
  const where = target === null ? `by ${channel}` : `on ${target}`;
  const worth = `${(score / 100).toFixed(2)} ${wall.currency}`;
  return `${whenText(at, wall)}  subject ${subject}  ${dialogue}/${step} ${where}, worth ${worth} → ${ended}`;
}

function whenText(at: number, { timeZone, days }: Wall): string {
  const clock = toClockText(at, timeZone);
  if (days === 1) return clock;
  const { month, day } = createCalendar(timeZone).local(at);
  return `${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')} ${clock}`;
}
