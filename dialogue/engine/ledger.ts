/**
 * The why ledger: for each decision who competed, what was chosen and what stopped the others (DESIGN section 5). The
 * newest `ledgerMax`; then the oldest is written over. It explains, and nothing is decided by it.
 *
 * Written at nearly every decision and read when somebody asks why: so it is columns, in which writing makes nothing
 * that has to be thrown away, and a row becomes an object when it is read.
 */
import type { Rival } from '@kairos/protocol/facts.ts';
import type { Verdict } from './engine.ts';

export const ledgerMax = 10_000;
/** Rivals of all rows together; a row whose rivals have been written over is gone. */
const rivalsKeptMax = 4 * ledgerMax;
/** Whose row it was is forgotten: rows are about people, and nobody is number 0. */
const nobody = 0;

export interface VerdictFilter {
  readonly subject?: number;
  readonly dialogue?: string;
  readonly message?: string;
  readonly limit?: number;
  /** Only rows with a higher number: what is new since one looked last. */
  readonly after?: number;
}

export class Ledger {
  /** Rows and rivals since the beginning; each stands at its number modulo the most that are kept. */
  #rows = 0;
  #rivals = 0;
  /** Rows up to here are nobody's any more: where one person after the other is forgotten, none is looked at twice. */
  #nobodysTo = 0;

  readonly #at: number[] = [];
  readonly #subject: number[] = [];
  readonly #message: (string | null)[] = [];
  readonly #chosen: Verdict['chosen'][] = [];
  /** The number of its first rival; the last is the one before the next row's. */
  readonly #firstRival: number[] = [];

  readonly #dialogue: string[] = [];
  readonly #step: string[] = [];
  readonly #score: number[] = [];
  readonly #stopped: string[] = [];

  /** Begins a row; its rivals follow. */
  begin({ at, subject, message, chosen }: Omit<Verdict, 'rivals' | 'row'>): void {
    const place = this.#rows % ledgerMax;
    this.#at[place] = at;
    this.#subject[place] = subject;
    this.#message[place] = message;
    this.#chosen[place] = chosen;
    this.#firstRival[place] = this.#rivals;
    this.#rows += 1;
  }

  addRival({ dialogue, step }: Pick<Rival, 'dialogue' | 'step'>, score: number, stopped: string): void {
    const place = this.#rivals % rivalsKeptMax;
    this.#dialogue[place] = dialogue;
    this.#step[place] = step;
    this.#score[place] = score;
    this.#stopped[place] = stopped;
    this.#rivals += 1;
  }

  /** Nothing about her stays; the order of the others does. */
  forget(subject: number): void {
    let hasOthers = false;
    for (const { place, first, end } of this.#kept()) {
      if (this.#subject[place] !== subject) {
        hasOthers ||= this.#subject[place] !== nobody;
        continue;
      }
      this.#subject[place] = nobody;
      this.#message[place] = null;
      this.#chosen[place] = null;
      for (let number = first; number < end; number += 1) this.#dialogue[number % rivalsKeptMax] = '';
    }
    if (!hasOthers) this.#nobodysTo = this.#rows;
  }

  /** Newest first. */
  read({ limit = ledgerMax, after = 0, ...wanted }: VerdictFilter = {}): readonly Verdict[] {
    const found: Verdict[] = [];
    for (const { row, place, first, end } of this.#kept()) {
      if (found.length >= limit || row <= after) break;
      if (this.#subject[place] === nobody) continue;
      const verdict = this.#verdict({ row, place }, this.#rivalsIn(first, end));
      if (isWanted(verdict, wanted)) found.push(verdict);
    }
    return found;
  }

  /** Newest first: where each row stands, and the numbers of its rivals. */
  *#kept(): Generator<{
    readonly row: number;
    readonly place: number;
    readonly first: number;
    readonly end: number;
  }> {
    let end = this.#rivals;
    for (let row = this.#rows - 1; row >= Math.max(this.#nobodysTo, this.#rows - ledgerMax); row -= 1) {
      const place = row % ledgerMax;
      const first = this.#firstRival[place] as number;
      if (first < this.#rivals - rivalsKeptMax) return;
      yield { row: row + 1, place, first, end };
      end = first;
    }
  }

  #verdict({ row, place }: { readonly row: number; readonly place: number }, rivals: readonly Rival[]): Verdict {
    return {
      row,
      at: this.#at[place] as number,
      subject: this.#subject[place] as number,
      message: this.#message[place] ?? null,
      chosen: this.#chosen[place] ?? null,
      rivals,
    };
  }

  /** The best first. */
  #rivalsIn(first: number, end: number): readonly Rival[] {
    const rivals: Rival[] = [];
    for (let number = first; number < end; number += 1) {
      const place = number % rivalsKeptMax;
      rivals.push({
        dialogue: this.#dialogue[place] as string,
        step: this.#step[place] as string,
        score: this.#score[place] as number,
        stopped: this.#stopped[place] as string,
      });
    }
    return rivals.sort((one, other) => other.score - one.score);
  }
}

function isWanted({ subject, message, chosen, rivals }: Verdict, wanted: Omit<VerdictFilter, 'limit'>): boolean {
  if (wanted.subject !== undefined && subject !== wanted.subject) return false;
  if (wanted.message !== undefined && message !== wanted.message) return false;
  if (wanted.dialogue === undefined) return true;
  return chosen?.dialogue === wanted.dialogue || rivals.some(({ dialogue }) => dialogue === wanted.dialogue);
}
