/**
 * What the engine keeps of the store itself (subject 0): which screens can be reached, where the carts are, what is
 * paused, who is on duty, what was learned. Plain JSON, folded like everything else.
 */
import type { FactBody } from '@kairos/protocol/facts.ts';
import { type LearnedState, nothingLearned } from '../moment/chance.ts';

/** Screens, carts, pauses and associates each; what comes beyond is not taken in, and its screen never speaks. */
export const thingsMax = 10_000;

export type ScreenStateName = FactBody<'screen.changed'>['state'];

export interface StoreState {
  at: number;
  screens: Record<string, ScreenStateName>;
  carts: Record<string, CartPlace>;
  pauses: PauseState[];
  duty: Record<string, DutyState>;
  /** How many wait at each till. */
  queues: Record<string, number>;
  learned: LearnedState;
  /** By zone: what its screens showed within the last hour, as one voice, oldest first; at most `playsMax` each. */
  plays: Record<string, PlayState[]>;
}

/** On the glass from the first paint; `to`: until it left, and as long as it stands, until it may stand. */
export interface PlayState {
  message: string;
  from: number;
  to: number;
}

export interface CartPlace {
  zone: string | null;
  at: number;
}

export interface PauseState {
  what: FactBody<'pause.changed'>['what'];
  name: string;
  /** 0: until it is taken back. */
  until: number;
}

export interface DutyState {
  state: FactBody<'duty.changed'>['state'];
  role: string | null;
  zone: string | null;
  /** The task that she has claimed, and the times at which she was last asked. */
  task: string | null;
  asked: number[];
}

export function emptyStore(): StoreState {
  return {
    at: 0,
    screens: {},
    carts: {},
    pauses: [],
    duty: {},
    queues: {},
    learned: nothingLearned(),
    plays: {},
  };
}
