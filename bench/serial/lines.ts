/** The lines that are said, each with its number in it, and what the processes of this benchmark say to each other. */
import { checkDigit } from '@kairos/protocol/check-digit.ts';

export const beacon = '123b6a1af0e6';
const beaconTail = ',3,30,0201061AFF4C000215B5B182C7EAB14988AA99B5C1517008D90001E6F0C5\r\n';

export type LineKind = 'barcode' | 'absniffer';

/** Goods that differ from line to line; or a beacon of the store's own. */
export function lineOf(kind: LineKind, number: number): Buffer {
  if (kind === 'absniffer') return Buffer.from(`OK+SCAN:${beacon.toUpperCase()},-${30 + (number % 60)}${beaconTail}`);
  const digits = `400${String(number).padStart(9, '0')}`;
  return Buffer.from(`${digits}${checkDigit(digits)}\r`);
}

/** Of the code of goods; NaN for anything else. */
export function numberOf(code: string): number {
  return /^400\d{10}$/.test(code) ? Number(code.slice(3, 12)) : Number.NaN;
}

export interface ToWriter {
  readonly path: string;
  readonly kind: LineKind;
  readonly first: number;
  readonly count: number;
  /** Null: as fast as they are taken. */
  readonly baudRate: number | null;
}
export interface Written {
  readonly saidMs: readonly number[];
}
/** What the floor saw: when it had the line of that number. */
export interface Split {
  readonly numbers: readonly number[];
  readonly hadMs: readonly number[];
}
