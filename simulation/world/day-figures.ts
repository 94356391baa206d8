/** The manager's figures of a simulated store, counted as a running store counts them: beside the journal, bit by bit. */
import type { FigureRange, ManagerFigures, MediaFigures } from '@kairos/protocol/manager-figures.ts';
import type { StoreConfig } from '@kairos/store-server/config.ts';
import { storeDays } from '@kairos/store-server/manager/figures/day-range.ts';
import { managerFigures, mediaFigures } from '@kairos/store-server/manager/figures/figure-report.ts';
import { FiguresBook } from '@kairos/store-server/manager/figures/figures-book.ts';

export interface DayFigures {
  readonly dialogues: ManagerFigures;
  readonly media: MediaFigures;
}

export class CountedDay {
  readonly screens: Readonly<Record<string, string>>;
  readonly range: FigureRange;
  readonly #config: StoreConfig;
  readonly #book: FiguresBook;

  /** `data`: the simulated store's own folder. Throws where the date is none, or nothing has been recorded yet. */
  constructor({ config, data, date }: { config: StoreConfig; data: string; date: string }) {
    const range = storeDays(config.store.timeZone).range(date, date);
    if (typeof range === 'string') throw new Error(range);
    this.range = range;
    this.#config = config;
    this.screens = Object.fromEntries(config.floorPlan.screens.map(({ id, zone }) => [id, zone]));
    this.#book = new FiguresBook({ data, screens: this.screens });
  }

  /** Takes in all that has been recorded since. */
  figures(): DayFigures {
    this.#book.catchUpWhole();
    const { timeZone, currency } = this.#config.store;
    const asked = { range: this.range, timeZone, currency, titles: {} };
    return { dialogues: managerFigures(this.#book, asked), media: mediaFigures(this.#book, asked) };
  }

  close(): void {
    this.#book.close();
  }
}
