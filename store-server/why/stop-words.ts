/** Why a dialogue did not speak, in words: one for each entry of the engine's closed list (dialogue/moment/stop.ts). */
import { en, type WhyWords } from './words/en.ts';

/** `stop` as the ledger has it; an older journal may hold one that is no longer in the list. */
export function stopWords(stop: string, words: WhyWords = en): string {
  return Object.hasOwn(words.stop, stop) ? words.stop[stop as keyof WhyWords['stop']] : words.unknownStop(stop);
}
