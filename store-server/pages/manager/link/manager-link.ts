/**
 * The line to the store: Socket.IO, namespace `/manager`, on the page's own origin. It reconnects by itself. What comes
 * is held in parts, each with listeners of its own: what moves many times a second (the carts) is drawn by whoever
 * listens, and React renders only what has changed.
 */
import type {
  ManagerChanges,
  ManagerDecision,
  ManagerState,
  managerDecisionsMax,
  managerNamespace,
  StoreToManager,
} from '@kairos/protocol/manager-events.ts';
import type { Clock } from '@kairos/protocol/ports.ts';
import { useSyncExternalStore } from 'react';
import { io, type Socket } from 'socket.io-client';

/** `waiting`: never heard from the store since the page was opened · `refused`: nobody is signed in who may watch. */
export type Line = 'waiting' | 'open' | 'lost' | 'refused';
export type Part = keyof Held;

export interface Held extends Omit<ManagerState, 'storeTime'> {
  line: Line;
  /** Store time less this page's clock; 0 until the store has been heard. */
  clockOffsetMs: number;
}

export interface ManagerLink {
  /** Null until the store has been heard. */
  get<Name extends Part>(part: Name): Held[Name] | null;
  listen(part: Part, changed: () => void): () => void;
}

/** The contract's own values, held by their types: the schemas beside them would bring zod into the page. */
const namespace: typeof managerNamespace = '/manager';
const decisionsMax: typeof managerDecisionsMax = 60;
/** At most this long between two attempts to reach a store that is out of touch. */
const retryMaxMs = 3_000;
/** Why the store would not have the page at all, whatever is tried again. */
const refusals: ReadonlySet<string> = new Set(['no-session', 'session-over', 'wrong-role', 'wrong-origin']);

export function openManagerLink(clock: Clock): ManagerLink {
  const held: Partial<Held> = { line: 'waiting' };
  const listeners = new Map<Part, Set<() => void>>();
  const set = (changes: Partial<Held>): void => {
    Object.assign(held, changes);
    for (const part of Object.keys(changes) as Part[]) for (const listener of listeners.get(part) ?? []) listener();
  };
  const socket: Socket<StoreToManager & { 'session-over'(): void }, Record<string, never>> = io(namespace, {
    transports: ['websocket'],
    reconnectionDelayMax: retryMaxMs,
  });
  socket.on('state', ({ storeTime, ...state }) =>
    set({ ...state, line: 'open', clockOffsetMs: storeTime - clock.now() }),
  );
  socket.on('changes', (changes) => {
    // A part without the whole before it: the whole is on its way.
    if (held.floor !== undefined) set(applied(held as Held, changes));
  });
  // The session ended while the page was open: what it shows is for nobody any more.
  socket.on('session-over', () => set({ line: 'refused' }));
  socket.on('disconnect', () => set({ line: held.line === 'open' ? 'lost' : (held.line ?? 'waiting') }));
  socket.on('connect_error', (error: Error & { data?: { reason?: string } }) => {
    if (refusals.has(error.data?.reason ?? error.message)) set({ line: 'refused' });
  });
  return {
    get: (part) => held[part] ?? null,
    listen: (part, changed) => {
      const own = listeners.get(part) ?? new Set();
      listeners.set(part, own.add(changed));
      return () => own.delete(changed);
    },
  };
}

/** The parts that the changes replace; the clock's offset stays what it was when the page connected. */
export function applied(held: Held, { storeTime: _, ...changes }: ManagerChanges): Partial<Held> {
  const { floor, screens, decisions, ...whole } = changes;
  return {
    ...whole,
    ...(floor === undefined ? {} : { floor: replaced(held.floor, floor, ([cart]) => cart) }),
    ...(screens === undefined ? {} : { screens: replaced(held.screens, screens, ({ id }) => id) }),
    ...(decisions === undefined ? {} : { decisions: withDecisions(held.decisions, decisions) }),
  };
}

function replaced<Thing>(old: readonly Thing[], fresh: readonly Thing[], keyOf: (thing: Thing) => unknown): Thing[] {
  const byKey = new Map(old.map((thing) => [keyOf(thing), thing]));
  for (const thing of fresh) byKey.set(keyOf(thing), thing);
  return [...byKey.values()];
}

/** A new one goes on top; one that is known keeps its place. */
function withDecisions(old: readonly ManagerDecision[], fresh: readonly ManagerDecision[]): ManagerDecision[] {
  const byMessage = new Map(fresh.map((decision) => [decision.message, decision]));
  const kept = old.map((decision) => byMessage.get(decision.message) ?? decision);
  const known = new Set(old.map(({ message }) => message));
  const added = [...byMessage.values()].filter(({ message }) => !known.has(message)).reverse();
  return [...added, ...kept].slice(0, decisionsMax);
}

/** A part as it is now; the component renders again only when it changes. */
export function usePart<Name extends Part>(link: ManagerLink, part: Name): Held[Name] | null {
  return useSyncExternalStore(
    (changed) => link.listen(part, changed),
    () => link.get(part),
  );
}
