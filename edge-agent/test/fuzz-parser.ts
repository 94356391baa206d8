/**
 * Fuzzing of a family's parser: seeded inputs of noise, of frames that were cut, changed, doubled and torn apart, and of
 * frames as they should be, in any pieces. After every input a good frame has to be read. A crash is a crash.
 */
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import type { ReaderKind } from '../readers/families.ts';
import { openTrial, samples } from './parser-trial.ts';

export interface FuzzResult {
  readonly inputs: number;
  /** Good frames that were not read after an input. */
  readonly missed: number;
}

export function fuzzParser(
  kind: ReaderKind,
  { inputs, seed }: { readonly inputs: number; readonly seed: number },
): FuzzResult {
  const { random } = simulatedPorts({ startMs: 0, seed });
  const upTo = (count: number): number => Math.floor(random.next() * count);
  const sample = samples[kind];
  const noise = (): Buffer => Buffer.from(Array.from({ length: upTo(60) }, () => upTo(256)));
  const cut = (): Buffer => sample.subarray(upTo(sample.length), upTo(sample.length + 1));
  const changed = (): Buffer => {
    const bytes = Buffer.from(sample);
    for (let times = upTo(4); times >= 0; times -= 1) bytes[upTo(bytes.length)] = upTo(256);
    return bytes;
  };
  const kindsOfPiece = [noise, cut, changed, () => sample];
  const trial = openTrial(kind);
  let missed = 0;
  for (let input = 0; input < inputs; input += 1) {
    for (let pieces = upTo(4); pieces >= 0; pieces -= 1) trial.feed((kindsOfPiece[upTo(4)] as () => Buffer)());
    trial.wait();
    const at = upTo(sample.length);
    const out = [...trial.feed(sample.subarray(0, at), sample.subarray(at)), ...trial.wait()];
    if (out.length === 0) missed += 1;
  }
  return { inputs, missed };
}
