/**
 * What a manager has paused, and until when (glossary: pause). An end that has come is one, whether or not the store's
 * own timer has been heard yet: it and a person's may be due at the same moment.
 */
import type { PauseState, StoreState } from './store-state.ts';

/** Everything, or this dialogue, rests; null: neither. */
export function pauseOfDialogue({ pauses }: StoreState, dialogue: string, now: number): PauseState | null {
  for (const pause of pauses) {
    if (isOver(pause, now) || pause.what === 'channel') continue;
    if (pause.what === 'everything' || pause.name === dialogue) return pause;
  }
  return null;
}

export function pauseOfChannel({ pauses }: StoreState, channel: string, now: number): PauseState | null {
  for (const pause of pauses) {
    if (pause.what === 'channel' && pause.name === channel && !isOver(pause, now)) return pause;
  }
  return null;
}

function isOver({ until }: PauseState, now: number): boolean {
  return until !== 0 && until <= now;
}
