/**
 * Ruuvi Gateway (formats.md 3.5): one advertisement a message on ruuvi/GATEWAY/TAG; numbers of the clock are texts.
 * Without a network time it counts messages instead, and only the arrival is known.
 */
import { readAddress } from '../radio/observation.ts';
import type { GatewayAdapter } from './adapter.ts';
import type { Report } from './gathering.ts';
import { asRecord, entryText, type JsonRecord, openJson, parseJson, readNumber, readText } from './json-message.ts';

export const ruuvi: GatewayAdapter = {
  format: 'ruuvi',
  topics: ['ruuvi/+/+'],
  read({ topic, payload }, gathering) {
    const levels = topic.split('/');
    // How the gateway itself is: no radio.
    if (levels.at(-1) === 'gw_status') return;
    const value = openJson(payload, gathering);
    if (value === undefined) return;
    const message = asRecord(value);
    const address = readAddress(levels.at(-1) ?? '');
    if (message === null || address === null || !('rssi' in message)) {
      gathering.refuse('not-this-format', entryText(value));
      return;
    }
    const receiver = readAddress(readText(message.gw_mac) ?? '') ?? readAddress(levels.at(-2) ?? '');
    gathering.hear({
      receiver,
      address,
      rssi: message.rssi,
      advertising: readText(message.data),
      ...readTime(message),
    });
  },
  recognises({ payload }) {
    const message = asRecord(parseJson(payload));
    return message !== null && 'gw_mac' in message && 'data' in message && 'rssi' in message;
  },
};

function readTime({ ts }: JsonRecord): Pick<Report, 'sourceTime' | 'clock'> {
  const seconds = readNumber(ts);
  return seconds === null || seconds <= 0 ? {} : { sourceTime: seconds * 1000, clock: 'source-s' };
}
