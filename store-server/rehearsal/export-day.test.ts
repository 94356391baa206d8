import type { Fact } from '@kairos/protocol/facts.ts';
import { expect, test } from 'vitest';
import type { StoredPerson } from '../journal/journal.ts';
import type { JournalView } from '../journal/journal-view.ts';
import { type ExportOptions, exportDay } from './export-day.ts';
import { dayLines, type RecordedDay, readDay } from './recorded-day.ts';

const noon = Date.UTC(2026, 10, 20, 11);
const dayMs = 86_400_000;
const card = {
  title: 'T',
  currency: 'EUR',
  timeZone: 'Europe/Berlin',
  zones: [],
  screens: {},
  tills: {},
  departments: [],
};
const dialogue = 'audience: customer.tier == "gold" && customer.firstName != ""\ntext: "{{ customer.hobby }}"\n';

function fact(seq: number, at: number, type: string, body: object, subject: number | null = 1): Fact {
  return { type, seq, at, subject, source: null, cause: null, late: false, body } as Fact;
}

const activated = fact(1, noon - dayMs, 'release.activated', { release: 3, hash: 'h', dialogues: 1 }, null);

/** A journal of these facts; the real one is read in the scenarios. */
function journalOf(facts: readonly Fact[], people: readonly StoredPerson[] = []): JournalView {
  const asked = ({
    from = 0,
    to = Infinity,
    types,
    sinceMs = -Infinity,
    untilMs = Infinity,
  }: Parameters<JournalView['allFacts']>[0]) =>
    facts.filter(
      ({ seq, at, type }) =>
        seq >= from && seq <= to && at >= sinceMs && at <= untilMs && (types?.includes(type) ?? true),
    );
  return {
    facts: ({ newestFirst, limit, ...query }) => (newestFirst ? asked(query).reverse() : asked(query)).slice(0, limit),
    allFacts: (query) => asked(query).values(),
    people: (subjects) => people.filter(({ subject }) => subjects.includes(subject)),
    personByChainId: () => null,
    close: () => undefined,
  };
}

function exported(
  facts: readonly Fact[],
  options: Partial<ExportOptions> & { people?: StoredPerson[] } = {},
): RecordedDay {
  const day = exportDay({
    journal: journalOf([activated, ...facts], options.people),
    card,
    releases: [{ number: 3, hash: 'h', files: [{ path: 'a.yaml', text: dialogue }] }],
    date: null,
    alsoAttributes: [],
    ...options,
  });
  if (typeof day === 'string') throw new Error(day);
  return day;
}

const her: StoredPerson = {
  subject: 1,
  chainId: 'a'.repeat(32),
  attributes: { firstName: 'Ada', tier: 'gold', hobby: 'chess', address: 'Main Street 1' },
  consent: { inStore: false, email: true, remember: true },
  locale: 'de',
};

test('a day is what happened between two midnights on the store’s wall; what was before stands apart', () => {
  const midnight = Date.UTC(2026, 10, 19, 23);
  const day = exported(
    [
      fact(2, midnight - 1, 'help.requested', { cart: 'c-1' }),
      fact(3, midnight, 'help.requested', { cart: 'c-1' }),
      fact(4, midnight + dayMs - 1, 'help.requested', { cart: 'c-1' }),
      fact(5, midnight + dayMs, 'help.requested', { cart: 'c-1' }),
    ],
    { date: '2026-11-20' },
  );
  expect(day.facts.map(({ seq }) => seq)).toEqual([3, 4]);
  expect(day.before.map(({ seq }) => seq)).toEqual([1, 2]);
  expect(day.releases.map(({ number }) => number)).toEqual([3]);
});

test('of people goes what conditions ask for: no name, no address, no chain-wide id, nothing that only texts say', () => {
  const day = exported([fact(2, noon, 'help.requested', { cart: 'c-1' })], {
    people: [her],
    alsoAttributes: ['address', 'hobby'],
  });
  expect(day.header.attributes).toEqual(['hobby', 'tier']);
  expect(day.people).toEqual([
    {
      subject: 1,
      attributes: { hobby: 'chess', tier: 'gold' },
      consent: { inStore: false, email: true, remember: true },
      locale: 'de',
    },
  ]);
});

test('her consent is as it was before the first recorded change', () => {
  const change = (seq: number, purpose: string, granted: boolean): Fact =>
    fact(seq, noon, 'consent.changed', { purpose, granted });
  const day = exported([change(2, 'inStore', false), change(3, 'remember', true)], { people: [her] });
  expect(day.people[0]?.consent).toEqual({ inStore: true, email: true });
});

test('free text does not leave: sentences, and what could be a telephone number', () => {
  const form = { cause: 'choice-a', note: 'My neighbour Ada said', phone: '+49-170-1234567', times: 3 };
  const day = exported([
    fact(2, noon, 'message.answered', { message: 'm', answer: 'yes', form }),
    fact(3, noon, 'custom.service', { item: 'pump', remark: 'for Mrs Ada Byron' }),
    fact(4, noon, 'attribute.set', { run: 'r', name: 'wish', value: 'a green dress for Ada' }),
  ]);
  expect(day.facts.map(({ body }) => body)).toEqual([
    { message: 'm', answer: 'yes', form: { cause: 'choice-a', times: 3 } },
    { item: 'pump' },
    { run: 'r', name: 'wish', value: '' },
  ]);
});

test('what is written is read again as it was, and a day that is not there is said', () => {
  const day = exported([fact(2, noon, 'help.requested', { cart: 'cart-1' })], { people: [her] });
  expect(readDay([...dayLines(day)].join('\n'))).toEqual({ ...day, before: [{ ...activated, body: activated.body }] });
  const journal = journalOf([activated]);
  const options = { journal, card, releases: [], alsoAttributes: [] };
  expect(exportDay({ ...options, date: '2026-13-45' })).toMatch(/calendar|no day/);
  expect(exportDay({ ...options, date: '2020-01-01' })).toMatch(
    /Nothing was recorded on 2020-01-01; the newest fact is of 2026-11-19/,
  );
  expect(exportDay({ ...options, journal: journalOf([]), date: null })).toMatch(/empty/);
});
