/**
 * OpenMQTTGateway and Theengs Gateway (formats.md 2), which share their words: one device a message on
 * BASE/GATEWAY/BTtoMQTT/MAC, decoded by the gateway where it knows the device, else with its raw parts; or on
 * …presence/GATEWAY with a distance. The gateway is known by its name in the topic ("receiver" of an anchor).
 *
 * Their scan pauses: OpenMQTTGateway by default hears ten seconds of each fifty-five, which no tracker can mend; for
 * locating it has to be set to hear always.
 */
import { readAddress, readHex, type TransmitterId } from '../radio/observation.ts';
import { type GatewayAdapter, type GatewayMessage, receiverInTopic } from './adapter.ts';
import type { Gathering, Report } from './gathering.ts';
import {
  asRecord,
  entryText,
  type JsonRecord,
  openJson,
  parseJson,
  readIbeacon,
  readNumber,
  readText,
  readWhole,
} from './json-message.ts';

export const openMqttGateway: GatewayAdapter = {
  format: 'openmqttgateway',
  topics: [
    'home/OpenMQTTGateway/BTtoMQTT/+',
    'home/OpenMQTTGateway/BTtoMQTT/#',
    'home/home_presence/+',
    'home/presence/+',
  ],
  read,
  recognises: (message) => hasTheirShape(message) && !message.topic.includes('Theengs'),
};

export const theengs: GatewayAdapter = {
  format: 'theengs',
  topics: ['home/TheengsGateway/BTtoMQTT/+', 'home/TheengsGateway/BTtoMQTT/#', 'home/TheengsGateway/presence'],
  read,
  recognises: (message) => hasTheirShape(message) && message.topic.includes('Theengs'),
};

function hasTheirShape({ topic, payload }: GatewayMessage): boolean {
  const device = asRecord(parseJson(payload));
  return (
    device !== null &&
    typeof device.id === 'string' &&
    receiverIn(topic) !== null &&
    ('rssi' in device || 'distance' in device)
  );
}

function read({ topic, payload }: GatewayMessage, gathering: Gathering): void {
  // The gateway's own state.
  if (/\/(LWT|SYStoMQTT|RLStoMQTT|version)$/.test(topic)) return;
  const value = openJson(payload, gathering);
  if (value === undefined) return;
  const device = asRecord(value);
  const name = readText(device?.id);
  if (device === null || name === null) {
    gathering.refuse('not-this-format', entryText(value));
    return;
  }
  const receiver = receiverIn(topic);
  // With `presenceUseBeaconUuid` the id is the UUID, and the address stands beside it.
  const address = readAddress(name) ?? readAddress(readText(device.mac) ?? '');
  const distanceM = readNumber(device.distance);
  gathering.hear({
    receiver,
    address,
    rssi: device.rssi,
    ...readBeacon(device, name),
    ...(distanceM === null || distanceM < 0 ? {} : { distanceM }),
    ...readService(device),
    ...readBattery(device),
  });
}

/** The level before BTtoMQTT, or the last of a presence topic. */
function receiverIn(topic: string): string | null {
  const levels = topic.split('/');
  const at = levels.indexOf('BTtoMQTT');
  if (at > 0) return levels[at - 1] ?? null;
  const presence = levels.findIndex((level) => level.includes('presence'));
  if (presence < 0) return receiverInTopic(topic);
  return levels[presence + 1] ?? levels[presence - 1] ?? null;
}

const appleBeacon = '4c000215';
const appleBeaconDigits = 50;

function readBeacon(device: JsonRecord, name: string): Pick<Report, 'id' | 'powerAt1m' | 'advertising'> {
  const beacon = readIbeacon(device.uuid, device.major, device.minor);
  // Only of an iBeacon: what others call "txpower" is the power at the antenna.
  if (beacon !== null) return { id: beacon, powerAt1m: readPower(device) };
  const manufacturer = readText(device.manufacturerdata)?.toLowerCase() ?? '';
  if (manufacturer.startsWith(appleBeacon) && manufacturer.length === appleBeaconDigits) {
    // As a part of an advertisement again, so that one decoder reads it.
    return { advertising: `1aff${manufacturer}` };
  }
  const alias: TransmitterId = { kind: 'alias', alias: name };
  return readAddress(name) === null ? { id: alias } : {};
}

/** Older versions call it "power" and forget its sign. */
function readPower({ txpower, power }: JsonRecord): number | null {
  const number = readNumber(txpower) ?? readNumber(power);
  return number !== null && number > 127 && number < 256 ? number - 256 : number;
}

const bthomeService = /^(0x)?fcd2$/i;
const bthomeButtons = new Set(['SBBT-002C', 'SBBT-004CEU', 'SBBT-004CUS']);

/** What a button said: raw where the gateway passes it on, else as the gateway understood it. */
function readService(device: JsonRecord): Pick<Report, 'bthome' | 'button'> {
  const raw = readText(device.servicedata);
  const isBthome =
    bthomeService.test(readText(device.servicedatauuid) ?? '') || bthomeButtons.has(readText(device.model_id) ?? '');
  const bytes = raw !== null && raw.length <= 512 && isBthome ? readHex(raw) : null;
  if (bytes !== null) return { bthome: bytes };
  const event = readWhole(device.button, 0, 255);
  return event === null ? {} : { button: { packet: readWhole(device.packet, 0, 255), events: [event] } };
}

function readBattery({ batt, volt }: JsonRecord): Pick<Report, 'battery'> {
  const percent = readWhole(batt, 0, 100);
  const volts = readNumber(volt);
  if (percent !== null) return { battery: { percent } };
  return volts === null ? {} : { battery: { millivolts: Math.round(volts * 1000) } };
}
