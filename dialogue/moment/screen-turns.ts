/**
 * Whose turn it is on the screens of a zone, which are one voice: a message keeps them until it ends or a higher class
 * takes them, and the house bounds how often and how long they speak within an hour (`screens` in house.yaml).
 *
 * A play begins with the first paint that somebody can see, as every count of what was said does: what nobody saw has
 * spent nothing. It ends when the message leaves. All that is asked here is worked out from times that are kept, never
 * from how late it is, so that who waits knows from when on she may speak.
 */
import type { CompiledHouse, CompiledSay, Span } from '../compiled.ts';
import type { Places } from '../engine/engine.ts';
import { replyWithinMs, runOfMessage } from '../engine/runs.ts';
import type { PlayState, StoreState } from '../engine/store-state.ts';
import type { MessageState } from '../engine/subject-state.ts';
import type { World } from '../engine/world.ts';
import type { Mood } from './mood.ts';
import { notByTime, type Stopped } from './stop.ts';

/** What somebody may be reading stays on the glass for so long, whatever comes: no screen flickers. */
export const glassMinMs = 5_000;
/** Plays kept of a zone; where the house bounds its screens, no more than these fit into an hour. */
export const playsMax = 120;
const hourMs = 3_600_000;

/** What stops a message on the screens of the zone that she is in; null: it is free for this one. */
export function screenStop(mood: Mood, priority: number, say: CompiledSay): Stopped | null {
  const { visit, world, now } = mood;
  if (visit?.zone == null) return null;
  const free = freeFrom(mood, visit.zone, priority);
  const room = roomFrom(world, visit.zone, say.silence.ignored.after);
  if (free > now) return { stop: 'screen-taken', until: Math.max(free, room) };
  return room > now ? { stop: 'screen-hour', until: room } : null;
}

/** The longest that a message may stand on a screen, of the time that it would wait for an answer. */
export function glassMs(house: CompiledHouse, withinMs: number): number {
  return Math.min(withinMs, shareMs(house) ?? withinMs);
}

/** The message on the screens of a zone, if any. */
export function messageInZone(
  { places, shownOn }: Pick<World, 'places' | 'shownOn'>,
  zone: string,
  except: string | null = null,
): { readonly subject: number; readonly message: string } | null {
  for (const [screen, own] of Object.entries(places.screens)) {
    const shown = own === zone && screen !== except ? shownOn.get(screen) : undefined;
    if (shown) return shown;
  }
  return null;
}

/** From when on a message of this class may have the screens; 0: nothing is on them. */
function freeFrom({ world, freed }: Mood, zone: string, priority: number): number {
  const shown = messageInZone(world, zone, freed);
  if (shown === null) return 0;
  const owner = world.subjects.get(shown.subject);
  const run = owner ? runOfMessage(owner, shown.message) : null;
  const ownClass = run && world.planOf(run)?.dialogue.priority;
  // Nobody is interrupted in a conversation, and equals wait for each other.
  if (!run?.message || ownClass == null || ownClass >= priority) return notByTime;
  const replied = run.replyAt > 0 ? run.replyAt + replyWithinMs + 1 : 0;
  return Math.max(replied, run.message.shownAt > 0 ? run.message.shownAt + glassMinMs : 0);
}

/** From when on the hour has room for one more; 0: it has, whenever. */
function roomFrom({ house, store }: World, zone: string, after: Span): number {
  const plays = house.screens == null ? undefined : store.plays[zone];
  if (plays === undefined) return 0;
  const most = shareMs(house);
  const planned = 'ms' in after ? after.ms : hourMs;
  const ofShare = most === null ? 0 : shareRoomFrom(plays, most - Math.min(planned, most));
  const blocking = plays[plays.length - (house.screens?.playsPerHour ?? playsMax)];
  return Math.max(ofShare, blocking === undefined ? 0 : blocking.from + hourMs);
}

/** When at most `leftMs` of the hour before it was spoken. What is on the glass still counts as long as it may stay. */
function shareRoomFrom(plays: readonly PlayState[], leftMs: number): number {
  let excess = -leftMs;
  for (const { from, to } of plays) excess += to - from;
  if (excess <= 0) return 0;
  for (const { from, to } of plays) {
    if (excess <= to - from) return from + excess + hourMs;
    excess -= to - from;
  }
  return 0;
}

function shareMs({ screens }: CompiledHouse): number | null {
  return screens?.shareOfHour == null ? null : Math.floor((screens.shareOfHour * hourMs) / 10_000);
}

/** Folds a paint: the earliest that is reported. */
export function beginPlay(store: StoreState, places: Places, message: MessageState): void {
  const zone = screenZone(places, message);
  if (zone === undefined) return;
  const { id, shownAt, answerWithinMs, validUntil, withdrawnAt } = message;
  const to = withdrawnAt > 0 ? withdrawnAt : Math.min(shownAt + answerWithinMs, validUntil);
  const others = (store.plays[zone] ?? []).filter((play) => play.message !== id);
  const plays = [...others, { message: id, from: shownAt, to: Math.max(shownAt, to) }];
  plays.sort((one, other) => one.from - other.from);
  const newest = plays[plays.length - 1]?.from ?? 0;
  store.plays[zone] = plays.filter((play) => play.to > newest - hourMs).slice(-playsMax);
}

/** Folds its end, whatever ended it. The screen itself takes down what is no longer valid. */
export function endPlay(store: StoreState, places: Places, message: MessageState, at: number): void {
  const zone = screenZone(places, message);
  const play = zone === undefined ? undefined : store.plays[zone]?.find((one) => one.message === message.id);
  if (play && message.withdrawnAt === 0) play.to = Math.max(play.from, Math.min(at, message.validUntil));
}

function screenZone({ screens }: Places, { channel, target }: MessageState): string | undefined {
  return channel !== 'screen' || target === null ? undefined : screens[target];
}
