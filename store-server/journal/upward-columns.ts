/** Columns of a chunk as SQLite made them, texts with a line feed behind each value: bytes, looked at as bytes. */
const tab = 0x09;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const comma = 0x2c;
const backslash = 0x5c;
const zero = 0x30;

/** A backslash counts one, a line feed so much that no number of backslashes makes up for one that is missing. */
const lineFeedWeight = 2 ** 26;
const weights = new Uint32Array(256);
weights[backslash] = 1;
weights[lineFeed] = lineFeedWeight;

/**
 * Whether the bytes are already as COPY reads them: each backslash in them is that of a null (`\N`), each line feed ends a
 * value, and tabs and carriage returns there are none. Any text that would have to be escaped makes one of
 * these counts wrong. Both are counted in one sum, without a branch for each byte: half the time.
 */
export function hasOnlyNulls(
  column: Uint8Array,
  { values, nulls }: { readonly values: number; readonly nulls: number },
): boolean {
  let sum = 0;
  for (let at = 0; at < column.length; at += 1) sum += weights[column[at] as number] as number;
  return sum === nulls + values * lineFeedWeight && !column.includes(tab) && !column.includes(carriageReturn);
}

/** The same byte four times. */
const four = (byte: number): number => Math.imul(byte, 0x01010101);
const wordBytes = 4;

/**
 * A column of numbers, in its own place: with a comma behind each, as SQLite sets them at a fifth less time, on the way
 * in; with a line feed behind each on the way out. Four bytes at a time, without a branch.
 */
export function commasToLineFeeds(column: Uint8Array): void {
  const { buffer, byteOffset, length } = column;
  const start = -byteOffset & (wordBytes - 1);
  const count = Math.max(0, Math.floor((length - start) / wordBytes));
  const words = count === 0 ? new Int32Array() : new Int32Array(buffer, byteOffset + start, count);
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] as number;
    // Zero where a comma was; of each byte that is zero the highest bit, and nothing else, is left.
    const others = word ^ four(comma);
    const found = ~(((others & four(0x7f)) + four(0x7f)) | others | four(0x7f));
    words[at] = word ^ Math.imul(found >>> 7, comma ^ lineFeed);
  }
  for (const rest of count === 0 ? [column] : [column.subarray(0, start), column.subarray(start + count * wordBytes)])
    for (let at = 0; at < rest.length; at += 1) if (rest[at] === comma) rest[at] = lineFeed;
}

/** The numbers of a column (none below zero), each once; nulls are passed over. */
export function distinctNumbers(column: Uint8Array): number[] {
  const found = new Set<number>();
  let [number, isNumber] = [0, true];
  for (let at = 0; at < column.length; at += 1) {
    const byte = column[at] as number;
    if (byte === lineFeed) {
      if (isNumber) found.add(number);
      number = 0;
      isNumber = true;
    } else if (byte === backslash) isNumber = false;
    else number = number * 10 + (byte - zero);
  }
  return [...found];
}
