/**
 * Stages are store-wide and bind every dialogue: the first whose condition holds is hers (DESIGN section 4).
 */
import type { CompiledStage } from '../compiled.ts';
import type { Subject } from '../engine/subject.ts';
import type { World } from '../engine/world.ts';

export function stageOf(world: World, subject: Subject): CompiledStage | null {
  const { stages } = world.house;
  if (stages.length === 0) return null;
  const scope = world.look(subject, null);
  scope.measures = world.book.measures;
  return stages.find(({ when }) => when(scope)) ?? null;
}
