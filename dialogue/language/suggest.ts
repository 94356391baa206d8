/** "Did you mean …?": the nearest of the words that would have been right. */

/** Longer words are not compared: nobody mistypes them by a letter or two, and the table grows with the square. */
const comparedLengthMax = 60;
/** As many candidates as are tried; scopes are smaller, lists of zones may not be. */
const candidatesMax = 1000;

/** The candidate that `word` was most likely meant to be, or null where none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  if (word.length === 0 || word.length > comparedLengthMax) return null;
  const limit = word.length <= 1 ? 0 : word.length <= 3 ? 1 : word.length <= 7 ? 2 : 3;
  let best: string | null = null;
  let bestDistance = limit + 1;
  let tried = 0;
  const lower = word.toLowerCase();
  for (const candidate of candidates) {
    if (++tried > candidatesMax) break;
    if (Math.abs(candidate.length - word.length) > limit) continue;
    const distance = editDistance(lower, candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** A hint: the nearest word, or all of them where they are few, or nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const all = [...candidates];
  const near = nearest(word, all);
  if (near !== null) return `did you mean "${near}"?`;
  if (all.length === 0 || all.length > 24) return undefined;
  return `it can be ${listed(all)}`;
}

/** "a, b or c" */
export function listed(words: readonly string[], joint = 'or'): string {
  if (words.length <= 1) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${joint} ${words.at(-1)}`;
}

/** Levenshtein's, with neighbours that changed places counted once. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, (row[j - 1] as number) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (before[j - 2] as number) + 1);
      }
      next.push(cost);
    }
    before = row;
    row = next;
  }
  return row[b.length] as number;
}
