/** The words of a PDF as pdfkit writes it: each font’s own numbers for letters, read back by its table to Unicode. */
import { inflateSync } from 'node:zlib';

type Letters = ReadonlyMap<string, string>;

/** All that is written, in its order; what is drawn is not in it. */
export function wordsOf(pdf: Buffer): string {
  const objects = objectsOf(pdf.toString('latin1'));
  const fonts = fontsOf(objects);
  const words: string[] = [];
  for (const { stream } of objects.values()) {
    let letters: Letters = new Map();
    for (const [, font, shown] of stream.matchAll(/\/(F\d+) [\d.]+ Tf|\[(.*?)\] TJ/g)) {
      if (font !== undefined) letters = fonts.get(font) ?? new Map();
      else
        words.push([...(shown ?? '').matchAll(/<([0-9a-f]*)>/gi)].map(([, hex]) => read(hex ?? '', letters)).join(''));
    }
  }
  return words.join(' ').replace(/\s+/g, ' ').trim();
}

interface PdfObject {
  readonly head: string;
  /** Uncompressed; empty where it has none. */
  readonly stream: string;
}

function objectsOf(text: string): Map<string, PdfObject> {
  const objects = new Map<string, PdfObject>();
  for (const [, number, body] of text.matchAll(/(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    const [head = '', ...rest] = (body ?? '').split(/\nstream\n/);
    const bytes = Buffer.from(rest.join('\nstream\n').replace(/\nendstream$/, ''), 'latin1');
    const stream = head.includes('/FlateDecode') ? inflateSync(bytes).toString('latin1') : bytes.toString('latin1');
    objects.set(number ?? '', { head, stream });
  }
  return objects;
}

/** By the name that pages call it by. */
function fontsOf(objects: ReadonlyMap<string, PdfObject>): Map<string, Letters> {
  const fonts = new Map<string, Letters>();
  for (const { head } of objects.values()) {
    const [, named = ''] = /\/Font <<([\s\S]*?)>>/.exec(head) ?? [];
    for (const [, name = '', number = ''] of named.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const [, table = ''] = /\/ToUnicode (\d+) 0 R/.exec(objects.get(number)?.head ?? '') ?? [];
      fonts.set(name, lettersOf(objects.get(table)?.stream ?? ''));
    }
  }
  return fonts;
}

/** `<0000> <00ff> [<0048> <0065> …]`: from a number on, one letter after the other. */
function lettersOf(table: string): Letters {
  const letters = new Map<string, string>();
  for (const [, from = '', list = ''] of table.matchAll(/<([0-9a-f]{4})> <[0-9a-f]{4}> \[([^\]]*)\]/gi))
    [...list.matchAll(/<([0-9a-f]*)>/gi)].forEach(([, hex = ''], place) => {
      const number = (Number.parseInt(from, 16) + place).toString(16).padStart(4, '0');
      letters.set(number, Buffer.from(hex, 'hex').swap16().toString('utf16le'));
    });
  return letters;
}

function read(hex: string, letters: Letters): string {
  return (hex.match(/.{4}/g) ?? []).map((number) => letters.get(number.toLowerCase()) ?? '').join('');
}
