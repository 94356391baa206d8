/** A small store day is recorded, exported and rehearsed (DESIGN section 9). */
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fact } from '@kairos/protocol/facts.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chainIdOf } from '../catalogue/chain-id.ts';
import { runExport } from '../cli/export.ts';
import { runRehearse } from '../cli/rehearse.ts';
import type { SaidMessage } from '../rehearsal/rehearse-day.ts';
import { members, playSmallDay } from './shoppers.ts';
import { chainKey, edit, openSmallDay, type SmallDay } from './small-day.ts';

let day: SmallDay;
let file: string;
let lines: string[];
let recorded: Fact[];

beforeAll(async () => {
  day = await openSmallDay({
    customers: members,
    change: (dialogues) => edit(dialogues, 'suit-dwell.yaml', (text) => text.replace('holdout: 5%', 'holdout: 40%')),
  });
  playSmallDay(day);
  await day.settle();
  recorded = await day.facts();
  lines = [];
  expect(
    runExport(
      ['--data', day.data],
      (line) => lines.push(line),
      () => {},
    ),
  ).toBe(0);
  file = join(day.folder, 'facts.ndjson');
  writeFileSync(file, `${lines.join('\n')}\n`);
});
afterAll(() => day.close());

interface Told {
  readonly said: readonly SaidMessage[];
  readonly holdouts: readonly { dialogue: string; held: number; let: number }[];
  readonly stopped: Record<string, Record<string, number>>;
}

function rehearse(...args: string[]): { draft: Told; published: Told; figures: { name: string; value: number }[] } {
  const printed: string[] = [];
  const complained: string[] = [];
  const code = runRehearse(
    ['--facts', file, '--json', ...args],
    (text) => printed.push(text),
    (text) => complained.push(text),
  );
  expect(complained).toEqual([]);
  expect(code).toBe(0);
  return JSON.parse(printed.join('\n'));
}

function saidThen(): unknown[] {
  return recorded.flatMap((fact) => {
    if (fact.type !== 'message.decided') return [];
    const { dialogue, step, channel, target = null, score } = fact.body;
    return [{ at: fact.at, subject: fact.subject, dialogue, step, channel, target, score }];
  });
}

function withoutEnding(said: readonly SaidMessage[]): unknown[] {
  return said.map(({ ended: _, ...message }) => message);
}

/** How each message ended on the day, by its place in the order. */
function endingsThen(): string[] {
  const endings = new Map<string, string>();
  for (const { type, body } of recorded) {
    const { message } = body as { message: string };
    if (type === 'message.decided') endings.set(message, 'open');
    else if (type === 'message.answered') endings.set(message, (body as { answer: string }).answer);
    else if (type === 'message.silent') endings.set(message, (body as { silence: string }).silence);
    else if (type === 'message.withdrawn' && endings.get(message) === 'open')
      endings.set(message, `withdrawn: ${(body as { reason: string }).reason}`);
  }
  return [...endings.values()];
}

describe('the release that was active, on recorded answers', () => {
  test('says exactly what was said: to whom, when, where, for what score, and with what ending', () => {
    const { draft, published } = rehearse('--answers', 'recorded', day.dialogues);
    expect(saidThen().length).toBeGreaterThan(8);
    expect(new Set(endingsThen()).size).toBeGreaterThan(3);
    for (const side of [draft, published]) {
      expect(withoutEnding(side.said)).toEqual(saidThen());
      expect(side.said.map(({ ended }) => ended)).toEqual(endingsThen());
    }
  });

  test('holds out whom it held out, although the file has no chain-wide ids', () => {
    const heldThen = recorded.filter((fact) => fact.type === 'run.entered' && fact.body.held);
    const { published } = rehearse('--answers', 'recorded', day.dialogues);
    expect(heldThen.length).toBeGreaterThan(0);
    expect(published.holdouts.reduce((sum, { held }) => sum + held, 0)).toBe(heldThen.length);
  });

  test('control: with the facts of one shopper’s walk taken away it says something else', () => {
    const without = lines.filter((line) => !line.includes('"zone.entered"'));
    const other = join(day.folder, 'other.ndjson');
    writeFileSync(other, without.join('\n'));
    const printed: string[] = [];
    runRehearse(
      ['--facts', other, '--json', '--answers', 'recorded', day.dialogues],
      (text) => printed.push(text),
      () => {},
    );
    expect(withoutEnding(JSON.parse(printed.join('')).draft.said)).not.toEqual(saidThen());
  });
});

test('a draft is rehearsed beside what was published, the same each time', () => {
  const draft = join(day.folder, 'draft');
  cpSync(day.dialogues, draft, { recursive: true });
  edit(draft, 'suit-dwell.yaml', (text) => text.replace('for: 25s', 'for: 5m'));
  const first = rehearse(draft);
  expect(rehearse(draft)).toEqual(first);
  const suits = (told: Told): number => told.said.filter(({ dialogue }) => dialogue === 'suit-dwell').length;
  expect(suits(first.published)).toBeGreaterThan(0);
  expect(suits(first.draft)).toBe(0);
});

test('nobody answers unless told otherwise, and every message on a cart has been seen', () => {
  const { draft } = rehearse(day.dialogues);
  const endings = new Set(draft.said.map(({ ended }) => ended));
  expect(
    [...endings].filter(
      (ended) => !['ignored', 'walked-away', 'never-shown', 'acted-elsewhere', 'open'].includes(ended),
    ),
  ).toEqual([]);
  expect(endings).toContain('ignored');
});

test('the file names nobody: no loyalty number, no chain-wide id, no first name', () => {
  const text = lines.join('\n');
  expect(text.includes('"zone.entered"')).toBe(true);
  const secrets = members.flatMap((number) => [number, chainIdOf(chainKey, number)]);
  expect([...secrets, chainKey, 'Name0', 'Name1'].filter((secret) => text.includes(secret))).toEqual([]);
});

test('what cannot be used is said in words, with exit 1', () => {
  const complained: string[] = [];
  const run = (...args: string[]): number =>
    runRehearse(
      args,
      () => {},
      (text) => complained.push(text),
    );
  expect(run('--facts', join(day.folder, 'nothing.ndjson'), day.dialogues)).toBe(1);
  const broken = join(day.folder, 'broken.ndjson');
  writeFileSync(broken, `${lines[0]}\n{"type":"zone.entered"}\n`);
  expect(run('--facts', broken, day.dialogues)).toBe(1);
  expect(run('--facts', file, join(day.folder, 'no-such-folder'))).toBe(1);
  expect(complained.join('\n')).toMatch(
    /nothing\.ndjson cannot be read[\s\S]*Line 2 is no fact[\s\S]*cannot be read: name the folder/,
  );
});
