import type { Fact } from '@kairos/protocol/facts.ts';
import { expect, test } from 'vitest';
import type { CompiledEntry, CompiledMeasure, Scope } from '../compiled.ts';
import {
  answer,
  day,
  dialogue,
  hour,
  house,
  minute,
  onDwell,
  onFact,
  pattern,
  release,
  say,
  second,
  waitFor,
} from '../test/samples.ts';
import { ShopFloor, start, told } from '../test/shop-floor.ts';

const idle = { wait: waitFor(365 * day, 'end') };

function entersOn(...enter: CompiledEntry[]): ReturnType<typeof dialogue> {
  return dialogue('it', { enter, steps: idle });
}

function entered(decisions: readonly { type: string }[]): number {
  return decisions.filter(({ type }) => type === 'run.entered').length;
}

function help(floor: ShopFloor, subject: number): ReturnType<ShopFloor['fact']> {
  return floor.fact('help.requested', subject, { cart: `cart-${subject}` });
}

const isSuit = (scope: Scope): boolean => scope.line?.department === 'suits';

test('first: only the first match of her life, whatever became of the run', () => {
  const floor = new ShopFloor({
    release: release([
      dialogue('it', {
        enter: [{ kind: 'first', pattern: pattern('sale', null, { anyLine: isSuit }) }],
        steps: { done: { verb: 'end' } },
      }),
    ]),
    people: { 1: {} },
  });
  expect(entered(floor.pay(1, [{ department: 'wine' }]))).toBe(0);
  expect(entered(floor.pay(1))).toBe(1);
  floor.pass(day);
  expect(entered(floor.pay(1))).toBe(0);
  floor.expectReplayed();
});

test('count: when the window holds so many, and again only after it held fewer', () => {
  const floor = new ShopFloor({
    release: release([
      dialogue('it', {
        enter: [{ kind: 'count', pattern: pattern('sale'), reaches: 3, within: { ms: 10 * day } }],
        steps: { done: { verb: 'end' } },
      }),
    ]),
    people: { 1: {} },
  });
  const bought = [0, 1, 1, 1, 7, 1].map((days) => {
    floor.pass(days * day);
    return entered(floor.pay(1));
  });
  // Days 0 1 2 | 3: four already | 10: 1 2 3 are within, with day 10 four | 11: 2 3 10 11, four again.
  expect(bought).toEqual([0, 0, 1, 0, 0, 0]);
  floor.pass(9 * day);
  // Day 20: 11 and 20, and then it holds three again.
  expect([entered(floor.pay(1)), entered(floor.pay(1)), entered(floor.pay(1))]).toEqual([0, 1, 0]);
  floor.expectReplayed();
});

test('count without a window: once, at exactly so many', () => {
  const floor = new ShopFloor({
    release: release([entersOn({ kind: 'count', pattern: pattern('visit.opened'), reaches: 2, within: null })]),
    people: { 1: {} },
  });
  expect([1, 2, 3].map(() => entered([...floor.open(1), ...floor.close(1)]))).toEqual([0, 1, 0]);
  floor.expectReplayed();
});

test('sequence: in order, within its time, without what forbids it', () => {
  const looked = pattern('zone.entered', null, { zones: ['suits'] });
  const floor = new ShopFloor({
    release: release([
      dialogue('it', {
        enter: [
          {
            kind: 'sequence',
            patterns: [looked, pattern('help.requested')],
            within: { ms: hour },
            without: pattern('sale'),
          },
        ],
        steps: { done: { verb: 'end' } },
      }),
    ]),
    people: { 1: {} },
  });
  const ask = (): number => entered(floor.fact('help.requested', 1, { cart: 'cart-1' }));
  floor.open(1);
  expect(ask()).toBe(0);
  floor.enter(1, 'suits');
  floor.pass(hour + 1);
  expect(ask()).toBe(0);
  floor.enter(1, 'shoes');
  floor.enter(1, 'suits');
  floor.pay(1);
  expect(ask()).toBe(0);
  floor.enter(1, 'shoes');
  floor.enter(1, 'suits');
  floor.pass(minute);
  expect(ask()).toBe(1);
  expect(ask()).toBe(0);
  floor.expectReplayed();
});

