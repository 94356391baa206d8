/** What speaking is worth: the objective's value × the chance of an answer − the cost of interrupting, in minor units. */
import type { Plan } from '../engine/plan.ts';
import type { RunState } from '../engine/subject-state.ts';
import type { World } from '../engine/world.ts';
import { chanceOf } from './chance.ts';
import type { Mood } from './mood.ts';
import type { Context } from './situation.ts';

export function scoreOf(mood: Mood, { run, plan }: { readonly run: RunState; readonly plan: Plan }): number {
  const { world, context, now } = mood;
  const value = plan.dialogue.objective?.value ?? 0;
  const cost = costOf(world, context);
  if (value === 0) return 0 - cost;
  const attempt = plan.attempt(run.step, context);
  return Math.round(value * chanceOf(world.store.learned, attempt, world.dayOf(now)) - cost);
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
