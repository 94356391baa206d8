import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FactOf } from '@kairos/protocol/facts.ts';
import { seededRandom } from '@kairos/protocol/simulated-ports.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openInlineJournal } from '../journal/open-journal.ts';

const writer = fileURLToPath(new URL('journal-writer.ts', import.meta.url));
const honestKills = 10;
/** Each of them loses something where nothing is kept back. */
const lyingKills = 4;
const livesMaxMs = 150;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-kill-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Lets the writer live for a moment, kills it, and returns the last sequence that it was told is committed. */
async function killOnce(file: string, seed: number, mode: 'honest' | 'lying', livesMs: number): Promise<number> {
  const child = spawn(process.execPath, [writer, file, String(seed), mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (output === '') systemPorts.timers.after(livesMs, () => child.kill('SIGKILL'));
      output += chunk.toString();
    });
    child.once('exit', (code) => (code === null ? resolve() : reject(new Error(`the writer ended with ${code}`))));
    child.once('error', reject);
  });
  if (!child.stdout.readableEnded) await once(child.stdout, 'end');
  const lines = output.split('\n').slice(0, -1);
  expect(lines[0]).toBe('ready');
  return Number(lines.length > 1 ? lines.at(-1) : 0);
}

interface Found {
  readonly lost: number;
  readonly doubled: number;
  readonly parted: number;
  readonly stored: number;
}

/** Holds the file to what each life was told. */
async function audit(file: string, told: ReadonlyMap<string, number>): Promise<Found> {
  const journal = openInlineJournal({ file, groupMs: 0, ports: systemPorts });
  const facts = [];
  for (let from = 1; ; from += 10_000) {
    const page = await journal.facts({ from, to: from + 9_999, limit: 10_000 });
    facts.push(...page);
    if (from + 9_999 >= journal.start.lastSeq) break;
  }
  let lost = 0;
  let doubled = 0;
  let parted = 0;
  for (const [epoch, upTo] of told) {
    const own = facts.filter((fact) => fact.source?.epoch === epoch);
    const sequences = new Set(own.map((fact) => fact.source?.sequence));
    doubled += own.length - sequences.size;
    for (let sequence = 1; sequence <= upTo; sequence += 1) if (!sequences.has(sequence)) lost += 1;
    for (const change of Map.groupBy(own, (fact) => fact.subject).values()) {
      const { confidence: size } = (change[0] as FactOf<'zone.entered'>).body;
      if (change.length !== size) parted += 1;
    }
    const source = journal.start.sources.find((one) => one.epoch === epoch);
    // Where a source stands is committed with its facts, never apart from them.
    if (own.length > 0 && source?.upTo !== Math.max(...(sequences as Set<number>))) parted += 1;
  }
  await journal.close();
  return { lost, doubled, parted, stored: facts.length };
}

async function killRepeatedly(file: string, mode: 'honest' | 'lying', kills: number): Promise<Found> {
  const chance = seededRandom(20_261_122);
  const told = new Map<string, number>();
  for (let kill = 1; kill <= kills; kill += 1) {
    told.set(`run-${kill}`, await killOnce(file, kill, mode, chance() * livesMaxMs));
  }
  return audit(file, told);
}

it('keeps every committed fact once, and no part of a change, when the process is killed at random moments', async () => {
  const found = await killRepeatedly(join(folder, 'journal.db'), 'honest', honestKills);
  expect(found).toMatchObject({ lost: 0, doubled: 0, parted: 0 });
  expect(found.stored).toBeGreaterThan(500);
});

it('fails this very test where the acknowledgement comes before the commit', async () => {
  const found = await killRepeatedly(join(folder, 'journal.db'), 'lying', lyingKills);
  expect(found.lost).toBeGreaterThan(0);
  expect(found).toMatchObject({ doubled: 0, parted: 0 });
});
