import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCalendar } from '../measure/calendar.ts';
import { logLikelihood, probabilityAlive, type RhythmParameters } from './bg-nbd.ts';
import { fit, repeatersMin } from './fit.ts';
import { type PurchaseHistory, type Summary, summaryAt, withPurchase } from './history.ts';

const published: RhythmParameters = { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };
const root = fileURLToPath(new URL('../../', import.meta.url));
const recordings = process.env.KAIROS_RECORDINGS ?? `${root}../shared/data`;
const absent = process.env.CI !== 'true' && !existsSync(`${recordings}/cdnow`);

describe.skipIf(absent)(`purchases of CDNOW's customers (${recordings}/cdnow; set KAIROS_RECORDINGS)`, () => {
  const calendar = createCalendar('UTC');
  /** The last day of the 39 weeks on which the published figures rest. */
  const until = Date.parse('1997-09-30T00:00:00Z');
  const read = (file: string) => readFileSync(`${recordings}/cdnow/${file}`, 'utf8').trim().split(/\r?\n/);

  function histories(): Map<number, PurchaseHistory> {
    const found = new Map<number, PurchaseHistory>();
    for (const line of read('CDNOW_sample.txt')) {
      const [, customer, date] = line.trim().split(/\s+/) as [string, string, string];
      const at = Date.parse(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T12:00:00Z`);
      if (calendar.dayNumber(at) > calendar.dayNumber(until)) continue;
      found.set(Number(customer), withPurchase(found.get(Number(customer)) ?? null, at, calendar));
    }
    return found;
  }

  test('the log of purchases gives the published summary of each of the 2,357 customers', () => {
    const ours = histories();
    const summaries = read('cdnow_customers_summary.csv').slice(1);
    expect(ours.size).toBe(2357);
    expect(summaries.length).toBe(2357);
    for (const row of summaries) {
      const [id, x, tx, T] = row.split(',').map(Number) as [number, number, number, number];
      const mine = summaryAt(ours.get(id)!, until, calendar);
      expect(mine.x).toBe(x);
      expect(Math.abs(mine.tx - tx)).toBeLessThan(0.01);
      expect(Math.abs(mine.T - T)).toBeLessThan(0.01);
    }
  });

  test('the likelihood at the published parameters is the published one', () => {
    const customers = read('cdnow_customers_summary.csv').slice(1).map(summaryOf);
    expect(logLikelihood(published, customers)).toBeCloseTo(-9582.4, 1);
  });

  test('our own fit is within 1 % of the published parameters, from the log alone', () => {
    const found = fit([...histories().values()].map((history) => summaryAt(history, until, calendar)));
    if (found.kind !== 'fitted') throw new Error(`not fitted: ${found.kind}`);
    for (const name of ['r', 'alpha', 'a', 'b'] as const) {
      expect(Math.abs(found.parameters[name] / published[name] - 1)).toBeLessThan(0.01);
    }
    expect(found.logLikelihood).toBeGreaterThanOrEqual(-9582.45);
  });

  function summaryOf(row: string): Summary {
    const [, x, tx, T] = row.split(',').map(Number) as [number, number, number, number];
    return { x, tx, T };
  }
});

test('the likelihood is what the formula of the paper gives, term by term', () => {
  // Γ(r+x) α^r / Γ(r) · B(a, b+x)/B(a, b) · (α+T)^−(r+x), and its second term, for whole parameters.
  const parameters = { r: 2, alpha: 3, a: 1, b: 2 };
  const rate = (x: number) => (x === 0 ? 1 : x === 1 ? 2 : 6) * 9;
  const chance = (x: number) => 2 / (2 + x);
  const direct = ({ x, tx, T }: Summary) => {
    const more = x === 0 ? 0 : (1 / (2 + x - 1)) * (3 + tx) ** -(2 + x);
    return Math.log(rate(x) * chance(x) * ((3 + T) ** -(2 + x) + more));
  };
  for (const summary of [
    { x: 0, tx: 0, T: 10 },
    { x: 1, tx: 4, T: 12 },
    { x: 2, tx: 7, T: 7 },
  ]) {
    expect(logLikelihood(parameters, [summary])).toBeCloseTo(direct(summary), 10);
  }
});

test('a population made at random by the model is found again', () => {
  const truth = { r: 1.2, alpha: 6, a: 0.6, b: 3 };
  const found = fit(population(truth, 6000, 20_260_101));
  if (found.kind !== 'fitted') throw new Error(`not fitted: ${found.kind}`);
  expect(found.parameters.r / found.parameters.alpha).toBeCloseTo(truth.r / truth.alpha, 1);
  const stopping = ({ a, b }: RhythmParameters) => a / (a + b);
  expect(Math.abs(stopping(found.parameters) / stopping(truth) - 1)).toBeLessThan(0.1);
  expect(Math.abs(found.parameters.r / truth.r - 1)).toBeLessThan(0.15);
});

test('a fit always ends with an answer, whatever the histories', () => {
  const odd = fc.array(
    fc
      .record({
        x: fc.integer({ min: 0, max: 400 }),
        tx: fc.double({ min: 0, max: 300, noNaN: true }),
        rest: fc.nat(300),
      })
      .map(({ x, tx, rest }) => ({ x, tx: x === 0 ? 0 : tx, T: (x === 0 ? 0 : tx) + rest })),
    { minLength: 60, maxLength: 120 },
  );
  fc.assert(
    fc.property(odd, (customers) => {
      const found = fit(customers);
      if (found.kind !== 'fitted') return;
      for (const value of Object.values(found.parameters)) expect(value).toBeGreaterThan(0);
      expect(Number.isFinite(found.logLikelihood)).toBe(true);
    }),
    { numRuns: 25 },
  );
});

test('too few customers who came again are not fitted', () => {
  const customers = Array.from({ length: 5000 }, (_, n) => ({ x: n < repeatersMin - 1 ? 1 : 0, tx: 0, T: 20 }));
  expect(fit(customers)).toEqual({ kind: 'too-few', repeaters: repeatersMin - 1 });
});

test('likelier gone with every day, never out of bounds, however long the history', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5000 }), fc.nat(1000), fc.nat(1000), fc.nat(1000), (x, tx, gap, more) => {
      const sooner = probabilityAlive({ x, tx, T: tx + gap }, published);
      const later = probabilityAlive({ x, tx, T: tx + gap + more }, published);
      expect(sooner).toBeLessThanOrEqual(1);
      expect(later).toBeGreaterThanOrEqual(0);
      expect(later).toBeLessThanOrEqual(sooner);
    }),
  );
});

/** People who buy as the model says, over 20 to 60 weeks, from a seed. */
function population({ r, alpha, a, b }: RhythmParameters, people: number, seed: number): Summary[] {
  let state = seed;
  const chance = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const exponential = () => -Math.log(1 - chance());
  /** Marsaglia and Tsang's method; below 1 by the usual power of a uniform. */
  const gamma = (shape: number): number => {
    if (shape < 1) return gamma(shape + 1) * (1 - chance()) ** (1 / shape);
    const d = shape - 1 / 3;
    for (;;) {
      const normal = Math.sqrt(2 * exponential()) * Math.cos(2 * Math.PI * chance());
      const v = (1 + normal / Math.sqrt(9 * d)) ** 3;
      if (v > 0 && Math.log(1 - chance()) < normal ** 2 / 2 + d - d * v + d * Math.log(v)) return d * v;
    }
  };
  return Array.from({ length: people }, () => {
    const rate = gamma(r) / alpha;
    const [one, other] = [gamma(a), gamma(b)];
    const stops = one / (one + other);
    const T = 20 + 40 * chance();
    let summary = { x: 0, tx: 0, T };
    for (let at = exponential() / rate; at < T; at += exponential() / rate) {
      summary = { x: summary.x + 1, tx: at, T };
      if (chance() < stops) break;
    }
    return summary;
  });
}
