/**
 * The way of an erasure on the page, as pure steps: a number, whether it is she, what came of it. The number is held
 * only as long as it is needed to ask; after that its last four digits, which she has on her card.
 */
import type { ErasedCustomer, ErasureOrder, FoundCustomer } from '../../../staff/erase-route.ts';
import type { WordKey } from '../words/languages.ts';

export type Known = Extract<FoundCustomer, { found: 'here' }>;

export type EraseStep =
  | { readonly kind: 'number'; readonly number: string; readonly says: WordKey | null }
  /** confirmed: what was keyed to confirm it. */
  | {
      readonly kind: 'sure';
      readonly number: string;
      readonly known: Known;
      readonly confirmed: string;
      readonly says: WordKey | null;
    }
  | { readonly kind: 'done'; readonly ending: string; readonly order: ErasureOrder };

export const begin: EraseStep = { kind: 'number', number: '', says: null };
/** So many of a number's last digits tell a card from another, and whose it is to nobody. */
export const endingLength = 4;
/** A GSRN with its brackets and spaces. */
const numberLengthMax = 40;

export function endingOf(number: string): string {
  return number.replace(/\D/g, '').slice(-endingLength);
}

/** One more digit that came while no field had the focus: from a scanner, or from a keyboard beside the screen. */
export function typed(step: EraseStep, key: string): EraseStep {
  if (step.kind !== 'number' || !/^\d$/.test(key)) return step;
  // After an answer it is another card.
  const before = step.says === null ? step.number : '';
  return { ...step, number: (before + key).slice(0, numberLengthMax), says: null };
}

export function keyed(step: EraseStep, text: string): EraseStep {
  if (step.kind === 'number') return { ...step, number: text.slice(0, numberLengthMax), says: null };
  if (step.kind === 'sure') return { ...step, confirmed: text.replace(/\D/g, '').slice(0, endingLength), says: null };
  return step;
}

/** The step that cannot be taken back is open only to who has keyed the card's last digits. */
export function isConfirmed(step: EraseStep): boolean {
  return step.kind === 'sure' && step.confirmed.length === endingLength && step.confirmed === endingOf(step.number);
}

export function found(number: string, answer: FoundCustomer): EraseStep {
  if (answer.found === 'before') return { kind: 'number', number: '', says: 'erase.before' };
  return { kind: 'sure', number, known: answer, confirmed: '', says: null };
}

export function erased(number: string, answer: ErasedCustomer): EraseStep {
  if (answer.erased === 'before') return { kind: 'number', number: '', says: 'erase.before' };
  return { kind: 'done', ending: endingOf(number), order: answer.order };
}

/** It could not be asked, or the store said no: where she was, with what is to be said about it. */
export function refused(step: EraseStep, says: WordKey): EraseStep {
  return step.kind === 'done' ? step : { ...step, says };
}
