/**
 * A recorded row as the devices of both worlds would write it: a gateway that hears the tag (Ingics), and, turned
 * round, a cart whose reader hears the receiver as if it were a shelf beacon (ABSniffer); formats.md 3.4 and 5.2.
 * Impossible values are written as they were recorded.
 */
import type { RecordedRow } from './recording.ts';

export const beaconUuid = '6B6169726F7300000000000000000001';
/** dBm */
export const powerAt1m = -59;
/** Advertising type of a beacon that nobody can connect to. */
const nonConnectable = 3;

/** Flags and an iBeacon that carries the last four digits of the address as its minor number. */
export function advertisingOf(address: string): string {
  return `0201061AFF4C000215${beaconUuid}0001${address.slice(-4).toUpperCase()}${(powerAt1m & 0xff).toString(16).toUpperCase()}`;
}

/** `$GPRP,<tag>,<gateway>,<rssi>,<advertising>\r\n` */
export function ingicsLine({ tag, receiver, rssi }: RecordedRow): string {
  return `$GPRP,${tag.toUpperCase()},${receiver.toUpperCase()},${rssi},${advertisingOf(tag)}\r\n`;
}

/** `OK+SCAN:<beacon>,<rssi>,<type>,<length>,<advertising>\r\n` */
export function absnifferLine({ receiver, rssi }: RecordedRow): string {
  const advertising = advertisingOf(receiver);
  return `OK+SCAN:${receiver.toUpperCase()},${rssi},${nonConnectable},${advertising.length / 2},${advertising}\r\n`;
}
