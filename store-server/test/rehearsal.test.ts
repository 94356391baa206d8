/** A small store day is recorded, exported and rehearsed (DESIGN section 9). */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chainIdOf } from '@kairos/protocol/chain-id.ts';
import type { Fact } from '@kairos/protocol/facts.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runExport } from '../cli/export.ts';
import { runRehearse } from '../cli/rehearse.ts';
import type { SaidMessage } from '../rehearsal/tally.ts';
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
afterAll(() => day?.close());

/** The newest day of this store, as `npm run export > FILE` leaves it: npm's own lines first. */
function writeExport(from: SmallDay): string {
  const written = ['', '> kairos@0.1.0 export', '> node tools/run.mjs store-server/cli/export.ts', ''];
  runExport(
    ['--data', from.data],
    (line) => written.push(line),
    () => {},
  );
  const path = join(from.folder, 'facts.ndjson');
  writeFileSync(path, written.join('\n'));
  return path;
}

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

function saidThen(): Omit<SaidMessage, 'ended'>[] {
  return saidIn(recorded);
}

function saidIn(facts: readonly Fact[]): Omit<SaidMessage, 'ended'>[] {
  return facts.flatMap((fact) => {
    if (fact.type !== 'message.decided') return [];
    const { dialogue, step, channel, target = null, score } = fact.body;
    return [{ at: fact.at, subject: fact.subject as number, dialogue, step, channel, target, score }];
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

describe('the second day, with what was on its way from the first', () => {
  let two: SmallDay;
  let second: string;
  let then: Fact[];
  beforeAll(async () => {
    two = await openSmallDay({ customers: members });
    playSmallDay(two);
    two.pass(86_400 - 9_000);
    const from = two.now();
    playSmallDay(two);
    await two.settle();
    then = (await two.facts()).filter(({ at }) => at >= from);
    second = writeExport(two);
  });
  afterAll(() => two?.close());

  function secondDay(from: string): Told {
    const printed: string[] = [];
    runRehearse(
      ['--facts', from, '--json', '--answers', 'recorded', two.dialogues],
      (text) => printed.push(text),
      () => {},
    );
    return JSON.parse(printed.join('')).draft;
  }

  test('is said again exactly: reminders of yesterday, limits that yesterday has used up, what was learned', () => {
    const said = saidIn(then);
    expect(said.some(({ step }) => step === 'reminder' || step === 'care')).toBe(true);
    expect(withoutEnding(secondDay(second).said)).toEqual(said);
  });

  test('control: without what was before, it is another day', () => {
    const lines = readFileSync(second, 'utf8').split('\n');
    const cut = join(two.folder, 'cut.ndjson');
    writeFileSync(cut, lines.filter((line) => !line.startsWith('{"before"')).join('\n'));
    expect(withoutEnding(secondDay(cut).said)).not.toEqual(saidIn(then));
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

test('said later by a draft, a message is answered as much later: she takes it as she took it then', () => {
  const draft = join(day.folder, 'later');
  cpSync(day.dialogues, draft, { recursive: true });
  edit(draft, 'suit-dwell.yaml', (text) => text.replace('for: 25s', 'for: 28s'));
  const told = rehearse('--answers', 'recorded', draft);
  const answered = ({ said }: Told): SaidMessage[] =>
    said.filter(({ ended, step }) => step === 'greet' && (ended === 'showMe' || ended === 'notToday'));
  expect(answered(told.draft).length).toBeGreaterThan(1);
  expect(told.figures.find(({ name }) => name === 'deeds_left_out')?.value).toBe(0);
  expect(answered(told.draft).map(({ at, subject }) => [at - 3_000, subject])).toEqual(
    answered(told.published).map(({ at, subject }) => [at, subject]),
  );
});

test('a day on which another release began is said again exactly, by the one and then by the other', async () => {
  const changed = await openSmallDay({ customers: members });
  playSmallDay(changed);
  edit(changed.dialogues, 'suit-dwell.yaml', (text) =>
    text.replace('for: 25s', 'for: 40s').replace('perVisit: 1', 'perVisit: 2'),
  );
  changed.publish();
  playSmallDay(changed);
  const facts = await changed.facts();
  expect(facts.filter(({ type }) => type === 'release.activated')).toHaveLength(2);
  const printed: string[] = [];
  runRehearse(
    ['--facts', writeExport(changed), '--json', '--answers', 'recorded', day.dialogues],
    (text) => printed.push(text),
    () => {},
  );
  const { published } = JSON.parse(printed.join('')) as { published: Told };
  expect(withoutEnding(published.said)).toEqual(saidIn(facts));
  await changed.close();
});

test('in words: what is new, what is said at another time, what is gone, beside the folder that it is compared with', () => {
  const later = join(day.folder, 'words');
  cpSync(day.dialogues, later, { recursive: true });
  edit(later, 'suit-dwell.yaml', (source) => source.replace('for: 25s', 'for: 28s'));
  const text = (...args: string[]): string => {
    const printed: string[] = [];
    runRehearse(
      ['--facts', file, ...args],
      (line) => printed.push(line),
      () => {},
    );
    return printed.join('\n');
  };
  expect(text(later)).toMatch(
    / {2}09:41:09 {2}subject \d+ {2}suit-dwell\/greet on cart-02, worth .* → .* \(release 1 at 09:41:06\)/,
  );
  expect(text('--against', later, day.dialogues)).toMatch(/09:41:06 .* \(against at 09:41:09\)/);
  expect(text(later)).toMatch(/suit-dwell: \d+ of \d+ people held out, 40 % wanted \(release 1: /);
  rmSync(join(later, 'suit-dwell.yaml'));
  expect(text(later)).toMatch(/\n- 09:41:06 {2}subject/);
  expect(text('--against', later, day.dialogues)).toMatch(/\n\+ 09:41:06 {2}subject/);
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

const carry = `dialogue: carry
title: Carry it for her
type: III
objective: { on: sale, within: 1d, value: 10 }
holdout: 0%
enter:
  - { on: help.requested }
steps:
  bring:
    say:
      handheld:
        to: { role: floor, claimWithin: 1m, else: end }
        text: { en: "Somebody asks for you" }
      validFor: 5m
      answers:
        brought: { label: { en: "Done" }, positive: false, then: thanks }
        cannot: { label: { en: "Can't now" }, then: end }
      silence: { never-shown: end, ignored: end, walked-away: end, acted-elsewhere: end }
  thanks:
    say:
      cart: { moment: any, text: { en: "Is everything as you wanted it?" } }
      validFor: 5m
      answers:
        yes: { label: { en: "Yes" }, positive: false, then: end }
        no: { label: { en: "No" }, then: end }
      silence: { never-shown: end, ignored: end, walked-away: end, acted-elsewhere: end }
`;

test('what associates did with their tasks they do again; without answers, nobody claims and nothing follows', async () => {
  const [one] = members;
  const staffed = await openSmallDay({
    customers: members,
    change: (dialogues) => writeFileSync(join(dialogues, 'carry.yaml'), carry),
  });
  staffed.observe('screen.changed', null, { screen: 'cart-01', state: 'connected' });
  staffed.observe('duty.changed', null, { associate: 'kim', state: 'on', role: 'floor', zone: 'suits' });
  staffed.logIn('cart-01', one as string);
  staffed.report('cart-01', 'zone.entered', { cart: 'cart-01', zone: 'suits', confidence: 900 });
  staffed.pass(5);
  staffed.report('cart-01', 'help.requested', { cart: 'cart-01' });
  staffed.pass(4);
  const facts = await staffed.facts();
  const [task = ''] = facts.flatMap((fact) => (fact.type === 'task.offered' ? [fact.body.task] : []));
  const subject = staffed.subjectOf(one as string);
  staffed.observe('task.claimed', subject, { task, associate: 'kim', until: staffed.now() + 240_000 });
  staffed.pass(40);
  staffed.observe('task.done', subject, { task, associate: 'kim', answer: 'brought' });
  staffed.pass(5);
  staffed.see('cart-01');
  staffed.pass(3);
  staffed.answer('cart-01', 'yes');
  await staffed.settle();
  const staffedFile = writeExport(staffed);
  const steps = (answers: string): string[] => {
    const printed: string[] = [];
    runRehearse(
      ['--facts', staffedFile, '--json', '--answers', answers, staffed.dialogues],
      (text) => printed.push(text),
      () => {},
    );
    const { draft } = JSON.parse(printed.join('')) as { draft: Told & { tasksByHour: { tasks: number }[] } };
    expect(draft.tasksByHour.map(({ tasks }) => tasks)).toEqual([1]);
    return draft.said.map(({ step, ended }) => `${step} → ${ended}`);
  };
  expect(steps('recorded')).toEqual(['bring → brought', 'thanks → yes']);
  expect(steps('none')).toEqual(['bring → open']);
  await staffed.close();
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
