import { expect, test } from 'vitest';
import type { StoredPerson } from '../journal/journal.ts';
import { People } from './people.ts';

const ada: StoredPerson = { subject: 7, chainId: 'ada', attributes: {}, consent: { remember: true }, locale: 'de' };

/** The journal answers from what is on disk: what was put a moment ago is not there yet. */
function peopleOn(disk: readonly StoredPerson[]): People {
  const start = { nextSubject: 100 } as ConstructorParameters<typeof People>[0]['start'];
  return new People(
    {
      start,
      person: (subject) => disk.find((one) => one.subject === subject) ?? null,
      isErased: () => false,
      otherId: () => null,
      personByChainId: (chainId) => disk.find((one) => one.chainId === chainId) ?? null,
    },
    { defaultLocale: 'en', tombstoneOf: (chainId) => `tombstone-of-${chainId}` },
  );
}

test('a customer is found by her id and by her number', () => {
  const people = peopleOn([ada]);
  expect(people.subjectOf('ada')).toBe(7);
  expect(people.localeOf(7)).toBe('de');
});

test('who is erased is known no more, though the disk still has her row', () => {
  const people = peopleOn([ada]);
  people.erase(7);
  expect(people.takeChanges()).toEqual([{ kind: 'erase', subject: 7, tombstone: 'tombstone-of-ada', isOwn: false }]);
  expect(people.isErased('ada')).toBe(true);
  expect(people.isErased('eve')).toBe(false);
  expect(people.person(7)).toBeNull();
  expect(people.subjectOf('ada')).toBeNull();
  people.setConsent(7, 'remember', { granted: true, at: 1 });
  expect(people.takeChanges()).toEqual([]);
});

test('a guest is known until she is forgotten', () => {
  const people = peopleOn([]);
  const guest = people.newGuest();
  expect(people.isKnown(guest)).toBe(true);
  people.erase(guest);
  expect(people.isKnown(guest)).toBe(false);
});
