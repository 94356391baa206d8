/**
 * Answers that the store has not confirmed yet, in IndexedDB: given out of reach, or within the ten seconds in which they
 * may be taken back. They survive a reload and a dead battery. Where the browser denies it, memory has to do.
 */
import type { HandheldDeed } from '@kairos/protocol/handheld-events.ts';
import { createStore, del, entries, set, type UseStore } from 'idb-keyval';

export type Answer = Extract<HandheldDeed, { does: 'answer' }>;

/** One associate's; more than a shift's worth is not kept. */
const answersMax = 200;

export interface KeptAnswers {
  load(): Promise<Answer[]>;
  keep(answer: Answer): Promise<void>;
  drop(id: string): Promise<void>;
}

export function answersInBrowser(): KeptAnswers {
  let store: UseStore | null = null;
  const attempt = async <Value>(otherwise: Value, work: (open: UseStore) => Promise<Value>): Promise<Value> => {
    try {
      store ??= createStore('kairos-handheld', 'answers');
      return await work(store);
    } catch {
      return otherwise;
    }
  };
  return {
    load: () =>
      attempt([], async (open) => (await entries<string, Answer>(open)).slice(-answersMax).map(([, answer]) => answer)),
    keep: (answer) => attempt(undefined, (open) => set(answer.id, answer, open)),
    drop: (id) => attempt(undefined, (open) => del(id, open)),
  };
}

export function answersInMemory(kept = new Map<string, Answer>()): KeptAnswers {
  return {
    load: async () => [...kept.values()],
    keep: async (answer) => {
      kept.set(answer.id, answer);
    },
    drop: async (id) => {
      kept.delete(id);
    },
  };
}
