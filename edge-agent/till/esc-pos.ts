/**
 * ESC/POS, as far as a coupon needs it (Epson's command reference; formats.md, section 7.2), as bytes. Text goes out in
 * a codepage of the printer's, found by what the text needs. The commands are few and fixed, so they stand here; which
 * byte a letter is in which codepage is the library's to know.
 */
import CodepageEncoder from '@point-of-sale/codepage-encoder';

const esc = 0x1b;
const gs = 0x1d;

/** Codepages that nearly every printer has, in the order in which they are tried, with Epson's numbers for ESC t. */
const codepages = { cp437: 0, cp858: 19, cp852: 18, cp866: 17, windows1252: 16, cp864: 37 } as const;
const candidates = Object.keys(codepages) as (keyof typeof codepages)[];

/** Characters of a GS1 or plain Code 128 that a 58 mm roll has room for. */
const code128LengthMax = 24;
const qrBytesMax = 300;

export type CouponPart =
  | { readonly kind: 'text'; readonly text: string; readonly bold?: boolean; readonly large?: boolean }
  | { readonly kind: 'ean13'; readonly digits: string }
  | { readonly kind: 'code128'; readonly text: string }
  | { readonly kind: 'qr'; readonly text: string }
  | { readonly kind: 'feed'; readonly lines: number };

/** Asks whether there is paper (DLE EOT 4). */
export const askPaper = Uint8Array.of(0x10, 0x04, 0x04);
/** Bits 5 and 6 of the answer: the roll has ended. Bits 1 and 4 are set in every answer, 0 and 7 in none. */
export function isOutOfPaper(status: number): boolean {
  return (status & 0b1001_0011) === 0b0001_0010 && (status & 0b0110_0000) !== 0;
}

/** Centred, from reset to cut. Throws a RangeError for a code that no scanner would read. */
export function encodeCoupon(parts: readonly CouponPart[]): Uint8Array {
  const bytes: number[] = [esc, 0x40, esc, 0x61, 0x01];
  for (const part of parts) bytes.push(...encodePart(part));
  bytes.push(gs, 0x56, 0x01);
  return Uint8Array.from(bytes);
}

function encodePart(part: CouponPart): number[] {
  switch (part.kind) {
    case 'text':
      return encodeText(part);
    case 'ean13':
      return encodeEan13(part.digits);
    case 'code128':
      return encodeCode128(part.text);
    case 'qr':
      return encodeQr(part.text);
    case 'feed':
      return new Array(part.lines).fill(0x0a);
  }
}

function encodeText({ text, bold = false, large = false }: Extract<CouponPart, { kind: 'text' }>): number[] {
  return [
    ...(bold ? [esc, 0x45, 0x01] : []),
    ...(large ? [gs, 0x21, 0x11] : []),
    ...lettersOf(text),
    0x0a,
    ...(large ? [gs, 0x21, 0x00] : []),
    ...(bold ? [esc, 0x45, 0x00] : []),
  ];
}

/** Plain ASCII needs no codepage; a letter that no codepage has is printed as "?". Control characters are left out. */
function lettersOf(text: string): number[] {
  const clean = [...text.normalize('NFC')].filter((char) => char >= ' ' && char !== '\u007f').join('');
  if (/^[\x20-\x7e]*$/.test(clean)) return [...Buffer.from(clean, 'latin1')];
  return CodepageEncoder.autoEncode(clean, candidates).flatMap(({ codepage, bytes }) => [
    ...[esc, 0x74, codepages[codepage as keyof typeof codepages]],
    ...bytes,
  ]);
}

/** Height 80 dots, narrow bars of 2, digits below. */
const barcodeLook = [gs, 0x68, 0x50, gs, 0x77, 0x02, gs, 0x48, 0x02];

/** Twelve digits: the printer adds the check digit. */
function encodeEan13(digits: string): number[] {
  if (!/^\d{12,13}$/.test(digits)) throw new RangeError(`"${digits}" is no EAN-13: give twelve or thirteen digits`);
  return [...barcodeLook, gs, 0x6b, 0x02, ...Buffer.from(digits, 'latin1'), 0x00, 0x0a];
}

/** Code set B, which begins with "{B"; a brace in the text is doubled. */
function encodeCode128(text: string): number[] {
  if (!/^[\x20-\x7e]+$/.test(text) || text.length > code128LengthMax) {
    throw new RangeError(`"${text}" is no Code 128: at most ${code128LengthMax} printable ASCII characters`);
  }
  const data = Buffer.from(`{B${text.replaceAll('{', '{{')}`, 'latin1');
  return [...barcodeLook, gs, 0x6b, 0x49, data.length, ...data, 0x0a];
}

/** Model 2, modules of 6 dots, error correction M. */
function encodeQr(text: string): number[] {
  const data = Buffer.from(text, 'utf8');
  if (data.length === 0 || data.length > qrBytesMax) throw new RangeError(`a QR code takes 1 to ${qrBytesMax} bytes`);
  const stored = data.length + 3;
  return [
    ...[gs, 0x28, 0x6b, 0x04, 0x00, 0x31, 0x41, 0x32, 0x00],
    ...[gs, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x43, 0x06],
    ...[gs, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x45, 0x31],
    ...[gs, 0x28, 0x6b, stored & 0xff, stored >> 8, 0x31, 0x50, 0x30, ...data],
    ...[gs, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x51, 0x30],
  ];
}
