import type { Fact } from '@kairos/protocol/facts.ts';
import { expect, test } from 'vitest';
import { RecordedPeople, recordedLots } from './recorded-people.ts';

function entered(subject: number, dialogue: string, held: boolean, arm?: string): Fact {
  const body = { run: `run-${subject}-${dialogue}`, dialogue, release: 1, held, entry: {}, ...(arm && { arm }) };
  return { type: 'run.entered', seq: 1, at: 0, subject, source: null, cause: 1, late: false, body } as Fact;
}

test('who was held out is held out again, who was let in is let in, whatever the share is now', () => {
  const lots = recordedLots([entered(1, 'suits', true), entered(2, 'suits', false)]);
  for (const share of [1, 500, 9_999]) {
    expect(lots.isHeld('suits', 'subject/1', share)).toBe(true);
    expect(lots.isHeld('suits', 'subject/2', share)).toBe(false);
  }
  expect(lots.isHeld('suits', 'subject/1', 0)).toBe(false);
});

test('of whom the record says nothing, about the share is held out, and the same people each time', () => {
  const held = (): number[] =>
    Array.from({ length: 2_000 }, (_, at) => at).filter((at) => recordedLots([]).isHeld('new', `subject/${at}`, 1_000));
  expect(held().length).toBeGreaterThan(140);
  expect(held().length).toBeLessThan(260);
  expect(held()).toEqual(held());
});

test('a guest is never held out', () => {
  expect(recordedLots([]).isHeld('suits', null, 10_000)).toBe(false);
  expect(recordedLots([]).isHeldFromAll(null, 10_000)).toBe(false);
});

test('held out of everything, she is one to whom nothing speaks; let into anything, she is not', () => {
  const lots = recordedLots([
    entered(1, 'suits', true),
    entered(1, 'wine', true),
    entered(2, 'suits', true),
    entered(2, 'wine', false),
  ]);
  expect(lots.isHeldFromAll('subject/1', 200)).toBe(true);
  expect(lots.isHeldFromAll('subject/2', 200)).toBe(false);
  expect(lots.isHeldFromAll('subject/1', 0)).toBe(false);
});

test('the arm that was taken is taken again while the draft has it', () => {
  const lots = recordedLots([entered(1, 'suits', false, 'warm')]);
  expect(
    lots.arm('suits', 'subject/1', [
      { name: 'cold', weight: 99 },
      { name: 'warm', weight: 1 },
    ]),
  ).toBe('warm');
  expect(lots.arm('suits', 'subject/1', [{ name: 'cold', weight: 1 }])).toBe('cold');
});

test('what she agrees to changes on the day when it changed', () => {
  const people = new RecordedPeople({
    people: [{ subject: 1, attributes: {}, consent: { inStore: true }, locale: 'en' }],
  });
  const change = { type: 'consent.changed', body: { purpose: 'inStore', granted: false } };
  people.note({ ...change, seq: 1, at: 0, subject: 1, source: null, cause: null, late: false } as Fact);
  expect(people.person(1)?.consent).toEqual({ inStore: false });
  expect(people.person(2)).toBeNull();
});
