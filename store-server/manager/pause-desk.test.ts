import type { Fact } from '@kairos/protocol/facts.ts';
import { expect, test } from 'vitest';
import { pauseWords } from '../why/pause-words.ts';
import { PauseBook } from './pause-book.ts';
import { PauseDesk } from './pause-desk.ts';

const minute = 60_000;

/** A desk on its own: what it observes is folded at once, as the conductor's listeners have it. */
function desk(): { desk: PauseDesk; book: PauseBook; facts: Fact[]; at: { now: number } } {
  const at = { now: 1_000 * minute };
  const facts: Fact[] = [];
  const book = new PauseBook();
  const opened = new PauseDesk({
    book,
    conductor: {
      observe: (type, subject, body) => {
        const envelope = { seq: facts.length + 1, at: at.now, source: null, cause: null, late: false };
        const fact = { ...envelope, type, subject, body } as unknown as Fact;
        facts.push(fact);
        book.note(fact);
      },
    },
    now: () => at.now,
    isDialogue: (name) => name === 'wine',
    titleOf: () => 'Wine and cheese',
    nameOf: (associate) => (associate === 'mira' ? 'Mira' : associate),
  });
  return { desk: opened, book, facts, at };
}

test('a pause has an end, says who set it, and is over by itself', () => {
  const { desk: pauses, at } = desk();
  expect(pauses.set({ what: 'dialogue', name: 'wine' }, 15, 'mira')).toBeNull();
  expect(pauses.current).toEqual([
    {
      what: 'dialogue',
      name: 'wine',
      title: 'Wine and cheese',
      since: at.now,
      until: at.now + 15 * minute,
      by: 'Mira',
    },
  ]);
  at.now += 15 * minute - 1;
  expect(pauses.current).toHaveLength(1);
  at.now += 1;
  expect(pauses.current).toEqual([]);
});

test('one that is lifted is over, and is remembered as what it was', () => {
  const { desk: pauses, book, at } = desk();
  pauses.set({ what: 'everything' }, 60, 'mira');
  at.now += minute;
  expect(pauses.lift({ what: 'everything' }, 'lea')).toBeNull();
  expect(pauses.current).toEqual([]);
  expect(book.at(at.now - 1)).toMatchObject([{ what: 'everything', by: 'mira' }]);
  expect(pauses.lift({ what: 'everything' }, 'lea')).toBe('not-paused');
});

test('set again it has the new end, once', () => {
  const { desk: pauses, at } = desk();
  pauses.set({ what: 'channel', name: 'screen' }, 60, 'mira');
  at.now += minute;
  pauses.set({ what: 'channel', name: 'screen' }, 5, 'lea');
  expect(pauses.current).toMatchObject([{ until: at.now + 5 * minute, by: 'lea' }]);
});

test('what the store does not have cannot be paused', () => {
  const { desk: pauses, facts } = desk();
  expect(pauses.set({ what: 'dialogue', name: 'no-such' }, 5, 'mira')).toBe('no-such-dialogue');
  expect(pauses.set({ what: 'channel', name: 'radio' }, 5, 'mira')).toBe('no-such-channel');
  expect(facts).toEqual([]);
});

test('it finds itself again in the journal, newest first as that is read', async () => {
  const { desk: pauses, facts, at } = desk();
  pauses.set({ what: 'everything' }, 60, 'mira');
  pauses.set({ what: 'channel', name: 'email' }, 60, 'mira');
  at.now += minute;
  pauses.lift({ what: 'everything' }, 'mira');
  const again = desk();
  again.at.now = at.now;
  await again.book.load({ facts: async () => [...facts].reverse() });
  expect(again.desk.current).toEqual(pauses.current);
});

test('what it stopped is told with who set it and until when; a channel only where nothing else was paused', () => {
  const { desk: pauses, book, at } = desk();
  const told = (dialogue: string, moment = at.now): string | null =>
    pauseWords({ pauses: book.all, timeZone: 'UTC', nameOf: () => 'Mira' }, dialogue, { at: moment });
  expect(told('wine')).toBeNull();
  pauses.set({ what: 'channel', name: 'screen' }, 60, 'mira');
  expect(told('wine')).toBe('the channel screen was paused by Mira until 17:40');
  pauses.set({ what: 'dialogue', name: 'wine' }, 15, 'mira');
  expect(told('wine')).toBe('it was paused by Mira until 16:55');
  expect(told('bread')).toBe('the channel screen was paused by Mira until 17:40');
  at.now += 2 * 60 * minute;
  expect(told('wine')).toBeNull();
  expect(told('wine', at.now - 119 * minute)).toContain('it was paused');
});
