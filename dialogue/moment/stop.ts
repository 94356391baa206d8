/**
 * Why a dialogue does not speak now, as the why ledger has it: a closed list, in the order in which it is asked. What
 * gets further down the list was nearer to speaking.
 */
export const stops = [
  // Entering.
  'limit-visit',
  'limit-customer',
  'state-full',
  'no-key',
  'audience',
  'held-out',
  // Speaking.
  'paused',
  'too-soon',
  'unsigned',
  'late-fact',
  'no-visit',
  'quiet',
  'strength',
  'earlier-visit',
  'privacy',
  'consent',
  'schedule',
  'walking-fast',
  'paying',
  'zone',
  'moment',
  'too-late',
  'another-speaks',
  'crowd-too-small',
  'rest',
  'stage',
  'cap',
  'budget',
  'gap',
  'not-worth-it',
  'queue-long',
  'prompted',
  'unreachable',
  'nobody-free',
  'screen-taken',
  'screen-hour',
  'outranked',
] as const;
export type Stop = (typeof stops)[number];

const ranks = new Map<Stop, number>(stops.map((stop, rank) => [stop, rank]));

/** What stopped it, and when the passing of time alone may lift that. */
export interface Stopped {
  readonly stop: Stop;
  readonly until: number;
}

export const notByTime = Number.POSITIVE_INFINITY;

/** Of two stops the one that was met later. */
export function further(one: Stopped | null, other: Stopped): Stopped {
  if (one === null) return other;
  return (ranks.get(other.stop) ?? 0) > (ranks.get(one.stop) ?? 0) ? other : one;
}
