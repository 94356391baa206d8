/**
 * A line of text in the order in which it is drawn, from left to right: the Unicode bidirectional algorithm (bidi-js)
 * over words, each cut where the direction or the face changes. What is inside a piece is shaped by the font. Pure.
 */
import bidiFactory from 'bidi-js';

/** By its name: whoever draws knows which font it is. */
export interface Piece {
  /** In the order of reading. */
  readonly text: string;
  readonly face: string;
}

/** What it is when imported: its types describe what it returns. */
const makeBidi = bidiFactory as unknown as () => Bidi;
interface Bidi {
  getEmbeddingLevels(line: string, direction: 'ltr' | 'rtl'): { readonly levels: Uint8Array };
  getMirroredCharactersMap(line: string, levels: Uint8Array): Map<number, string>;
}

const bidi = makeBidi();

/** `faceOf`: of one character, which may take two places of the line. */
export function visualPieces(line: string, direction: 'ltr' | 'rtl', faceOf: (sign: string) => string): Piece[] {
  const { levels } = bidi.getEmbeddingLevels(line, direction);
  const mirrored = bidi.getMirroredCharactersMap(line, levels);
  const pieces: (Piece & { level: number })[] = [];
  let at = 0;
  for (const written of line) {
    const level = levels[at] ?? 0;
    const sign = mirrored.get(at) ?? written;
    at += written.length;
    const last = pieces.at(-1);
    const face = faceOf(sign);
    const isWordBreak = sign === ' ' || last?.text.endsWith(' ') === true;
    if (last && last.level === level && last.face === face && !isWordBreak)
      pieces[pieces.length - 1] = { ...last, text: last.text + sign };
    else pieces.push({ text: sign, face, level });
  }
  return reordered(pieces).map(({ text, face }) => ({ text, face }));
}

/** Rule L2: from the highest level down to the lowest odd one, whatever is at it or above is turned round. */
function reordered<Leveled extends { readonly level: number }>(pieces: readonly Leveled[]): Leveled[] {
  const order = [...pieces];
  const highest = Math.max(0, ...order.map(({ level }) => level));
  for (let level = highest; level >= 1; level -= 1) {
    for (let from = 0; from < order.length; from += 1) {
      let to = from;
      while (to < order.length && (order[to] as Leveled).level >= level) to += 1;
      if (to > from) order.splice(from, to - from, ...order.slice(from, to).reverse());
      from = to;
    }
  }
  return order;
}
