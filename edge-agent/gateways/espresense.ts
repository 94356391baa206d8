/**
 * ESPresense nodes (formats.md 1): one reading a message on espresense/devices/ID/NODE, already smoothed. A tag that
 * stands still is repeated every five seconds only, so that silence up to then means that it is still there. The node
 * is known by the name of its room ("receiver" of an anchor on the floor plan).
 *
 * The id is an address, an iBeacon's numbers, or a name given by the installer: a tag named after its cart is that
 * cart's. Very old firmware puts the device into espresense/rooms/NODE.
 */
import { readAddress, type TransmitterId } from '../radio/observation.ts';
import type { GatewayAdapter } from './adapter.ts';
import { asRecord, entryText, openJson, parseJson, readIbeacon, readNumber, readText } from './json-message.ts';

const topicShape = /(?:^|\/)(devices|rooms)\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/;
/** `skip_ms` of its firmware, and a little for the way. */
const repeatsAfterMs = 5_500;

export const espresense: GatewayAdapter = {
  format: 'espresense',
  topics: ['espresense/devices/+/+', 'espresense/devices/#', 'espresense/#'],
  read({ topic, payload }, gathering) {
    const [, branch, first, second, third] = topicShape.exec(topic) ?? [];
    // Deeper topics are a node's settings, its status and its telemetry.
    if (branch === 'rooms' ? second !== undefined : third !== undefined) return;
    const value = openJson(payload, gathering);
    if (value === undefined) return;
    const reading = asRecord(value);
    const name = branch === 'devices' ? first : readText(reading?.id);
    const receiver = branch === 'devices' ? second : first;
    if (reading === null || name === undefined || name === null || receiver === undefined) {
      gathering.refuse('not-this-format', entryText(value));
      return;
    }
    const sender = readId(name);
    const distanceM = readNumber(reading.distance);
    const battery = readBattery(reading.batt, reading.mV);
    gathering.hear({
      receiver,
      address: readAddress(readText(reading.mac) ?? '') ?? sender.address,
      id: sender.id,
      rssi: reading.rssi,
      powerAt1m: readNumber(reading['rssi@1m']),
      filtered: true,
      holdsMs: repeatsAfterMs,
      ...(distanceM === null || distanceM < 0 ? {} : { distanceM }),
      ...(battery === null ? {} : { battery }),
    });
  },
  recognises({ topic, payload }) {
    const reading = asRecord(parseJson(payload));
    return topicShape.test(topic) && reading !== null && ('rssi@1m' in reading || 'rxAdj' in reading);
  },
};

/** "iBeacon:UUID-MAJOR-MINOR", "known:MAC", a bare address, "eddy:…", or an alias. */
export function readId(name: string): { readonly address: string | null; readonly id: TransmitterId } {
  const colon = name.indexOf(':');
  const kind = name.slice(0, Math.max(0, colon));
  const rest = name.slice(colon + 1);
  if (kind === 'iBeacon') {
    // From the right: the UUID has dashes of its own.
    const parts = rest.split('-');
    const beacon = readIbeacon(parts.slice(0, -2).join('-'), parts.at(-2), parts.at(-1));
    if (beacon !== null) return { address: null, id: beacon };
  }
  if (kind === 'eddy') {
    // The firmware prints byte 6 of the frame, the namespace's fifth, twice.
    const [, before, doubled, after, instance] =
      /^([0-9a-f]{8})([0-9a-f]{2})\2([0-9a-f]{10})-([0-9a-f]{12})$/.exec(rest) ?? [];
    if (instance !== undefined) {
      return { address: null, id: { kind: 'eddystone', namespace: `${before}${doubled}${after}`, instance } };
    }
  }
  const address = readAddress(kind === '' ? name : rest);
  if (address !== null) return { address, id: { kind: 'address' } };
  return { address: null, id: { kind: 'alias', alias: name } };
}

function readBattery(percent: unknown, millivolts: unknown) {
  const full = readNumber(percent);
  const volts = readNumber(millivolts);
  if (full === null && volts === null) return null;
  return { ...(full === null ? {} : { percent: full }), ...(volts === null ? {} : { millivolts: volts }) };
}
