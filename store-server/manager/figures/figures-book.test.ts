import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fact, FactBody, FactType } from '@kairos/protocol/facts.ts';
import type { ManagerFigures, MediaFigures } from '@kairos/protocol/manager-figures.ts';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OpenedJournal, openInlineJournal } from '../../journal/open-journal.ts';
import { csvPage } from './figure-csv.ts';
import { managerFigures, mediaFigures } from './figure-report.ts';
import { FiguresBook } from './figures-book.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A Monday, midnight UTC. */
const start = 1_795_392_000_000;
const range = { from: start, to: start + dayMs };
const setting = { timeZone: 'UTC', currency: 'EUR', titles: { wine: 'Wine, with cheese' }, range };
const screens = { 'screen-wine': 'wine' };
let data: string;
let journal: OpenedJournal;
let book: FiguresBook;

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'kairos-book-'));
  const ports = simulatedPorts({ startMs: start, seed: 1 });
  journal = openInlineJournal({ file: join(data, 'journal.db'), groupMs: 0, ports });
  book = new FiguresBook({ data, screens });
});

afterEach(async () => {
  book.close();
  await journal.close();
  rmSync(data, { recursive: true, force: true });
});

/** Recorded `minute` minutes after midnight. */
async function record<Type extends FactType>(
  minute: number,
  type: Type,
  subject: number | null,
  body: FactBody<Type>,
): Promise<number> {
  const seq = journal.number();
  const at = start + minute * 60_000;
  journal.put({ facts: [{ seq, at, subject, source: null, cause: null, late: false, type, body } as unknown as Fact] });
  await journal.committed();
  return seq;
}

function figures(): ManagerFigures {
  book.catchUpWhole();
  return managerFigures(book, setting);
}

function media(): MediaFigures {
  book.catchUpWhole();
  return mediaFigures(book, setting);
}

const runOf = (subject: number): string => `run-of-subject-${String(subject).padStart(5, '0')}`;
const messageOf = (subject: number): string => `${runOf(subject).replaceAll('-', 'x')}-ask-1`;

async function talk(minute: number, subject: number, visit: string, answer: string | null = 'yes'): Promise<void> {
  const [run, message] = [runOf(subject).replaceAll('-', 'x'), messageOf(subject)];
  await record(minute, 'visit.opened', subject, {
    visit,
    cart: `cart-${subject}`,
    strength: 'strong',
    reason: 'known',
  });
  await record(minute, 'run.entered', subject, { run, dialogue: 'wine', release: 1, held: false, entry: {} });
  await record(minute, 'run.moved', subject, { run, step: 'ask' });
  const decided = {
    dialogue: 'wine',
    step: 'ask',
    channel: 'cart' as const,
    score: 1,
    answerWithinMs: 60_000,
    rivals: [],
  };
  await record(minute, 'message.decided', subject, { ...decided, message, run, validUntil: start + dayMs });
  await record(minute + 1, 'message.shown', subject, { message, screen: `cart-${subject}` });
  if (answer !== null) await record(minute + 2, 'message.answered', subject, { message, answer });
}

describe('the figures of a day', () => {
  it('go on where they were after a restart, and are made anew for another journal', async () => {
    await talk(10, 1, 'visit-of-the-first');
    expect(figures().attention).toMatchObject({ visits: 1, messages: 1, spent: 1 });
    book.close();
    await talk(20, 2, 'visit-of-the-second', null);
    book = new FiguresBook({ data, screens });
    const { attention, dialogues, isWhole } = figures();
    expect(attention).toMatchObject({ visits: 2, messages: 2, visitsByMessages: [0, 2, 0, 0, 0] });
    expect(dialogues[0]).toMatchObject({
      entered: 2,
      waiting: 2,
      shown: 2,
      answered: 1,
      steps: [{ step: 'ask', waiting: 2 }],
    });
    expect(isWhole).toBe(true);
    // Control: it had not begun anew; what is taken out of its table stays out.
    book.db.exec("DELETE FROM visits; UPDATE meta SET value = 'another' WHERE key = 'journal'");
    expect(figures().attention.visits).toBe(0);
    book.close();
    book = new FiguresBook({ data, screens });
    expect(figures().attention.visits).toBe(2);
  });

  it('forget a visit that is forgotten, and keep what else she did', async () => {
    await talk(10, 1, 'visit-of-the-first');
    await talk(20, 2, 'visit-of-the-second');
    await record(30, 'visit.closed', 1, { visit: 'visit-of-the-first', reason: 'paid' });
    const from = await record(40, 'visit.opened', 1, {
      visit: 'visit-once-more',
      strength: 'strong',
      reason: 'at-till',
    });
    await record(41, 'message.shown', 1, { message: messageOf(1), screen: 'cart-1' });
    expect(figures().attention).toMatchObject({ visits: 3, messages: 2 });
    journal.put({ facts: [], forgotten: [{ subjects: [1], from, spare: [], lastSeq: journal.health().lastSeq }] });
    await journal.committed();
    const { attention, dialogues } = figures();
    expect(attention).toMatchObject({ visits: 2, messages: 2 });
    expect(dialogues[0]).toMatchObject({ entered: 2, answered: 2 });
    journal.put({ facts: [], forgotten: [{ subjects: [2], from: 1, spare: [], lastSeq: journal.health().lastSeq }] });
    await journal.committed();
    const traces = (): string[] =>
      ['figures.db', 'figures.db-wal'].filter((name) => readFileSync(join(data, name)).includes(messageOf(2)));
    expect(traces()).not.toEqual([]);
    expect(figures().dialogues[0]).toMatchObject({ entered: 1, shown: 1, answered: 1 });
    expect(traces()).toEqual([]);
  });

  it('hold customers who were left alone against those who were not, guests on neither side', async () => {
    for (let subject = 1; subject <= 80; subject += 1) {
      const [held, reached] = [subject > 40, subject <= 30];
      const run = runOf(subject).replaceAll('-', 'x');
      await record(subject, 'run.entered', subject, { run, dialogue: 'wine', release: 1, held, entry: {} });
      if (reached) await record(subject, 'objective.reached', subject, { run, dialogue: 'wine', held, value: 40 });
    }
    await record(99, 'visit.opened', 99, { visit: 'visit-of-a-guest', strength: 'guest', reason: 'guest' });
    await record(99, 'run.entered', 99, {
      run: 'runOfTheGuest0000000',
      dialogue: 'wine',
      release: 1,
      held: false,
      entry: {},
    });
    const { dialogues, lift } = figures();
    expect(dialogues[0]?.lift).toMatchObject({
      spoken: { customers: 40, reached: 30 },
      held: { customers: 40, reached: 0 },
      goalVerdict: 'more',
      goal: { difference: 0.75 },
    });
    expect(lift.verdict).toBe('more');
    expect(dialogues[0]?.entered).toBe(41);
  });
});

