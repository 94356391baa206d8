import { describe, expect, it } from 'vitest';
import { ingicsSamples as samples } from '../test/gateway-samples.ts';
import { gather, saying } from '../test/gather.ts';
import { messageBytesMax } from './json-message.ts';

const tag = '0c61cfc1452e';
const line = samples.iBeacon.payload;
const read = (text: string, tags: string[] = [tag], beaconUuids: string[] = []) =>
  gather(saying(samples.iBeacon, text), { tags, beaconUuids });

describe('Ingics lines, by the literal samples of formats.md', () => {
  it('become one observation each', () => {
    expect(read(line).observations).toEqual([
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
    expect(gather(samples.nameFirst, { tags: ['ccb97e7361a4'] }).observations).toMatchObject([
      { address: 'ccb97e7361a4', rssi: -49, id: { kind: 'address' } },
    ]);
  });

  it('carry their time when the gateway sends one', () => {
    const timed = (time: string) => read(line.replace('\r\n', `,${time}\r\n`)).observations[0];
    expect(timed('1583909843')).toMatchObject({ sourceTime: 1_583_909_843_000, clock: 'source-s' });
    expect(timed('*1583909843')).toMatchObject({ sourceTime: 1_583_909_843_000 });
    expect(timed('1583909843.250')).toMatchObject({ sourceTime: 1_583_909_843_250, clock: 'source-ms' });
    expect(timed('1583909843250')).toMatchObject({ sourceTime: 1_583_909_843_250, clock: 'source-ms' });
  });
});

describe('what is not handed on', () => {
  it('is whatever belongs to somebody else: counted, and gone', () => {
    const { observations, tally, samples: kept } = read(line + samples.nameFirst.payload);
    expect(observations.map(({ address }) => address)).toEqual([tag]);
    expect(tally).toEqual({ heard: 1, foreign: 1, implausible: 0, unreadable: 0 });
    expect(kept).toEqual([]);
  });

  it('except that a beacon with the chain’s UUID is ours by any address', () => {
    const uuid = 'b9a5d27d-56cc-4e3a-ab51-1f2153bcb967';
    expect(read(line, [], [uuid]).tally).toMatchObject({ heard: 1, foreign: 0 });
  });

  it('is an RSSI that cannot be', () => {
    for (const rssi of ['42', '0', '+29', '127', '-128']) {
      expect(read(line.replace('-44', rssi))).toMatchObject({ tally: { heard: 0, implausible: 1 } });
    }
  });

  it('is a broken line, which costs its neighbours nothing', () => {
    const { observations, tally, refused } = read(
      `${line.slice(0, 30)}\r\n\u0000\u0007noise\r\n${line}$GPRP,,,\n${line}`,
    );
    expect(observations).toHaveLength(2);
    expect(tally).toEqual({ heard: 2, foreign: 0, implausible: 0, unreadable: 3 });
    expect(refused).toEqual({ 'not-text': 3 });
  });

  it('is a message too large to come from a gateway', () => {
    const { observations, refused } = read(line.repeat(Math.ceil(messageBytesMax / line.length) + 1));
    expect(observations).toEqual([]);
    expect(refused).toEqual({ 'too-large': 1 });
  });
});
