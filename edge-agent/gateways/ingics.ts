/**
 * Ingics iGS01/iGS02 gateways: one CSV line for each advertisement, several lines in a message (formats.md 3.4).
 *
 *     $GPRP,<tag>,<gateway>,<rssi>,<advertising hex>[,<unix time>]\r\n
 */
import { readAddress, type SourceClock } from '../radio/observation.ts';
import type { GatewayAdapter } from './adapter.ts';
import { entriesMax, type Gathering } from './gathering.ts';
import { messageBytesMax } from './json-message.ts';

const line =
  /^\$([A-Z0-9]{4}),([0-9A-Fa-f]{12}),([0-9A-Fa-f]{12}),([+-]?\d{1,3}),([0-9A-Fa-f]*)(?:,\*?(\d{9,13}(?:\.\d+)?))?$/;

export const ingics: GatewayAdapter = {
  format: 'ingics',
  topics: [],
  read({ payload }, gathering) {
    if (payload.length > messageBytesMax) {
      gathering.refuse('too-large', '');
      return;
    }
    let entries = 0;
    for (const text of lineBreaks(payload)) {
      if (text === '') continue;
      entries += 1;
      if (entries > entriesMax) {
        gathering.refuse('too-many-entries', '');
        return;
      }
      readLine(text, gathering);
    }
  },
  recognises: ({ payload }) => line.test(lineBreaks(payload.subarray(0, 4_096))[0] ?? ''),
};

function lineBreaks(payload: Uint8Array): string[] {
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
    .toString('latin1')
    .split(/\r\n|\r|\n/);
}

function readLine(text: string, gathering: Gathering): void {
  const [, , tag, gateway, rssi, advertising, time] = line.exec(text) ?? [];
  const address = readAddress(tag ?? '');
  if (address === null || gateway === undefined || (advertising ?? '').length % 2 !== 0) {
    gathering.refuse('not-text', text);
    return;
  }
  gathering.hear({ receiver: gateway, address, rssi, advertising: advertising ?? '', ...readTime(time) });
}

function readTime(text: string | undefined): { sourceTime: number | null; clock: SourceClock } {
  if (text === undefined) return { sourceTime: null, clock: 'none' };
  // Thirteen digits are milliseconds; fewer are seconds, perhaps with a fraction.
  if (/^\d{13}$/.test(text)) return { sourceTime: Number(text), clock: 'source-ms' };
  return { sourceTime: Math.round(Number(text) * 1000), clock: text.includes('.') ? 'source-ms' : 'source-s' };
}
