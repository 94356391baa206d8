/**
 * Her attention: what a visit holds of it, the gap after a message, rest after so many ignored, her stage's messages
 * and the cap on one person (DESIGN section 5). What reached nobody has spent nothing of it. A reply to her own answer is no interruption and asks for none of it.
 */
import type { Rate } from '../compiled.ts';
import { roomComes } from '../engine/rates.ts';
import { capOfOneOf, isOfOne, shareOf } from '../engine/seat.ts';
import type { Subject } from '../engine/subject.ts';
import type { MessageState } from '../engine/subject-state.ts';
import type { World } from '../engine/world.ts';
import { stageOf } from './stage.ts';
import { notByTime, type Stopped } from './stop.ts';

/** She has let so many pass, in the store or at home: that kind of surface rests; null: it does not. */
export function restStop({ state }: Subject, inStore: boolean, now: number): Stopped | null {
  const until = inStore ? state.restUntil : state.restAtHomeUntil;
  return until > now ? { stop: 'rest', until } : null;
}

/** `unspent`: as if this message had not been decided. */
interface Asked {
  readonly now: number;
  readonly unspent: MessageState | null;
}

/** What stops any further message on her, on whatever channel; null: nothing does. */
export function personStop(world: World, subject: Subject, { now, unspent }: Asked): Stopped | null {
  const said = unspent === null ? subject.state.said : withoutOne(subject.state.said, unspent.decidedAt);
  const stage = stageOf(world, subject)?.messages ?? null;
  const ofStage = stage === null ? 0 : roomFor(world, subject, stage, { said, now });
  if (ofStage > 0) return { stop: 'stage', until: ofStage };
  const { cap } = world.house.attention;
  const ofCap = cap === null ? 0 : roomFor(world, subject, cap, { said, now });
  return ofCap > 0 ? { stop: 'cap', until: ofCap } : null;
}

/** As `roomComes`, for what of the cap is this place's. */
function roomFor(
  world: World,
  subject: Subject,
  rate: Rate,
  { said, now }: { readonly said: readonly number[]; readonly now: number },
): number {
  if (!isOfOne(rate)) return roomComes(said, shareOf(world, subject, rate), now, world.calendar);
  const { isHeld, said: elsewhere } = capOfOneOf(world, subject, now);
  if (!isHeld) return notByTime;
  const last = Math.max(elsewhere, said.at(-1) ?? 0);
  return last === 0 ? 0 : roomComes([last], rate, now, world.calendar);
}

/** … and in the store. */
export function visitStop(world: World, { state }: Subject, { now, unspent }: Asked): Stopped | null {
  const { gapMs } = world.house.attention;
  const budget = (state.visit?.budget ?? 1) + (unspent === null ? 0 : 1);
  if (budget < 1) return { stop: 'budget', until: notByTime };
  const free = state.quietSince === 0 ? 0 : state.quietSince + gapMs;
  return free > now ? { stop: 'gap', until: free } : null;
}

function withoutOne(times: readonly number[], time: number): readonly number[] {
  const place = times.lastIndexOf(time);
  return place < 0 ? times : times.toSpliced(place, 1);
}
