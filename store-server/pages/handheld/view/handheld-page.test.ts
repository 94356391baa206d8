import type { DeedOutcome, HandheldDeed, HandheldTask, HandheldView } from '@kairos/protocol/handheld-events.ts';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { expect, test } from 'vitest';
import { type Answer, answersInMemory } from '../link/kept-answers.ts';
import { HandheldPage } from './handheld-page.ts';

const task = { id: 'task-0001', version: 2, state: 'mine' } as HandheldTask;
const view = { tasks: [task], gone: [], undo: null } as unknown as HandheldView;

/** A page with a line that the test holds. */
function open(kept = new Map<string, Answer>()) {
  const ports = simulatedPorts({ startMs: 1_764_000_000_000, seed: 1 });
  const page = new HandheldPage(ports, answersInMemory(kept));
  const sent: HandheldDeed[] = [];
  const line = { outcome: 'done' as DeedOutcome['outcome'] | null };
  page.connect({
    send: async (deed) => {
      sent.push(deed);
      return page.isInReach ? line.outcome : null;
    },
  });
  const reach = (): void => {
    page.heardView(view, 0);
    page.heardLine('open');
  };
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  return { page, ports, sent, line, kept, reach, settle };
}

test('an answer given out of reach is kept over a reload and told once, with its version, when the store is back', async () => {
  const kept = new Map<string, Answer>();
  const before = open(kept);
  before.reach();
  before.page.heardLine('lost');
  await before.page.answer(task, 'helped');
  expect(before.page.tasks).toEqual([]);
  const after = open(kept);
  await after.page.takeUp();
  after.reach();
  await after.settle();
  expect(after.sent).toMatchObject([{ does: 'answer', task: 'task-0001', version: 2, answer: 'helped' }]);
  expect(after.sent[0]?.id).toBe(before.sent[0]?.id);
  expect(kept.size).toBe(0);
});

test('one that comes too late is dropped, and she is told that somebody else has taken it', async () => {
  const { page, line, kept, reach, settle } = open();
  reach();
  page.heardLine('lost');
  await page.answer(task, 'helped');
  line.outcome = 'taken';
  page.heardView({ ...view, tasks: [] }, 0);
  page.heardLine('open');
  await settle();
  expect(page.read().notice).toBe('taken');
  expect(kept.size).toBe(0);
});

test('one whose outcome was not heard is told again under its own name', async () => {
  const { page, sent, line, reach, settle } = open();
  reach();
  line.outcome = null;
  await page.answer(task, 'helped');
  expect(page.read().waiting).toHaveLength(1);
  line.outcome = 'done';
  page.heardLine('lost');
  page.heardLine('open');
  await settle();
  expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
  expect(page.read().waiting).toEqual([]);
});

test('taken back before it was ever sent, it is as if she had not said it', async () => {
  const { page, ports, kept, reach } = open();
  reach();
  // Her claim a moment ago may be taken back, too: what she said last comes first.
  page.heardView(
    { ...view, undo: { task: 'task-0001', did: 'claim', label: '', until: ports.clock.now() + 9_000 } },
    0,
  );
  page.heardLine('lost');
  await page.answer(task, 'helped');
  expect(page.undoable).toMatchObject({ task: task.id, did: 'answer' });
  await page.undo(task.id);
  expect(page.tasks).toEqual([task]);
  expect(kept.size).toBe(0);
});

test('a task that fills her screen and is taken by another says so, and the word goes by itself', () => {
  const { page, ports, reach } = open();
  reach();
  page.heardView({ ...view, tasks: [], gone: [{ task: task.id, why: 'taken' }] }, 0);
  expect(page.read().notice).toBe('taken');
  ports.advance(6_000);
  expect(page.read().notice).toBeNull();
});

test('out of reach nothing can be claimed', async () => {
  const { page, reach } = open();
  reach();
  page.heardLine('lost');
  await page.claim(task);
  expect(page.read().notice).toBe('not-done');
});
