/**
 * The pole display at a till: two lines of twenty characters, in Epson's display mode (formats.md, section 7.3). Always
 * exactly forty characters, so that nothing of what stood there before is left.
 */
import CodepageEncoder from '@point-of-sale/codepage-encoder';

const displayColumns = 20;

/** Reset, clear, both lines: `1B 40 0C`, twenty characters, twenty characters. */
export function encodeDisplay(upper: string, lower: string): Uint8Array {
  return Uint8Array.from([0x1b, 0x40, 0x0c, ...lineOf(upper), ...lineOf(lower)]);
}

/** CP437; a letter it has not is written without its accent, or as "?". */
function lineOf(text: string): Uint8Array {
  const clean = [...text.normalize('NFC').replace(/\s/g, ' ')].filter((char) => char >= ' ' && char !== '\u007f');
  const known = clean.map((char) => (isKnown(char) ? char : (char.normalize('NFD')[0] ?? '?'))).join('');
  return CodepageEncoder.encode(known.slice(0, displayColumns).padEnd(displayColumns), 'cp437');
}

function isKnown(char: string): boolean {
  return char === '?' || CodepageEncoder.encode(char, 'cp437')[0] !== 0x3f;
}
