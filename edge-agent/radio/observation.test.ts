import { describe, expect, it } from 'vitest';
import { readAddress, readHex, readRssi } from './observation.ts';

describe('how vendors write things', () => {
  it.each([
    ['AABBCCDDEEFF', 'aabbccddeeff'],
    ['aa:bb:cc:dd:ee:ff', 'aabbccddeeff'],
    ['C8:25:2D:8E:9C:2C', 'c8252d8e9c2c'],
    ['AC-23-3F-C0-BC-43', 'ac233fc0bc43'],
  ])('%s is the address %s', (written, address) => {
    expect(readAddress(written)).toBe(address);
  });

  it.each(['', 'aabbccddeef', 'aabbccddeeff0', 'F3:52:85', 'ggbbccddeeff'])('"%s" is no address', (written) => {
    expect(readAddress(written)).toBeNull();
  });

  it.each([
    [-88, -88],
    ['-88', -88],
    ['-053', -53],
    ['-81.10', -81],
    [-127, -127],
    [-1, -1],
  ])('an RSSI of %s is %s dBm', (written, rssi) => {
    expect(readRssi(written)).toBe(rssi);
  });

  it.each([42, 29, 127, 0, -128, '+42', '', '-', 'x', '-8e1', null, undefined, Number.NaN, Number.NEGATIVE_INFINITY])(
    'an RSSI of %s cannot be',
    (written) => {
      expect(readRssi(written)).toBeNull();
    },
  );

  it('takes only whole bytes for hex', () => {
    expect(readHex('0a0B')).toEqual(new Uint8Array([10, 11]));
    expect(readHex('0a0')).toBeNull();
    expect(readHex('0g')).toBeNull();
  });
});
