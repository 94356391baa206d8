import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOwnRadio, newRadioTally } from '../radio/own-radio.ts';
import { ingicsMessageBytesMax, readIngics } from './ingics.ts';

const tag = '0c61cfc1452e';
const sample = '$GPRP,0C61CFC1452E,E7DAE08E6FC3,-44,0201061AFF4C000215B9A5D27D56CC4E3AAB511F2153BCB9670001452ED6\r\n';
const nameFirst = '$GPRP,CCB97E7361A4,CB412F0C8EDC,-49,1309696773206D65656820233220285445535429020106\r\n';

function read(text: string, tags: string[] = [tag], beaconUuids: string[] = []) {
  const tally = newRadioTally();
  const own = createOwnRadio({ tags: new Map(tags.map((address) => [address, 'cart-01'])), beaconUuids });
  return { observations: readIngics(Buffer.from(text, 'latin1'), { own, tally, receivedAt: 1000 }), tally };
}

describe('Ingics lines, by the literal samples of formats.md', () => {
  it('become one observation each', () => {
    expect(read(sample).observations).toEqual([
      {
        format: 'ingics',
        receiver: 'e7dae08e6fc3',
        address: tag,
        id: { kind: 'ibeacon', uuid: 'b9a5d27d-56cc-4e3a-ab51-1f2153bcb967', major: 1, minor: 0x452e },
        rssi: -44,
        powerAt1m: -42,
        sourceTime: null,
        clock: 'none',
        receivedAt: 1000,
        filtered: false,
      },
    ]);
  });

  it('with a name first are read by address alone', () => {
    expect(read(nameFirst, ['ccb97e7361a4']).observations).toMatchObject([
      { address: 'ccb97e7361a4', rssi: -49, id: { kind: 'address' } },
    ]);
  });

  it('carry their time when the gateway sends one', () => {
    const timed = (time: string) => read(sample.replace('\r\n', `,${time}\r\n`)).observations[0];
    expect(timed('1583909843')).toMatchObject({ sourceTime: 1_583_909_843_000, clock: 'source-s' });
    expect(timed('*1583909843')).toMatchObject({ sourceTime: 1_583_909_843_000 });
    expect(timed('1583909843.250')).toMatchObject({ sourceTime: 1_583_909_843_250, clock: 'source-ms' });
    expect(timed('1583909843250')).toMatchObject({ sourceTime: 1_583_909_843_250, clock: 'source-ms' });
  });
});

describe('what is not handed on', () => {
  it('is whatever belongs to somebody else: counted, and gone', () => {
    const { observations, tally } = read(sample + nameFirst);
    expect(observations.map(({ address }) => address)).toEqual([tag]);
    expect(tally).toEqual({ heard: 1, foreign: 1, implausible: 0, unreadable: 0 });
  });

  it('except that a beacon with the chain’s UUID is ours by any address', () => {
    const uuid = 'b9a5d27d-56cc-4e3a-ab51-1f2153bcb967';
    expect(read(sample, [], [uuid]).tally).toMatchObject({ heard: 1, foreign: 0 });
  });

  it('is an RSSI that cannot be', () => {
    expect(read(sample.replace('-44', '42')).tally).toMatchObject({ heard: 0, implausible: 1 });
    expect(read(sample.replace('-44', '0')).tally).toMatchObject({ heard: 0, implausible: 1 });
  });

  it('is a broken line, which costs its neighbours nothing', () => {
    const { observations, tally } = read(`${sample.slice(0, 30)}\r\n\u0000\u0007noise\r\n${sample}$GPRP,,,\n${sample}`);
    expect(observations).toHaveLength(2);
    expect(tally).toEqual({ heard: 2, foreign: 0, implausible: 0, unreadable: 3 });
  });

  it('is a message too large to come from a gateway', () => {
    const { observations, tally } = read(sample.repeat(Math.ceil(ingicsMessageBytesMax / sample.length) + 1));
    expect(observations).toEqual([]);
    expect(tally.unreadable).toBe(1);
  });

  it('is anything at all that is no line of theirs: no input crashes it', () => {
    const own = createOwnRadio({ tags: new Map([[tag, 'cart-01']]) });
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.nat(sample.length).map((end) => Uint8Array.from(Buffer.from(sample.slice(0, end)))),
      fc.constant(Uint8Array.from(Buffer.from(sample))),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 4 }), (pieces) => {
        const observations = readIngics(Buffer.concat(pieces), { own, tally: newRadioTally(), receivedAt: 0 });
        return observations.every(({ address, rssi }) => address === tag && rssi >= -127 && rssi <= -1);
      }),
      { numRuns: 100_000 },
    );
  });
});
