/**
 * Where a text may go on in the next line: between words; in Chinese and Japanese between any two characters, but not
 * before what closes or goes with the one before; and inside a word only where it is wider than a whole line, after its
 * hyphens and slashes first. Pure.
 */

const isUnspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303F\uFF00-\uFF60]/u;
/** Never the first of a line. */
const clings =
  /^[\u3001\u3002\u3005\u3009\u300B\u300D\u300F\u3011\u3015\u301C\u309B-\u309E\u30FB-\u30FE\uFF01\uFF09\uFF0C\uFF0E\uFF1A\uFF1B\uFF1F\uFF5D\u3041\u3043\u3045\u3047\u3049\u3063\u3083\u3085\u3087\u30A1\u30A3\u30A5\u30A7\u30A9\u30C3\u30E3\u30E5\u30E7!?.,;:)\]}”’»]/u;
/** Never the last of one. */
const opens = /[\u3008\u300A\u300C\u300E\u3010\u3014\uFF08\uFF5B([{“‘«]$/u;

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

export interface Wrapped {
  readonly lines: readonly string[];
  /** A word was too wide, and is cut in two. */
  readonly isCut: boolean;
}

/** `widthOf` in whatever `width` is in. A single character that is wider than that has a line of its own. */
export function wrapText(text: string, width: number, widthOf: (text: string) => number): Wrapped {
  const lines: string[] = [];
  let line = '';
  let isCut = false;
  const take = (part: string, joint: string): void => {
    const longer = line === '' ? part : line + joint + part;
    if (line === '' || widthOf(longer) <= width) line = longer;
    else {
      lines.push(line);
      line = part;
    }
  };
  for (const word of text.split(/[^\S\u00A0\u202F]+/).filter((one) => one !== ''))
    for (const [place, part] of partsOf(word).entries()) {
      const joint = place === 0 ? ' ' : '';
      if (widthOf(part) <= width) take(part, joint);
      else {
        isCut = true;
        for (const [at, piece] of cut(part, width, widthOf).entries()) take(piece, at === 0 ? joint : '');
      }
    }
  return { lines: line === '' ? lines : [...lines, line], isCut };
}

/** Of a word, what stays together. */
function partsOf(word: string): string[] {
  if (!isUnspaced.test(word)) return [word];
  const parts: string[] = [];
  for (const { segment } of graphemes.segment(word)) {
    const last = parts.at(-1);
    const staysTogether =
      last !== undefined &&
      (clings.test(segment) || opens.test(last) || !(isUnspaced.test(segment) || isUnspaced.test(last)));
    if (staysTogether) parts[parts.length - 1] = last + segment;
    else parts.push(segment);
  }
  return parts;
}

/** After hyphens and slashes; what is too wide even so, wherever it has to be. */
function cut(word: string, width: number, widthOf: (text: string) => number): string[] {
  return word.split(/(?<=[-/.?&=_])(?=[\p{L}\p{N}])/u).flatMap((part) => {
    if (widthOf(part) <= width) return [part];
    const pieces: string[] = [];
    for (const { segment } of graphemes.segment(part)) {
      const longer = (pieces.at(-1) ?? '') + segment;
      if (pieces.length > 0 && widthOf(longer) <= width) pieces[pieces.length - 1] = longer;
      else pieces.push(segment);
    }
    return pieces;
  });
}
