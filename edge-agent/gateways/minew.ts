/**
 * Minew G1 and MG gateways in JSON mode (formats.md 3.1): an array of what was heard in the last second or so, not in
 * the order of time, often with the gateway's own heartbeat among it, which says who heard all of it.
 */
import { fromIso } from '@kairos/protocol/time.ts';
import { readAddress, type SourceClock } from '../radio/observation.ts';
import { type GatewayAdapter, receiverInTopic } from './adapter.ts';
import { entriesMax, type Gathering } from './gathering.ts';
import {
  asRecord,
  entryText,
  type JsonRecord,
  openJson,
  parseJson,
  readIbeacon,
  readNumber,
  readText,
} from './json-message.ts';

export const minew: GatewayAdapter = {
  format: 'minew',
  topics: ['/gw/+/status', 'gw/+/status'],
  read({ topic, payload }, gathering) {
    const value = openJson(payload, gathering);
    if (value === undefined) return;
    if (!Array.isArray(value)) {
      gathering.refuse('not-this-format', entryText(value));
      return;
    }
    if (value.length > entriesMax) gathering.refuse('too-many-entries', '');
    const entries = value.slice(0, entriesMax);
    const receiver = gatewayAmong(entries) ?? receiverInTopic(topic);
    for (const entry of entries) readEntry(entry, receiver, gathering);
  },
  recognises({ payload }) {
    const value = parseJson(payload);
    const first = Array.isArray(value) ? asRecord(value[0]) : null;
    return first !== null && typeof first.type === 'string' && typeof first.timestamp === 'string' && 'mac' in first;
  },
};

function gatewayAmong(entries: readonly unknown[]): string | null {
  const gateway = entries.map(asRecord).find((entry) => entry?.type === 'Gateway');
  return readAddress(readText(gateway?.mac) ?? '');
}

function readEntry(value: unknown, receiver: string | null, gathering: Gathering): void {
  const entry = asRecord(value);
  if (entry?.type === 'Gateway') return;
  const address = readAddress(readText(entry?.mac) ?? '');
  if (entry === null || address === null) {
    gathering.refuse('unreadable-entry', entryText(value));
    return;
  }
  const beacon = readIbeacon(entry.ibeaconUuid, entry.ibeaconMajor, entry.ibeaconMinor);
  gathering.hear({
    receiver,
    address,
    rssi: entry.rssi,
    advertising: readText(entry.rawData),
    ...(beacon === null ? {} : { id: beacon, powerAt1m: readNumber(entry.ibeaconTxPower) }),
    ...readTime(entry),
    ...readBattery(entry),
  });
}

/** Newer firmware tells milliseconds, older whole seconds. */
function readTime({ timestamp }: JsonRecord): { sourceTime?: number; clock?: SourceClock } {
  const text = readText(timestamp);
  const sourceTime = text === null ? null : fromIso(text);
  if (text === null || sourceTime === null) return {};
  return { sourceTime, clock: text.includes('.') ? 'source-ms' : 'source-s' };
}

/** 0 stands for "unknown". */
function readBattery({ battery }: JsonRecord): { battery?: { percent: number } } {
  const percent = readNumber(battery);
  return percent !== null && percent > 0 && percent <= 100 ? { battery: { percent } } : {};
}
