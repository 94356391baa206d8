import { messageId } from '@kairos/dialogue/engine/ids.ts';
import { Ledger } from '@kairos/dialogue/engine/ledger.ts';
import type { Decision } from '@kairos/protocol/facts.ts';
import { beforeEach, expect, test } from 'vitest';
import { Tally } from './tally.ts';

const run = 'run-of-a-customer-00';
const message = messageId(run, 'ask', 1);
const minute = 60_000;
let tally: Tally;

function note(at: number, type: string, body: object, subject = 7): void {
  tally.note({ type, subject, body } as Decision, at);
}

beforeEach(() => {
  tally = new Tally();
  note(0, 'visit.opened', { visit: 'visit-0001', strength: 'strong', reason: 'known' });
  note(0, 'run.entered', { run, dialogue: 'bread', release: 1, held: false, entry: {} });
  note(0, 'run.moved', { run, step: 'ask' });
});

function say(channel: string): void {
  note(1000, 'message.decided', { message, run, dialogue: 'bread', step: 'ask', channel });
}

test('a message is counted where it was said, seen once, answered by its step', () => {
  say('cart');
  note(2000, 'message.shown', { message, screen: 'cart-01' });
  note(2500, 'message.shown', { message, screen: 'cart-01' });
  note(4000, 'message.answered', { message, answer: 'yes' });
  const counts = tally.dialogues.get('bread');
  expect(counts).toMatchObject({ entered: { let: 1, held: 0 }, shown: 1 });
  expect([...(counts?.said ?? [])]).toEqual([['cart', 1]]);
  expect([...(counts?.answers ?? [])]).toEqual([['ask: yes', 1]]);
  expect(tally.visits.byMessages(3)).toEqual([0, 1, 0, 0]);
  expect(tally.said).toEqual([expect.objectContaining({ subject: 7, dialogue: 'bread', step: 'ask', ended: 'yes' })]);
});

test('the silence of a message that was never decided is its dialogue’s', () => {
  note(minute, 'message.silent', { message, silence: 'never-shown' });
  expect([...(tally.dialogues.get('bread')?.silences ?? [])]).toEqual([['ask: never-shown', 1]]);
  expect(tally.said.length).toBe(0);
});

test('a run that began before is known, and not counted', () => {
  const other = new Tally();
  other.recall({
    type: 'run.entered',
    subject: 7,
    body: { run, dialogue: 'bread', release: 1, held: false, entry: {} },
  });
  other.recall({ type: 'run.moved', subject: 7, body: { run, step: 'ask' } });
  other.note({ type: 'message.silent', subject: 7, body: { message, silence: 'ignored' } }, 0);
  expect(other.dialogues.get('bread')).toMatchObject({ entered: { let: 0, held: 0 } });
  expect([...(other.dialogues.get('bread')?.silences ?? [])]).toEqual([['ask: ignored', 1]]);
});

test('tasks: offered, taken after a while, done; or taken by nobody; or called off; or left undone', () => {
  say('handheld');
  const offer = (task: string, at: number): void => note(at, 'task.offered', { message, task });
  offer('task-done', 0);
  note(2 * minute, 'task.claimed', { task: 'task-done', associate: 'kim', until: 9 * minute });
  note(3 * minute, 'task.done', { task: 'task-done', associate: 'kim', answer: 'brought' });
  offer('task-nobody', 0);
  note(minute, 'task.released', { task: 'task-nobody', reason: 'unclaimed' });
  offer('task-off', 0);
  note(minute, 'task.released', { task: 'task-off', reason: 'expired' });
  offer('task-undone', 0);
  note(4 * minute, 'task.claimed', { task: 'task-undone', associate: 'kim', until: 5 * minute });
  note(5 * minute, 'task.released', { task: 'task-undone', reason: 'expired' });
  expect(tally.tasks).toMatchObject({ offered: 4, claimed: 2, done: 1, unclaimed: 1, calledOff: 1, undone: 1 });
  expect(tally.tasks.claimMs).toEqual([2 * minute, 4 * minute]);
  expect([...(tally.dialogues.get('bread')?.answers ?? [])]).toEqual([['ask: brought', 1]]);
});

test('goals of those held out stand apart, and are worth nothing to the dialogue', () => {
  note(0, 'objective.reached', { run, dialogue: 'bread', held: false, value: 300 });
  note(0, 'objective.reached', { run, dialogue: 'bread', held: true, value: 300 });
  expect(tally.dialogues.get('bread')?.objectives).toEqual({ let: 1, held: 1, value: 300 });
});

test('a visit that is opened again, as hers, is one visit; two customers have two', () => {
  note(0, 'visit.opened', { visit: 'visit-0001', strength: 'strong', reason: 'known' });
  note(0, 'visit.opened', { visit: 'visit-0002', strength: 'guest', reason: 'guest' }, 8);
  note(minute, 'visit.closed', { visit: 'visit-0001', reason: 'paid' });
  tally.visits.noteStop(8, 'budget');
  expect(tally.visits.visits).toBe(2);
  expect(tally.visits.stoppedBy('budget')).toBe(1);
  expect(tally.visits.stoppedBy('gap')).toBe(0);
});

test('each row of the why ledger is counted once, however often one looks, and whoever is forgotten meanwhile', () => {
  const ledger = new Ledger();
  const engine = { verdicts: (filter?: object) => ledger.read(filter) };
  const write = (subject: number, stopped: string): void => {
    ledger.begin({ at: 0, subject, message: null, chosen: null });
    ledger.addRival({ dialogue: 'bread', step: 'ask' }, 5, stopped);
  };
  tally.gatherStops(engine);
  write(7, 'budget');
  write(8, 'gap');
  tally.gatherStops(engine);
  tally.gatherStops(engine);
  ledger.forget(8);
  tally.gatherStops(engine);
  write(7, 'budget');
  write(9, 'quiet');
  tally.gatherStops(engine);
  expect([...(tally.stopped.get('bread/ask') ?? [])].sort()).toEqual([
    ['budget', 2],
    ['gap', 1],
    ['quiet', 1],
  ]);
  expect(tally.visits.stoppedBy('budget')).toBe(1);
});
