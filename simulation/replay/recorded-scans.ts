/**
 * The recorded office (`uji-ble`): a phone hears fixed beacons. One scan is a row of RSSI in the order of the beacons'
 * table, 100 where a beacon was not heard, with the true place in a file of its own. Beacons are named by their row,
 * as a floor plan would name them.
 */
export interface RecordedScan {
  readonly x: number;
  readonly y: number;
  /** Beacon → dBm, of those that were heard. */
  readonly heard: ReadonlyMap<string, number>;
}

export interface RecordedBeacon {
  /** 12 lower-case hex digits, made from its place in the table. */
  readonly address: string;
  readonly x: number;
  readonly y: number;
}

const notHeard = 100;

/** `dep/geo.csv`: "id,x,y" with a head. */
export function readBeacons(text: string): RecordedBeacon[] {
  return linesOf(text)
    .slice(1)
    .map(([, x, y], index) => ({ address: addressOf(index), x: Number(x), y: Number(y) }));
}

/** `rss/geo_rss.csv` and `rss/geo_crd.csv`, row by row. */
export function readScans(rss: string, places: string): RecordedScan[] {
  const at = linesOf(places);
  return linesOf(rss).map((row, index) => {
    const [x, y] = at[index] ?? [];
    const heard = row.flatMap((value, beacon) =>
      Number(value) === notHeard ? [] : [[addressOf(beacon), Number(value)] as const],
    );
    return { x: Number(x), y: Number(y), heard: new Map(heard) };
  });
}

function addressOf(index: number): string {
  return (index + 1).toString(16).padStart(12, '0');
}

function linesOf(text: string): string[][] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => line.split(','));
}
