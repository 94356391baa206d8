/**
 * The one message on the glass, from offered to gone. Pure: a step takes what happened and the time, and gives the
 * next state and the facts to report. Promises: `message.shown` once per message, at its first visible paint; nothing
 * shown past its time even when the store is out of touch; what has ended here is never shown again.
 */
import type { ScreenMessage } from '@kairos/protocol/screen-events.ts';

export interface GlassMessage {
  readonly message: ScreenMessage;
  /** By both clocks: the monotonic one may sleep with the machine, the other may be set. */
  readonly deadline: Instant;
  readonly state: 'offered' | 'painted' | 'answered';
  /** When this load of the page painted it, by the monotonic clock. */
  readonly paintedAt?: number;
  /** The answer she gave. */
  readonly answer?: string;
}

export interface Glass {
  readonly current: GlassMessage | null;
  /** Ids whose first paint has been reported. */
  readonly shown: readonly string[];
  /** Ids that have left: answered, withdrawn after they were seen, or past their time. */
  readonly ended: readonly string[];
}

export interface Instant {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

export type GlassEvent =
  /** What the store's view holds now; null where it holds none. */
  | { readonly kind: 'offered'; readonly message: ScreenMessage | null }
  /** It was painted, and could be seen, at the step's time. */
  | { readonly kind: 'painted'; readonly id: string }
  | { readonly kind: 'answered'; readonly id: string; readonly answer: string }
  /** Time has passed. */
  | { readonly kind: 'tick' }
  /** The quiet word after an answer has been there long enough. */
  | { readonly kind: 'thanked'; readonly id: string };

export type GlassReport =
  | { readonly kind: 'shown'; readonly id: string }
  | { readonly kind: 'answered'; readonly id: string; readonly answer: string }
  /** It stood there, to be seen, for so long; told when it has left. */
  | { readonly kind: 'played'; readonly id: string; readonly ms: number };

export interface GlassStep {
  readonly glass: Glass;
  readonly reports: readonly GlassReport[];
}

export const emptyGlass: Glass = { current: null, shown: [], ended: [] };
/** Remembered ids of a visit; the oldest go first. A visit hears a handful of messages. */
const rememberedIdsMax = 200;

export function stepGlass(glass: Glass, event: GlassEvent, now: Instant): GlassStep {
  const step = takeStep(glass, event, now);
  const { current } = glass;
  if (current?.state !== 'painted' || current.paintedAt === undefined) return step;
  const after = step.glass.current;
  if (after?.message.id === current.message.id && after.state === 'painted') return step;
  const ms = Math.max(0, Math.round(now.monotonicMs - current.paintedAt));
  return { ...step, reports: [...step.reports, { kind: 'played', id: current.message.id, ms }] };
}

function takeStep(glass: Glass, event: GlassEvent, now: Instant): GlassStep {
  switch (event.kind) {
    case 'offered':
      return { glass: offer(glass, event.message, now), reports: [] };
    case 'painted':
      return paint(glass, event.id, now);
    case 'answered':
      return answer(glass, event, now);
    case 'tick':
      return { glass: isOver(glass.current, now) ? end(glass) : glass, reports: [] };
    case 'thanked':
      return { glass: glass.current?.message.id === event.id ? { ...glass, current: null } : glass, reports: [] };
  }
}

function offer(glass: Glass, message: ScreenMessage | null, now: Instant): Glass {
  const { current } = glass;
  if (message && current?.message.id === message.id) return renew(glass, current, message, now);
  // The quiet word after her answer stays for its moment, though the store has taken the message away by then.
  if (!message && current?.state === 'answered') return glass;
  const left = current?.state === 'offered' ? { ...glass, current: null } : end(glass);
  if (!message || message.validForMs <= 0 || left.ended.includes(message.id)) return left;
  return { ...left, current: { message, deadline: deadlineOf(message, now), state: 'offered' } };
}

/** The same message again, after a lost line: new words are taken, and the earlier of the two ends. */
function renew(glass: Glass, current: GlassMessage, message: ScreenMessage, now: Instant): Glass {
  const offered = deadlineOf(message, now);
  const deadline = offered.monotonicMs < current.deadline.monotonicMs ? offered : current.deadline;
  return { ...glass, current: { ...current, message, deadline } };
}

function paint(glass: Glass, id: string, now: Instant): GlassStep {
  const { current } = glass;
  if (current?.message.id !== id || current.state !== 'offered') return { glass, reports: [] };
  if (isOver(current, now)) return { glass: end(glass), reports: [] };
  const painted: Glass = { ...glass, current: { ...current, state: 'painted', paintedAt: now.monotonicMs } };
  if (glass.shown.includes(id)) return { glass: painted, reports: [] };
  return { glass: { ...painted, shown: remember(glass.shown, id) }, reports: [{ kind: 'shown', id }] };
}

/** A tap on what has left, or a second tap, is harmless. */
function answer(glass: Glass, event: { id: string; answer: string }, now: Instant): GlassStep {
  const { current } = glass;
  const { id } = event;
  if (current?.message.id !== id || current.state === 'answered') return { glass, reports: [] };
  if (isOver(current, now)) return { glass: end(glass), reports: [] };
  if (!current.message.answers.some((one) => one.id === event.answer)) return { glass, reports: [] };
  // Nobody answers what she has not seen: a tap that outruns the report of the paint brings it along.
  const isFirst = !glass.shown.includes(id);
  return {
    glass: {
      current: { ...current, state: 'answered', answer: event.answer },
      shown: isFirst ? remember(glass.shown, id) : glass.shown,
      ended: remember(glass.ended, id),
    },
    reports: [...(isFirst ? [{ kind: 'shown', id } as const] : []), { kind: 'answered', id, answer: event.answer }],
  };
}

/** What was never painted may still come back; what was seen, or has run out, may not. */
function end(glass: Glass): Glass {
  const { current } = glass;
  if (!current) return glass;
  const { id } = current.message;
  return { ...glass, current: null, ended: glass.ended.includes(id) ? glass.ended : remember(glass.ended, id) };
}

function remember(ids: readonly string[], id: string): readonly string[] {
  return [...ids, id].slice(-rememberedIdsMax);
}

function deadlineOf(message: ScreenMessage, now: Instant): Instant {
  return { monotonicMs: now.monotonicMs + message.validForMs, wallMs: now.wallMs + message.validForMs };
}

/** Her own answer's quiet word is no longer the message. */
function isOver(current: GlassMessage | null, now: Instant): boolean {
  if (!current || current.state === 'answered') return false;
  return now.monotonicMs >= current.deadline.monotonicMs || now.wallMs >= current.deadline.wallMs;
}
