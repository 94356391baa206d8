/** What one fact adds to a measure, once the index has matched its type and zone: nothing, one amount, or one a line. */
import type { Fact, SaleLine, Scalar } from '@kairos/protocol/facts.ts';
import type { CompiledMeasure, Scope } from '../compiled.ts';

const noLines: readonly SaleLine[] = [];

/**
 * Calls `add` for each contribution: the value of `of` (null where it cannot be computed), or 1 without `of`.
 * `scope.line` is each matching line in turn, and as it was afterwards.
 */
export function eachContribution(
  { pattern, of, perLine }: CompiledMeasure,
  scope: Scope,
  add: (value: Scalar | null) => void,
): void {
  if (pattern.where !== null && !pattern.where(scope)) return;
  const contribute = (): void => add(of === null ? 1 : of(scope));
  if (!perLine && pattern.anyLine === null) {
    contribute();
    return;
  }
  const before = scope.line;
  for (const line of linesOf(scope.fact)) {
    scope.line = line;
    if (pattern.anyLine !== null && !pattern.anyLine(scope)) continue;
    contribute();
    if (!perLine) break;
  }
  scope.line = before;
}

/** The lines of a sale or a return, the one line of a basket's change; none of any other fact. */
function linesOf(fact: Fact | null): readonly SaleLine[] {
  switch (fact?.type) {
    case 'sale':
    case 'return':
      return (fact as Extract<Fact, { type: 'sale' }>).body.lines;
    case 'basket.added':
    case 'basket.removed':
      return [(fact as Extract<Fact, { type: 'basket.added' }>).body.line];
    default:
      return noLines;
  }
}
