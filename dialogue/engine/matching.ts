/**
 * Whether a fact is what a pattern asks for, once the index has matched its type and zone.
 *
 * Goods tagged sensitive feed no message without her opt-in (DESIGN section 7): their lines are not there for her.
 */
import type { Fact, SaleLine } from '@kairos/protocol/facts.ts';
import type { FactPattern, Scope } from '../compiled.ts';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

const noLines: readonly SaleLine[] = [];

/** Leaves the line that passed in `scope.line`, for what follows from it. The scope looks at the fact already. */
export function isMatch(world: World, subject: Subject, pattern: FactPattern): boolean {
  const { scope } = world;
  scope.line = null;
  if (pattern.where !== null && !pattern.where(scope)) return false;
  if (pattern.anyLine !== null) return passLine(world, subject, pattern.anyLine) !== null;
  return world.sensitive.size === 0 || !isHiddenBasketLine(world, subject, scope.fact);
}

/** … of the type and zones, too: for what no index has looked up. */
export function isWhollyMatch(world: World, subject: Subject, pattern: FactPattern): boolean {
  const { fact } = world.scope;
  if (fact === null || fact.type !== pattern.type) return false;
  if (pattern.zones !== null && !pattern.zones.includes((fact.body as { zone?: string }).zone ?? '')) return false;
  return isMatch(world, subject, pattern);
}

/** All lines that pass, for dialogues with a run for each. */
export function matchingLines(world: World, subject: Subject, pattern: FactPattern): SaleLine[] {
  const { scope } = world;
  const found: SaleLine[] = [];
  for (const line of linesOf(scope.fact)) {
    scope.line = line;
    if (!isHidden(world, subject, line) && pattern.anyLine?.(scope as Scope)) found.push(line);
  }
  return found;
}

function passLine(world: World, subject: Subject, test: NonNullable<FactPattern['anyLine']>): SaleLine | null {
  const { scope } = world;
  for (const line of linesOf(scope.fact)) {
    scope.line = line;
    if (test(scope) && !isHidden(world, subject, line)) return line;
  }
  scope.line = null;
  return null;
}

function isHidden(world: World, { person }: Subject, { department, tags }: SaleLine): boolean {
  const { sensitive } = world;
  if (sensitive.size === 0 || person?.consent.sensitive === true) return false;
  return sensitive.has(department) || tags.some((tag) => sensitive.has(tag));
}

function isHiddenBasketLine(world: World, subject: Subject, fact: Fact | null): boolean {
  if (fact?.type !== 'basket.added' && fact?.type !== 'basket.removed') return false;
  return isHidden(world, subject, (fact as Extract<Fact, { type: 'basket.added' }>).body.line);
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