describe('plays on the screens', () => {
  it('count the visits that were in the zone meanwhile, once each, however they came and went', async () => {
    await talk(10, 1, 'visit-of-the-first');
    await talk(10, 2, 'visit-of-the-second');
    await record(12, 'zone.entered', 1, { cart: 'cart-1', zone: 'wine', confidence: 900 });
    await record(12, 'zone.entered', 2, { cart: 'cart-2', zone: 'shoes', confidence: 900 });
    // The play is told when it is over: from 12:30 to 15:30. The second looked in for a minute, twice; nobody had cart-3.
    await record(13, 'zone.entered', 2, { cart: 'cart-2', zone: 'wine', confidence: 900 });
    await record(13, 'zone.entered', null, { cart: 'cart-3', zone: 'wine', confidence: 900 });
    await record(14, 'zone.left', 2, { cart: 'cart-2', zone: 'wine' });
    await record(15, 'zone.entered', 2, { cart: 'cart-2', zone: 'wine', confidence: 900 });
    await record(15.5, 'screen.played', null, { screen: 'screen-wine', message: messageOf(1), ms: 180_000 });
    await record(20, 'screen.played', null, { screen: 'cart-1', message: messageOf(1), ms: 60_000 });
    const [cart, zone] = media().rows;
    expect(cart).toMatchObject({ screen: 'cart-1', zone: null, plays: 1, opportunities: 1, dwellMs: 60_000 });
    expect(zone).toMatchObject({
      screen: 'screen-wine',
      zone: 'wine',
      plays: 1,
      playedMs: 180_000,
      opportunities: 2,
      dwellMs: 180_000 + 60_000 + 30_000,
      hour: start,
      shareOfHour: 0.05,
    });
  });

  it('keep their opportunities when the places where carts stood are forgotten after a week', async () => {
    await talk(10, 1, 'visit-of-the-first');
    await record(12, 'zone.entered', 1, { cart: 'cart-1', zone: 'wine', confidence: 900 });
    await record(13, 'screen.played', null, { screen: 'screen-wine', message: messageOf(1), ms: 60_000 });
    await record(14, 'visit.closed', 1, { visit: 'visit-of-the-first', reason: 'paid' });
    const before = media().rows;
    await record(9 * 24 * 60, 'visit.opened', 5, { visit: 'visit-much-later', strength: 'strong', reason: 'at-till' });
    expect(media().rows).toEqual(before);
    expect(book.db.prepare('SELECT count(*) FROM presences').pluck().get()).toBe(0);
  });
});

describe('a table as CSV', () => {
  it('is RFC 4180 with a mark for spreadsheets, and no text in it is a formula', async () => {
    await talk(10, 1, 'visit-of-the-first', '=HYPERLINK("x")');
    book.catchUpWhole();
    const table = csvPage(book, { ...setting, table: 'dialogues', after: 0 });
    expect(table.next).toBeNull();
    const [head, all] = table.text.split('\r\n');
    expect(head?.startsWith('\uFEFFdialogue,title,part')).toBe(true);
    expect(all).toContain('wine,"Wine, with cheese",all,');
    const messages = csvPage(book, { ...setting, table: 'messages', after: 0 });
    expect(messages.text).toContain(`,"'=HYPERLINK(""x"")",`);
    expect(messages.text).toContain('2026-11-23T00:11:00.000Z');
  });

  it('comes in pieces that are the whole together', async () => {
    for (let subject = 1; subject <= 5; subject += 1) await talk(subject, subject, `visit-number-${subject}`);
    book.catchUpWhole();
    const whole = csvPage(book, { ...setting, table: 'messages', after: 0 }).text;
    expect(whole.trim().split('\r\n')).toHaveLength(6);
    expect(whole).toBe(
      csvPage(book, { ...setting, table: 'messages', after: 0 }, 2).text +
        csvPage(book, { ...setting, table: 'messages', after: 2 }, 2).text +
        csvPage(book, { ...setting, table: 'messages', after: 4 }, 2).text,
    );
  });
});
