/** The form of the words in any language: the keys of the English ones, a sentence or the forms of what is counted. */

export type Counted = { readonly [Form in Intl.LDMLPluralRule]?: string } & { readonly other: string };

export type WordsLike<English> = {
  readonly [Key in keyof English]: English[Key] extends string ? string : Counted;
};
