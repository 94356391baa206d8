/**
 * A letter as PDF (pdfkit), one to two pages of A4 in the house's faces: sender, her address where a window envelope
 * shows it, the words, and a code that opens her own page. Written from the right where her language is.
 */
import { asDate } from '@kairos/protocol/time.ts';
import { encode } from 'uqr';
import type { Command } from '../command.ts';
import { directionOf, languageOf, wordsIn } from '../words/languages.ts';
import { firstFont, LetterFaces } from './letter-faces.ts';
import { type Wrapped, wrapText } from './line-breaks.ts';
import { visualPieces } from './visual-order.ts';

const mm = 72 / 25.4;
const page = { width: 210 * mm, height: 297 * mm };
const margin = { side: 25 * mm, top: 20 * mm, bottom: 20 * mm };
/** DIN 5008, form B: where the window of an envelope is. */
const window = { x: 25 * mm, y: 50 * mm, width: 80 * mm, height: 43 * mm };
/** The largest in which an address goes into the window. */
const addressSizes = [11, 10, 9, 8, 7];
const headlineSizes = [18, 16, 14, 12];
const bodyTop = 105 * mm;
const codeSide = 32 * mm;
/** Where a hand signs above the name. */
const handHeight = 14 * mm;
const ink = '#241c17';
const voice = '#07362f';

export interface LetterOptions {
  /** Who writes: lines at the head. */
  readonly sender: readonly string[];
  readonly printedAt: number;
  readonly timeZone: string;
  /** Who has signed it; null: nobody was to. */
  readonly signedBy: string | null;
  /** Her own page; null where there is none. */
  readonly link: string | null;
  /** Files, for what the house's own faces do not have. */
  readonly fonts: readonly string[];
}

/** Rejects with `NoFaceError` where something cannot be written. */
export async function printLetter(command: Command, options: LetterOptions): Promise<Buffer> {
  const { words, to } = command;
  // Read once there is a letter: with its tables of fonts it would be a tenth of what headquarters hold.
  const { default: PDFDocument } = await import('pdfkit');
  // What follows from the command alone makes the same file again.
  const info = { Title: words.subject || words.headline, CreationDate: asDate(options.printedAt) };
  const document = new PDFDocument({ size: 'A4', margin: 0, info, lang: to.locale, font: firstFont });
  const chunks: Buffer[] = [];
  const ended = new Promise<Buffer>((resolve) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk));
    document.on('end', () => resolve(Buffer.concat(chunks)));
  });
  const sheet = new Sheet(document, {
    direction: directionOf(to.locale),
    faces: new LetterFaces(document, options.fonts),
  });
  const frame = wordsIn(languageOf(to.locale));
  sheet.block(options.sender.join('\n'), { top: margin.top, size: 9 });
  sheet.address(to.post);
  const day = new Intl.DateTimeFormat(to.locale, { dateStyle: 'long', timeZone: options.timeZone });
  sheet.block(day.format(options.printedAt), { top: bodyTop - 8 * mm, size: 10 });
  sheet.moveTo(bodyTop);
  if (to.firstName !== '') sheet.write(frame.hello(to.firstName), { size: 11, after: 8 });
  sheet.write(words.headline, { size: sheet.headlineSize(words.headline), weight: 600, colour: voice, after: 10 });
  for (const paragraph of words.body.split(/\n+/)) sheet.write(paragraph, { size: 11, after: 8 });
  if (options.signedBy !== null) {
    sheet.leave(handHeight, 12 * mm);
    sheet.write(options.signedBy, { size: 11, weight: 600, after: 16 });
  }
  if (options.link !== null && words.answers.length > 0) {
    sheet.leave(0, 12 * mm);
    sheet.write(frame.yourAnswer, { size: 11, weight: 600, after: 4 });
    for (const { label } of words.answers) sheet.write(label, { size: 11, after: 2 });
    sheet.drawCode(options.link);
  }
  document.end();
  return ended;
}

const isFromTheRight = /[\u0590-\u06FF]/;

interface Style {
  readonly size: number;
  readonly weight?: number;
  readonly colour?: string;
}

/** A page that is written from the top, in lines of our own. */
class Sheet {
  readonly #document: PDFKit.PDFDocument;
  readonly #direction: 'ltr' | 'rtl';
  readonly #faces: LetterFaces;
  #y = margin.top;

  constructor(
    document: PDFKit.PDFDocument,
    { direction, faces }: { readonly direction: 'ltr' | 'rtl'; readonly faces: LetterFaces },
  ) {
    this.#document = document;
    this.#direction = direction;
    this.#faces = faces;
  }

