import { describe, expect, it } from 'vitest';
import { mokoSamples as samples } from '../test/gateway-samples.ts';
import { gather, saying } from '../test/gather.ts';

const tags = ['c8fd1949a530', 'd7a3f0c1b2e4'];
const beacon = { kind: 'ibeacon', uuid: 'eb6d4696-24be-4663-b152-30d46b0e9cc9', major: 13, minor: 42 };

describe('MOKO, by the envelope and the keys of formats.md', () => {
  it('reads every kind of entry of a scan result, by address', () => {
    expect(gather(samples.scan, { tags }).observations).toMatchObject([
      { receiver: 'e831cda7b2c4', address: 'c8fd1949a530', id: beacon, rssi: -50, powerAt1m: -64, clock: 'none' },
      { receiver: 'e831cda7b2c4', address: 'd7a3f0c1b2e4', id: { kind: 'address' }, rssi: -71 },
      { receiver: 'e831cda7b2c4', address: 'c8fd1949a530', id: beacon, rssi: -88, powerAt1m: -64 },
    ]);
  });

  it.each(['raw_data', 'adv_packet', 'adv_data'])('takes the raw advertisement under the name "%s"', (key) => {
    const entry = {
      mac: 'C8FD1949A530',
      rssi: -50,
      [key]: '0201061AFF4C000215EB6D469624BE4663B15230D46B0E9CC9000D002AC0',
    };
    const message = saying(samples.scan, { msg_id: 3070, device_info: { mac: 'E831CDA7B2C4' }, data: [entry] });
    expect(gather(message, { beaconUuids: [beacon.uuid] }).observations).toMatchObject([{ id: beacon }]);
  });

  it('says how its network is, which is no radio of anybody', () => {
    expect(gather(samples.network)).toMatchObject({ observations: [], refused: {} });
  });

  it('is refused where the envelope is none', () => {
    expect(gather(saying(samples.scan, '{"data":[]}')).refused).toEqual({ 'not-this-format': 1 });
    expect(gather(saying(samples.scan, '{"msg_id":3070,"data":{}}')).refused).toEqual({ 'not-this-format': 1 });
    const unnamed = saying(samples.scan, { msg_id: 3070, data: [{ mac: 'C8FD1949A530', rssi: -50 }] });
    expect(gather(unnamed, { tags }).refused).toEqual({ 'no-receiver': 1 });
  });
});
