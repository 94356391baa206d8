/**
 * The queue's promise under kill -9: what it said it had is there after the restart, once, in order. The ledger is
 * what the child said on its standard output before it died.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDurableQueue } from '../queue/durable-queue.ts';

const kills = 12;
const child = new URL('./queue-child.ts', import.meta.url).pathname;
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-queue-kill-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the child until it has said `lines` lines, kills it there, and gives all that it had said. */
async function runAndKill(run: string, mode: 'honest' | 'early', lines: number): Promise<string[]> {
  const spawned = spawn(process.execPath, [child, join(folder, 'queue.db'), run, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  spawned.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (said.split('\n').length > lines) spawned.kill('SIGKILL');
  });
  await new Promise((resolve) => spawned.once('close', resolve));
  // The last line may have been cut in the middle.
  return said.split('\n').slice(0, -1);
}

interface Ledger {
  readonly stored: Set<string>;
  /** Deleted, or about to be when the child died: these may be there still. */
  readonly acknowledged: Set<string>;
}

async function ledgerOf(mode: 'honest' | 'early'): Promise<Ledger> {
  const chance = simulatedPorts({ startMs: 0, seed: 5 }).random;
  const ledger: Ledger = { stored: new Set(), acknowledged: new Set() };
  for (let run = 0; run < kills; run += 1) {
    for (const line of await runAndKill(`run${run}`, mode, 50 + Math.floor(chance.next() * 900))) {
      const [first = '', ...codes] = line.split(' ');
      if (first === 'acknowledged') for (const code of codes) ledger.acknowledged.add(code);
      else ledger.stored.add(first);
    }
  }
  return ledger;
}

function drained(): string[] {
  const opened = openDurableQueue({ file: join(folder, 'queue.db'), ports: simulatedPorts({ startMs: 0, seed: 1 }) });
  if (opened.kind !== 'open') throw new Error(opened.message);
  const codes: string[] = [];
  for (let batch = opened.queue.nextBatch(); batch; batch = opened.queue.nextBatch()) {
    const { facts } = JSON.parse(batch.payload) as { facts: { body: { code: string } }[] };
    codes.push(...facts.map(({ body }) => body.code));
    opened.queue.acknowledge(batch);
  }
  opened.queue.close();
  return codes;
}

const lostOf = ({ stored, acknowledged }: Ledger, left: readonly string[]): string[] => {
  const there = new Set(left);
  return [...stored].filter((code) => !there.has(code) && !acknowledged.has(code));
};

describe(`a queue killed ${kills} times while it is being filled`, () => {
  it('loses nothing that it said it had, doubles nothing and keeps the order', async () => {
    const ledger = await ledgerOf('honest');
    const left = drained();
    expect(ledger.stored.size).toBeGreaterThan(kills * 50);
    expect(ledger.acknowledged.size).toBeGreaterThan(0);
    expect(lostOf(ledger, left)).toEqual([]);
    expect(new Set(left).size).toBe(left.length);
    const inOrder = left.map((code) => code.slice(3).split('-').map(Number) as [number, number]);
    for (let index = 1; index < inOrder.length; index += 1) {
      const [[runA, a], [runB, b]] = [inOrder[index - 1], inOrder[index]] as [[number, number], [number, number]];
      expect(runB > runA || (runB === runA && b > a)).toBe(true);
    }
  });

  it('control: a queue that says so before the commit is caught', async () => {
    const ledger = await ledgerOf('early');
    expect(lostOf(ledger, drained()).length).toBeGreaterThan(0);
  });
});
