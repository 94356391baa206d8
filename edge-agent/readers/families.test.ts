/** What is true of every family's parser, whatever its frames look like: pieces, noise, loss, and anything at all. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzzParser } from '../test/fuzz-parser.ts';
import { kinds, openTrial, samples } from '../test/parser-trial.ts';
import type { ReaderKind } from './families.ts';

const inputsEach = Number(process.env.KAIROS_FUZZ ?? 20_000);

/** What the sample means, fed whole. */
function meaningOf(kind: ReaderKind): unknown[] {
  const { feed, wait } = openTrial(kind);
  return [...feed(samples[kind]), ...wait()];
}
/** The same thing read later: only the time differs. */
const bare = (what: unknown): unknown => ({ ...(what as object), receivedAt: 0 });
/** Nothing in it can begin, end or be a frame of this family. */
const noiseOf = (kind: ReaderKind): string => (kind === 'barcode' ? '\u0081\u00fe#\r' : '\u0081\u00fe#x~');

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What is still in use: garbage that waits to be collected is nobody's. */
function heldBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

describe.each(kinds)('%s', (kind) => {
  const sample = samples[kind];
  const meaning = meaningOf(kind);
  const isMeant = (what: unknown): boolean =>
    meaning.some((one) => JSON.stringify(bare(one)) === JSON.stringify(bare(what)));

  it('reads its sample', () => {
    expect(meaning.length).toBeGreaterThan(0);
    expect(openTrial(kind).refused).toEqual([]);
  });

  it('reads it in whatever pieces it comes, with noise before and after', () => {
    const stream = Buffer.concat([
      Buffer.from(noiseOf(kind), 'latin1'),
      sample,
      Buffer.from(noiseOf(kind), 'latin1'),
      sample,
    ]);
    const whole = openTrial(kind);
    const first = [...whole.feed(stream), ...whole.wait()];
    expect(first.length).toBeGreaterThanOrEqual(meaning.length);
    // Between the messages of a console stands its log.
    expect(whole.tally.unreadable).toBe(kind === 'moko-console' ? 0 : 2);
    for (let index = 1; index < stream.length; index += 1) {
      const trial = openTrial(kind);
      const out = [...trial.feed(stream.subarray(0, index), stream.subarray(index)), ...trial.wait()];
      expect(out.map(bare), `split at ${index}`).toEqual(first.map(bare));
      expect(trial.tally, `split at ${index}`).toEqual(whole.tally);
    }
    const single = openTrial(kind);
    const out = [...single.feed(...[...stream].map((byte) => Uint8Array.of(byte))), ...single.wait()];
    expect(out.map(bare)).toEqual(first.map(bare));
  });

  it('after the loss of any one byte reads the next frame but one, and nothing wrong is taken for right', () => {
    for (let index = 0; index < sample.length; index += 1) {
      const broken = Buffer.concat([sample.subarray(0, index), sample.subarray(index + 1)]);
      const trial = openTrial(kind);
      const around = [...trial.feed(sample), ...trial.wait(), ...trial.feed(broken, sample)];
      // Nothing shows that a digit of an RSSI was lost; that of a scan, its check digit does, later.
      if (kind !== 'barcode' && kind !== 'absniffer' && kind !== 'moko-console')
        expect(
          around.filter((one) => !isMeant(one)),
          `${index}`,
        ).toEqual([]);
      trial.wait();
      expect(trial.feed(sample).length + trial.wait().length, `without byte ${index}`).toBe(meaning.length);
    }
  });

  it('after a frame that was cut off anywhere reads the next one as soon as it is there', () => {
    for (let index = 1; index < sample.length; index += 1) {
      const trial = openTrial(kind);
      trial.feed(sample.subarray(0, index));
      trial.wait();
      expect([...trial.feed(sample), ...trial.wait()].some(isMeant), `cut off after ${index}`).toBe(true);
    }
  });

  it('never holds more than a few kilobytes, whatever does not end', () => {
    const trial = openTrial(kind);
    const before = heldBytes();
    for (let part = 0; part < 200; part += 1) trial.feed(Buffer.alloc(10_000, sample));
    trial.feed(...Array.from({ length: 200 }, () => Buffer.alloc(10_000, 'x')));
    expect(heldBytes() - before).toBeLessThan(8_000_000);
    trial.wait();
    expect([...trial.feed('\r', sample), ...trial.wait()].some(isMeant)).toBe(true);
  });

  it('survives anything, and reads the next frame', () => {
    expect(fuzzParser(kind, { inputs: inputsEach, seed: 7 })).toEqual({ inputs: inputsEach, missed: 0 });
  });

  it('keeps of what it refuses nobody’s address and no number', () => {
    fc.assert(
      fc.property(fc.nat(sample.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const trial = openTrial(kind, { own: [] });
        const changed = Buffer.from(sample);
        changed[at] = byte;
        trial.feed(changed.subarray(0, -1), changed);
        trial.wait();
        const kept = JSON.stringify(trial.refused).toLowerCase();
        return !/123b6a|f0e6|8cecac|78a504|5d1da5|6102437|20756010|400638/.test(kept);
      }),
      { numRuns: 500 },
    );
  });
});
