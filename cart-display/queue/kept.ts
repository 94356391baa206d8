/**
 * What a page keeps across reloads, in IndexedDB, one database for each cart. Where the browser denies it (a private
 * window, a full disk) the page goes on from memory alone; nothing waits for it long.
 */
import { clear, createStore, del, entries, set, setMany, type UseStore } from 'idb-keyval';

export interface Note {
  readonly key: string;
  readonly value: unknown;
}

export interface Kept {
  /** Everything under keys that begin with `prefix`; empty where nothing can be read. */
  load(prefix: string): Promise<Map<string, unknown>>;
  save(key: string, value: unknown): Promise<void>;
  /** All of them or none, in one transaction; resolves once it is committed, or never will be. */
  saveTogether(notes: readonly Note[]): Promise<void>;
  remove(key: string): Promise<void>;
  wipe(): Promise<void>;
}

export function keptInBrowser(cart: string): Kept {
  let store: UseStore | null = null;
  const attempt = async <Value>(otherwise: Value, work: (store: UseStore) => Promise<Value>): Promise<Value> => {
    try {
      store ??= createStore(`kairos-${cart}`, 'kept');
      return await work(store);
    } catch {
      return otherwise;
    }
  };
  return {
    load: (prefix) =>
      attempt(new Map(), async (open) => {
        const all = await entries<string, unknown>(open);
        return new Map(all.filter(([key]) => key.startsWith(prefix)));
      }),
    save: (key, value) => attempt(undefined, (open) => set(key, value, open)),
    saveTogether: (notes) =>
      attempt(undefined, (open) =>
        setMany(
          notes.map(({ key, value }) => [key, value]),
          open,
        ),
      ),
    remove: (key) => attempt(undefined, (open) => del(key, open)),
    wipe: () => attempt(undefined, (open) => clear(open)),
  };
}

/** The same manners without a browser: for tests, and for a screen that only watches. */
export function keptInMemory(values = new Map<string, unknown>()): Kept {
  return {
    load: async (prefix) => new Map([...values].filter(([key]) => key.startsWith(prefix))),
    save: async (key, value) => {
      values.set(key, structuredClone(value));
    },
    saveTogether: async (notes) => {
      for (const { key, value } of notes) values.set(key, structuredClone(value));
    },
    remove: async (key) => {
      values.delete(key);
    },
    wipe: async () => values.clear(),
  };
}
