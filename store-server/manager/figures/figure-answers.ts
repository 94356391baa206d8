/** Questions that pages ask of the figures, and their answers: what crosses between the store and the thread that counts. */
import type { FigureRange, ManagerFigures, MediaFigures } from '@kairos/protocol/manager-figures.ts';
import { type CsvPage, type CsvTable, csvPage } from './figure-csv.ts';
import { type FigureSetting, managerFigures, mediaFigures } from './figure-report.ts';
import type { FiguresBook } from './figures-book.ts';

export type FigureQuestion = FigureSetting & { readonly range: FigureRange } & (
    | { readonly kind: 'dialogues' }
    | { readonly kind: 'media' }
    /** The piece after `after`, which the piece before has told; 0: the first. */
    | { readonly kind: 'csv'; readonly table: CsvTable; readonly after: number }
  );

export interface FigureAnswers {
  readonly dialogues: ManagerFigures;
  readonly media: MediaFigures;
  readonly csv: CsvPage;
}

export function answerFigures(book: FiguresBook, question: FigureQuestion): FigureAnswers[FigureQuestion['kind']] {
  switch (question.kind) {
    case 'dialogues':
      return managerFigures(book, question);
    case 'media':
      return mediaFigures(book, question);
    case 'csv':
      return csvPage(book, question);
  }
}
