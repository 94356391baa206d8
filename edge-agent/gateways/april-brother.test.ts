import { encode } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import { aprilDevice, aprilJson } from '../test/gateway-samples.ts';
import { gather, saying } from '../test/gather.ts';

const tags = ['c8fd1949a530'];
const heard = {
  format: 'april-brother',
  receiver: '12345678abcd',
  address: 'c8fd1949a530',
  id: { kind: 'ibeacon', uuid: 'eb6d4696-24be-4663-b152-30d46b0e9cc9', major: 13, minor: 42 },
  rssi: -50,
  powerAt1m: -64,
  sourceTime: 35_000,
  clock: 'boot',
  receivedAt: 1_000,
  filtered: false,
};
const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
const message = {
  v: '1.4.1',
  mid: 7,
  time: 35,
  ip: '192.168.1.20',
  mac: '12345678ABCD',
  devices: [bytes(aprilDevice)],
};
const packed = (value: unknown) => saying(aprilJson, encode(value));

describe('April Brother V4, by the literal sample of formats.md', () => {
  it('is MessagePack with a run of bytes for each device', () => {
    expect(gather(packed(message), { tags }).observations).toEqual([heard]);
  });

  it('is in older or JSON mode an array for each device', () => {
    expect(gather(aprilJson, { tags }).observations).toEqual([heard]);
  });

  it('loses a device that was cut off, and none beside it', () => {
    const devices = [bytes(aprilDevice.slice(0, 14)), 'text', 7, bytes(aprilDevice)];
    const { observations, refused } = gather(packed({ ...message, devices }), { tags });
    expect(observations).toHaveLength(1);
    expect(refused).toEqual({ 'unreadable-entry': 3 });
  });

  it('is refused where it is no MessagePack, cut off, or of another shape', () => {
    const whole = encode(message);
    expect(gather(saying(aprilJson, whole.subarray(0, whole.length - 5))).refused).toEqual({ 'not-messagepack': 1 });
    expect(gather(saying(aprilJson, bytes('c1'))).refused).toEqual({ 'not-messagepack': 1 });
    expect(gather(saying(aprilJson, new Uint8Array())).refused).toEqual({ 'not-messagepack': 1 });
    expect(gather(packed({ devices: 'none' })).refused).toEqual({ 'not-this-format': 1 });
    expect(gather(packed([1, 2])).refused).toEqual({ 'not-this-format': 1 });
  });

  it('cannot make this end allocate what it only claims', () => {
    // An array of four thousand million, a text of two, and nesting without end.
    const nested = new Uint8Array(200_000).fill(0x91);
    for (const hostile of [bytes('ddffffffff'), bytes('db80000000'), bytes('dfffffffff'), nested]) {
      expect(gather(saying(aprilJson, hostile)).refused).toEqual({ 'not-messagepack': 1 });
    }
  });
});
