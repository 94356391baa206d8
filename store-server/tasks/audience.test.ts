import { describe, expect, test } from 'vitest';
import type { FloorRole, Standing } from './associate.ts';
import { type Asking, nextStepAt, stepByTime, whomToAsk } from './audience.ts';

const minute = 60_000;
/** A place is as many metres away as its number says. */
const metres: Asking['metres'] = (from, to) =>
  from === null || to === null ? null : Math.abs(Number(from) - Number(to));

function person(associate: string, role: FloorRole = 'associate', more: Partial<Standing> = {}): Standing {
  const plain = { name: associate, locale: 'en', zones: null, fills: [], zone: null };
  return { associate, role, ...plain, isFree: true, isThere: true, ...more };
}

const task = { kind: 'help' as const, role: null, offeredAt: 0, deadline: 4 * minute, isMissed: false };

function asked(people: readonly Standing[], now: number, more: Partial<Asking> = {}): string {
  const asking = { task, zone: '0', people, declined: new Set<string>(), metres, isFilled: () => false, ...more };
  const { step, associates } = whomToAsk(asking, now);
  return `${step}: ${associates.join(' ')}`.trim();
}

const floor = [
  person('near', 'associate', { zone: '1' }),
  person('next', 'associate', { zone: '5' }),
  person('far', 'associate', { zone: '9' }),
  person('lead', 'lead', { zones: ['0'] }),
  person('other-lead', 'lead', { zones: ['7'] }),
  person('boss', 'manager'),
];

test('the nearest is asked first, then the next nearest, then all with the zone’s lead, then the manager', () => {
  expect(asked(floor, 0)).toBe('nearest: near');
  expect(asked(floor, minute)).toBe('next: near next');
  expect(asked(floor, 2 * minute)).toBe('lead: near next far lead');
  expect(asked(floor, 3 * minute)).toBe('manager: near next far lead other-lead boss');
});

test('what somebody claimed and did not get to is asked of all of them at once, and of the manager in time', () => {
  const missed = { task: { ...task, isMissed: true } };
  expect(asked(floor, 0, missed)).toBe('lead: near next far lead');
  expect(asked(floor, 3 * minute, missed)).toBe('manager: near next far lead other-lead boss');
});

test('where nobody has said where she is, all are as near', () => {
  expect(asked([person('kim'), person('ben'), person('lead', 'lead')], 0)).toBe('nearest: kim ben');
});

test('where nobody is left of a step, the next comes at once', () => {
  expect(asked([person('kim', 'associate', { isFree: false }), person('lead', 'lead')], 0)).toBe('lead: lead');
  expect(asked([person('kim'), person('boss', 'manager')], 0, { declined: new Set(['kim']) })).toBe('manager: boss');
  expect(asked([person('kim', 'associate', { isFree: false })], 0)).toBe('manager:');
});

test('who works elsewhere is asked when it has come to the lead', () => {
  const shoes = person('shoes', 'associate', { zones: ['7'] });
  expect(asked([shoes, person('here', 'associate', { zones: ['0'] })], 0)).toBe('nearest: here');
  expect(asked([shoes, person('here', 'associate', { zones: ['0'] })], 2 * minute)).toBe('lead: shoes here');
});

describe('roles', () => {
  const stylist = person('sty', 'associate', { fills: ['stylist'] });
  const executive = person('exe', 'manager', { fills: ['executive'] });

  test('who fills a role is asked for it, and others where nobody does', () => {
    const wanted = { task: { ...task, role: 'stylist' } };
    expect(asked([stylist, person('kim')], 0, { ...wanted, isFilled: () => true })).toBe('nearest: sty');
    expect(asked([person('kim'), person('boss', 'manager')], 0, wanted)).toBe('nearest: kim');
  });

  test('what is asked of a manager is asked of nobody below', () => {
    const wanted = { task: { ...task, role: 'manager' } };
    expect(asked([person('kim'), person('lead', 'lead'), person('boss', 'manager')], 0, wanted)).toBe('manager: boss');
  });

  test('a signature is asked of whoever signs, busy or not, and of nobody on a break', () => {
    const letter = { task: { ...task, kind: 'approval' as const, role: 'executive' } };
    const people = [stylist, person('boss', 'manager'), { ...executive, isFree: false }];
    expect(asked(people, 0, { ...letter, isFilled: () => true })).toBe('nearest: exe');
    expect(asked([person('boss', 'manager'), person('lead', 'lead')], 0, letter)).toBe('nearest: boss');
    expect(asked([{ ...executive, isThere: false }], 0, { ...letter, isFilled: () => true })).toBe('nearest:');
  });
});

test('each step has a quarter of the time that the dialogue gives', () => {
  expect([0, minute - 1, minute, 5 * minute].map((now) => stepByTime(task, now))).toEqual([0, 0, 1, 3]);
  expect([0, minute, 3 * minute].map((now) => nextStepAt(task, now))).toEqual([minute, 2 * minute, null]);
});
