/**
 * A line that was refused, as a person may see it: enough to tell a wrong baud rate from a lost byte or a damaged
 * print, and nothing that could be somebody's telephone or somebody's card. A broken line may hold any part of either,
 * so what is hidden is decided by what digits could be, not by where they stand.
 */

export const sampleLengthMax = 160;

/** Four hexadecimal digits and more, over stray bytes between them, or pairs of them: an address, or a part of one. */
const couldBeRadio = /(?:[0-9a-f]{2}[:-]){2,}[0-9a-f]{0,2}|[0-9a-f](?:(?:[^!-~]|\.){0,2}[0-9a-f]){3,}/gi;
/** A word may be somebody's name, in the code that she scans or in what another kind of device says. */
const couldBeName = /[A-Za-z\u00c0-\u00ff]{3,}/g;
/** What devices themselves say, and the beginning of a web address. */
const ownWords = new Set([
  'SCAN',
  'DISC',
  'DISIS',
  'DISCE',
  'ADDR',
  'ROLE',
  'IMME',
  'Set',
  'ERR',
  'http',
  'https',
  'card',
]);
/** Fewer digits than these are nobody's card. */
const cardDigitsLeast = 6;

/**
 * Of a radio reader. An address stays where the store owns it; RSSI, length and the words between them stay.
 *
 *     OK+SCAN:C0FFEE123456,-86,3,30,0201… → OK+SCAN:••••••••••••,-86,3,30,•(59)
 */
export function maskRadio(line: string, isOwn: (address: string) => boolean): string {
  const masked = line.slice(0, sampleLengthMax * 8).replace(couldBeRadio, (digits) => {
    const address = digits.replace(/[:-]/g, '').toLowerCase();
    if (/^[0-9a-f]{12}$/.test(address) && isOwn(address)) return digits;
    return digits.length <= 12 ? '•'.repeat(digits.length) : `•(${digits.length})`;
  });
  return printable(maskWords(masked));
}

/** Of a scanner or a reader of cards: of all digits together the last two stay, and the AIM identifier. */
export function maskScan(line: string): string {
  const aim = /^\][A-Za-z][0-9A-Za-z]/.exec(line)?.[0] ?? '';
  // The identifier's own digit may be a card's first, where the "]" before it is noise.
  if (line.replace(/\D/g, '').length < cardDigitsLeast) return printable(maskWords(line));
  const rest = line.slice(aim.length);
  const hidden = rest.replace(/\D/g, '').length - 2;
  let place = 0;
  const bare = rest.replace(/\d/g, (digit) => {
    place += 1;
    return place > hidden ? digit : '•';
  });
  return printable(aim + maskWords(bare));
}

/** Of a word its first letter stays. */
function maskWords(text: string): string {
  return text.replace(couldBeName, (word) => (ownWords.has(word) ? word : `${word[0]}${'•'.repeat(word.length - 1)}`));
}

/** Of a binary frame: as many bytes as are its head, and how many follow. */
export function maskBytes(bytes: Uint8Array, headLength: number): string {
  const head = [...bytes.subarray(0, headLength)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const more = bytes.length - Math.min(bytes.length, headLength);
  return more === 0 ? head : `${head} •(${more})`.trim();
}

/** What is not printable is shown as its code; a line that is too long ends in an ellipsis. */
function printable(text: string): string {
  const shown = text.replace(
    /[^ -~\u00a1-\uffff]/g,
    (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return shown.length <= sampleLengthMax ? shown : `${shown.slice(0, sampleLengthMax - 1)}…`;
}
