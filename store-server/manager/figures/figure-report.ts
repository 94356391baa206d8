/** A range's figures as pages are told them (protocol/manager-figures.ts), put together from what is counted. */
import type { FigureRange, ManagerFigures, MediaFigures } from '@kairos/protocol/manager-figures.ts';
import { attentionFigures, daysOfFigures, loadFigures } from './attention.ts';
import { storeDays } from './day-range.ts';
import type { FiguresBook } from './figures-book.ts';
import { dialogueFigures } from './funnels.ts';
import { overallLift } from './lift.ts';
import { mediaRows } from './media.ts';

export interface FigureSetting {
  readonly timeZone: string;
  readonly currency: string;
  /** As authors call their dialogues, in the release that is in force. */
  readonly titles: Readonly<Record<string, string>>;
}

export function managerFigures(
  book: FiguresBook,
  { range, timeZone, currency, titles }: FigureSetting & { readonly range: FigureRange },
): ManagerFigures {
  const days = storeDays(timeZone);
  const dialogues = dialogueFigures(book.db, range, (dialogue) => titles[dialogue] ?? dialogue);
  return {
    range,
    timeZone,
    currency,
    upTo: book.newestAt === 0 ? null : book.newestAt,
    isWhole: book.isWhole,
    dialogues,
    attention: attentionFigures(book.db, range),
    lift: overallLift(dialogues.map(({ lift }) => lift)),
    load: loadFigures(book.db, range, days.hourOfDay),
    days: daysOfFigures(book.db, days.daysIn(range), range.to),
  };
}

export function mediaFigures(
  book: FiguresBook,
  { range, timeZone }: Pick<FigureSetting, 'timeZone'> & { readonly range: FigureRange },
): MediaFigures {
  const { hourOf } = storeDays(timeZone);
  const rows = mediaRows(book.db, { range, screens: book.screens, hourOf });
  return { range, timeZone, upTo: book.newestAt === 0 ? null : book.newestAt, isWhole: book.isWhole, rows };
}
