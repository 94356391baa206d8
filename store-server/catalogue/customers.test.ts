import { chainIdOf } from '@kairos/protocol/chain-id.ts';
import { checkDigit } from '@kairos/protocol/check-digit.ts';
import { describe, expect, it } from 'vitest';
import type { PersonChange, StoredPerson } from '../journal/journal.ts';
import { type Customer, importCustomers, readCustomers } from './customers.ts';

const chainKey = 'sixteen-characters-and-more';
const number = (tail: number): string => {
  const digits = `29${String(tail).padStart(10, '0')}`;
  return `${digits}${checkDigit(digits)}`;
};

function read(text: string, attributeTypes = {}) {
  return readCustomers({
    file: 'customers.csv',
    text,
    loyalty: { prefixes: ['29'], gsrn: true },
    chainKey,
    defaultLocale: 'en',
    attributeTypes,
  });
}

describe('a customers file', () => {
  it('gives each a chain-wide id, language, consent and attributes, and no number', () => {
    const { customers, faults } = read(
      `number,firstName,locale,tier,children,birthday,remember,consentInStore\n${number(1)},Maya,de-CH,gold,2,1977-06-10,yes,no\n${number(2)},Kate,,,,,,\n`,
      { children: 'number', birthday: 'date' },
    );
    expect(faults).toEqual([]);
    expect(customers).toEqual([
      {
        chainId: chainIdOf(chainKey, number(1)),
        attributes: { firstName: 'Maya', tier: 'gold', children: 2, birthday: '1977-06-10' },
        consent: { remember: true, inStore: false },
        locale: 'de-CH',
      },
      { chainId: chainIdOf(chainKey, number(2)), attributes: { firstName: 'Kate' }, consent: {}, locale: 'en' },
    ]);
    expect(JSON.stringify(customers)).not.toContain(number(1).slice(2, 12));
  });

  it('knows the ten digits of a proximity card where the chain has such cards, and only there', () => {
    const text = 'number,firstName\n0006102437,Maya\n';
    const options = { file: 'customers.csv', text, chainKey, defaultLocale: 'en' };
    const cards = readCustomers({ ...options, loyalty: { prefixes: ['29'], gsrn: true, cards: true } });
    expect(cards.customers.map(({ chainId }) => chainId)).toEqual([chainIdOf(chainKey, '0006102437')]);
    expect(readCustomers({ ...options, loyalty: { prefixes: ['29'], gsrn: true } }).customers).toEqual([]);
  });

  it('gives the same id for the same number however it is written, and another under another key', () => {
    const { customers } = read(`number\n${number(1).replace(/(\d{3})(?=\d)/g, '$1 ')}\n`);
    expect(customers[0]?.chainId).toBe(chainIdOf(chainKey, number(1)));
    expect(chainIdOf(chainKey, number(1))).toMatch(/^[0-9a-f]{32}$/);
    expect(chainIdOf('another-key-of-the-chain', number(1))).not.toBe(customers[0]?.chainId);
  });

  it.each([
    [`${number(1).slice(0, 12)}${(Number(number(1)[12]) + 1) % 10},A,en,,,`, 'number', 'check-digit'],
    ['4006381333931,A,en,,,', 'number', 'number-prefix'],
    ['anna,A,en,,,', 'number', 'number-shape'],
    [',A,en,,,', 'number', 'number-shape'],
    [`${number(1)},A,german,,,`, 'locale', 'bad-form'],
    [`${number(1)},A,en,perhaps,,`, 'remember', 'wrong-type'],
    [`${number(1)},A,en,,two,`, 'children', 'wrong-type'],
    [`${number(1)},A,en,,,31.12.1990`, 'birthday', 'wrong-type'],
    [`${number(1)},${'A'.repeat(501)},en,,,`, 'firstName', 'out-of-range'],
    [`${number(9)},A,en,,,`, 'number', 'doubled'],
    [`${number(1)},A`, '', 'syntax'],
    [`${number(1)},"A,en,,,`, '', 'syntax'],
  ])('keeps the others where a row is wrong, and repeats nothing of hers: %s', (row, path, reason) => {
    const { customers, faults } = read(
      `number,firstName,locale,remember,children,birthday\n${number(9)},Mia,en,,,\n${row}\n${number(10)},Ada,en,,,\n`,
      { children: 'number', birthday: 'date' },
    );
    expect(customers.map(({ attributes }) => attributes.firstName)).toEqual(['Mia', 'Ada']);
    expect(faults).toMatchObject([{ where: 'customers.csv', line: 3, path, reason, value: '' }]);
    expect(faults[0]?.message).not.toBe('');
    for (const said of row.split(',').filter((text) => text.length > 2)) expect(faults[0]?.message).not.toContain(said);
  });

  it('is of no use without numbers, or with columns that cannot name attributes', () => {
    expect(read('numbr,firstName\n1,Ada\n').faults).toMatchObject([
      { line: 1, path: 'number', reason: 'missing', message: expect.stringContaining('is it "numbr"?') },
    ]);
    expect(read(`number,first name\n${number(1)},Ada\n`).faults).toMatchObject([
      { line: 1, path: 'first name', reason: 'bad-form' },
    ]);
    expect(read('').faults).toMatchObject([{ line: 1, reason: 'missing' }]);
    expect(read('number,number\n').faults).toMatchObject([{ line: 1, reason: 'key-twice' }]);
  });
});

