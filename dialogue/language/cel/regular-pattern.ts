/**
 * Which regular expressions `matches` accepts: those that JavaScript's backtracking finishes quickly on 500 characters,
 * whatever they hold. The ways in which a match can be tried are counted beforehand, and too many are refused; so are
 * repeated groups, look-around and back-references, whose ways cannot be counted so simply.
 */

const patternLengthMax = 100;
/** As many characters as a match is tried on (`test-closures.ts`). */
const subjectLength = 500;
/** About a millisecond's worth. */
const triesMax = 300_000;
/** Tried on each of a receipt's lines, all of them together may take no longer. */
const triesOfEachMax = 1_000;

/** What is wrong with a pattern, or null where it is accepted. `isOfEach`: within a list, or asked of each line. */
export function faultOfPattern(pattern: string, isOfEach = false): string | null {
  if (pattern.length > patternLengthMax) return `is longer than ${patternLengthMax} characters`;
  if (/\\[1-9k]/.test(pattern)) return 'refers back to a group';
  if (/\(\?/.test(pattern)) return 'looks around or names a group';
  const bare = pattern.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
  if (/\)[*+?{]/.test(bare)) return 'repeats a group';
  const tries = countTries(bare);
  if (tries > triesMax) return 'can be tried in too many ways';
  if (isOfEach && tries > triesOfEachMax) return 'can be tried in too many ways on each of many lines';
  try {
    new RegExp(pattern, 'u');
    return null;
  } catch {
    return 'is no regular expression';
  }
}

/** Starts, times lengths of each repetition, times alternatives. */
function countTries(bare: string): number {
  let tries = bare.startsWith('^') && !bare.includes('|') ? 1 : subjectLength;
  tries *= 2 ** (bare.match(/\|/g)?.length ?? 0);
  for (const [repeat] of bare.matchAll(/[*+?]|\{[^}]*\}/g)) tries *= lengthsOf(repeat);
  return tries;
}

function lengthsOf(repeat: string): number {
  if (repeat === '?') return 2;
  const [, from = '0', comma, to] = /^\{(\d*)(,?)(\d*)\}$/.exec(repeat) ?? ['', '0', ',', ''];
  if (comma === '') return 1;
  if (to === '' || to === undefined) return subjectLength;
  return Math.max(1, Math.min(subjectLength, Number(to)) - Number(from) + 1);
}
