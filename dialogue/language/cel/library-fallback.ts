/**
 * What is rare in conditions (`lowerAscii`, `substring`, `int("…")`) is computed by the CEL library itself. It counts in
 * BigInt and throws; here values are converted on the way in and out, and what throws is "not known".
 */

import type { Scope } from '../../compiled.ts';
import { Environment, type ParseResult } from './cel-library.ts';

const environment = new Environment({ unlistedVariablesAreDyn: true });
const resultLengthMax = 500;

/** A closure over the library. `measures` names the ones that `source` may speak of. */
export function computeByLibrary(
  source: string,
  measures: Readonly<Record<string, number>>,
): (scope: Scope) => string | number | boolean | null {
  let parsed: ParseResult | null = null;
  return (scope) => {
    try {
      parsed ??= environment.parse(source);
      return toScalar(parsed(toContext(scope, measures)));
    } catch {
      return null;
    }
  };
}

function toScalar(value: unknown): string | number | boolean | null {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : null;
  }
  if (typeof value === 'string') return value.length <= resultLengthMax ? value : null;
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)) ? value : null;
}

/** The scope as the library takes it. */
export function toContext(scope: Scope, measures: Readonly<Record<string, number>>): Record<string, unknown> {
  const counted = Object.entries(measures).map(([name, index]) => [name, toLibrary(scope.measure(index))]);
  return {
    fact: scope.fact === null ? {} : toLibrary({ ...scope.fact.body, at: scope.fact.at }),
    line: toLibrary(scope.line ?? {}),
    entry: toLibrary(nestPaths(scope.entry)),
    answers: toLibrary(scope.answers),
    rewards: toLibrary(scope.rewards),
    customer: toLibrary(scope.customer),
    visit: toLibrary(scope.visit ?? {}),
    store: toLibrary(scope.store),
    variant: scope.variant,
    now: toLibrary(scope.now),
    ...Object.fromEntries(counted),
  };
}

/** {"line.id": 1} as {line: {id: 1}}. Null values are left out: they are not known. */
export function nestPaths(paths: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(paths)) {
    if (value === null || value === undefined) continue;
    const names = path.split('.');
    let here = root;
    for (const name of names.slice(0, -1)) {
      const next = here[name];
      here[name] = typeof next === 'object' && next !== null ? next : {};
      here = here[name] as Record<string, unknown>;
    }
    here[names.at(-1) as string] = value;
  }
  return root;
}

function toLibrary(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(toLibrary);
  if (typeof value !== 'object' || value === null) return value;
  const known = Object.entries(value).filter(([, each]) => each !== null && each !== undefined);
  return Object.fromEntries(known.map(([name, each]) => [name, toLibrary(each)]));
}
