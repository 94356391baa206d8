/**
 * A checked condition or value, as plain data: what the checker makes of CEL and what closures are made of. Plain, so
 * that a compiled release can be written down, signed and sent (`../plan.ts`), and read back without parsing anything.
 */
import type { Scalar } from '@kairos/protocol/facts.ts';

export type Expression =
  | Read
  | { readonly op: 'constant'; readonly value: Scalar }
  | { readonly op: 'compare'; readonly how: Comparison; readonly left: Expression; readonly right: Expression }
  /** One of some constants. */
  | { readonly op: 'among'; readonly item: Expression; readonly values: readonly Scalar[] }
  /** In a list that is read. */
  | { readonly op: 'in'; readonly item: Expression; readonly list: Expression }
  | { readonly op: 'and' | 'or'; readonly parts: readonly Expression[] }
  | { readonly op: 'not'; readonly of: Expression }
  | { readonly op: 'has'; readonly of: Expression }
  | { readonly op: 'negate' | 'size' | 'instant'; readonly of: Expression }
  | { readonly op: 'if'; readonly when: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly op: 'arithmetic'; readonly how: Arithmetic; readonly left: Expression; readonly right: Expression }
  | { readonly op: 'join'; readonly left: Expression; readonly right: Expression }
  | {
      readonly op: 'exists' | 'all' | 'one' | 'filter';
      readonly list: Expression;
      readonly test: Expression;
      /** Which place the item takes: macros within macros count up. */
      readonly depth: number;
    }
  | { readonly op: 'startsWith' | 'endsWith' | 'contains'; readonly of: Expression; readonly text: Expression }
  | { readonly op: 'matches'; readonly of: Expression; readonly pattern: string }
  /** Rare: left to the CEL library, with the measures it names. */
  | { readonly op: 'library'; readonly source: string; readonly measures: Readonly<Record<string, number>> };

export type Read =
  | { readonly op: 'fact' | 'line' | 'visit'; readonly path: readonly string[] }
  | { readonly op: 'entry'; readonly key: string }
  | { readonly op: 'answers' | 'rewards'; readonly step: string; readonly field: string }
  /** `fallback`: the attribute's default, where it is missing. */
  | { readonly op: 'customer'; readonly name: string; readonly fallback: Scalar | null }
  | { readonly op: 'consent' | 'store'; readonly name: string }
  | { readonly op: 'now' | 'factAt' | 'variant' }
  | { readonly op: 'measure'; readonly index: number }
  | { readonly op: 'item'; readonly depth: number; readonly path: readonly string[] };

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type Arithmetic = '+' | '-' | '*' | '/' | '%';

/** Zones to which a condition pins `fact.zone`, for the engine's index; null where it does not. */
export function zonesOf(expression: Expression): readonly string[] | null {
  switch (expression.op) {
    case 'compare': {
      if (expression.how !== '==') return null;
      const { left, right } = expression;
      if (isZone(left) && right.op === 'constant') return [String(right.value)];
      if (isZone(right) && left.op === 'constant') return [String(left.value)];
      return null;
    }
    case 'among':
      return isZone(expression.item) ? expression.values.map(String) : null;
    case 'and':
      return expression.parts
        .map(zonesOf)
        .reduce((all, zones) =>
          all === null ? zones : zones === null ? all : all.filter((zone) => zones.includes(zone)),
        );
    case 'or': {
      const parts = expression.parts.map(zonesOf);
      return parts.includes(null) ? null : [...new Set(parts.flatMap((zones) => zones ?? []))];
    }
    default:
      return null;
  }
}

function isZone(expression: Expression): boolean {
  return expression.op === 'fact' && expression.path.length === 1 && expression.path[0] === 'zone';
}
