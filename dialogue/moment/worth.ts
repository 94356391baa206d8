/** What speaking is worth: the objective's value × the chance of an answer − the cost of interrupting, in minor units. */
import type { World } from '../engine/world.ts';
import type { Candidate } from './candidate.ts';
import type { Mood } from './mood.ts';
import type { Context } from './situation.ts';

export function scoreOf(mood: Mood, { plan, attempts }: Pick<Candidate, 'plan' | 'attempts'>): number {
  const { world, context, day } = mood;
  const value = plan.dialogue.objective?.value ?? 0;
  const cost = costOf(world, context);
  if (value === 0) return 0 - cost;
  return Math.round(value * attempts.in(context).chance(world.store.learned, day) - cost);
}

function costOf(world: World, context: Context): number {
  const { costs } = world.house.attention;
  switch (context) {
    case 'walking':
      return costs.walking;
    case 'dwelling':
      return costs.dwelling;
    case 'at-rest':
      return costs.atRest;
    case 'at-till':
      return costs.atTill;
    case 'away':
      return 0;
  }
}
