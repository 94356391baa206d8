/**
 * What of a condition the engine's index can look at by itself, so that a fact calls no closure for entries that are
 * not meant: the zone, a number of the fact that must be at least so much, an attribute of hers that must be one of
 * some. With what is left these three are the whole condition again.
 */
import type { Scalar } from '@kairos/protocol/facts.ts';
import { type Expression, zonesOf } from './expression-tree.ts';

export interface Guard {
  readonly least: { readonly field: string; readonly value: number } | null;
  readonly among: {
    readonly attribute: string;
    readonly values: readonly Scalar[];
    /** The attribute's default, where it is missing. */
    readonly fallback: Scalar | null;
  } | null;
  /** null: nothing is left. */
  readonly rest: Expression | null;
}

/** null where the index has nothing to gain. */
export function guardOf(where: Expression): Guard | null {
  const parts = where.op === 'and' ? where.parts : [where];
  const zoned = parts.filter((part) => zonesOf(part) !== null);
  const zone = zoned.length === 1 && isWhollyZone(zoned[0] as Expression) ? zoned[0] : undefined;
  const leastPart = parts.find((part) => leastOf(part) !== null);
  const amongPart = parts.find((part) => amongOf(part) !== null);
  if (leastPart === undefined && amongPart === undefined) return null;
  const left = parts.filter((part) => part !== zone && part !== leastPart && part !== amongPart);
  return {
    least: leastPart === undefined ? null : leastOf(leastPart),
    among: amongPart === undefined ? null : amongOf(amongPart),
    rest: left.length === 0 ? null : left.length === 1 ? (left[0] as Expression) : { op: 'and', parts: left },
  };
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

function amongOf(part: Expression): Guard['among'] {
  if (part.op === 'among' && part.item.op === 'customer') {
    return { attribute: part.item.name, values: part.values, fallback: part.item.fallback };
  }
  if (part.op !== 'compare' || part.how !== '==') return null;
  const [side, constant] = part.right.op === 'constant' ? [part.left, part.right] : [part.right, part.left];
  if (side.op !== 'customer' || constant.op !== 'constant') return null;
  return { attribute: side.name, values: [constant.value], fallback: side.fallback };
}
