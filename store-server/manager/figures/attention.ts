/**
 * How much was said in a visit, what it cost of her attention and what came back, and the load of those who were asked to
 * help: by team, by role and by hour, never by person.
 */
import type { AttentionFigures, DayOfFigures, FigureRange, LoadFigures } from '@kairos/protocol/manager-figures.ts';
import type Database from 'better-sqlite3';

/** The last count of `visitsByMessages` is for so many or more. */
const messagesToldMax = 4;

export function attentionFigures(db: Database.Database, { from, to }: FigureRange): AttentionFigures {
  const visits = db
    .prepare(
      `SELECT (SELECT count(*) FROM messages WHERE messages.visit = visits.visit AND shown_at IS NOT NULL) AS messages,
         count(*) AS count
       FROM visits WHERE opened_at >= ? AND opened_at < ? GROUP BY messages`,
    )
    .all(from, to) as { messages: number; count: number }[];
  const visitsByMessages = new Array<number>(messagesToldMax + 1).fill(0);
  for (const { messages, count } of visits) {
    const place = Math.min(messages, messagesToldMax);
    visitsByMessages[place] = (visitsByMessages[place] ?? 0) + count;
  }
  const { spent } = db
    .prepare(
      `SELECT count(*) AS spent FROM messages
       WHERE at >= ? AND at < ? AND visit IS NOT NULL AND is_reply = 0 AND is_given_back = 0`,
    )
    .get(from, to) as { spent: number };
  const { refilled } = db
    .prepare(
      `SELECT count(*) AS refilled FROM messages
       WHERE answered_at >= ? AND answered_at < ? AND visit IS NOT NULL AND positive = 1`,
    )
    .get(from, to) as { refilled: number };
  return {
    visits: visits.reduce((sum, { count }) => sum + count, 0),
    messages: visits.reduce((sum, { messages, count }) => sum + messages * count, 0),
    visitsByMessages,
    spent,
    refilled,
  };
}

/** Each day of the range. Messages and answers of all channels, on the day of the first paint and of the answer. */
export function daysOfFigures(db: Database.Database, days: readonly number[], to: number): DayOfFigures[] {
  const count = (table: string, column: string) =>
    db.prepare(`SELECT count(*) FROM ${table} WHERE ${column} >= ? AND ${column} < ?`).pluck();
  const [visits, messages, answered] = [
    count('visits', 'opened_at'),
    count('messages', 'shown_at'),
    count('messages', 'answered_at'),
  ];
  return days.map((from, index) => {
    const until = days[index + 1] ?? to;
    return {
      from,
      visits: visits.get(from, until) as number,
      messages: messages.get(from, until) as number,
      answered: answered.get(from, until) as number,
    };
  });
}

interface TaskRow {
  readonly role: string | null;
  readonly offeredAt: number;
  readonly claimedAt: number | null;
  readonly doneAt: number | null;
  readonly released: string | null;
}

/** Tasks that were first offered in the range. */
export function loadFigures(
  db: Database.Database,
  { from, to }: FigureRange,
  hourOfDay: (at: number) => number,
): LoadFigures {
  const tasks = db
    .prepare(
      `SELECT role, offered_at AS offeredAt, claimed_at AS claimedAt, done_at AS doneAt, released FROM tasks
       WHERE offered_at >= ? AND offered_at < ?`,
    )
    .all(from, to) as TaskRow[];
  const waits = tasks
    .flatMap(({ offeredAt, claimedAt }) => (claimedAt === null ? [] : [claimedAt - offeredAt]))
    .sort((one, other) => one - other);
  const roles = countBy(tasks, ({ role }) => role ?? '');
  const hours = countBy(tasks, ({ offeredAt }) => hourOfDay(offeredAt));
  const isClaimed = ({ claimedAt }: TaskRow): boolean => claimedAt !== null;
  return {
    offered: tasks.length,
    claimed: waits.length,
    done: tasks.filter(({ doneAt }) => doneAt !== null).length,
    unclaimed: tasks.filter(({ claimedAt, released }) => claimedAt === null && released === 'unclaimed').length,
    claimP50Ms: percentile(waits, 0.5),
    claimP90Ms: percentile(waits, 0.9),
    byRole: [...roles].map(([role, own]) => ({ role, offered: own.length, claimed: own.filter(isClaimed).length })),
    byHour: [...hours].map(([hour, own]) => ({ hour, offered: own.length })),
  };
}

function countBy<Key extends string | number>(
  tasks: readonly TaskRow[],
  keyOf: (task: TaskRow) => Key,
): Map<Key, TaskRow[]> {
  const groups = new Map<Key, TaskRow[]>();
  for (const task of tasks) groups.set(keyOf(task), [...(groups.get(keyOf(task)) ?? []), task]);
  return new Map([...groups].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The smallest value that so large a share does not exceed (nearest rank); null of none. `sorted` ascends. */
function percentile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.ceil(sorted.length * share) - 1] ?? null;
}
