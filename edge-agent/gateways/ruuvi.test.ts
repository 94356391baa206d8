import { describe, expect, it } from 'vitest';
import { ruuviSamples as samples } from '../test/gateway-samples.ts';
import { gather, saying } from '../test/gather.ts';

const tags = ['f41f0c28cbd6'];

describe('Ruuvi, by the literal samples of formats.md', () => {
  it('tells the tag in the topic and the time as a text', () => {
    expect(gather(samples.timed, { tags }).observations).toMatchObject([
      {
        format: 'ruuvi',
        receiver: 'c8252d8e9c2c',
        address: 'f41f0c28cbd6',
        id: { kind: 'address' },
        rssi: -26,
        sourceTime: 1_653_668_027_000,
        clock: 'source-s',
      },
    ]);
  });

  it('without a network time has none', () => {
    expect(gather(samples.untimed, { tags }).observations).toMatchObject([
      { rssi: -25, sourceTime: null, clock: 'none' },
    ]);
  });

  it('says how the gateway is, which is no radio', () => {
    const status = { ...samples.timed, topic: 'ruuvi/C8:25:2D:8E:9C:2C/gw_status', payload: '{"state":"online"}' };
    expect(gather(status)).toMatchObject({ observations: [], refused: {} });
  });

  it('is refused on a topic without a tag', () => {
    expect(gather({ ...samples.timed, topic: 'ruuvi/x' }, { tags }).refused).toEqual({ 'not-this-format': 1 });
    expect(gather(saying(samples.timed, '"online"'), { tags }).refused).toEqual({ 'not-this-format': 1 });
  });
});
