/**
 * A text whose value is missing is never shown with a hole. A value that greets ("Anna, your …", "Welcome, Anna!") is
 * taken out with its comma and blank, and the sentence begins anew; a sentence that leans on the value is left out; and
 * where nothing else would remain, the value alone goes.
 */
import { missingMark } from './liquid.ts';

/** White space after the end of a sentence, in the languages that stores write: Latin, Arabic, Devanagari, Chinese. */
const betweenSentences = /((?<=[.!?؟。！？।…])\s+)/u;
const commas = ',،、，;:';
/** Stands where a text was nothing but a value, and that is missing. */
const nothing = '…';

export function toNeutralText(text: string): string {
  if (!text.includes(missingMark)) return text;
  // Sentences stand at even places, what is between them at odd ones.
  const parts = text.split(betweenSentences).map((part, index) => (index % 2 === 0 ? withoutGreeting(part) : part));
  const isWhole = (part: string): boolean => !part.includes(missingMark) && hasWords(part);
  const whole = parts.flatMap((part, index) =>
    index % 2 === 0 && isWhole(part) ? [part, parts[index + 1] ?? ''] : [],
  );
  if (whole.length > 0) return whole.join('').trim();
  const rest = parts.join('').replaceAll(missingMark, '').replace(/ +/g, ' ');
  const left = rest.replace(/\s+([.!?,،])/g, '$1').trim();
  return hasWords(left) ? capitalize(left) : nothing;
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
