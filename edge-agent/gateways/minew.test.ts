import { describe, expect, it } from 'vitest';
import { minewSamples as samples } from '../test/gateway-samples.ts';
import { gather, saying } from '../test/gather.ts';

describe('Minew, by the literal samples of formats.md', () => {
  it('says who heard it among what was heard', () => {
    expect(gather(samples.withGateway, { tags: ['ac233f8c7cee'] }).observations).toEqual([
      {
        format: 'minew',
        receiver: 'ac233fc0bc43',
        address: 'ac233f8c7cee',
        id: { kind: 'ibeacon', uuid: 'e2c56db5-dffb-48d2-b060-d0f5a71096e0', major: 0, minor: 0 },
        rssi: -38,
        powerAt1m: -59,
        sourceTime: Date.UTC(2022, 0, 20, 13, 22, 49, 519),
        clock: 'source-ms',
        receivedAt: 1_000,
        filtered: false,
      },
    ]);
  });

  it('of old firmware gives whole seconds, raw data, and the gateway in the topic alone', () => {
    expect(gather(samples.raw, { tags: ['1918fc051f60'] }).observations).toMatchObject([
      {
        receiver: 'ac233fc0bc43',
        rssi: -72,
        id: { kind: 'address' },
        sourceTime: Date.UTC(2017, 8, 6, 9, 37, 45),
        clock: 'source-s',
      },
    ]);
  });

  it('without a gateway in the message and in the topic cannot be placed', () => {
    const unnamed = { ...samples.raw, topic: 'somewhere' };
    expect(gather(unnamed, { tags: ['1918fc051f60'] }).refused).toEqual({ 'no-receiver': 1 });
  });

  it('on the store’s own topic is heard by whom the topic names', () => {
    const named = { ...samples.raw, topic: 'kairos/gateways/till-side/minew' };
    expect(gather(named, { tags: ['1918fc051f60'] }).observations).toMatchObject([{ receiver: 'till-side' }]);
  });

  it('loses one entry that cannot be read, and none beside it', () => {
    const good = { type: 'S1', mac: 'AC233F8C7CEE', rssi: '-60', timestamp: '2022-01-20T13:22:49.519Z' };
    const bad = [null, 7, { mac: 'half', name: 'Ada' }, { ...good, rawData: '0' }, { ...good, rssi: 42 }];
    const batch = saying(samples.raw, [...bad, good]);
    const { observations, tally, refused } = gather(batch, { tags: ['ac233f8c7cee'] });
    expect(observations).toMatchObject([{ rssi: -60 }]);
    expect(tally).toEqual({ heard: 1, foreign: 0, implausible: 1, unreadable: 4 });
    expect(refused).toEqual({ 'unreadable-entry': 3, 'unreadable-advertising': 1, 'impossible-rssi': 1 });
  });

  it('knows 0 for an unknown battery', () => {
    const with57 = String(samples.withGateway.payload).replace('"battery":0', '"battery":57');
    expect(gather(samples.withGateway, { tags: ['ac233f8c7cee'] }).observations[0]?.battery).toBeUndefined();
    expect(gather(saying(samples.withGateway, with57), { tags: ['ac233f8c7cee'] }).observations[0]?.battery).toEqual({
      percent: 57,
    });
  });

  it('that is no list, or too long a one, is refused', () => {
    expect(gather(saying(samples.raw, '{}')).refused).toEqual({ 'not-this-format': 1 });
    const many = saying(
      samples.raw,
      Array.from({ length: 2_001 }, () => ({ mac: 'AC233F8C7CEE', rssi: -60 })),
    );
    const { observations, refused } = gather(many, { tags: ['ac233f8c7cee'] });
    expect(refused).toEqual({ 'too-many-entries': 1 });
    expect(observations).toHaveLength(2_000);
    expect(gather(saying(samples.raw, `[${'"x",'.repeat(70_000)}1]`)).refused).toEqual({ 'too-large': 1 });
  });
});
