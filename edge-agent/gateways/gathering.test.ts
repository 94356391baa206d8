import { describe, expect, it } from 'vitest';
import { createOwnRadio, type OwnRadio } from '../radio/own-radio.ts';
import { gatewaySamples } from '../test/gateway-samples.ts';
import { gather } from '../test/gather.ts';
import { gatewayAdapters } from './formats.ts';
import { Gathering } from './gathering.ts';

describe('radio that is not the store’s own', () => {
  it.each(gatewaySamples.map((sample) => [sample.format, sample.topic, sample] as const))(
    'is gone in the adapter: %s on %s',
    (_, __, sample) => {
      const { observations, buttons, samples } = gather(sample);
      expect({ observations, buttons, samples }).toEqual({ observations: [], buttons: [], samples: [] });
    },
  );

  it('would be handed on by all of them, were it not asked whose it is (the control)', () => {
    const nobodys: OwnRadio = { ...createOwnRadio({}), owns: () => true };
    const heard = gatewaySamples.flatMap(({ format, topic, payload }) => {
      const gathering = new Gathering({ format, own: nobodys, receivedAt: 0 });
      gatewayAdapters[format].read({ topic, payload: new Uint8Array(Buffer.from(payload)) }, gathering);
      return gathering.observations.map((observation) => observation.format);
    });
    expect(new Set(heard)).toEqual(new Set(Object.keys(gatewayAdapters)));
  });
});
