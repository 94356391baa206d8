/**
 * The figures as CSV: RFC 4180 (commas, CRLF, quotes doubled), in pieces, so that two years of messages need no more
 * memory than one piece. No name and no number of a person stands in any of them.
 *
 * A byte order mark comes first: spreadsheets read a file without one in the machine's old code page, and a title such as
 * "Größe" comes out broken; parsers that know CSV pass the mark over. A text that a spreadsheet would take for a formula
 * (CWE-1236) is preceded by an apostrophe; numbers, negative ones among them, stay numbers.
 */
import type { DialogueFigures, Effect, FigureRange } from '@kairos/protocol/manager-figures.ts';
import { toIso } from '@kairos/protocol/time.ts';
import { type FigureSetting, managerFigures, mediaFigures } from './figure-report.ts';
import type { FiguresBook } from './figures-book.ts';

export const csvTables = ['dialogues', 'lift', 'load', 'media', 'messages', 'tasks', 'plays', 'days'] as const;
export type CsvTable = (typeof csvTables)[number];

const byteOrderMark = '\uFEFF';
/** Rows of one piece. */
const pieceRows = 2_000;

export interface CsvPage {
  readonly text: string;
  /** To be asked for next; null: that was all. */
  readonly next: number | null;
}

type Cell = string | number | null;

function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export type CsvQuestion = FigureSetting & {
  readonly range: FigureRange;
  readonly table: CsvTable;
  readonly after: number;
};

/** The piece after `after`; the first (0) begins with the mark and the heads of the columns. */
export function csvPage(book: FiguresBook, question: CsvQuestion, rowsMax = pieceRows): CsvPage {
  const raw = rawTables[question.table];
  if (raw) return rawPage(book, question, { ...raw, limit: rowsMax });
  const [head = [], ...rows] = smallTables[question.table as SmallTable](book, question);
  return { text: byteOrderMark + [head, ...rows].map(csvLine).join(''), next: null };
}

interface RawTable {
  readonly columns: readonly string[];
  /** Asked with from, to, after and limit; each row begins with what the next piece comes after. */
  readonly sql: string;
}

const iso = (column: string): string => `strftime('%Y-%m-%dT%H:%M:%fZ', ${column} / 1000.0, 'unixepoch') AS ${column}`;

/** One line for each thing that happened. */
const rawTables: Partial<Record<CsvTable, RawTable>> = {
  messages: {
    columns: [
      'message',
      'dialogue',
      'step',
      'variant',
      'channel',
      'target',
      'decided',
      'shown',
      'answered',
      'answer',
      'silent',
      'silence',
      'withdrawn',
      'reason',
    ],
    sql: `SELECT rowNumber, message, dialogue, step, arm, channel, target, ${iso('at')}, ${iso('shown_at')}, ${iso('answered_at')},
        answer, ${iso('silent_at')}, silence, ${iso('withdrawn_at')}, withdrawn
      FROM (SELECT *, row_number() OVER (ORDER BY at, message) AS rowNumber FROM messages WHERE at >= @from AND at < @to)
      WHERE rowNumber > @after LIMIT @limit`,
  },
  tasks: {
    columns: ['task', 'message', 'role', 'offered', 'offers', 'claimed', 'done', 'released', 'reason'],
    sql: `SELECT rowNumber, task, message, role, ${iso('offered_at')}, offers, ${iso('claimed_at')}, ${iso('done_at')},
        ${iso('released_at')}, released
      FROM (SELECT *, row_number() OVER (ORDER BY offered_at, task) AS rowNumber FROM tasks
        WHERE offered_at >= @from AND offered_at < @to)
      WHERE rowNumber > @after LIMIT @limit`,
  },
  plays: {
    columns: ['screen', 'message', 'dialogue', 'step', 'started', 'ended', 'milliseconds'],
    sql: `SELECT plays.seq, screen, message, dialogue, step, ${iso('started_at')}, ${iso('ended_at')}, ended_at - started_at
      FROM plays JOIN messages USING (message)
      WHERE started_at >= @from AND started_at < @to AND plays.seq > @after ORDER BY plays.seq LIMIT @limit`,
  },
};

function rawPage(
  { db }: FiguresBook,
  { range, after }: CsvQuestion,
  { columns, sql, limit }: RawTable & { readonly limit: number },
): CsvPage {
  const rows = db
    .prepare(sql)
    .raw()
    .all({ ...range, after, limit }) as [number, ...Cell[]][];
  const head = after === 0 ? byteOrderMark + csvLine(columns) : '';
  const text = head + rows.map(([, ...cells]) => csvLine(cells)).join('');
  return { text, next: rows.length < limit ? null : (rows.at(-1)?.[0] ?? null) };
}

