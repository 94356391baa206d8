/**
 * Ingics iGS01/iGS02 gateways: one CSV line for each advertisement, over MQTT (formats.md section 3.4).
 *
 *     $GPRP,<tag>,<gateway>,<rssi>,<advertising hex>[,<unix time>]\r\n
 *
 * Several lines may come in one message. What is not the store's own is dropped here.
 */
import { decodeAdvertising, identify } from '../radio/advertising.ts';
import { type RadioObservation, readAddress, readHex, readRssi, type SourceClock } from '../radio/observation.ts';
import type { OwnRadio, RadioTally } from '../radio/own-radio.ts';

/** A message beyond this is no gateway's; it is counted and dropped whole. */
export const ingicsMessageBytesMax = 65_536;

const line =
  /^\$([A-Z0-9]{4}),([0-9A-Fa-f]{12}),([0-9A-Fa-f]{12}),([+-]?\d{1,3}),([0-9A-Fa-f]*)(?:,\*?(\d{9,13}(?:\.\d+)?))?$/;

export interface GatewayContext {
  readonly own: OwnRadio;
  readonly tally: RadioTally;
  /** By this machine's clock. */
  readonly receivedAt: number;
  /** What could not be read, for a person to look at, with everything taken out that may be somebody's address. */
  readonly onUnreadable?: (masked: string) => void;
}

/** A line that cannot be read may still hold an address that is not ours: nothing that looks like one is kept. */
function masked(line: string): string {
  return line.replace(/[0-9A-Fa-f]{6,}/g, '…');
}

export function readIngics(payload: Uint8Array, context: GatewayContext): RadioObservation[] {
  const { tally } = context;
  if (payload.length > ingicsMessageBytesMax) {
    tally.unreadable += 1;
    return [];
  }
  const observations: RadioObservation[] = [];
  for (const text of Buffer.from(payload)
    .toString('latin1')
    .split(/\r\n|\r|\n/)) {
    if (text === '') continue;
    const observation = readIngicsLine(text, context);
    if (observation) observations.push(observation);
  }
  return observations;
}

function readIngicsLine(
  text: string,
  { own, tally, receivedAt, onUnreadable }: GatewayContext,
): RadioObservation | null {
  const [, , tag, gateway, rssiText, advertisingHex, time] = line.exec(text) ?? [];
  const address = readAddress(tag ?? '');
  const receiver = readAddress(gateway ?? '');
  const advertising = readHex(advertisingHex ?? '-');
  if (address === null || receiver === null || advertising === null) {
    tally.unreadable += 1;
    onUnreadable?.(masked(text));
    return null;
  }
  const { id, powerAt1m } = identify(decodeAdvertising(advertising));
  if (!own.owns({ address, id })) {
    tally.foreign += 1;
    return null;
  }
  const rssi = readRssi(rssiText);
  if (rssi === null) {
    tally.implausible += 1;
    return null;
  }
  tally.heard += 1;
  return { format: 'ingics', receiver, address, id, rssi, powerAt1m, ...readTime(time), receivedAt, filtered: false };
}

function readTime(text: string | undefined): { sourceTime: number | null; clock: SourceClock } {
  if (text === undefined) return { sourceTime: null, clock: 'none' };
  // Thirteen digits are milliseconds; fewer are seconds, perhaps with a fraction.
  if (/^\d{13}$/.test(text)) return { sourceTime: Number(text), clock: 'source-ms' };
  return { sourceTime: Math.round(Number(text) * 1000), clock: text.includes('.') ? 'source-ms' : 'source-s' };
}
