/**
 * The faces of a letter: the house's own, those of other alphabets of Europe, and what `channels.mail.fonts` names beside
 * them. A character is drawn by the first that has it. What none has is never drawn as an empty box: signs without a shape
 * of their own and pictures are left out, anything else is an error, so that the letter waits until somebody gives a font.
 */
import { createRequire } from 'node:module';

type Weight = 400 | 600;
type Document = PDFKit.PDFDocument;

const find = createRequire(import.meta.url);
const family = (name: string, subset: string) => (weight: Weight) =>
  find.resolve(`@fontsource/${name}/files/${name}-${subset}-${weight}-normal.woff`);
const subsets = ['vietnamese', 'greek', 'greek-ext', 'cyrillic', 'cyrillic-ext'];
const houseFaces: readonly (readonly [face: string, file: (weight: Weight) => string])[] = [
  ['latin', family('atkinson-hyperlegible-next', 'latin')],
  ['latin-ext', family('atkinson-hyperlegible-next', 'latin-ext')],
  ['arabic', family('noto-sans-arabic', 'arabic')],
  ...subsets.map((subset) => [subset, family('noto-sans', subset)] as const),
];
/** What a document begins with. */
export const firstFont = (houseFaces[0] as (typeof houseFaces)[number])[1](400);

const isShapeless = /[\p{Cc}\p{Cf}\p{Extended_Pictographic}]|\p{Variation_Selector}|\u20E3/u;

export class NoFaceError extends Error {
  constructor(sign: string) {
    const code = (sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    super(`no font has the character U+${code}`);
  }
}

export class LetterFaces {
  readonly #document: Document;
  readonly #faces: typeof houseFaces;
  readonly #registered = new Set<string>();
  readonly #faceOf = new Map<string, string | null>();

  /** `fonts`: files. */
  constructor(document: Document, fonts: readonly string[]) {
    this.#document = document;
    this.#faces = [...houseFaces, ...fonts.map((file) => [file, () => file] as const)];
  }

  /** The text without what is left out. Throws `NoFaceError`. */
  drawable(text: string): string {
    const signs = [...text.normalize('NFC')];
    return signs
      .filter((sign) => {
        if (/\s/.test(sign) || this.#find(sign) !== null) return true;
        if (isShapeless.test(sign)) return false;
        throw new NoFaceError(sign);
      })
      .join('');
  }

  /** Of a character that is drawable. */
  readonly of = (sign: string): string => this.#find(sign) ?? 'latin';

  take(face: string, weight: number): Document {
    const bold: Weight = weight >= 600 ? 600 : 400;
    const name = `${face} ${bold}`;
    const [, file] = this.#faces.find(([one]) => one === face) ?? (this.#faces[0] as (typeof houseFaces)[number]);
    if (!this.#registered.has(name)) this.#document.registerFont(name, file(bold));
    this.#registered.add(name);
    return this.#document.font(name);
  }

  #find(sign: string): string | null {
    const known = this.#faceOf.get(sign);
    if (known !== undefined) return known;
    const [face = null] = this.#faces.find(([one]) => this.#has(one, sign)) ?? [];
    this.#faceOf.set(sign, face);
    return face;
  }

  #has(face: string, sign: string): boolean {
    const { _font } = this.take(face, 400) as unknown as OpenFont;
    return _font.font.hasGlyphForCodePoint(sign.codePointAt(0) ?? 0);
  }
}

/** What pdfkit has open; its types do not say. */
interface OpenFont {
  readonly _font: { readonly font: { hasGlyphForCodePoint(codePoint: number): boolean } };
}