test('absence: so long after the last match, once, and anew after the next', () => {
  const floor = new ShopFloor({
    release: release(
      [entersOn({ kind: 'absence', pattern: pattern('sale'), after: { months: 6 } })].map((one) => ({
        ...one,
        steps: { done: { verb: 'end' as const } },
        first: 'done',
      })),
    ),
    people: { 1: {} },
  });
  floor.pay(1);
  floor.pass(100 * day);
  floor.pay(1);
  expect(entered(floor.pass(180 * day))).toBe(0);
  expect(entered(floor.pass(10 * day))).toBe(1);
  expect(entered(floor.pass(365 * day))).toBe(0);
  floor.pay(1);
  expect(entered(floor.pass(365 * day))).toBe(1);
  floor.expectReplayed();
});

test('unusual absence: someone who came every week is missed long before one who came twice a year', () => {
  const absence: CompiledEntry = { kind: 'absence', pattern: pattern('sale'), after: 'unusual' };
  const missedAfter = (interval: number, purchases: number): number => {
    const floor = new ShopFloor({ release: release([entersOn(absence)]), people: { 1: {} } });
    for (let bought = 0; bought < purchases; bought += 1) {
      floor.pass(interval * day);
      floor.pay(1);
    }
    const last = floor.now;
    const due = floor.engine.nextDue(1);
    floor.expectReplayed();
    expect(entered(floor.pass(400 * day))).toBe(1);
    return ((due as number) - last) / day;
  };
  expect(missedAfter(7, 20)).toBeLessThan(40);
  expect(missedAfter(7, 20)).toBeGreaterThan(7);
  expect(missedAfter(100, 4)).toBeGreaterThan(100);
});

const spend: CompiledMeasure = {
  name: 'spend30d',
  kind: 'sum',
  pattern: pattern('sale'),
  of: ({ fact }) => (fact as Extract<Fact, { type: 'sale' }>).body.total,
  perLine: false,
  window: { kind: 'rolling', span: { ms: 30 * day } },
  endingAgo: null,
  buckets: 30,
};

test('a measure that crosses: upwards by a fact, downwards by the mere passing of its window', () => {
  const rises = {
    ...entersOn({ kind: 'measure', measure: 0, direction: 'rises', threshold: 999, share: null }),
    name: 'up',
    steps: { done: { verb: 'end' as const } },
    first: 'done',
  };
  const falls = {
    ...rises,
    name: 'down',
    enter: [{ kind: 'measure' as const, measure: 0, direction: 'falls' as const, threshold: 600, share: null }],
  };
  const floor = new ShopFloor({ release: release([rises, falls], { measures: [spend] }), people: { 1: {} } });
  const names = (decisions: readonly { type: string; body: unknown }[]): string[] =>
    decisions.filter(({ type }) => type === 'run.entered').map(({ body }) => (body as { dialogue: string }).dialogue);
  expect(names(floor.pay(1))).toEqual([]);
  floor.pass(10 * day);
  expect(names(floor.pay(1))).toEqual(['up']);
  floor.expectReplayed();
  expect(names(floor.pass(18 * day))).toEqual([]);
  expect(names(floor.pass(2 * day))).toEqual(['down']);
  expect(names(floor.pass(365 * day))).toEqual([]);
  floor.expectReplayed();
});

test('conditions see what a measure is worth with the fact in hand', () => {
  const floor = new ShopFloor({
    release: release([entersOn(onFact('sale', (scope) => scope.measure(0) >= 1000))], { measures: [spend] }),
    people: { 1: {} },
  });
  expect(entered(floor.pay(1))).toBe(0);
  expect(entered(floor.pay(1))).toBe(1);
  floor.expectReplayed();
});

