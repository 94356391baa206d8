/**
 * Recorded rows as the gateways of each vendor would publish them (formats.md, sections 1 to 3). Each row is one
 * advertisement of the tag on the trolley, heard by one receiver; impossible values are written as they were recorded.
 *
 * ESPresense alone says less than it hears: it smooths, and repeats a tag that stands still every five seconds.
 */
import { type GatewayFormat, gatewayTopic } from '@kairos/protocol/topics.ts';
import { encode } from '@msgpack/msgpack';
import { SmoothingNode } from './espresense-node.ts';
import { advertisingOf, beaconUuid, ingicsLine, powerAt1m } from './radio-lines.ts';
import type { RecordedRow } from './recording.ts';

export interface PublishedMessage {
  readonly topic: string;
  readonly payload: string | Uint8Array;
}

/** Writes rows of one recording, in their order; null where the gateway would say nothing of a row. */
export type GatewayWriter = (row: RecordedRow) => PublishedMessage | null;

export function createGatewayWriter(format: GatewayFormat): GatewayWriter {
  if (format === 'espresense') {
    const nodes = new Map<string, SmoothingNode>();
    return (row) => {
      const node = nodes.get(row.receiver) ?? new SmoothingNode(powerAt1m);
      nodes.set(row.receiver, node);
      return espresense(row, node);
    };
  }
  return writers[format];
}

const colons = (address: string): string => (address.match(/../g) ?? []).join(':').toUpperCase();
const upper = (address: string): string => address.toUpperCase();
const minorOf = (address: string): number => Number.parseInt(address.slice(-4), 16);
const iso = (at: number): string => new Date(at).toISOString();

const writers: Readonly<Record<Exclude<GatewayFormat, 'espresense'>, GatewayWriter>> = {
  ingics: (row) => ({ topic: gatewayTopic(row.receiver, 'ingics'), payload: ingicsLine(row) }),
  openmqttgateway: ({ receiver, tag, rssi }) =>
    json(`home/${receiver}/BTtoMQTT/${upper(tag)}`, {
      id: colons(tag),
      mac_type: 1,
      rssi,
      brand: 'GENERIC',
      model: 'iBeacon',
      model_id: 'IBEACON',
      mfid: '4c00',
      uuid: beaconUuid.toLowerCase(),
      major: 1,
      minor: minorOf(tag),
      txpower: powerAt1m,
    }),
  theengs: ({ receiver, tag, rssi }) =>
    json(`home/${receiver}/BTtoMQTT/${upper(tag)}`, {
      id: colons(tag),
      rssi,
      // Not decoded: the manufacturer's data as on air.
      manufacturerdata: advertisingOf(tag).slice('0201061AFF'.length).toLowerCase(),
    }),
  minew: ({ receiver, tag, rssi, at }) =>
    json(gatewayTopic(receiver, 'minew'), [
      { timestamp: iso(at), type: 'Gateway', mac: upper(receiver), gatewayFree: 23, gatewayLoad: 1.34 },
      {
        timestamp: iso(at),
        type: 'iBeacon',
        mac: upper(tag),
        bleName: '',
        ibeaconUuid: beaconUuid,
        ibeaconMajor: 1,
        ibeaconMinor: minorOf(tag),
        rssi,
        ibeaconTxPower: powerAt1m,
        battery: 0,
      },
    ]),
  moko: ({ receiver, tag, rssi }) =>
    json(gatewayTopic(receiver, 'moko'), {
      msg_id: 3070,
      device_info: { mac: receiver },
      data: [{ mac: tag, rssi, adv_name: '', connectable: 0, type_code: 0, raw_data: advertisingOf(tag) }],
    }),
  'april-brother': ({ receiver, tag, rssi, at }) => ({
    topic: gatewayTopic(receiver, 'april-brother'),
    payload: encode({
      v: '1.4.1',
      mid: 1,
      // Since the gateway's start, in seconds.
      time: Math.floor(at / 1000) % 1_000_000,
      ip: '192.168.1.20',
      mac: upper(receiver),
      devices: [aprilDevice(tag, rssi)],
    }),
  }),
  ruuvi: ({ receiver, tag, rssi, at }) =>
    json(`ruuvi/${colons(receiver)}/${colons(tag)}`, {
      gw_mac: colons(receiver),
      rssi,
      aoa: [],
      gwts: String(Math.floor(at / 1000)),
      ts: String(Math.floor(at / 1000)),
      data: advertisingOf(tag),
      coords: '',
    }),
  // Of a button or a sensor that is worn as a tag: it says how it is.
  shelly: ({ receiver, tag, rssi, at }) => {
    const time = Math.round(at) / 1000;
    const data = {
      encryption: false,
      BTHome_version: 2,
      battery: 100,
      button: 0,
      rssi,
      address: colons(tag).toLowerCase(),
    };
    return json(`${receiver}/events/rpc`, {
      src: receiver,
      dst: `${receiver}/events`,
      method: 'NotifyEvent',
      params: { ts: time, events: [{ component: 'script:1', id: 1, event: 'shelly-blu', data, ts: time }] },
    });
  },
};

function json(topic: string, value: unknown): PublishedMessage {
  return { topic, payload: JSON.stringify(value) };
}

/** Type, address in the order of display, RSSI less 256, advertising data. */
function aprilDevice(tag: string, rssi: number): Uint8Array {
  return Buffer.from(`03${tag}${(rssi & 0xff).toString(16).padStart(2, '0')}${advertisingOf(tag)}`, 'hex');
}

function espresense({ receiver, tag, rssi, at }: RecordedRow, node: SmoothingNode): PublishedMessage | null {
  const said = node.hear(rssi, at);
  if (said === null) return null;
  return json(`espresense/devices/known:${tag}/${receiver}`, {
    mac: tag,
    id: `known:${tag}`,
    'rssi@1m': powerAt1m,
    rssi: said.rssi,
    rxAdj: 0,
    distance: said.distanceM,
    int: 500,
  });
}
