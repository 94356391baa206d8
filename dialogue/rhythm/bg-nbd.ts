/**
 * The BG/NBD model of purchasing (Fader, Hardie and Lee, "Counting Your Customers" the Easy Way, Marketing Science 24,
 * 2005): while she is a customer she buys at random at a rate of her own; after each purchase she stops for good with
 * a chance of her own. Rates vary among people as a gamma(r, alpha), chances as a beta(a, b). From three numbers of a
 * person and these four of the population it says how likely it is that she is still a customer.
 *
 * Why this one: it is fitted from three numbers a person, it has closed forms throughout (the moment at which an
 * absence becomes unusual among them), and it borrows from the population exactly as much as her own few purchases
 * leave open. Rising factorials are sums of logarithms, so that nothing overflows and no gamma function is needed.
 */
import type { Summary } from './history.ts';

export interface RhythmParameters {
  /** Shape of the rates; many people with low rates where it is small. */
  readonly r: number;
  /** Scale of the rates, in weeks. */
  readonly alpha: number;
  /** Stops … */
  readonly a: number;
  /** … against goes on. */
  readonly b: number;
}

/** Natural logarithm of the likelihood of all customers. Parameters must be positive. */
export function logLikelihood(parameters: RhythmParameters, customers: readonly Summary[]): number {
  const { r, alpha, a, b } = parameters;
  const most = customers.reduce((max, { x }) => Math.max(max, x), 0);
  const rates = risingLogs(r, most);
  const chances = risingLogs(b, most);
  const both = risingLogs(a + b, most);
  const start = r * Math.log(alpha);
  let sum = 0;
  for (const { x, tx, T } of customers) {
    const constant = (rates[x] as number) + start + (chances[x] as number) - (both[x] as number);
    const stays = -(r + x) * Math.log(alpha + T);
    if (x === 0) sum += constant + stays;
    else sum += constant + logOfSum(stays, Math.log(a / (b + x - 1)) - (r + x) * Math.log(alpha + tx));
  }
  return sum;
}

/** That she is still a customer: 1 with her last purchase today, falling with every day since. 1 where she never came again. */
export function probabilityAlive({ x, tx, T }: Summary, { r, alpha, a, b }: RhythmParameters): number {
  if (x === 0) return 1;
  const logOdds = Math.log(a / (b + x - 1)) + (r + x) * Math.log((alpha + T) / (alpha + tx));
  return 1 / (1 + Math.exp(logOdds));
}

/** At [x]: ln(start (start + 1) … (start + x − 1)). */
function risingLogs(start: number, most: number): Float64Array {
  const logs = new Float64Array(most + 1);
  for (let x = 1; x <= most; x++) logs[x] = (logs[x - 1] as number) + Math.log(start + x - 1);
  return logs;
}

function logOfSum(first: number, second: number): number {
  const larger = Math.max(first, second);
  return larger + Math.log1p(Math.exp(-Math.abs(first - second)));
}
