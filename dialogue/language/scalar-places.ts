/** Where a character of a text stands in the file: undoes what YAML's quotes, escapes, folds and indentation did. */
import type { Scalar } from 'yaml';
import type { Place } from './problem.ts';
import { placeOf } from './yaml-source.ts';

/** The place in the file of [start, end) of a scalar's value. Called only to report a problem. */
export function placeInScalar(text: string, scalar: Scalar, start: number, end: number): Place {
  const whole = placeOf(scalar);
  if (typeof scalar.value !== 'string')
    return { start: whole.start + start, end: whole.start + Math.max(end, start + 1) };
  const from = contentStart(text, scalar, whole.start);
  const at = align(text, scalar, from, whole.end, start);
  const until = end <= start ? at + 1 : align(text, scalar, from, whole.end, end - 1) + 1;
  return { start: at, end: Math.max(at + 1, until) };
}

function contentStart(text: string, scalar: Scalar, start: number): number {
  if (scalar.type === 'QUOTE_DOUBLE' || scalar.type === 'QUOTE_SINGLE') return start + 1;
  if (scalar.type === 'BLOCK_LITERAL' || scalar.type === 'BLOCK_FOLDED') {
    const lineEnd = text.indexOf('\n', start);
    return lineEnd === -1 ? start : lineEnd + 1;
  }
  return start;
}

/** Walks value and source side by side: white space may differ in amount and kind, escapes in length. */
function align(text: string, scalar: Scalar, from: number, to: number, index: number): number {
  const value = scalar.value as string;
  let at = from;
  let done = 0;
  while (done < index && at < to) {
    const inSource = text[at] as string;
    const inValue = value[done] as string;
    if (inSource === '\\' && scalar.type === 'QUOTE_DOUBLE') {
      at += escapeLength(text, at);
      done += 1;
    } else if (inSource === inValue) {
      at += scalar.type === 'QUOTE_SINGLE' && inSource === "'" ? 2 : 1;
      done += 1;
    } else if (/\s/.test(inSource)) {
      at += 1;
      if (/\s/.test(inValue) && inSource === '\n') done += 1;
    } else {
      done += 1;
    }
  }
  if (scalar.type !== 'PLAIN' && !/\s/.test(value[index] ?? 'x')) {
    while (at < to - 1 && /\s/.test(text[at] as string)) at += 1;
  }
  return Math.min(at, Math.max(from, to - 1));
}

function escapeLength(text: string, at: number): number {
  const kind = text[at + 1];
  if (kind === 'x') return 4;
  if (kind === 'u') return 6;
  if (kind === 'U') return 10;
  if (kind !== '\n') return 2;
  const rest = /^\\\n\s*/.exec(text.slice(at, at + 200));
  return rest === null ? 2 : rest[0].length;
}
