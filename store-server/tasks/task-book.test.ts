import type { Fact, FactBody, FactType } from '@kairos/protocol/facts.ts';
import { expect, test } from 'vitest';
import { TaskBook } from './task-book.ts';

function fact<Type extends FactType>(type: Type, body: FactBody<Type>, at = 0): Fact {
  return { seq: 1, type, at, subject: 7, source: null, cause: null, late: false, body } as Fact;
}

const offered = (task: string, message = 'message-1', at = 0): Fact =>
  fact('task.offered', { task, message, role: 'floor', until: 60_000 }, at);
const claimed = (task: string, associate: string): Fact => fact('task.claimed', { task, associate, until: 90_000 });
const released = (task: string, reason: FactBody<'task.released'>['reason']): Fact =>
  fact('task.released', { task, reason });

test('a claim has one winner, and its version tells it from the offer', () => {
  const book = new TaskBook();
  book.fold(offered('message-1-c1'));
  expect(book.fold(claimed('message-1-c1', 'kim'))).toBe(true);
  expect(book.fold(claimed('message-1-c1', 'ben'))).toBe(false);
  expect(book.find('message-1-c1')).toMatchObject({ associate: 'kim', until: 90_000, version: 2, kind: 'claim' });
  expect(book.heldBy('kim')).toHaveLength(1);
});

test('handed back it is offered anew: it has waited as long as before, and the old name leads to the new', () => {
  const book = new TaskBook();
  book.fold(offered('message-1-c1', 'message-1', 1_000));
  book.fold(claimed('message-1-c1', 'kim'));
  book.fold(released('message-1-c1', 'refused'));
  book.fold(offered('message-1-c2', 'message-1', 9_000));
  expect([...book.open()]).toMatchObject([{ id: 'message-1-c2', associate: null, since: 1_000, offeredAt: 9_000 }]);
  expect(book.find('message-1-c2')?.version).toBeGreaterThan(3);
  expect(book.endingOf('message-1-c1')).toEqual({ doneBy: null, next: 'message-1-c2' });
});

test('a call that is handed back waits on under its own name', () => {
  const book = new TaskBook();
  book.fold(offered('help-message-1', 'help-message'));
  book.fold(claimed('help-message-1', 'kim'));
  book.fold(released('help-message-1', 'signed-off'));
  expect(book.find('help-message-1')).toMatchObject({ kind: 'help', associate: null, until: 60_000, version: 3 });
});

test('it is known of what is over who did it, and what is forgotten is not', () => {
  const book = new TaskBook();
  book.fold(offered('message-1-a1'));
  expect(book.find('message-1-a1')?.kind).toBe('approval');
  book.fold(fact('task.done', { task: 'message-1-a1', associate: 'kim', answer: 'approved' }));
  book.fold(offered('message-2-c1', 'message-2'));
  book.fold(released('message-2-c1', 'expired'));
  expect(book.endingOf('message-1-a1')).toEqual({ doneBy: 'kim', next: null });
  expect(book.endingOf('message-2-c1')).toEqual({ doneBy: null, next: null });
  book.fold(offered('message-3-c1', 'message-3'));
  expect(book.forget([7])).toBe(true);
  expect([...book.open()]).toEqual([]);
  expect(book.endingOf('message-3-c1')).toBeNull();
});
