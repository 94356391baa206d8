import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAdvertising, identify } from './advertising.ts';
import { readHex } from './observation.ts';

const decode = (hex: string) => decodeAdvertising(readHex(hex.replaceAll(' ', '')) ?? new Uint8Array());

describe('advertising data, by the literal samples of formats.md', () => {
  it('reads an iBeacon', () => {
    expect(decode('0201061AFF4C000215B5B182C7EAB14988AA99B5C1517008D90001E6F0C5')).toEqual({
      frames: [
        { kind: 'ibeacon', uuid: 'b5b182c7-eab1-4988-aa99-b5c1517008d9', major: 1, minor: 59120, powerAt1m: -59 },
      ],
      truncated: false,
    });
  });

  it('reads the iBeacon of the April Brother sample', () => {
    expect(identify(decode('0201061AFF4C000215EB6D469624BE4663B15230D46B0E9CC9000D002AC0'))).toEqual({
      id: { kind: 'ibeacon', uuid: 'eb6d4696-24be-4663-b152-30d46b0e9cc9', major: 13, minor: 42 },
      powerAt1m: -64,
    });
  });

  it('refuses an iBeacon whose company id is swapped', () => {
    expect(decode('0201061AFF004C0215B5B182C7EAB14988AA99B5C1517008D90001E6F0C5').frames).toEqual([]);
  });

  it('does not believe a power at one metre of +3', () => {
    const [frame] = decode('1AFF4C000215B5B182C7EAB14988AA99B5C1517008D90001E6F003').frames;
    expect(frame).toMatchObject({ kind: 'ibeacon', powerAt1m: null });
  });

  it('takes parts in any order: a name first, flags last', () => {
    expect(decode('1309696773206D65656820233220285445535429020106')).toEqual({ frames: [], truncated: false });
  });

  it('reads an AltBeacon', () => {
    expect(decode('1BFF1801BEAC0102030405060708090A0B0C0D0E0F1011121314C500').frames).toEqual([
      { kind: 'altbeacon', manufacturer: 0x0118, id: '0102030405060708090a0b0c0d0e0f1011121314', powerAt1m: -59 },
    ]);
  });

  it('reads an Eddystone UID with and without its reserved bytes', () => {
    const uid = { kind: 'eddystone-uid', namespace: '00112233445566778899', instance: 'aabbccddeeff', powerAt1m: -59 };
    expect(decode('0303AAFE 1716AAFE 00EE00112233445566778899AABBCCDDEEFF0000').frames).toEqual([uid]);
    expect(decode('0303AAFE 1516AAFE 00EE00112233445566778899AABBCCDDEEFF').frames).toEqual([uid]);
  });

  it('reads Eddystone telemetry, with what it does not know as unknown', () => {
    expect(decode('1116AAFE 2000 0BB8 1980 000000FF 00000064').frames).toEqual([
      { kind: 'eddystone-tlm', millivolts: 3000, celsius: 25.5, sent: 255, uptimeMs: 10_000 },
    ]);
    expect(decode('1116AAFE 2000 0000 8000 000000FF 00000064').frames).toMatchObject([
      { millivolts: null, celsius: null },
    ]);
    expect(decode('1116AAFE 2001 0000 8000 000000FF 00000064').frames).toEqual([]);
  });

  it('expands an Eddystone URL', () => {
    expect(decode('0A16AAFE 10EE 04 6B616972').frames, 'no such scheme').toEqual([]);
    expect(decode('0A16AAFE 10EE 03 6B616920').frames, 'a blank').toEqual([]);
    expect(decode('0C16AAFE 10EE 03 6B6169726F 07').frames).toMatchObject([
      { kind: 'eddystone-url', url: 'https://kairo.com', powerAt1m: -59 },
    ]);
  });

  it('takes no frame of a wrong length for a beacon', () => {
    const wrong = [
      // An iBeacon with a byte too many, and with one too few.
      '1BFF4C000215B5B182C7EAB14988AA99B5C1517008D90001E6F0C500',
      '19FF4C000215B5B182C7EAB14988AA99B5C1517008D90001E6F0',
      // An AltBeacon without its last byte; UIDs of 19 and 21 bytes; telemetry with a byte more; an empty URL, a long one.
      '1AFF1801BEAC0102030405060708090A0B0C0D0E0F1011121314C5',
      '1616AAFE00EE00112233445566778899AABBCCDDEEFF00',
      '1816AAFE00EE00112233445566778899AABBCCDDEEFF000000',
      '1216AAFE20000BB81980000000FF0000006400',
      '0616AAFE10EE03',
      `1816AAFE10EE03${'61'.repeat(18)}`,
      // Eddystone of a kind that is none, and service data of somebody else.
      '0516AAFE3000',
      '1516ABFE00EE00112233445566778899AABBCCDDEEFF',
    ];
    for (const hex of wrong) expect(decode(hex).frames, hex).toEqual([]);
  });

  it('stops at an empty part, and passes over one that is only a type', () => {
    const beacon = '1AFF4C000215B5B182C7EAB14988AA99B5C1517008D90001E6F0C5';
    expect(decode(`00${beacon}`)).toEqual({ frames: [], truncated: false });
    expect(decode(`0109${beacon}`).frames).toMatchObject([{ kind: 'ibeacon' }]);
  });

  it('does not look at more than anybody can advertise', () => {
    const part = '1AFF4C000215B5B182C7EAB14988AA99B5C1517008D90001E6F0C5';
    expect(decode(part.repeat(61)).frames).toHaveLength(61);
    expect(decode(part.repeat(62))).toEqual({ frames: [], truncated: true });
  });

  it('never takes the power at the antenna for one at a metre', () => {
    expect(identify(decode('020A0C'))).toEqual({ id: { kind: 'address' }, powerAt1m: null });
  });

  it('says that an advertisement was cut off, and keeps what came before', () => {
    const whole = '020106 1AFF4C000215B5B182C7EAB14988AA99B5C1517008D90001E6F0C5 0BFF'.replaceAll(' ', '');
    expect(decode(whole)).toMatchObject({ frames: [{ kind: 'ibeacon' }], truncated: true });
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const { frames } = decodeAdvertising(bytes);
        return frames.length <= bytes.length;
      }),
      { numRuns: 120_000 },
    );
  });
});
