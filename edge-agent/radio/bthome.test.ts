import { describe, expect, it } from 'vitest';
import { decodeAdvertising } from './advertising.ts';
import { readBthome } from './bthome.ts';

const address = '5448e68f80a5';
const read = (hex: string, key: string | null = null) =>
  readBthome(new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex')), {
    address,
    key: key === null ? null : new Uint8Array(Buffer.from(key, 'hex')),
  });

describe('BTHome v2, by the literal samples of formats.md', () => {
  it('is found in advertising data, whatever stands before it', () => {
    const bytes = Buffer.from('0201060B094449592D73656E736F720A16D2FC4002C40903BF13', 'hex');
    expect(decodeAdvertising(new Uint8Array(bytes)).frames).toEqual([
      { kind: 'bthome', data: new Uint8Array(Buffer.from('4002C40903BF13', 'hex')) },
    ]);
  });

  it('of a thermometer says nothing to us, and is understood', () => {
    expect(read('4002C40903BF13')).toEqual({
      kind: 'read',
      packet: null,
      counter: null,
      batteryPercent: null,
      buttons: [],
    });
  });

  it.each([
    ['00', 'none'],
    ['01', 'press'],
    ['02', 'double'],
    ['03', 'triple'],
    ['04', 'long'],
    ['80', 'hold'],
    ['FE', 'hold'],
    ['77', 'unknown'],
  ])('of a Shelly BLU button with event %s says "%s"', (event, said) => {
    expect(read(`44 00 2A 01 64 3A ${event}`)).toEqual({
      kind: 'read',
      packet: 42,
      counter: null,
      batteryPercent: 100,
      buttons: [said],
    });
  });

  it('stops at the first unknown id, at one out of order, and at what was cut off', () => {
    expect(read('44 00 07 E0 01 3A 01')).toMatchObject({ packet: 7, buttons: [] });
    expect(read('44 3A 01 00 07')).toMatchObject({ packet: null, buttons: ['press'] });
    expect(read('44 00 07 3A')).toMatchObject({ packet: 7, buttons: [] });
    expect(read('44 00 07 2E 30 3A 01')).toMatchObject({ buttons: ['press'] });
  });

  it('of another version is refused', () => {
    expect(read('20 00 07')).toEqual({ kind: 'refused', reason: 'not-bthome' });
    expect(read('')).toEqual({ kind: 'refused', reason: 'not-bthome' });
  });
});

describe('encrypted BTHome', () => {
  // The example of bthome.io: a thermometer; that its MIC holds proves key, nonce and order of bytes.
  const sample = '41 A47266C95F73 00112233 78237214';
  const key = '231d39c1d7cc1ab1aee224cd096db932';

  it('opens with its key', () => {
    expect(read(sample, key)).toEqual({
      kind: 'read',
      packet: null,
      counter: 0x33221100,
      batteryPercent: null,
      buttons: [],
    });
  });

  it('does not open without, with another, or with a bit changed', () => {
    expect(read(sample)).toEqual({ kind: 'refused', reason: 'no-key' });
    expect(read(sample, key.replace('2', '3'))).toEqual({ kind: 'refused', reason: 'wrong-key' });
    expect(read(sample.replace('A4', 'A5'), key)).toEqual({ kind: 'refused', reason: 'wrong-key' });
    expect(read('41 00', key)).toEqual({ kind: 'refused', reason: 'wrong-key' });
  });

  it('is not taken in the open from a button that has a key', () => {
    expect(read('44 00 2A 01 64 3A 01', key)).toEqual({ kind: 'refused', reason: 'wrong-key' });
  });
});
