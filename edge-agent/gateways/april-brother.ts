/**
 * April Brother AB BLE Gateway V4 (formats.md 3.3): MessagePack, in which each device is a run of bytes; or JSON, in
 * which each is an array [type, mac, rssi, hex]. The time is since the gateway's start and is that of the message.
 *
 *     byte 0 advertising type · 1-6 address · 7 RSSI less 256 · 8… advertising data
 */
import { readAddress } from '../radio/observation.ts';
import { type GatewayAdapter, receiverInTopic } from './adapter.ts';
import { entriesMax, type Gathering, type Report } from './gathering.ts';
import {
  asRecord,
  entryText,
  type JsonRecord,
  messageBytesMax,
  openJson,
  parseJson,
  readNumber,
  readText,
} from './json-message.ts';
import { readMessagePack } from './message-pack.ts';

const headBytes = 8;
const openingBrace = 0x7b;

export const aprilBrother: GatewayAdapter = {
  format: 'april-brother',
  topics: [],
  read({ topic, payload }, gathering) {
    const value = open(payload, gathering);
    if (value === undefined) return;
    const message = asRecord(value);
    if (message === null || !Array.isArray(message.devices)) {
      gathering.refuse('not-this-format', '');
      return;
    }
    if (message.devices.length > entriesMax) gathering.refuse('too-many-entries', '');
    const receiver = readAddress(readText(message.mac) ?? '') ?? receiverInTopic(topic);
    const time = readTime(message);
    for (const entry of message.devices.slice(0, entriesMax)) readDevice({ entry, receiver, time, gathering });
  },
  recognises({ payload }) {
    const message = asRecord(payload[0] === openingBrace ? parseJson(payload) : readMessagePack(payload));
    return message !== null && Array.isArray(message.devices) && 'mac' in message;
  },
};

function open(payload: Uint8Array, gathering: Gathering): unknown {
  // No map of MessagePack begins like this.
  if (payload[0] === openingBrace) return openJson(payload, gathering);
  const value = readMessagePack(payload);
  if (value === undefined) gathering.refuse(payload.length > messageBytesMax ? 'too-large' : 'not-messagepack', '');
  return value;
}

type Time = Pick<Report, 'sourceTime' | 'clock'>;

function readTime({ time }: JsonRecord): Time {
  const seconds = readNumber(time);
  return seconds === null || seconds < 0 ? {} : { sourceTime: seconds * 1000, clock: 'boot' };
}

function readDevice(options: {
  readonly entry: unknown;
  readonly receiver: string | null;
  readonly time: Time;
  readonly gathering: Gathering;
}): void {
  const { entry, receiver, time, gathering } = options;
  const device = entry instanceof Uint8Array ? fromBytes(entry) : fromArray(entry);
  if (device === null) {
    gathering.refuse('unreadable-entry', entry instanceof Uint8Array ? '' : entryText(entry));
    return;
  }
  gathering.hear({ receiver, ...device, ...time });
}

function fromBytes(bytes: Uint8Array): Pick<Report, 'address' | 'rssi' | 'advertising'> | null {
  if (bytes.length < headBytes) return null;
  return {
    address: Buffer.from(bytes.subarray(1, 7)).toString('hex'),
    rssi: (bytes[7] as number) - 256,
    advertising: bytes.subarray(headBytes),
  };
}

function fromArray(entry: unknown): Pick<Report, 'address' | 'rssi' | 'advertising'> | null {
  if (!Array.isArray(entry)) return null;
  const [, mac, rssi, hex] = entry as unknown[];
  const address = readAddress(readText(mac) ?? '');
  return address === null ? null : { address, rssi, advertising: readText(hex) };
}
