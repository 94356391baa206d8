/**
 * A text whose value is missing is never shown with a hole. A value that greets ("Anna, your …", "Welcome, Anna!") is
 * taken out with its comma and blank, and the sentence begins anew; a sentence that leans on the value is left out; and
 * where nothing else would remain, the value alone goes.
 */
import { missingMark } from './liquid.ts';

/** Ends of sentences in the languages that stores write: Latin, Arabic, Devanagari, Chinese and Japanese. */
const sentenceEnd = /(?<=[.!?؟。！？।…])\s+/u;
const commas = ',،、，;:';

export function toNeutralText(text: string): string {
  if (!text.includes(missingMark)) return text;
  const sentences = text.split(sentenceEnd).map((sentence) => withoutGreeting(sentence));
  const whole = sentences.filter((sentence) => !sentence.includes(missingMark) && hasWords(sentence));
  if (whole.length > 0) return whole.join(' ').trim();
  const rest = sentences.map((sentence) => sentence.replaceAll(missingMark, '')).join(' ');
  return capitalize(
    rest
      .replace(/\s+/g, ' ')
      .replace(/\s+([.!?,،])/g, '$1')
      .trim(),
  );
}

/** Takes the mark out where it stands as an address: at the beginning before a comma, or at the end after one. */
function withoutGreeting(sentence: string): string {
  const mark = missingMark;
  const first = new RegExp(`^\\s*${mark}\\s*[${commas}!.–-]\\s*`, 'u');
  if (first.test(sentence)) return capitalize(sentence.replace(first, ''));
  const last = new RegExp(`\\s*[${commas}]\\s*${mark}(?=\\s*[.!?؟。！？…]*\\s*$)`, 'u');
  if (last.test(sentence)) return sentence.replace(last, '');
  const middle = new RegExp(`\\s*[${commas}]\\s*${mark}\\s*(?=[${commas}])`, 'u');
  if (middle.test(sentence)) return sentence.replace(middle, '');
  const hello = new RegExp(`^(\\s*\\p{L}+(?:\\s\\p{L}+)?)\\s+${mark}(?=\\s*[${commas}.!?؟。！？…]|\\s*$)`, 'u');
  return sentence.replace(hello, '$1');
}

function hasWords(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

function capitalize(text: string): string {
  const [first] = text;
  return first === undefined ? text : first.toUpperCase() + text.slice(first.length);
}
