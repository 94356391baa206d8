/** The population's rhythm from its customers' histories: the parameters under which what happened was likeliest. */
import { logLikelihood, type RhythmParameters } from './bg-nbd.ts';
import type { Summary } from './history.ts';
import { lowest } from './nelder-mead.ts';

export type Fit =
  | { readonly kind: 'fitted'; readonly parameters: RhythmParameters; readonly logLikelihood: number }
  /** Too little to learn from: go on with what there was. */
  | { readonly kind: 'too-few'; readonly repeaters: number }
  /** The likelihood has no single top within reach, as where all customers are alike. */
  | { readonly kind: 'no-optimum' };

/** Fewer customers than this who came again say nothing about a population. */
export const repeatersMin = 50;
/** Likelihoods are computed at most this many times; the data of the literature need about 400. */
const evaluationsMax = 4000;
/** Of the logarithms of parameters: beyond e^±12 the model has run away. */
const logMax = 12;

/** In weeks. About 20 ms for a thousand customers; of many, a sample of some ten thousand says as much. */
export function fit(customers: readonly Summary[]): Fit {
  const repeaters = customers.filter(({ x }) => x > 0).length;
  if (repeaters < repeatersMin) return { kind: 'too-few', repeaters };
  const meanWeeks = customers.reduce((sum, { T }) => sum + T, 0) / customers.length;
  // In logarithms, so that parameters stay positive; the scale of time begins at that of the data.
  const start = [0, Math.log(Math.max(meanWeeks, 0.1)), 0, 0];
  const found = lowest((logs) => -logLikelihood(parametersOf(logs), customers), start, {
    tolerance: 1e-7 * customers.length,
    evaluationsMax,
  });
  if (!found.converged || found.at.some((log) => Math.abs(log) > logMax)) return { kind: 'no-optimum' };
  return { kind: 'fitted', parameters: parametersOf(found.at), logLikelihood: -found.value };
}

function parametersOf(logs: readonly number[]): RhythmParameters {
  const [r, alpha, a, b] = logs.map(Math.exp) as [number, number, number, number];
  return { r, alpha, a, b };
}
