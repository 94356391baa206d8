/**
 * The recorded trolley runs (`.mbd`): one tag among fixed receivers, a row for each advertisement that a receiver
 * heard, in the order of the file, which is not always that of time, with values that cannot be. The true positions
 * stand in the same rows; what is replayed never sees them.
 */

export interface RecordedRow {
  /** Milliseconds since 1970, with fractions. */
  readonly at: number;
  /** 12 lower-case hex digits. */
  readonly receiver: string;
  readonly tag: string;
  /** As recorded: it may be impossible. */
  readonly rssi: number;
}

export interface RecordedPosition {
  readonly at: number;
  readonly x: number;
  readonly y: number;
}

/** What a receiver would have sent: without the truth. */
export function readRows(text: string): RecordedRow[] {
  return linesOf(text).map(([time, receiver, tag, rssi], index) => {
    const row = { at: Number(time) * 1000, receiver: receiver ?? '', tag: tag ?? '', rssi: Number(rssi) };
    const isRow =
      Number.isFinite(row.at) && Number.isInteger(row.rssi) && isAddress(row.receiver) && isAddress(row.tag);
    if (!isRow) throw new Error(`line ${index + 1} is no recorded row: give a .mbd file of the trolley recordings`);
    return row;
  });
}

/** The truth, for those who judge. */
export function readPositions(text: string): RecordedPosition[] {
  return linesOf(text).map(([time, , , , x, y]) => ({ at: Number(time) * 1000, x: Number(x), y: Number(y) }));
}

function linesOf(text: string): string[][] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => line.split(','));
}

function isAddress(text: string): boolean {
  return /^[0-9a-f]{12}$/.test(text);
}
