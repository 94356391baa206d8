import type { Fact, SaleLine } from '@kairos/protocol/facts.ts';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CompiledMeasure, Scope, Span } from '../compiled.ts';
import { type Calendar, createCalendar } from './calendar.ts';
import { createMeasure, type Measure, measureProblem } from './measure.ts';

const hour = 3_600_000;
const day = 24 * hour;
const utc = createCalendar('UTC');
const zurich = createCalendar('Europe/Zurich');
const at = (iso: string) => Date.parse(iso);

interface Bought {
  readonly at: number;
  readonly amount: number;
}

function definition(of: Partial<CompiledMeasure>): CompiledMeasure {
  return {
    name: 'm',
    kind: 'count',
    pattern: { type: 'sale', zones: null, where: null, anyLine: null },
    of: (scope) => (scope.fact as Extract<Fact, { type: 'sale' }>).body.total,
    perLine: false,
    window: null,
    endingAgo: null,
    buckets: 64,
    ...of,
  };
}

function scopeOf(total: number, when: number, lines: readonly Partial<SaleLine>[] = []): Scope {
  const body = { till: 't', receipt: 'r', currency: 'CHF', lines, total };
  return {
    fact: { seq: 1, at: when, subject: 1, source: null, cause: null, late: false, type: 'sale', body } as Fact,
    line: null,
    entry: {},
    answers: {},
    rewards: {},
    customer: {},
    visit: null,
    store: {},
    variant: null,
    now: when,
    measure: () => 0,
  };
}

function observed(measure: Measure, bought: readonly Bought[]) {
  const tally = measure.empty();
  for (const one of bought) measure.observe(tally, scopeOf(one.amount, one.at), one.at);
  return tally;
}

/** Counted again from all facts, as `measure.ts` says it in words. */
function recount(of: CompiledMeasure, widthMs: number, calendar: Calendar, bought: readonly Bought[], now: number) {
  const ago = of.endingAgo ?? { ms: 0 };
  const { window } = of;
  const counting = bought.filter((one) => {
    if (window === null) return calendar.add(rounded(one.at), ago) <= now;
    const start = rounded(one.at);
    const from = calendar.add(start, ago);
    if (window.kind === 'calendar') return from <= now && now < calendar.add(calendar.endOf(window.unit, start), ago);
    const bothMonths = 'months' in ago && 'months' in window.span;
    const to = bothMonths
      ? calendar.addMonths(start, ago.months + window.span.months)
      : calendar.add(from, window.span);
    return from <= now && now < to;
  });
  const amounts = counting.map((one) => one.amount);
  if (of.kind === 'count') return counting.length;
  if (of.kind === 'sum') return amounts.reduce((sum, one) => sum + one, 0);
  if (of.kind === 'distinct') return new Set(amounts).size;
  const newest = Math.max(...counting.map((one) => rounded(one.at)));
  return counting.findLast((one) => rounded(one.at) === newest)?.amount ?? Number.NaN;

  function rounded(when: number): number {
    if (widthMs === 0) return when;
    const from = window?.kind === 'calendar' ? calendar.startOf(window.unit, when) : 0;
    return from + Math.floor((when - from) / widthMs) * widthMs;
  }
}

const begin = at('2026-01-20T07:00:00Z');
const spans = fc.oneof(
  fc.record({ ms: fc.integer({ min: 1, max: 120 * day }) }),
  fc.record({ months: fc.integer({ min: 1, max: 6 }) }),
);
const windows = fc.oneof(
  fc.constant(null),
  spans.map((span) => ({ kind: 'rolling' as const, span })),
  fc.constantFrom('day', 'week', 'month', 'year' as const).map((unit) => ({ kind: 'calendar' as const, unit })),
);
const definitions = fc
  .record({
    kind: fc.constantFrom('count', 'sum', 'last', 'distinct' as const),
    window: windows,
    endingAgo: fc.option(spans),
    buckets: fc.integer({ min: 1, max: 64 }),
  })
  .map(definition)
  .filter((of) => measureProblem(of) === null);
