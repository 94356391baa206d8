import { describe, expect, it } from 'vitest';
import { isGoodPin } from './sign-in-desk.ts';
import { parseStaff } from './staff-file.ts';

const context = { locale: 'de', zones: ['suits'] };

describe('the list of staff', () => {
  it('names people, with the store’s language and an id where none is given', () => {
    const text = 'staff:\n  - { badge: "1001", name: Ana, role: associate, zones: [suits] }\n';
    expect(parseStaff('staff.yaml', text, context)).toEqual({
      staff: [
        { id: 'badge-1001', badge: '1001', name: 'Ana', role: 'associate', locale: 'de', zones: ['suits'], fills: [] },
      ],
      faults: [],
    });
  });

  it('says everything that is wrong with it at once, with lines', () => {
    const shape = 'staff:\n  - { badge: 1001, name: Ana, role: boss, pin: "1" }\n  - { badge: "x", role: lead }\n';
    const faults = parseStaff('staff.yaml', shape, context).faults.map(({ path, reason, line }) => [
      path,
      reason,
      line,
    ]);
    expect(faults).toEqual(
      expect.arrayContaining([
        ['staff.0.badge', 'wrong-type', 2],
        ['staff.0.role', 'unknown-value', 2],
        ['staff.0.pin', 'unknown-key', 2],
        ['staff.1.badge', 'bad-form', 3],
        ['staff.1.name', 'missing', 3],
      ]),
    );
    const twice = [
      'staff:',
      '  - { badge: A-1, id: ana, name: Ana, role: lead }',
      '  - { badge: a-1, id: ana, name: Ben, role: lead, zones: [nowhere] }',
    ].join('\n');
    expect(parseStaff('staff.yaml', twice, context).faults.map(({ path, reason }) => [path, reason])).toEqual([
      ['staff.1.badge', 'doubled'],
      ['staff.1.id', 'doubled'],
      ['staff.1.zones.0', 'bad-reference'],
    ]);
    expect(parseStaff('staff.yaml', 'staff: [', context).faults[0]?.reason).toBe('syntax');
  });
});

it('a PIN is six to eight digits, and none that everybody tries first', () => {
  expect(['314159', '27182818', '112233'].map(isGoodPin)).toEqual([true, true, true]);
  const weak = ['31415', '314159265', '000000', '123456', '987654', '890123', 'abcdef', '12345 ', ''];
  expect(weak.filter(isGoodPin)).toEqual([]);
});
