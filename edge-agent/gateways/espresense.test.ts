import { describe, expect, it } from 'vitest';
import { espresenseSamples as samples } from '../test/gateway-samples.ts';
import { gather, receivedAt, saying } from '../test/gather.ts';
import { readId } from './espresense.ts';

describe('ESPresense, by the literal samples of formats.md', () => {
  const uuid = '426c7565-4368-6172-6d42-6561636f6e73';

  it('is read with its smoothed RSSI, and holds until its next repetition', () => {
    expect(gather(samples.iBeacon, { tags: ['dd8800003777'] }).observations).toEqual([
      {
        format: 'espresense',
        receiver: 'office',
        address: 'dd8800003777',
        id: { kind: 'ibeacon', uuid, major: 3838, minor: 4949 },
        rssi: -81,
        powerAt1m: -59,
        sourceTime: null,
        clock: 'none',
        receivedAt,
        filtered: true,
        holdsMs: 5_500,
        distanceM: 6.58,
      },
    ]);
  });

  it('is ours by the chain’s UUID, whatever its address', () => {
    expect(gather(samples.iBeacon, { beaconUuids: [uuid] }).observations).toHaveLength(1);
  });

  it('of a stranger’s telephone leaves nothing but a count', () => {
    const { observations, tally, samples: kept } = gather(samples.apple, { tags: ['dd8800003777'] });
    expect(observations).toEqual([]);
    expect(kept).toEqual([]);
    expect(tally).toEqual({ heard: 0, foreign: 1, implausible: 0, unreadable: 0 });
  });

  it('says the least in its topic: a tag named after its cart', () => {
    const { observations } = gather(samples.minimal, { tags: ['dd8800003777'] });
    expect(observations).toMatchObject([
      { receiver: 'loft', address: null, id: { kind: 'alias', alias: 'cart-01' }, rssi: -90 },
    ]);
    expect(gather({ ...samples.minimal, topic: 'espresense/devices/my-phone/loft' }).tally.foreign).toBe(1);
  });

  it('of old firmware carries the device on the room’s own topic', () => {
    expect(gather(samples.old, { tags: ['244b03d72780'] }).observations).toMatchObject([
      { receiver: 'office', address: '244b03d72780', rssi: -84, powerAt1m: -71, distanceM: 2.25 },
    ]);
  });

  it('is not taken for a device where a node says how it is', () => {
    expect(gather(samples.telemetry).tally).toEqual({ heard: 0, foreign: 0, implausible: 0, unreadable: 0 });
    expect(
      gather({ ...samples.telemetry, topic: 'espresense/rooms/office/status', payload: 'online' }).refused,
    ).toEqual({});
  });

  it('without a strength is refused, and so is what is none of its messages', () => {
    const tags = ['dd8800003777'];
    const named = { ...samples.minimal, topic: 'espresense/devices/known:dd8800003777/loft' };
    expect(gather(saying(named, '{"distance":2.5}'), { tags }).refused).toEqual({ 'no-rssi': 1 });
    expect(gather(saying(named, '[1]'), { tags }).refused).toEqual({ 'not-this-format': 1 });
    expect(gather(saying(named, '{"rssi":-9'), { tags }).refused).toEqual({ 'not-json': 1 });
    expect(gather(saying(named, '{"rssi":127}'), { tags }).tally).toMatchObject({ implausible: 1 });
  });
});

describe('ids of ESPresense', () => {
  it.each([
    ['244b03d72780', { address: '244b03d72780', id: { kind: 'address' } }],
    ['known:244b03d72780', { address: '244b03d72780', id: { kind: 'address' } }],
    ['itag:244b03d72780', { address: '244b03d72780', id: { kind: 'address' } }],
    ['irk:00112233445566778899aabbccddeeff', { address: null, id: { kind: 'alias' } }],
    ['apple:1006:10-12', { address: null, id: { kind: 'alias', alias: 'apple:1006:10-12' } }],
    ['iBeacon:426c7565-1-2', { address: null, id: { kind: 'alias' } }],
  ])('%s', (name, sender) => {
    expect(readId(name)).toMatchObject(sender);
  });

  it('of Eddystone have the namespace’s fifth byte twice; it is taken once', () => {
    expect(readId('eddy:0011223344445566778899-aabbccddeeff')).toEqual({
      address: null,
      id: { kind: 'eddystone', namespace: '00112233445566778899', instance: 'aabbccddeeff' },
    });
    expect(readId('eddy:0011223344555566778899-aabbccddeeff').id.kind).toBe('alias');
  });
});
