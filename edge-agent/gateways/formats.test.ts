import { gatewayFormats } from '@kairos/protocol/topics.ts';
import { describe, expect, it } from 'vitest';
import { espresenseSamples, gatewaySamples, mokoSamples, theengsSamples } from '../test/gateway-samples.ts';
import { gather } from '../test/gather.ts';
import { formatOfMessage, formatOfTopic, gatewayAdapters } from './formats.ts';

describe('the formats of gateways', () => {
  it('each have an adapter of their name, and a sample', () => {
    for (const format of gatewayFormats) {
      expect(gatewayAdapters[format].format).toBe(format);
      expect(gatewaySamples.some((sample) => sample.format === format)).toBe(true);
    }
  });

  it.each([
    ['kairos/gateways/ceiling/ingics', 'ingics'],
    ['kairos/gateways/+/minew', 'minew'],
    ['kairos/gateways/x/nonsense', null],
    ['espresense/devices/#', 'espresense'],
    ['espresense/#', 'espresense'],
    ['espresense/devices/x/office', 'espresense'],
    ['home/OpenMQTTGateway/BTtoMQTT/#', 'openmqttgateway'],
    ['home/TheengsGateway/BTtoMQTT/AABBCCDDEEFF', 'theengs'],
    ['ruuvi/C8:25:2D:8E:9C:2C/F4:1F:0C:28:CB:D6', 'ruuvi'],
    ['shellyplus1-a8032abe54dc/events/rpc', 'shelly'],
    ['/gw/AC233FC0BC43/status', 'minew'],
    ['plant/hall/7', null],
  ])('are known by the topic %s: %s', (topic, format) => {
    expect(formatOfTopic(topic)).toBe(format);
  });

  // A message that could be several vendors' is nobody's: the minimal one of ESPresense on a topic of its own, say.
  const telling = gatewaySamples.filter(
    (sample) =>
      sample !== mokoSamples.network && sample !== espresenseSamples.telemetry && sample !== theengsSamples.room,
  );
  it.each(telling.map((sample) => [sample.format, sample.topic, sample] as const))(
    'are known by their message: %s on %s',
    (format, _, { topic, payload }) => {
      expect(formatOfMessage({ topic, payload: new Uint8Array(Buffer.from(payload)) })).toBe(format);
    },
  );

  it('do not mistake one another’s messages: what one reads, the others refuse or pass over', () => {
    const tags = ['dd8800003777', '58782076bc24', 'ac233f8c7cee', 'c8fd1949a530', '0c61cfc1452e', 'f41f0c28cbd6'];
    const shared = new Set(['openmqttgateway', 'theengs']);
    for (const sample of gatewaySamples) {
      for (const format of gatewayFormats) {
        if (format === sample.format || (shared.has(format) && shared.has(sample.format))) continue;
        const { observations } = gather({ ...sample, format }, { tags });
        expect(observations, `${sample.format} read as ${format}`).toEqual([]);
      }
    }
  });
});
