/**
 * The why ledger: for each decision who competed, what was chosen and what stopped the others (DESIGN section 5). The
 * newest `ledgerMax`; then the oldest is written over. It explains, and nothing is decided by it.
 */
import type { Rival } from '@kairos/protocol/facts.ts';
import type { Verdict } from './engine.ts';

export const ledgerMax = 10_000;

export interface VerdictFilter {
  readonly subject?: number;
  readonly dialogue?: string;
  readonly message?: string;
  readonly limit?: number;
}

export class Ledger {
  readonly #rows: Verdict[] = [];
  #next = 0;

  note(verdict: Verdict): void {
    this.#rows[this.#next] = verdict;
    this.#next = (this.#next + 1) % ledgerMax;
  }

  /** One dialogue that did not even begin. */
  noteRefused(at: number, subject: number, rival: Rival): void {
    this.note({ at, subject, message: null, chosen: null, rivals: [rival] });
  }

  /** Nothing about her stays; the order of the others does. */
  forget(subject: number): void {
    for (const [index, row] of this.#rows.entries()) {
      if (row.subject === subject) this.#rows[index] = { ...row, subject: 0, message: null, chosen: null, rivals: [] };
    }
  }

  /** Newest first. */
  read({ limit = ledgerMax, ...wanted }: VerdictFilter = {}): readonly Verdict[] {
    const found: Verdict[] = [];
    for (let back = 1; back <= this.#rows.length && found.length < limit; back += 1) {
      const row = this.#rows[(this.#next - back + ledgerMax) % ledgerMax];
      if (row && !isBlank(row) && isWanted(row, wanted)) found.push(row);
    }
    return found;
  }
}

/** Somebody was forgotten here. */
function isBlank({ subject, chosen, rivals }: Verdict): boolean {
  return subject === 0 && chosen === null && rivals.length === 0;
}

function isWanted({ subject, message, chosen, rivals }: Verdict, wanted: Omit<VerdictFilter, 'limit'>): boolean {
  if (wanted.subject !== undefined && subject !== wanted.subject) return false;
  if (wanted.message !== undefined && message !== wanted.message) return false;
  if (wanted.dialogue === undefined) return true;
  return chosen?.dialogue === wanted.dialogue || rivals.some(({ dialogue }) => dialogue === wanted.dialogue);
}