const purchases = fc.array(
  fc.record({ at: fc.integer({ min: begin, max: begin + 200 * day }), amount: fc.integer({ min: -3, max: 9 }) }),
  { maxLength: 150 },
);
const laters = fc.array(fc.integer({ min: 0, max: 400 * day }), { minLength: 1, maxLength: 8 });

describe('against a recount of every fact', () => {
  test('the value is the same whenever it is asked for, in whatever order the facts came', () => {
    fc.assert(
      fc.property(definitions, purchases, laters, fc.constantFrom(utc, zurich), (of, bought, after, calendar) => {
        const measure = createMeasure(of, calendar);
        const tally = observed(measure, bought);
        const newest = Math.max(begin, ...bought.map((one) => one.at));
        for (const later of after) {
          const now = newest + later;
          expect(measure.valueOf(tally, now)).toBe(recount(of, measure.precisionMs, calendar, bought, now));
        }
      }),
      { numRuns: 400 },
    );
  });

  test('asked between facts as they happen, it is the same too, and survives being stored', () => {
    fc.assert(
      fc.property(definitions, purchases, (of, bought) => {
        const measure = createMeasure(of, zurich);
        const inOrder = bought.toSorted((a, b) => a.at - b.at);
        let tally = measure.empty();
        inOrder.forEach((one, index) => {
          measure.observe(tally, scopeOf(one.amount, one.at), one.at);
          expect(measure.valueOf(tally, one.at)).toBe(
            recount(of, measure.precisionMs, zurich, inOrder.slice(0, index + 1), one.at),
          );
          tally = JSON.parse(JSON.stringify(tally)) as typeof tally;
        });
      }),
      { numRuns: 150 },
    );
  });

  test('the next change is the first, and there is none where it says so', () => {
    fc.assert(
      fc.property(definitions, purchases, laters, (of, bought, samples) => {
        const measure = createMeasure(of, zurich);
        const tally = observed(measure, bought);
        const now = Math.max(begin, ...bought.map((one) => one.at));
        const value = (when: number) => recount(of, measure.precisionMs, zurich, bought, when);
        const next = measure.nextChange(tally, now);
        if (next !== null) expect(value(next)).not.toBe(value(now));
        for (const sample of next === null ? samples : [next - 1 - now, ...samples.map((one) => one % (next - now))]) {
          expect(value(now + sample)).toBe(value(now));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a rounded time is never later than the fact and less than a slot too early', () => {
    fc.assert(
      fc.property(purchases, fc.integer({ min: 1, max: 120 * day }), laters, (bought, span, after) => {
        const of = definition({ window: { kind: 'rolling', span: { ms: span } }, buckets: 16 });
        const measure = createMeasure(of, utc);
        expect(measure.precisionMs).toBe(Math.ceil(span / 16));
        const tally = observed(measure, bought);
        const newest = Math.max(begin, ...bought.map((one) => one.at));
        for (const later of after) {
          const exact = (now: number) => bought.filter((one) => one.at + span > now).length;
          const now = newest + later;
          expect(measure.valueOf(tally, now)).toBeLessThanOrEqual(exact(now));
          expect(measure.valueOf(tally, now)).toBeGreaterThanOrEqual(exact(now + measure.precisionMs - 1));
        }
      }),
    );
  });
});

test('a tally never holds more than its buckets, nor more than 256 distinct values', () => {
  fc.assert(
    fc.property(definitions, (of) => {
      const measure = createMeasure(of, zurich);
      const tally = measure.empty();
      for (let n = 0; n < 1500; n++) {
        measure.observe(tally, scopeOf(n, begin + n * 8 * hour), begin + n * 8 * hour);
        expect(tally.slots.length).toBe(tally.values.length);
        expect(tally.slots.length).toBeLessThanOrEqual(of.kind === 'distinct' ? 256 : of.buckets);
      }
    }),
    { numRuns: 60 },
  );
});

test('more distinct values than are told apart read as the bound, and shrink as the newest leave', () => {
  const ever = createMeasure(definition({ kind: 'distinct' }), utc);
  const recent = createMeasure(definition({ kind: 'distinct', window: { kind: 'rolling', span: { ms: day } } }), utc);
  const bought = Array.from({ length: 400 }, (_, n) => ({ at: begin + n * 60_000, amount: n }));
  expect(ever.valueOf(observed(ever, bought), begin + day)).toBe(256);
  const tally = observed(recent, bought);
  expect(recent.valueOf(tally, begin + 400 * 60_000)).toBe(256);
  expect(recent.valueOf(tally, begin + 2 * day)).toBe(0);
});

test('usage of 90 days, and of the 90 days before them', () => {
  const span: Span = { ms: 90 * day };
  const window = { kind: 'rolling' as const, span };
  const now90 = createMeasure(definition({ kind: 'sum', window }), utc);
  const before = createMeasure(definition({ kind: 'sum', window, endingAgo: span }), utc);
  const bought = [10, 40, 100, 150, 175].map((ago) => ({ at: begin - ago * day, amount: ago })).reverse();
  expect(now90.valueOf(observed(now90, bought), begin)).toBe(10 + 40);
  expect(before.valueOf(observed(before, bought), begin)).toBe(100 + 150 + 175);
});

test('the current month begins at midnight in the store, not in Greenwich', () => {
  const measure = createMeasure(definition({ window: { kind: 'calendar', unit: 'month' } }), zurich);
  const tally = observed(measure, [
    { at: at('2026-03-31T21:59:59Z'), amount: 1 },
    { at: at('2026-03-31T22:00:00Z'), amount: 1 },
  ]);
  expect(measure.valueOf(tally, at('2026-04-01T10:00:00Z'))).toBe(1);
  expect(measure.nextChange(tally, at('2026-04-01T10:00:00Z'))).toBe(at('2026-04-30T22:00:00Z'));
});

test('this month so far, beside last month at the same point', () => {
  const window = { kind: 'calendar' as const, unit: 'month' as const };
  const measure = createMeasure(definition({ window, endingAgo: { months: 1 } }), zurich);
  const tally = observed(measure, [
    { at: at('2026-03-02T10:00:00Z'), amount: 1 },
    { at: at('2026-03-20T10:00:00Z'), amount: 1 },
    { at: at('2026-04-05T10:00:00Z'), amount: 1 },
  ]);
  expect(measure.valueOf(tally, at('2026-04-10T10:00:00Z'))).toBe(1);
  expect(measure.valueOf(tally, at('2026-04-25T10:00:00Z'))).toBe(2);
});

test('a month after the 31st of January is the last of February', () => {
  const window = { kind: 'rolling' as const, span: { months: 1 } };
  const last = createMeasure(definition({ kind: 'last', window }), zurich);
  const tally = observed(last, [{ at: at('2026-01-31T12:00:00Z'), amount: 7 }]);
  expect(last.valueOf(tally, at('2026-02-28T11:59:59Z'))).toBe(7);
  expect(last.valueOf(tally, at('2026-02-28T12:00:00Z'))).toBeNaN();
});

test('when a sum falls below a threshold can be asked for', () => {
  const measure = createMeasure(definition({ kind: 'sum', window: { kind: 'rolling', span: { ms: 64 * day } } }), utc);
  const midnight = at('2026-02-01T00:00:00Z');
  const tally = observed(
    measure,
    [0, 1, 2, 3].map((n) => ({ at: midnight + n * day, amount: 10 })),
  );
  const now = midnight + 10 * day;
  expect(measure.nextChange(tally, now, (value) => value < 15)).toBe(midnight + (2 + 64) * day);
  expect(measure.nextChange(tally, now, (value) => value > 100)).toBeNull();
});

test('the last without a value is the time; of nothing it compares with nothing', () => {
  const measure = createMeasure(definition({ kind: 'last', of: null }), utc);
  expect(measure.valueOf(measure.empty(), begin) < 5 || measure.valueOf(measure.empty(), begin) >= 5).toBe(false);
  expect(measure.valueOf(observed(measure, [{ at: begin, amount: 1 }]), begin + day)).toBe(begin);
});

describe('what a fact contributes', () => {
  const lines = [
    { id: 'a', department: 'pumps', amount: 100 },
    { id: 'b', department: 'suits', amount: 20 },
    { id: 'c', department: 'pumps', amount: 3 },
  ];
  const pumps = {
    type: 'sale' as const,
    zones: null,
    where: null,
    anyLine: (scope: Scope) => scope.line?.department === 'pumps',
  };
  const ofLine = (scope: Scope) => scope.line?.amount ?? null;
  const value = (of: Partial<CompiledMeasure>, scope = scopeOf(123, begin, lines)) => {
    const measure = createMeasure(definition(of), utc);
    const tally = measure.empty();
    const counted = measure.observe(tally, scope, begin);
    expect(scope.line).toBeNull();
    return counted ? measure.valueOf(tally, begin) : null;
  };

  test('each matching line where it is told to, otherwise the fact once, by its first matching line', () => {
    expect(value({ kind: 'sum', pattern: pumps, of: ofLine, perLine: true })).toBe(103);
    expect(value({ kind: 'count', pattern: pumps, perLine: true })).toBe(2);
    expect(value({ kind: 'sum', pattern: pumps, of: ofLine })).toBe(100);
    expect(value({ kind: 'count', pattern: pumps })).toBe(1);
  });

  test('nothing where no line matches, the condition fails, or there is no amount', () => {
    const none = { ...pumps, anyLine: () => false };
    expect(value({ pattern: none })).toBeNull();
    expect(value({ pattern: { ...pumps, where: () => false } })).toBeNull();
    expect(value({ kind: 'sum', of: () => null })).toBeNull();
    expect(value({ kind: 'sum', of: () => 'twelve' })).toBeNull();
    expect(value({ kind: 'distinct', of: () => null })).toBeNull();
  });

  test('values of different kinds are told apart, truth counts as one', () => {
    const measure = createMeasure(definition({ kind: 'distinct', of: (scope) => scope.customer.x as string }), utc);
    const tally = measure.empty();
    for (const x of ['1', 1, true, 'true', 'one', '1']) {
      measure.observe(tally, { ...scopeOf(0, begin), customer: { x } }, begin);
    }
    expect(measure.valueOf(tally, begin)).toBe(5);
    expect(value({ kind: 'sum', of: () => true })).toBe(1);
  });
});

test('sums stop at the ends of the safe integers', () => {
  const measure = createMeasure(definition({ kind: 'sum', of: () => Number.MAX_SAFE_INTEGER }), utc);
  expect(
    measure.valueOf(
      observed(
        measure,
        [1, 2, 3].map((n) => ({ at: begin + n, amount: n })),
      ),
      begin + day,
    ),
  ).toBe(Number.MAX_SAFE_INTEGER);
});

test('a measure that cannot be kept within its bounds is refused, and says what to change', () => {
  const daily = definition({ window: { kind: 'calendar', unit: 'day' }, endingAgo: { months: 12 } });
  expect(measureProblem(daily)).toMatch(/longer unit/);
  expect(() => createMeasure(daily, utc)).toThrow(RangeError);
  expect(measureProblem(definition({ endingAgo: { ms: day }, buckets: 1 }))).toMatch(/at least 2/);
  expect(measureProblem(definition({ buckets: 65 }))).toMatch(/1 to 64/);
  expect(measureProblem(definition({ window: { kind: 'rolling', span: { ms: 0 } } }))).toMatch(/longer than nothing/);
  expect(
    measureProblem(definition({ window: { kind: 'calendar', unit: 'month' }, endingAgo: { months: 12 } })),
  ).toBeNull();
});
