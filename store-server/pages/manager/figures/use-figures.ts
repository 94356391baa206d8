/** Figures of a range, asked of the store: at once, and again every so often while today is in the range. */
import type { ManagerFigures, MediaFigures } from '@kairos/protocol/manager-figures.ts';
import type { Timers } from '@kairos/protocol/ports.ts';
import { useEffect, useState } from 'react';
import { ask } from '../link/store-actions.ts';
import type { WordKey } from '../words/languages.ts';

/** A day that grows is looked at again. */
const lookAgainMs = 20_000;

export interface DayChoice {
  /** "2026-11-23"; both days are in it. Empty: today. */
  readonly from: string;
  readonly to: string;
}

export const today: DayChoice = { from: '', to: '' };

interface FiguresOf {
  readonly dialogues: ManagerFigures;
  readonly media: MediaFigures;
}

export type Told<Figures> =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'told'; readonly figures: Figures }
  /** What was told before stays beside the words. */
  | { readonly kind: 'failed'; readonly says: WordKey; readonly figures: Figures | null };

export function useFigures<Kind extends keyof FiguresOf>(
  kind: Kind,
  choice: DayChoice,
  timers: Timers,
): Told<FiguresOf[Kind]> {
  const [told, tell] = useState<Told<FiguresOf[Kind]>>({ kind: 'waiting' });
  useEffect(() => {
    let isGone = false;
    let cancel = (): void => undefined;
    const look = async (): Promise<void> => {
      const answer = await ask<FiguresOf[Kind]>(`/api/manager/figures/${kind}${queryOf(choice)}`);
      if (isGone) return;
      tell((before) =>
        answer.kind === 'done'
          ? { kind: 'told', figures: answer.body }
          : { kind: 'failed', says: answer.says, figures: before.kind === 'waiting' ? null : before.figures },
      );
      cancel = timers.after(lookAgainMs, () => void look());
    };
    void look();
    return () => {
      isGone = true;
      cancel();
    };
  }, [kind, choice, timers]);
  return told;
}

export function queryOf({ from, to }: DayChoice): string {
  return from === '' ? '' : `?from=${from}&to=${to === '' ? from : to}`;
}
