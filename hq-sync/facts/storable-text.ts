/**
 * What no text column and no JSONB of PostgreSQL takes: U+0000, and one half of a pair of surrogates (half an emoji, where
 * somebody cut a text by its length). JSON carries both, so whatever comes from outside is looked through first: one such
 * character would fail the whole transaction that it comes in.
 */

/** What is said to whoever sent it. */
export const unstorableText = 'holds a character that is none: U+0000, or half of a pair of surrogates';

/** Where the first such text stands, a key among them; null where there is none. `value` is flat enough to be walked. */
export function unstorableAt(value: unknown): readonly string[] | null {
  if (typeof value === 'string') return isStorable(value) ? null : [];
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, one] of Object.entries(value)) {
    if (!isStorable(key)) return [];
    const under = unstorableAt(one);
    if (under !== null) return [key, ...under];
  }
  return null;
}

export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}

/** The same without what cannot be kept, where a person wrote it and is not to be asked again. */
export function storable(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed();
}