test('a date: so many days before her birthday, at its hour on the wall, once a year', () => {
  const birthday: CompiledEntry = {
    kind: 'date',
    attribute: 'birthday',
    on: null,
    offset: { ms: 7 * day },
    before: true,
    minuteOfDay: 10 * 60,
    yearly: true,
  };
  const floor = new ShopFloor({
    release: release([{ ...entersOn(birthday), steps: { done: { verb: 'end' } }, first: 'done' }]),
    people: { 1: { attributes: { birthday: '1990-03-31' } }, 2: {} },
  });
  floor.open(1);
  floor.open(2);
  // 24 March 2026, 10:00 in Zurich; summer time begins on the 29th.
  expect(floor.engine.nextDue(1)).toBe(Date.UTC(2026, 2, 24, 9));
  expect(floor.engine.nextDue(2)).toBeNull();
  expect(entered(floor.pass(Date.UTC(2026, 2, 24, 9) - start - 1))).toBe(0);
  expect(entered(floor.pass(1))).toBe(1);
  floor.expectReplayed();
  expect(entered(floor.pass(364 * day))).toBe(0);
  expect(entered(floor.pass(2 * day))).toBe(1);
});

test('an attribute that changes, in the side tables or by another dialogue’s hand', () => {
  const mover = dialogue('mover', {
    enter: [{ kind: 'changes', attribute: 'city', where: ({ customer }) => customer.city === 'Bern' }],
    steps: { done: { verb: 'end' } },
  });
  const setter = dialogue('setter', {
    enter: [onFact('help.requested')],
    steps: { set: { verb: 'set', name: 'city', value: () => 'Bern', then: 'end' } },
  });
  const floor = new ShopFloor({
    release: release([mover, setter]),
    people: { 1: { attributes: { city: 'Basel' } }, 2: {} },
  });
  floor.open(1);
  expect(entered(floor.fact('customer.changed', 1, { attributes: ['city'] }))).toBe(0);
  floor.setPerson(1, { attributes: { city: 'Bern' } });
  expect(entered(floor.fact('customer.changed', 1, { attributes: ['street'] }))).toBe(0);
  expect(entered(floor.fact('customer.changed', 1, { attributes: ['city'] }))).toBe(1);
  expect(told(floor.fact('help.requested', 2, { cart: 'cart-2' }))).toEqual([
    'run.entered',
    'attribute.set city',
    'run.ended end',
    'run.entered',
    'run.ended end',
  ]);
  floor.expectReplayed();
});

test('dwell: two thresholds, each once; silence of the radio is no departure, leaving is', () => {
  const floor = new ShopFloor({
    release: release([
      dialogue('short', { enter: [onDwell('suits', 10 * second)], steps: { done: { verb: 'end' } } }),
      dialogue('long', { enter: [onDwell('suits', 60 * second)], steps: { done: { verb: 'end' } } }),
    ]),
    people: { 1: {} },
  });
  floor.open(1);
  floor.enter(1, 'suits');
  floor.pass(5 * second);
  floor.enter(1, 'suits');
  expect(entered(floor.pass(5 * second))).toBe(1);
  expect(entered(floor.pass(49 * second))).toBe(0);
  expect(entered(floor.pass(second))).toBe(1);
  expect(entered(floor.pass(hour))).toBe(0);
  floor.leave(1, 'suits');
  floor.enter(1, 'suits');
  floor.pass(9 * second);
  floor.leave(1, 'suits');
  expect(entered(floor.pass(hour))).toBe(0);
  floor.expectReplayed();
});

test('a cart that stood in the zone before her dwells from her coming, not from its own', () => {
  const floor = new ShopFloor({ release: release([entersOn(onDwell('suits', 10 * second))]), people: { 1: {} } });
  floor.fact('zone.entered', null, { cart: 'cart-1', zone: 'suits', confidence: 900 });
  floor.pass(hour);
  expect(floor.open(1)).toEqual([]);
  expect(floor.pass(10 * second - 1)).toEqual([]);
  expect(entered(floor.pass(1))).toBe(1);
  floor.expectReplayed();
});

