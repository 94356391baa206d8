/**
 * Her rhythm of buying: whether the log of CDNOW's purchases folds to the published summary of its customers, the
 * published likelihood comes out at the published parameters, and our own fit from the log alone finds those
 * parameters (Fader, Hardie and Lee, 2005). Counted, not timed: the same on every machine.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCalendar } from '@kairos/dialogue/measure/calendar.ts';
import { firstParameters } from '@kairos/dialogue/rhythm/absence.ts';
import { logLikelihood } from '@kairos/dialogue/rhythm/bg-nbd.ts';
import { fit } from '@kairos/dialogue/rhythm/fit.ts';
import { type PurchaseHistory, type Summary, summaryAt, withPurchase } from '@kairos/dialogue/rhythm/history.ts';
import { fromIso } from '@kairos/protocol/time.ts';
import type { BenchOptions, BenchResult, Figure } from './measurement/figures.ts';
import { recordingsFolder } from './zones/recorded-runs.ts';

const calendar = createCalendar('UTC');
/** The end of the 39 weeks on which the published figures rest. */
const until = fromIso('1997-09-30T00:00:00Z') as number;
/** x must be equal, t_x and T this near, in weeks. */
const weeksOff = 0.01;

export async function run({ say }: Pick<BenchOptions, 'say'>): Promise<BenchResult> {
  const folder = join(recordingsFolder(), 'cdnow');
  if (!existsSync(folder))
    throw new Error(`no recordings in ${folder}: set KAIROS_RECORDINGS to the folder that holds cdnow`);
  const histories = readHistories(readLines(join(folder, 'CDNOW_sample.txt')));
  const published = readSummaries(readLines(join(folder, 'cdnow_customers_summary.csv')));
  say(`${histories.size} customers; fitting`);
  return { figures: compare(histories, published) };
}

export function compare(
  histories: ReadonlyMap<number, PurchaseHistory>,
  published: ReadonlyMap<number, Summary>,
): Figure[] {
  const ours = new Map([...histories].map(([id, history]) => [id, summaryAt(history, until, calendar)]));
  const equal = [...published].filter(([id, summary]) => isEqual(ours.get(id), summary)).length;
  const likelihood = logLikelihood(firstParameters, [...published.values()]);
  const fitted = fit([...ours.values()]);
  const names = ['r', 'alpha', 'a', 'b'] as const;
  const found = fitted.kind === 'fitted' ? fitted.parameters : null;
  return [
    figure('customers_equal', equal, 'customers', '= 2357'),
    figure('customers_published', published.size, 'customers', '= 2357'),
    figure('log_likelihood_published', toDigits(likelihood, 1), 'nats', '= -9582.4'),
    figure('log_likelihood_fit', toDigits(fitted.kind === 'fitted' ? fitted.logLikelihood : 0, 2), 'nats', null),
    ...names.map((name) => figure(`fit_${name}`, toDigits(found?.[name] ?? 0, 4), '', null)),
    ...names.map((name) => {
      const off = found === null ? 100 : 100 * Math.abs(found[name] / firstParameters[name] - 1);
      return figure(`fit_${name}_off_percent`, toDigits(off, 3), '%', '< 1');
    }),
  ];
}

function isEqual(ours: Summary | undefined, { x, tx, T }: Summary): boolean {
  return ours !== undefined && ours.x === x && Math.abs(ours.tx - tx) < weeksOff && Math.abs(ours.T - T) < weeksOff;
}

/** Counted, and so as exact as it is said. */
function toDigits(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function figure(name: string, value: number, unit: string, goal: string | null): Figure {
  return { name, value, unit, goal, spread: null };
}

function readLines(file: string): string[] {
  return readFileSync(file, 'utf8').trim().split(/\r?\n/);
}

/** A line a purchase: two numbers of the customer, and YYYYMMDD. */
export function readHistories(lines: readonly string[]): Map<number, PurchaseHistory> {
  const found = new Map<number, PurchaseHistory>();
  for (const line of lines) {
    const [, customer = '', date = ''] = line.trim().split(/\s+/);
    const at = fromIso(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T12:00:00Z`);
    if (at === null || calendar.dayNumber(at) > calendar.dayNumber(until)) continue;
    const id = Number(customer);
    found.set(id, withPurchase(found.get(id) ?? null, at, calendar));
  }
  return found;
}

/** A heading, then a line a customer: id, x, t_x, T in weeks. */
export function readSummaries(lines: readonly string[]): Map<number, Summary> {
  return new Map(
    lines.slice(1).map((row) => {
      const [id, x, tx, T] = row.split(',').map(Number) as [number, number, number, number];
      return [id, { x, tx, T }];
    }),
  );
}
