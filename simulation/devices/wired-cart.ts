/**
 * A cart with a computer of its own: a BLE sniffer that hears the beacons on the ceiling (ABSniffer 528, 115200 baud) and
 * a barcode scanner, each on a cable to a real edge agent (formats.md sections 5.2 and 5.5).
 */
import { join } from 'node:path';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { WiredCart } from '../player.ts';
import type { Hearing } from '../world/radio.ts';
import { Cable } from './cable.ts';

/** Where an agent finds the devices, in the folder of the cables. */
export const snifferName = 'sniffer';
export const scannerName = 'scanner';

/** Flags and an iBeacon of the chain's; the numbers in it matter to nobody here, the address does. */
const advertising = '0201061AFF4C0002155D2C9A3E4B6F48A18E7C90F1A2B3C4D500010001C5';

export function wireCart(folder: string, ports: Ports): WiredCart & { close(): Promise<void> } {
  const sniffer = new Cable(join(folder, snifferName), ports);
  const scanner = new Cable(join(folder, scannerName), ports);
  return {
    hears: (hearings) => sniffer.write(hearings.map(scanLine).join('')),
    scans: (code) => scanner.write(`${code}\r`),
    close: async () => {
      await Promise.all([sniffer.close(), scanner.close()]);
    },
  };
}

/** "OK+SCAN:123B6A1AF0E6,-86,3,30,0201061AFF4C…" */
function scanLine({ anchor, rssi }: Hearing): string {
  return `OK+SCAN:${anchor.toUpperCase()},${rssi},3,${advertising.length / 2},${advertising}\r\n`;
}