  moveTo(y: number): void {
    this.#y = y;
  }

  /** At a place of its own, each line as it is written itself: addresses are in the letters of their country. */
  block(text: string, { top, x = margin.side, width = page.width - 2 * margin.side, ...style }: Block): void {
    let y = top;
    for (const line of text.split('\n')) {
      for (const part of this.#wrap(line, width, style).lines) {
        this.#drawLine(part, { x, y, width, direction: isFromTheRight.test(line) ? 'rtl' : 'ltr' }, style);
        y += style.size * 1.35;
      }
    }
  }

  /** In the window, smaller where it would not go into it or a word would be cut. */
  address(lines: readonly string[]): void {
    const wrapAt = (size: number) => lines.map((line) => this.#wrap(line, window.width, { size }));
    const fits = (size: number): boolean =>
      wrapAt(size).reduce((sum, one) => sum + one.lines.length, 0) * size * 1.35 <= window.height;
    const isWhole = (size: number): boolean => wrapAt(size).every(({ isCut }) => !isCut);
    const size = addressSizes.find((one) => fits(one) && isWhole(one)) ?? addressSizes.find(fits) ?? 7;
    this.block(lines.join('\n'), { top: window.y, size, x: window.x, width: window.width });
  }

  /** Smaller where a word of it would be cut. */
  headlineSize(text: string): number {
    const width = page.width - 2 * margin.side;
    const isWhole = (size: number): boolean => !this.#wrap(text, width, { size, weight: 600 }).isCut;
    return headlineSizes.find(isWhole) ?? 18;
  }

  write(text: string, { after, ...style }: Style & { after: number }): void {
    const width = page.width - 2 * margin.side;
    const height = style.size * 1.45;
    for (const line of this.#wrap(text, width, style).lines) {
      this.#makeRoom(height);
      this.#drawLine(line, { x: margin.side, y: this.#y, width, direction: this.#direction }, style);
      this.#y += height;
    }
    this.#y += after;
  }

  /** Room that stays empty, on the same page as so much that follows. */
  leave(height: number, following: number): void {
    this.#makeRoom(height + following);
    this.#y += height;
  }

  drawCode(link: string): void {
    this.#makeRoom(codeSide + 6 * mm);
    const { data, size } = encode(link, { border: 0, ecc: 'M' });
    const dot = codeSide / size;
    const left = this.#direction === 'rtl' ? page.width - margin.side - codeSide : margin.side;
    const top = this.#y + 4 * mm;
    for (const [row, dots] of data.entries())
      for (const [column, isDark] of dots.entries())
        if (isDark) this.#document.rect(left + column * dot, top + row * dot, dot, dot);
    this.#document.fill(ink);
    this.#y = top + codeSide;
  }

  #makeRoom(height: number): void {
    if (this.#y + height <= page.height - margin.bottom) return;
    this.#document.addPage({ size: 'A4', margin: 0 });
    this.#y = margin.top;
  }

  #wrap(text: string, width: number, style: Style): Wrapped {
    return wrapText(this.#faces.drawable(text), width, (line) => this.#widthOf(line, style));
  }

  #widthOf(text: string, style: Style): number {
    return visualPieces(text, this.#direction, this.#faces.of).reduce(
      (sum, piece) => sum + this.#measure(piece, style),
      0,
    );
  }

  #measure({ text, face }: { text: string; face: string }, { size, weight = 400 }: Style): number {
    return this.#faces.take(face, weight).fontSize(size).widthOfString(text);
  }

  #drawLine(
    text: string,
    at: { readonly x: number; readonly y: number; readonly width: number; readonly direction: 'ltr' | 'rtl' },
    style: Style,
  ): void {
    const pieces = visualPieces(text, at.direction, this.#faces.of).map((piece) => ({
      ...piece,
      width: this.#measure(piece, style),
    }));
    const whole = pieces.reduce((sum, { width }) => sum + width, 0);
    let x = at.direction === 'rtl' ? at.x + at.width - whole : at.x;
    for (const { text: said, face, width } of pieces) {
      this.#faces
        .take(face, style.weight ?? 400)
        .fontSize(style.size)
        .fillColor(style.colour ?? ink)
        // On one line whichever face: they are of different height.
        .text(said, x, at.y + style.size, { lineBreak: false, baseline: 'alphabetic' });
      x += width;
    }
  }
}

interface Block extends Style {
  readonly top: number;
  readonly x?: number;
  readonly width?: number;
}
