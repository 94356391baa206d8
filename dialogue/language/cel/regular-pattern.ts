/**
 * Which regular expressions `matches` accepts: those that JavaScript's backtracking finishes quickly on 500 characters
 * whatever they hold. At most one unbounded repetition, few optional ones, none of a group, no look-around, no
 * back-references.
 */

const patternLengthMax = 100;
const variableRepeatsMax = 3;
const alternativesMax = 8;
const repeatMax = 50;

/** What is wrong with a pattern, or null where it is accepted. */
export function faultOfPattern(pattern: string): string | null {
  if (pattern.length > patternLengthMax) return `is longer than ${patternLengthMax} characters`;
  if (/\\[1-9k]/.test(pattern)) return 'refers back to a group';
  if (/\(\?/.test(pattern)) return 'looks around or names a group';
  const bare = pattern.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
  if (/\)[*+?{]/.test(bare)) return 'repeats a group';
  const unbounded = bare.match(/[*+]|\{\d+,\}/g)?.length ?? 0;
  if (unbounded > 1) return 'repeats without bound more than once';
  const variable = bare.match(/\?|\{\d*,\d*\}/g)?.length ?? 0;
  if (unbounded + variable > variableRepeatsMax) return 'has more optional parts than can be tried quickly';
  if ((bare.match(/\|/g)?.length ?? 0) > alternativesMax) return 'has too many alternatives';
  for (const count of bare.match(/\{[^}]*\}/g) ?? []) {
    if ((count.match(/\d+/g) ?? []).some((digits) => Number(digits) > repeatMax))
      return `repeats more than ${repeatMax} times`;
  }
  try {
    new RegExp(pattern, 'u');
    return null;
  } catch {
    return 'is no regular expression';
  }
}