describe('a PIN in the list', () => {
  const hash = `scrypt$32768$8$3$${'A'.repeat(22)}==$${'B'.repeat(43)}=`;

  it('is its hash alone, never an attribute; nothing leaves it, and none takes it away', () => {
    const { customers, faults } = read(
      `number,firstName,pin\n${number(1)},Ada,${hash}\n${number(2)},Eve,\n${number(3)},Mia,none\n`,
    );
    expect(faults).toEqual([]);
    expect(customers.map(({ pin, attributes }) => ({ pin, attributes }))).toEqual([
      { pin: hash, attributes: { firstName: 'Ada' } },
      { pin: undefined, attributes: { firstName: 'Eve' } },
      { pin: null, attributes: { firstName: 'Mia' } },
    ]);
  });

  it.each([
    '246813',
    'scrypt$',
    hash.replace('32768', '999999'),
    hash.replace('32768', '32767'),
    hash.replace('$8$', '$99$'),
  ])('that is none, or would cost the store minutes, leaves the row out and is not repeated: %s', (pin) => {
    const { customers, faults } = read(`number,pin\n${number(1)},${pin}\n`);
    expect(customers).toEqual([]);
    expect(faults).toMatchObject([{ path: 'pin', reason: 'bad-form', value: '' }]);
    expect(faults[0]?.message).not.toContain(pin);
  });
});

describe('importing customers', () => {
  const maya: Customer = {
    chainId: 'aa',
    attributes: { tier: 'gold' },
    consent: { remember: true, inStore: true },
    locale: 'de',
  };

  function store() {
    const people = new Map<string, StoredPerson>();
    const erased = new Set<string>();
    let next = 10;
    const run = (customers: Customer[]) => {
      const result = importCustomers(customers, {
        isErased: (chainId) => erased.has(chainId),
        known: (chainId) => people.get(chainId) ?? null,
        newSubject: () => next++,
      });
      for (const person of result.people as Extract<PersonChange, { kind: 'put' }>[]) {
        people.set(person.chainId as string, person as unknown as StoredPerson);
      }
      return result;
    };
    return { run, people, erased };
  }

  it('tells who is new and who has changed, and changes nothing the second time', () => {
    const { run, people } = store();
    expect(run([maya]).changed).toEqual([{ subject: 10, attributes: ['tier'], isNew: true }]);
    expect(run([maya])).toEqual({ people: [], pins: [], changed: [], passedOver: 0 });
    expect(run([{ ...maya, attributes: { tier: 'silver', city: 'Bern' } }]).changed).toEqual([
      { subject: 10, attributes: ['tier', 'city'], isNew: false },
    ]);
    expect(people.get('aa')).toMatchObject({ subject: 10, attributes: { tier: 'silver', city: 'Bern' } });
  });

  it('who was erased does not come back with an old list, and the others do', () => {
    const { run, people, erased } = store();
    run([maya]);
    people.delete('aa');
    erased.add('aa');
    expect(run([maya, { ...maya, chainId: 'bb' }])).toMatchObject({ passedOver: 1, changed: [{ isNew: true }] });
    expect([...people.keys()]).toEqual(['bb']);
  });

  it('keeps what the store has learned: other attributes, her language, and above all a consent she has withdrawn', () => {
    const { run, people } = store();
    run([maya]);
    const stored = people.get('aa') as StoredPerson;
    people.set('aa', {
      ...stored,
      attributes: { ...stored.attributes, complained: true },
      consent: { ...stored.consent, inStore: false },
      locale: 'fr',
    });
    run([{ ...maya, attributes: { tier: 'silver' }, consent: { remember: true, inStore: true, email: true } }]);
    expect(people.get('aa')).toMatchObject({
      attributes: { tier: 'silver', complained: true },
      consent: { remember: true, inStore: false, email: true },
      locale: 'fr',
    });
  });
});
