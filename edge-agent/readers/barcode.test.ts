import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BarcodeParser, scanLengthMax } from './barcode.ts';
import type { Scan } from './scan.ts';

const gs = '\u001d';

const newRefusals = () => {
  const refused: [reason: string, sample: string][] = [];
  return { refused, refuse: (reason: string, sample: () => string) => void refused.push([reason, sample()]) };
};

function newParser() {
  const { refused, refuse } = newRefusals();
  const ports = simulatedPorts({ startMs: 0, seed: 1 });
  const tally = { read: 0, unreadable: 0 };
  const parser = new BarcodeParser({ timers: ports.timers, tally, refuse });
  const scans: Scan[] = [];
  parser.on('data', (scan: Scan) => scans.push(scan));
  const drain = (): void => {
    while (parser.readableLength > 0) parser.read();
  };
  return {
    ports,
    tally,
    refused,
    feed: (...pieces: (string | Uint8Array)[]): Scan[] => {
      for (const piece of pieces) parser.write(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece);
      drain();
      return scans.splice(0);
    },
    wait: (ms: number): Scan[] => {
      ports.advance(ms);
      drain();
      return scans.splice(0);
    },
  };
}
const plain = (data: string): Scan => ({ kind: 'barcode', aim: null, data });

describe('a scan ends', () => {
  it.each([
    ['CR', '\r'],
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['TAB', '\t'],
    ['ETX', '\u0003'],
  ])('with %s', (_name, end) => {
    expect(newParser().feed(`4006381333931${end}4012345678901${end}`)).toEqual([
      plain('4006381333931'),
      plain('4012345678901'),
    ]);
  });

  it('when the scanner falls silent, and not before', () => {
    const { feed, wait } = newParser();
    expect(feed('40063813')).toEqual([]);
    expect(wait(40)).toEqual([]);
    expect(feed('33931')).toEqual([]);
    expect(wait(40)).toEqual([]);
    expect(wait(20)).toEqual([plain('4006381333931')]);
    expect(wait(1000)).toEqual([]);
  });

  it('with its terminator alone, where the scanner sends them: the gap of a busy computer ends nothing', () => {
    const { feed, wait } = newParser();
    expect(feed('4012345678901\r40063813')).toEqual([plain('4012345678901')]);
    expect(wait(1_000)).toEqual([]);
    expect(feed('33931\r')).toEqual([plain('4006381333931')]);
    // The terminator was lost, or the scanner set anew: the next is waited for no longer.
    feed('4006381333931');
    expect(wait(1_600)).toEqual([plain('4006381333931')]);
    feed('4006381333931');
    expect(wait(60)).toEqual([plain('4006381333931')]);
  });

  it('the same, in whatever pieces it came', () => {
    const stream = `\u00024006381333931\u0003]C1018012345678901${gs}10A\r\n`;
    const whole = newParser().feed(stream);
    expect(whole).toHaveLength(2);
    for (let index = 0; index <= stream.length; index += 1) {
      expect(newParser().feed(stream.slice(0, index), stream.slice(index)), `split at ${index}`).toEqual(whole);
    }
    expect(newParser().feed(...stream)).toEqual(whole);
  });
});

describe('a scan holds', () => {
  it('its AIM identifier apart from its data', () => {
    expect(newParser().feed(']E04006381333931\r')).toEqual([{ kind: 'barcode', aim: ']E0', data: '4006381333931' }]);
  });

  it('group separators, wherever they stand', () => {
    const data = `011231231231233310ABC123${gs}99TESTING`;
    expect(newParser().feed(`]C1${data}\r`)).toEqual([{ kind: 'barcode', aim: ']C1', data }]);
    expect(newParser().feed(`]C1${data}${gs}\r`)).toEqual([{ kind: 'barcode', aim: ']C1', data: `${data}${gs}` }]);
  });

  it('no STX', () => {
    expect(newParser().feed('\u00024006381333931\u0003')).toEqual([plain('4006381333931')]);
  });
});

describe('what no scanner sends', () => {
  it('is counted, and the next scan is read', () => {
    const { feed, tally } = newParser();
    expect(feed(`40063\u00ff81333931\r${'9'.repeat(scanLengthMax + 1)}\r4006381333931\r`)).toEqual([
      plain('4006381333931'),
    ]);
    expect(tally).toEqual({ read: 1, unreadable: 2 });
  });

  it('never crashes it: after a terminator the next scan is read', () => {
    const { feed } = newParser();
    const piece = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.string({ maxLength: 40 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 5 }), (pieces) => {
        feed(...pieces);
        const scans = feed('\r', ']E04006381333931\r');
        const last = scans.at(-1);
        return last?.kind === 'barcode' && last.aim === ']E0' && last.data === '4006381333931';
      }),
      { numRuns: 100_000 },
    );
  });
});