test('one run for each customer at a time, or one for each key', () => {
  const keyed = dialogue('keyed', {
    key: ({ entry }) => entry['line.id'] ?? null,
    entryPaths: ['line.id', 'line.department', 'receipt', 'at'],
    enter: [onFact('sale', null, { anyLine: isSuit })],
    steps: idle,
  });
  const floor = new ShopFloor({ release: release([keyed, entersOn(onFact('sale'))]), people: { 1: {} } });
  const decided = floor.pay(1, [{ id: 'a' }, { id: 'b', department: 'wine' }, { id: 'c' }]);
  const runs = decided.flatMap((one) => (one.type === 'run.entered' ? [one.body] : []));
  expect(runs.map(({ dialogue: name, key }) => [name, key])).toEqual([
    ['keyed', 'a'],
    ['keyed', 'c'],
    ['it', undefined],
  ]);
  expect(runs[1]?.entry).toEqual({
    'line.id': 'c',
    'line.department': 'suits',
    receipt: expect.any(String),
    at: start,
  });
  expect(new Set(runs.map(({ run }) => run)).size).toBe(3);
  expect(entered(floor.pay(1, [{ id: 'c' }, { id: 'd' }]))).toBe(1);
  floor.expectReplayed();
});

test('limits: so often a visit, so often a customer within a window', () => {
  const limited = dialogue('it', {
    limits: { perVisit: 1, perCustomer: { count: 2, within: { ms: 10 * day } } },
    enter: [onFact('help.requested')],
    steps: { done: { verb: 'end' } },
  });
  const floor = new ShopFloor({ release: release([limited]), people: { 1: {} } });
  const ask = (): number => entered(floor.fact('help.requested', 1, { cart: 'cart-1' }));
  floor.open(1);
  expect([ask(), ask()]).toEqual([1, 0]);
  floor.close(1);
  floor.open(1);
  expect([ask(), ask()]).toEqual([1, 0]);
  floor.close(1);
  floor.open(1);
  expect(ask()).toBe(0);
  expect(floor.engine.verdicts({ subject: 1 })[0]?.rivals[0]?.stopped).toBe('limit-customer');
  floor.pass(10 * day);
  expect(ask()).toBe(1);
  floor.expectReplayed();
});

test('held out: she enters silently, nothing is said, and her objective is counted all the same', () => {
  const goal = { pattern: pattern('sale'), within: { ms: 30 * day }, value: 4000 };
  const trial = dialogue('trial', {
    holdout: 3000,
    objective: goal,
    enter: [onFact('help.requested')],
    steps: { offer: say() },
  });
  const people = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [at + 1, {}]));
  const floor = new ShopFloor({ release: release([trial]), people });
  let heldOut = 0;
  for (let subject = 1; subject <= 200; subject += 1) {
    floor.open(subject);
    const decided = floor.fact('help.requested', subject, { cart: `cart-${subject}` });
    const run = decided.find((one) => one.type === 'run.entered');
    if (run?.type !== 'run.entered' || !run.body.held) continue;
    heldOut += 1;
    expect(told(decided)).toEqual(['run.entered']);
    expect(help(floor, subject)).toEqual([]);
    floor.pass(day);
    expect(told(floor.pay(subject))).toEqual(['objective.reached', 'run.ended objective']);
    expect(floor.pay(subject)).toEqual([]);
  }
  expect(heldOut).toBeGreaterThan(35);
  expect(heldOut).toBeLessThan(85);
  floor.expectReplayed();
});

test('the same people are held out in another store and another version, and with another chain key others', () => {
  const held = (name: string, chainKey: string): string => {
    const trial = dialogue(name, { holdout: 5000, enter: [onFact('help.requested')], steps: idle });
    const people = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [at + 1, {}]));
    const floor = new ShopFloor({ release: release([trial]), people, chainKey });
    return Object.keys(people)
      .map((subject) => told(floor.fact('help.requested', Number(subject), { cart: 'c' })).length === 1)
      .map(Number)
      .join('');
  };
  expect(held('a', 'k')).toBe(held('a', 'k'));
  expect(held('a', 'k')).not.toBe(held('b', 'k'));
  expect(held('a', 'k')).not.toBe(held('a', 'other'));
});

test('a guest is never held out, and the global holdout is left alone by every dialogue', () => {
  const all = house({ globalHoldout: 10_000 });
  const floor = new ShopFloor({
    release: release([dialogue('it', { holdout: 10_000, enter: [onFact('help.requested')], steps: idle })], {
      house: all,
    }),
    people: { 1: {}, 2: { chainId: null } },
  });
  expect(told(floor.fact('help.requested', 1, { cart: 'c' }))).toEqual(['run.entered']);
  expect(told(floor.fact('help.requested', 2, { cart: 'c' }))).toEqual(['run.entered', 'run.moved wait']);
});

