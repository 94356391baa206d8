/**
 * MOKO MK gateways (MKGW3, MK107, MK110, MKGW-mini; formats.md 3.2): an envelope with a message id, known by its shape
 * because the topics are the installer's. 3070 carries what was heard; the rest is about the gateway itself.
 *
 * What an iBeacon's fields and the raw advertisement are called depends on firmware and options, so several names are
 * taken. The binary variant of the cellular models is not read.
 */
import { readAddress } from '../radio/observation.ts';
import { type GatewayAdapter, receiverInTopic } from './adapter.ts';
import { entriesMax, type Gathering } from './gathering.ts';
import { asRecord, entryText, openJson, parseJson, readIbeacon, readNumber, readText } from './json-message.ts';

const scanResult = 3070;

export const moko: GatewayAdapter = {
  format: 'moko',
  topics: [],
  read({ topic, payload }, gathering) {
    const value = openJson(payload, gathering);
    if (value === undefined) return;
    const envelope = asRecord(value);
    const id = readNumber(envelope?.msg_id);
    if (envelope === null || id === null) {
      gathering.refuse('not-this-format', entryText(value));
      return;
    }
    if (id !== scanResult) return;
    if (!Array.isArray(envelope.data)) {
      gathering.refuse('not-this-format', entryText(value));
      return;
    }
    if (envelope.data.length > entriesMax) gathering.refuse('too-many-entries', '');
    const receiver = readAddress(readText(asRecord(envelope.device_info)?.mac) ?? '') ?? receiverInTopic(topic);
    for (const entry of envelope.data.slice(0, entriesMax)) readEntry(entry, receiver, gathering);
  },
  recognises({ payload }) {
    const envelope = asRecord(parseJson(payload));
    return envelope !== null && Number.isInteger(envelope.msg_id) && asRecord(envelope.device_info) !== null;
  },
};

function readEntry(value: unknown, receiver: string | null, gathering: Gathering): void {
  const entry = asRecord(value);
  const address = readAddress(readText(entry?.mac) ?? '');
  if (entry === null || address === null) {
    gathering.refuse('unreadable-entry', entryText(value));
    return;
  }
  const beacon = readIbeacon(entry.uuid, entry.major, entry.minor);
  const raw = readText(entry.raw_data) ?? readText(entry.adv_packet) ?? readText(entry.adv_data);
  gathering.hear({
    receiver,
    address,
    rssi: entry.rssi,
    advertising: raw,
    ...(beacon === null ? {} : { id: beacon, powerAt1m: readNumber(entry.rssi_1m) }),
  });
}
