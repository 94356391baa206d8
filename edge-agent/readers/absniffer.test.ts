import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RadioObservation } from '../radio/observation.ts';
import { createOwnRadio, newRadioTally } from '../radio/own-radio.ts';
import { AbsnifferParser } from './absniffer.ts';

const beacon = '123b6a1af0e6';
const sample = 'OK+SCAN:123B6A1AF0E6,-86,3,30,0201061AFF4C000215B5B182C7EAB14988AA99B5C1517008D90001E6F0C5';
const foreign = sample.replace('123B6A1AF0E6', 'AAAAAAAAAAAA');

const newRefusals = () => {
  const refused: [reason: string, sample: string][] = [];
  return { refused, refuse: (reason: string, sample: () => string) => void refused.push([reason, sample()]) };
};

function newParser() {
  const { refused, refuse } = newRefusals();
  const tally = newRadioTally();
  const own = createOwnRadio({ anchors: [beacon] });
  const parser = new AbsnifferParser({
    receiver: 'shelves',
    own: () => own,
    tally,
    clock: { now: () => 5000 },
    refuse,
  });
  const heard: RadioObservation[] = [];
  parser.on('data', (observation: RadioObservation) => heard.push(observation));
  return { parser, tally, heard, refused };
}

/** Feeds the pieces, one write each, and gives what came out. */
async function feed(...pieces: (string | Uint8Array)[]) {
  const { parser, tally, heard, refused } = newParser();
  for (const piece of pieces) parser.write(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece);
  parser.end();
  await new Promise((resolve) => parser.once('end', resolve));
  return { heard, tally, refused };
}

describe('ABSniffer lines, by the literal sample of formats.md', () => {
  it('become observations', async () => {
    const { heard } = await feed(`${sample}\r\n`);
    expect(heard).toEqual([
      {
        format: 'absniffer',
        receiver: 'shelves',
        address: beacon,
        id: { kind: 'ibeacon', uuid: 'b5b182c7-eab1-4988-aa99-b5c1517008d9', major: 1, minor: 59120 },
        rssi: -86,
        powerAt1m: -59,
        sourceTime: null,
        clock: 'none',
        receivedAt: 5000,
        filtered: false,
      },
    ]);
  });

  it('may come in any pieces, with noise between them', async () => {
    const noise = '\u0000\u00ffOK+SC,-1,0A:';
    const stream = `${sample}\r\n${noise}\r\n${noise}${sample}\r\n`;
    for (let index = 0; index <= stream.length; index += 1) {
      const { heard } = await feed(stream.slice(0, index), stream.slice(index));
      expect(heard, `split at ${index}`).toHaveLength(2);
    }
    const { heard } = await feed(...stream);
    expect(heard).toHaveLength(2);
  });

  it('answers to commands are no errors', async () => {
    const { tally } = await feed('OK\r\nOK+ADDR:123B6A1AF0E6\r\nAT+SCAN1\r\n');
    expect(tally).toEqual({ heard: 0, foreign: 0, implausible: 0, unreadable: 0 });
  });
});

describe('loss', () => {
  it('of any one byte costs at most two frames, and the next is read', async () => {
    for (let index = 0; index < sample.length + 2; index += 1) {
      const line = `${sample}\r\n`;
      const broken = line.slice(0, index) + line.slice(index + 1);
      const { heard } = await feed(line, broken, line, line);
      expect(heard.length, `without byte ${index}`).toBeGreaterThanOrEqual(3);
      for (const { address, rssi } of heard) {
        expect(address).toBe(beacon);
        expect([-86, -8, -6]).toContain(rssi);
      }
    }
  });

  it('of a line end leaves two frames on one line, and both are read', async () => {
    const { heard, tally } = await feed(`${sample}${sample}\r\n`);
    expect(heard).toHaveLength(2);
    expect(tally.unreadable).toBe(0);
  });

  it('of the end of a frame is seen by its length', async () => {
    const { heard, tally } = await feed(`${sample.slice(0, -2)}\r\n${sample}\r\n`);
    expect(heard).toHaveLength(1);
    expect(tally.unreadable).toBe(1);
  });

  it('of every line end for megabytes fills no memory', async () => {
    const { heard, tally } = await feed(...Array.from({ length: 100 }, () => 'x'.repeat(10_000)), `\r\n${sample}\r\n`);
    expect(heard).toHaveLength(1);
    expect(tally.unreadable).toBe(1);
  });
});

describe('what is not handed on', () => {
  it('is somebody else’s radio, and RSSI that cannot be', async () => {
    const { heard, tally } = await feed(`${foreign}\r\n${sample.replace('-86', '42')}\r\n`);
    expect(heard).toEqual([]);
    expect(tally).toEqual({ heard: 0, foreign: 1, implausible: 1, unreadable: 0 });
  });

  it('is anything else: no input crashes it, and after a line end the next frame is read', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.nat(sample.length).map((end) => Buffer.from(sample.slice(0, end))),
      fc.constantFrom(Buffer.from(`${sample}\r\n`), Buffer.from(`${foreign}\r\n`), Buffer.from('OK+SCAN:')),
    );
    const { parser, heard } = newParser();
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 5 }), (pieces) => {
        for (const bytes of pieces) parser.write(bytes);
        const before = heard.length;
        parser.write(Buffer.from(`\r\n${sample}\r\n`));
        while (parser.readableLength > 0) parser.read();
        const after = heard.slice(before);
        return after.length >= 1 && after.every(({ address, rssi }) => address === beacon && rssi === -86);
      }),
      { numRuns: 100_000 },
    );
  });
});
