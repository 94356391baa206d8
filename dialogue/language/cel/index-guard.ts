/**
 * What of a condition the engine's index can look at by itself, so that a fact calls no closure for entries that are
 * not meant: the zone, a number of the fact that must be at least so much, and what rests on her alone, which is asked
 * once and remembered until she changes. With what is left these are the whole condition again.
 */
import { type Expression, zonesOf } from './expression-tree.ts';

export interface Guard {
  readonly least: { readonly field: string; readonly value: number } | null;
  /** About her attributes and her consent, and nothing else; null: nothing is. */
  readonly hers: Expression | null;
  /** null: nothing is left. */
  readonly rest: Expression | null;
}

/** null where the index has nothing to gain. */
export function guardOf(where: Expression): Guard | null {
  const parts = where.op === 'and' ? where.parts : [where];
  const zoned = parts.filter((part) => zonesOf(part) !== null);
  const zone = zoned.length === 1 && isWhollyZone(zoned[0] as Expression) ? zoned[0] : undefined;
  const leastPart = parts.find((part) => leastOf(part) !== null);
  const hers = parts.filter(restsOnHerAlone);
  if (leastPart === undefined && hers.length === 0) return null;
  const rest = parts.filter((part) => part !== zone && part !== leastPart && !hers.includes(part));
  return { least: leastPart === undefined ? null : leastOf(leastPart), hers: allOf(hers), rest: allOf(rest) };
}

function allOf(parts: readonly Expression[]): Expression | null {
  const [first = null] = parts;
  return parts.length > 1 ? { op: 'and', parts } : first;
}

/** A plain comparison with names of zones, not one of several ways to be in them. */
function isWhollyZone({ op }: Expression): boolean {
  return op === 'compare' || op === 'among';
}

function leastOf(part: Expression): Guard['least'] {
  if (part.op !== 'compare') return null;
  const [side, how, constant] =
    part.right.op === 'constant'
      ? [part.left, part.how, part.right.value]
      : part.left.op === 'constant'
        ? [part.right, part.how === '<=' ? '>=' : null, part.left.value]
        : [part.left, null, null];
  if (how !== '>=' || typeof constant !== 'number' || side.op !== 'fact' || side.path.length !== 1) return null;
  return { field: side.path[0] as string, value: constant };
}

/** What a condition may read beside her, and what nobody can see into. */
const beyondHer: ReadonlySet<string> = new Set<Expression['op']>([
  'fact',
  'factAt',
  'line',
  'visit',
  'entry',
  'answers',
  'rewards',
  'now',
  'variant',
  'measure',
  'library',
]);

function restsOnHerAlone(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return true;
  if ('op' in part && beyondHer.has(part.op as string)) return false;
  return Object.values(part).every(restsOnHerAlone);
}
