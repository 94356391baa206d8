/**
 * What dialogues have come to, from the facts of every store and headquarters' own: customers who entered, what was said
 * to them, what they answered, the four silences, and who reached what the dialogue is for, each apart for those who were
 * left alone (`held`). Customers are counted once, in whatever stores they were.
 *
 * They are sums that are kept up (`figure-counting.ts`): what was published does not change by an erasure, and no fact is
 * read to draw them, however many there are.
 */
import type { Database } from '../database/database.ts';
import { countFacts } from './figure-counting.ts';

/** What came since it was counted last is counted first, so many pages at most. */
const pagesMax = 10;

export const figureNames = [
  'entered',
  'shown',
  'answered',
  'never-shown',
  'ignored',
  'walked-away',
  'acted-elsewhere',
  'reached',
  /** Minor units. */
  'value',
] as const;
export type FigureName = (typeof figureNames)[number];

export interface DialogueFigures {
  readonly dialogue: string;
  readonly held: boolean;
  readonly figures: Readonly<Record<FigureName, number>>;
}

interface Counted {
  readonly dialogue: string;
  readonly held: boolean;
  readonly figure: FigureName;
  readonly count: number;
}

/** By dialogue, those who heard from it before those who were left alone. */
export async function dialogueFigures(database: Database): Promise<DialogueFigures[]> {
  await countFacts(database, pagesMax);
  const rows = await database.query<Counted>(
    'SELECT dialogue, held, figure, count FROM dialogue_figures ORDER BY dialogue, held',
  );
  const byDialogue = Map.groupBy(rows, ({ dialogue, held }) => `${dialogue} ${held}`);
  return [...byDialogue.values()].map((own) => {
    const [{ dialogue, held }] = own as [Counted, ...Counted[]];
    const of = (name: FigureName): number => own.find(({ figure }) => figure === name)?.count ?? 0;
    const figures = Object.fromEntries(figureNames.map((name) => [name, of(name)])) as Record<FigureName, number>;
    return { dialogue, held, figures };
  });
}
