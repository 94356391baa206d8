/**
 * Whether a message may speak on a surface now, asked of all that happened (see `reference.ts`).
 */
import type { CompiledDialogue, CompiledHouse, CompiledSurface } from '../../compiled.ts';
import type { Attention, Memory, Run } from './memory.ts';
import type { Visit } from './past.ts';

export interface Look {
  readonly now: number;
  readonly runs: readonly Run[];
  readonly attention: readonly Attention[];
  readonly connected: readonly string[];
  readonly pauses: Memory['pauses'];
  /** As it would be without this run's message. */
  readonly without: Run | null;
  readonly visit: Visit | null;
  readonly house: CompiledHouse;
}

interface Wish {
  readonly run: Run;
  readonly dialogue: CompiledDialogue;
  readonly surface: CompiledSurface;
}

/** Value × the chance that is assumed of what nobody has tried − the cost of interrupting. */
export function scoreOf({ house, visit, now }: Look, { objective }: CompiledDialogue): number {
  const { costs } = house.attention;
  const cost =
    visit === null
      ? 0
      : isAtTill(visit)
        ? costs.atTill
        : !isAtRest(visit, now)
          ? costs.walking
          : isDwelling(visit, now)
            ? costs.dwelling
            : costs.atRest;
  return Math.round((objective?.value ?? 0) * 0.25 - cost);
}

export function maySpeak(look: Look, wish: Wish): boolean {
  const inStore = wish.surface.channel === 'cart';
  if (isPaused(look, wish.dialogue.name) || isPaused(look, wish.dialogue.name, wish.surface.channel)) return false;
  if (inStore && !mayInStore(look, wish)) return false;
  if (isReply(wish.run, look.now)) return true;
  if ((inStore && isResting(look)) || isCapped(look)) return false;
  if (!inStore) return true;
  const unspent = look.without && !wasReply(look, look.without) ? 1 : 0;
  if (budget(look) + unspent < 1 || isTooSoon(look)) return false;
  return wish.dialogue.objective === null || scoreOf(look, wish.dialogue) >= 0;
}

function mayInStore({ visit, now, runs, connected, without }: Look, { run, surface }: Wish): boolean {
  if (!visit || visit.isQuiet || run.isLate || !connected.includes(visit.cart)) return false;
  if (isFast(visit, now) || run.until < now + 5000) return false;
  // Paying ends the visit, and with it the cart's say.
  if (visit.paidAt > 0) return false;
  if (isAtTill(visit) && surface.moment !== 'at-till' && surface.moment !== 'leaving') return false;
  if (surface.zones === 'here' && (visit.place.zone === null || visit.place.zone !== run.here)) return false;
  if (Array.isArray(surface.zones) && !surface.zones.includes(visit.place.zone ?? '')) return false;
  if (!isMoment(visit, now, surface.moment)) return false;
  return !runs.some(
    (one) => one !== without && !one.isOver && one.message?.channel === 'cart' && !one.message.withdrawn,
  );
}

function isMoment(visit: Visit, now: number, moment: CompiledSurface['moment']): boolean {
  switch (moment) {
    case 'any':
      return true;
    case 'arriving':
      return now - visit.openedAt < 90_000;
    case 'at-rest':
      return isAtRest(visit, now);
    case 'walking':
      return !isAtRest(visit, now);
    case 'dwelling':
      return isDwelling(visit, now);
    case 'at-till':
      return isAtTill(visit);
    case 'leaving':
      return visit.place.zone === 'door' && visit.zones > 1;
  }
}

function isAtTill({ till, place }: Visit): boolean {
  return till !== null || place.zone === 'tills';
}

function isDwelling({ place }: Visit, now: number): boolean {
  return place.zone !== null && now - place.since >= 20_000;
}

function isAtRest({ movedAt, touchedAt }: Visit, now: number): boolean {
  if (movedAt === 0 || now - movedAt >= 8_000) return true;
  return touchedAt >= movedAt && now - touchedAt < 10_000;
}

function isFast(visit: Visit, now: number): boolean {
  const [first, , third] = visit.hops;
  return first !== undefined && third !== undefined && third - first <= 15_000 && !isAtRest(visit, now);
}

function budget({ attention, visit, house }: Look): number {
  const { perVisit, refill } = house.attention;
  let left = perVisit;
  const said = new Map(attention.flatMap((one) => (one.kind === 'said' ? [[one.message, one] as const] : [])));
  for (const one of attention) {
    if (one.kind === 'unspent') {
      const of = said.get(one.message);
      if (of?.inStore && !of.isReply && of.visit === visit?.id) left = Math.min(perVisit, left + 1);
    }
    if (!('visit' in one) || one.visit === null || one.visit !== visit?.id) continue;
    if (one.kind === 'refilled') left = Math.min(perVisit, left + refill);
    else if (one.kind === 'goal') left = Math.floor(left / 2);
    else if (one.kind === 'stray' || (one.kind === 'said' && one.inStore && !one.isReply)) left = Math.max(0, left - 1);
  }
  return left;
}

function isTooSoon({ attention, now, house }: Look): boolean {
  const last = attention.filter(({ kind }) => kind === 'over').at(-1);
  return last?.kind === 'over' && now < last.at + house.attention.gapMs;
}

function wasReply({ attention }: Look, { message }: Run): boolean {
  return attention.some((one) => one.kind === 'said' && one.message === message?.id && one.isReply);
}

function isCapped({ attention, now, house, without }: Look): boolean {
  const { cap } = house.attention;
  if (!cap) return false;
  const { ms } = cap.within as { ms: number };
  const unspent = new Set(attention.flatMap((one) => (one.kind === 'unspent' ? [one.message] : [])));
  if (without?.message) unspent.add(without.message.id);
  const said = attention.filter((one) => one.kind === 'said' && !one.isReply && !unspent.has(one.message));
  return said.filter((one) => 'at' in one && one.at + ms > now).length >= cap.count;
}

function isResting({ attention, now, house }: Look): boolean {
  const { restAfterIgnored, restMs } = house.attention;
  let ignored = 0;
  let until = 0;
  for (const one of attention) {
    if (!('inStore' in one) || !one.inStore) continue;
    if (one.kind === 'answered') ignored = 0;
    if (one.kind === 'ignored') ignored += 1;
    if (one.kind === 'ignored' && ignored >= restAfterIgnored) {
      ignored = 0;
      until = one.at + restMs;
    }
  }
  return now < until;
}

/** The last word on everything, on the dialogue, and on the channel where one is asked for, is a pause that lasts. */
export function isPaused({ pauses, now }: Pick<Look, 'pauses' | 'now'>, dialogue: string, channel = ''): boolean {
  const about = [
    pauses.findLast(({ what }) => what === 'everything'),
    pauses.findLast(({ what, name }) => what === 'dialogue' && name === dialogue),
    pauses.findLast(({ what, name }) => what === 'channel' && name === channel),
  ];
  return about.some((last) => last?.paused === true && (last.until === undefined || last.until > now));
}

export function isReply(run: Run, now: number): boolean {
  return run.replyTo < 0 && now <= -run.replyTo + 30_000;
}
