import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Refusals, type RefusedLine } from './refusal.ts';
import { RefusedLines, readRefusedLines, refusedBytesMax, refusedLinesMax } from './refused-lines.ts';

let state = '';
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'kairos-refused-'));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

const line = (at: number, sample = 'x'): RefusedLine => ({ at, reader: 'scanner', reason: 'shape', sample });

function open() {
  const ports = simulatedPorts({ startMs: 0, seed: 1 });
  const faults: unknown[] = [];
  const lines = new RefusedLines({ state, timers: ports.timers, onFault: (fault) => faults.push(fault) });
  return { ports, lines, faults };
}

describe('refused lines', () => {
  it('can be read beside the agent and after it, and the next start goes on from them', () => {
    const { ports, lines } = open();
    lines.keep(line(1));
    expect(readRefusedLines(state)).toEqual([]);
    ports.advance(2_000);
    expect(readRefusedLines(state)).toEqual([line(1)]);
    lines.keep(line(2));
    lines.close();
    expect(readRefusedLines(state)).toEqual([line(1), line(2)]);
    const again = open();
    again.lines.keep(line(3));
    expect(again.lines.lines.map(({ at }) => at)).toEqual([1, 2, 3]);
  });

  it('are bounded by number and by bytes, and the newest are kept', () => {
    const { lines } = open();
    for (let at = 0; at < 3 * refusedLinesMax; at += 1) lines.keep(line(at));
    expect(lines.lines).toHaveLength(refusedLinesMax);
    expect(lines.lines.at(-1)?.at).toBe(3 * refusedLinesMax - 1);
    for (let at = 0; at < refusedLinesMax; at += 1) lines.keep(line(at, '•'.repeat(160)));
    lines.close();
    const { length } = readFileSync(join(state, 'refused-lines.jsonl'));
    expect(length).toBeLessThanOrEqual(refusedBytesMax);
    expect(length).toBeGreaterThan(refusedBytesMax - 1_000);
  });

  it('survive a file that holds anything', () => {
    writeFileSync(join(state, 'refused-lines.jsonl'), `{"at":1}\n\u0000\n${JSON.stringify(line(7))}\n{`);
    expect(open().lines.lines).toEqual([line(7)]);
  });

  it('stop nothing where they cannot be written', () => {
    const { ports, lines, faults } = open();
    rmSync(state, { recursive: true });
    writeFileSync(state, 'no folder');
    lines.keep(line(1));
    ports.advance(2_000);
    expect(faults).toHaveLength(1);
    expect(lines.lines).toEqual([line(1)]);
  });
});

it('a flood is counted to the last and kept in part, and what is not kept costs no sample', () => {
  const { clock, advance } = simulatedPorts({ startMs: 0, seed: 1 });
  const kept: RefusedLine[] = [];
  const refusals = new Refusals({ reader: 'scanner', clock, onKept: (one) => kept.push(one) });
  let samples = 0;
  const flood = (): void => {
    for (let one = 0; one < 1_000; one += 1) refusals.refuse('checksum', () => `${++samples}`);
  };
  flood();
  expect(kept).toHaveLength(20);
  refusals.refuse('shape', () => `${++samples}`);
  expect(kept, 'hidden by a flood of another reason').toHaveLength(21);
  advance(1_000);
  flood();
  expect(kept).toHaveLength(23);
  expect(samples).toBe(23);
  expect(refusals.counts()).toEqual({ checksum: 2_000, shape: 1 });
});
