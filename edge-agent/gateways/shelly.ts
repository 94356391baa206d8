/**
 * Shelly Gen2+ devices as gateways of BLU buttons and sensors (formats.md 3.8): RPC notifications on
 * PREFIX/events/rpc, in which the "shelly-blu" event of Shelly's own script carries the decoded BTHome object.
 * The gateway is known by its `src`. Other events, of its own inputs and relays, are passed over.
 */
import { readAddress } from '../radio/observation.ts';
import type { GatewayAdapter } from './adapter.ts';
import { entriesMax, type Gathering, type Report } from './gathering.ts';
import {
  asRecord,
  entryText,
  type JsonRecord,
  openJson,
  parseJson,
  readNumber,
  readText,
  readWhole,
} from './json-message.ts';

export const shelly: GatewayAdapter = {
  format: 'shelly',
  topics: ['+/events/rpc'],
  read({ payload }, gathering) {
    const value = openJson(payload, gathering);
    if (value === undefined) return;
    const message = asRecord(value);
    const params = asRecord(message?.params);
    if (message === null || typeof message.method !== 'string') {
      gathering.refuse('not-this-format', entryText(value));
      return;
    }
    if (message.method !== 'NotifyEvent' || !Array.isArray(params?.events)) return;
    if (params.events.length > entriesMax) gathering.refuse('too-many-entries', '');
    for (const event of params.events.slice(0, entriesMax)) readEvent(event, message, gathering);
  },
  recognises({ topic, payload }) {
    const message = asRecord(parseJson(payload));
    return topic.endsWith('/events/rpc') && message !== null && 'src' in message && 'method' in message;
  },
};

function readEvent(value: unknown, message: JsonRecord, gathering: Gathering): void {
  const event = asRecord(value);
  if (event?.event !== 'shelly-blu') return;
  const data = asRecord(event.data);
  const address = readAddress(readText(data?.address) ?? '');
  const receiver = readText(message.src);
  if (data === null || address === null) {
    gathering.refuse('unreadable-entry', entryText(value));
    return;
  }
  const events = readEvents(data.button);
  const percent = readWhole(data.battery, 0, 100);
  gathering.hear({
    receiver,
    address,
    rssi: data.rssi,
    ...(events === null ? {} : { button: { packet: readWhole(data.pid, 0, 255), events } }),
    ...(percent === null ? {} : { battery: { percent } }),
    ...readTime(event),
  });
}

/** One button says a number, a remote with several an array. */
function readEvents(button: unknown): number[] | null {
  const list = Array.isArray(button) ? button.slice(0, 8) : [button];
  const events = list.map((event) => readWhole(event, 0, 255)).filter((event) => event !== null);
  return events.length === 0 ? null : events;
}

function readTime({ ts }: JsonRecord): Pick<Report, 'sourceTime' | 'clock'> {
  const seconds = readNumber(ts);
  return seconds === null || seconds <= 0 ? {} : { sourceTime: Math.round(seconds * 1000), clock: 'source-ms' };
}