test('variants: an arm by hash at entry, near its weight, the same for ever', () => {
  const trial = dialogue('it', {
    variants: [
      { name: 'plain', weight: 1 },
      { name: 'warm', weight: 3 },
    ],
    enter: [onFact('help.requested')],
    steps: {
      which: {
        verb: 'choose',
        branches: [
          { when: ({ variant }) => variant === 'warm', then: 'warm' },
          { when: null, then: 'plain' },
        ],
      },
      warm: waitFor(day, 'end'),
      plain: waitFor(day, 'end'),
    },
  });
  const people = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [at + 1, {}]));
  const floor = new ShopFloor({ release: release([trial]), people });
  const arms = Object.keys(people).map((subject) => {
    const decided = floor.fact('help.requested', Number(subject), { cart: 'c' });
    const [run, moved] = decided;
    const arm = run?.type === 'run.entered' ? run.body.arm : undefined;
    expect(moved?.type === 'run.moved' && moved.body.step).toBe(arm);
    return arm;
  });
  expect(arms.filter((arm) => arm === 'warm').length).toBeGreaterThan(120);
  expect(arms.filter((arm) => arm === 'plain').length).toBeGreaterThan(25);
});

test('who is not its audience stays out, and the ledger says so', () => {
  const floor = new ShopFloor({
    release: release([{ ...entersOn(onFact('help.requested')), audience: ({ customer }) => customer.tier === 'gold' }]),
    people: { 1: { attributes: { tier: 'gold' } }, 2: {} },
  });
  expect(entered(floor.fact('help.requested', 1, { cart: 'c' }))).toBe(1);
  expect(entered(floor.fact('help.requested', 2, { cart: 'c' }))).toBe(0);
  expect(floor.engine.verdicts({ subject: 2 })).toEqual([
    {
      row: expect.any(Number),
      at: start,
      subject: 2,
      message: null,
      chosen: null,
      rivals: [{ dialogue: 'it', step: 'wait', score: 0, stopped: 'audience' }],
    },
  ]);
});

test('goods tagged sensitive feed no message without her opt-in', () => {
  const floor = new ShopFloor({
    release: release([entersOn(onFact('sale', null, { anyLine: () => true }), onFact('basket.added'))], {
      house: house({ sensitiveTags: ['pregnancy'] }),
    }),
    people: { 1: {}, 2: { consent: { sensitive: true } } },
  });
  expect(entered(floor.pay(1, [{ tags: ['pregnancy'] }]))).toBe(0);
  expect(entered(floor.scan(1, { tags: ['pregnancy'] }))).toBe(0);
  expect(entered(floor.pay(1, [{ tags: ['pregnancy'] }, { id: 'other' }]))).toBe(1);
  expect(entered(floor.pay(2, [{ tags: ['pregnancy'] }]))).toBe(1);
});

test('a late fact folds, and what it opens is not said in the store', () => {
  const mail = dialogue('it', { enter: [onFact('sale')], steps: { offer: say({ answers: [answer('yes', 'end')] }) } });
  const floor = new ShopFloor({ release: release([mail]), people: { 1: {} } });
  floor.open(1);
  expect(told(floor.pay(1, [{}], { ageMs: hour, late: true }))).toEqual(['run.entered', 'run.moved offer']);
  expect(floor.engine.verdicts()[0]?.rivals[0]?.stopped).toBe('late-fact');
  floor.expectReplayed();
});

test('a fact about goods reaches those who are in the store', () => {
  const floor = new ShopFloor({
    release: release([
      entersOn(
        onFact(
          'goods.changed',
          ({ fact }) => (fact as Extract<Fact, { type: 'goods.changed' }>).body.department === 'wine',
        ),
      ),
    ]),
    people: { 1: {}, 2: {} },
  });
  floor.open(1);
  floor.open(2);
  floor.close(2);
  const decided = floor.fact('goods.changed', null, { code: '1', department: 'wine', price: 900 });
  expect(decided.filter(({ type }) => type === 'run.entered').map(({ subject }) => subject)).toEqual([1]);
  expect([...floor.engine.touched]).toContain(1);
  floor.expectReplayed();
});
