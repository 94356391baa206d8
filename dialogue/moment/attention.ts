/**
 * Her attention: what a visit holds of it, the gap after a message, rest after so many ignored, her stage's messages
 * and the cap on one person (DESIGN section 5). A reply to her own answer is no interruption and asks for none of it.
 */
import { roomComes } from '../engine/rates.ts';
import type { Subject } from '../engine/subject.ts';
import type { World } from '../engine/world.ts';
import { stageOf } from './stage.ts';
import { notByTime, type Stopped } from './stop.ts';

/** What stops any further message on her, on whatever channel; null: nothing does. */
export function personStop(world: World, subject: Subject, now: number): Stopped | null {
  const { state } = subject;
  if (state.restUntil > now) return { stop: 'rest', until: state.restUntil };
  const stage = stageOf(world, subject)?.messages ?? null;
  const ofStage = stage === null ? 0 : roomComes(state.said, stage, now, world.calendar);
  if (ofStage > 0) return { stop: 'stage', until: ofStage };
  const { cap } = world.house.attention;
  const ofCap = cap === null ? 0 : roomComes(state.said, cap, now, world.calendar);
  return ofCap > 0 ? { stop: 'cap', until: ofCap } : null;
}

/** … and in the store. */
export function visitStop(world: World, { state }: Subject, now: number): Stopped | null {
  const { gapMs } = world.house.attention;
  if (state.visit !== null && state.visit.budget < 1) return { stop: 'budget', until: notByTime };
  const free = state.quietSince === 0 ? 0 : state.quietSince + gapMs;
  return free > now ? { stop: 'gap', until: free } : null;
}