type SmallTable = Exclude<CsvTable, 'messages' | 'tasks' | 'plays'>;

/** As the pages have them; the first row names the columns. */
const smallTables: Record<SmallTable, (book: FiguresBook, question: CsvQuestion) => readonly (readonly Cell[])[]> = {
  dialogues: (book, question) => [
    [
      ...['dialogue', 'title', 'part', 'name', 'entered', 'waiting', 'decided', 'shown', 'answered', 'answers'],
      ...[
        'never-shown',
        'ignored',
        'walked-away',
        'acted-elsewhere',
        'reached',
        'value',
        'currency',
        'rewards issued',
        'rewards redeemed',
      ],
    ],
    ...managerFigures(book, question).dialogues.flatMap((one) => dialogueLines(one, question.currency)),
  ],
  lift: (book, question) => [
    [
      ...['dialogue', 'title', 'measure', 'spoken customers', 'spoken', 'held customers', 'held'],
      ...['difference', 'low', 'high', 'verdict'],
    ],
    ...managerFigures(book, question).dialogues.flatMap(liftLines),
  ],
  load: (book, question) => {
    const { load } = managerFigures(book, question);
    const { offered, claimed, done, unclaimed, claimP50Ms, claimP90Ms } = load;
    return [
      ['part', 'name', 'offered', 'claimed', 'done', 'unclaimed', 'claim p50 ms', 'claim p90 ms'],
      ['all', '', offered, claimed, done, unclaimed, claimP50Ms, claimP90Ms],
      ...load.byRole.map((role): Cell[] => ['role', role.role, role.offered, role.claimed, null, null, null, null]),
      ...load.byHour.map((one): Cell[] => ['hour', String(one.hour), one.offered, null, null, null, null, null]),
    ];
  },
  media: (book, question) => [
    [
      ...['screen', 'zone', 'dialogue', 'step', 'hour', 'plays', 'played ms'],
      ...['opportunities to see', 'dwell ms', 'share of hour'],
    ],
    ...mediaFigures(book, question).rows.map((row): Cell[] => [
      ...[row.screen, row.zone, row.dialogue, row.step, toIso(row.hour), row.plays, row.playedMs],
      ...[row.opportunities, row.dwellMs, row.shareOfHour],
    ]),
  ],
  days: (book, question) => [
    ['day begins', 'visits', 'messages', 'answered'],
    ...managerFigures(book, question).days.map((day): Cell[] => [
      toIso(day.from),
      day.visits,
      day.messages,
      day.answered,
    ]),
  ],
};

function dialogueLines(one: DialogueFigures, currency: string): Cell[][] {
  const talk = ({
    decided,
    shown,
    answered,
    answers,
    silences,
  }: DialogueFigures | DialogueFigures['steps'][number]): Cell[] => [
    decided,
    shown,
    answered,
    answers.map(({ answer, count }) => `${answer}: ${count}`).join('; '),
    silences['never-shown'],
    silences.ignored,
    silences['walked-away'],
    silences['acted-elsewhere'],
  ];
  const blank: Cell[] = Array.from({ length: 8 }, () => null);
  const { dialogue, title, held, rewards } = one;
  return [
    [
      dialogue,
      title,
      'all',
      '',
      one.entered,
      one.waiting,
      ...talk(one),
      one.reached,
      one.value,
      currency,
      rewards.issued,
      rewards.redeemed,
    ],
    [dialogue, title, 'held out', '', held.entered, held.waiting, ...blank, held.reached, null, null, null, null],
    ...one.steps.map((step): Cell[] => [
      dialogue,
      title,
      'step',
      step.step,
      null,
      step.waiting,
      ...talk(step),
      null,
      null,
      null,
      null,
      null,
    ]),
    ...one.variants.map((variant): Cell[] => [
      ...[dialogue, title, 'variant', variant.variant, variant.entered, null],
      ...talk({ ...variant, step: '', waiting: 0 }),
      ...[variant.reached, null, null, null, null],
    ]),
  ];
}

function liftLines({
  dialogue,
  title,
  lift: { spoken, held, goal, goalVerdict, spending, spendingVerdict },
}: DialogueFigures): Cell[][] {
  const effect = (found: Effect | null): Cell[] => [found?.difference ?? null, found?.low ?? null, found?.high ?? null];
  const line = (measure: string, one: number, other: number, found: Effect | null, verdict: string): Cell[] => [
    ...[dialogue, title, measure, spoken.customers, one, held.customers, other],
    ...effect(found),
    verdict,
  ];
  return [
    line('customers who reached the goal', spoken.reached, held.reached, goal, goalVerdict),
    line('spending in minor units', spoken.spent, held.spent, spending, spendingVerdict),
  ];
}
