/**
 * The line to the store: Socket.IO, namespace `/handheld`, on the page's own origin; it reconnects by itself. Keeps the
 * view that the store tells, part by part and version by version, and asks for the whole where one was missed. Nothing
 * is sent behind the caller's back: without a connection a deed is not done, and the caller decides.
 */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type {
  DeedOutcome,
  HandheldDeed,
  HandheldToStore,
  HandheldView,
  handheldNamespace,
  StoreToHandheld,
} from '@kairos/protocol/handheld-events.ts';
import type { Clock } from '@kairos/protocol/ports.ts';
import { io, type Socket } from 'socket.io-client';

/** `waiting`: never heard from the store since the page was opened · `refused`: nobody is signed in here. */
export type Line = 'waiting' | 'open' | 'lost' | 'refused';

export interface LinkEvents {
  line(line: Line): void;
  view(view: HandheldView, clockOffsetMs: number): void;
  plan(plan: FloorPlan): void;
}

export interface HandheldLink {
  /** Null: there is no connection, or it was lost before the store had answered. */
  send(deed: HandheldDeed): Promise<DeedOutcome['outcome'] | null>;
}

/** The contract's own name, held by its type: the schemas beside it would bring zod into the page. */
const namespace: typeof handheldNamespace = '/handheld';
const retryMaxMs = 3_000;
/** An answer may be held for ten seconds before it is recorded; what takes longer is asked again. */
const outcomeWithinMs = 25_000;
const refusals: ReadonlySet<string> = new Set(['no-session', 'session-over', 'wrong-role', 'wrong-origin']);

export function openHandheldLink(clock: Clock, on: LinkEvents): HandheldLink {
  let held: { version: number; view: HandheldView } | null = null;
  const socket: Socket<StoreToHandheld & { 'session-over'(): void }, HandheldToStore> = io(namespace, {
    transports: ['websocket'],
    reconnectionDelay: 300,
    reconnectionDelayMax: retryMaxMs,
    timeout: 5_000,
  });
  socket.on('snapshot', ({ version, storeTime, view }) => {
    held = { version, view };
    on.line('open');
    on.view(view, storeTime - clock.now());
  });
  socket.on('update', ({ version, storeTime, changes }) => {
    if (held === null || version <= held.version) return;
    if (version > held.version + 1) {
      socket.emit('resync', { have: held.version });
      return;
    }
    held = { version, view: { ...held.view, ...(changes as Partial<HandheldView>) } };
    on.view(held.view, storeTime - clock.now());
  });
  socket.on('plan', (plan) => on.plan(plan));
  socket.on('session-over', () => on.line('refused'));
  socket.on('disconnect', () => on.line('lost'));
  socket.on('connect_error', (error: Error & { data?: { reason?: string } }) => {
    on.line(refusals.has(error.data?.reason ?? '') ? 'refused' : held === null ? 'waiting' : 'lost');
  });
  return {
    send: (deed) => {
      if (!socket.connected) return Promise.resolve(null);
      return new Promise((resolve) => {
        const lost = (): void => resolve(null);
        socket.once('disconnect', lost);
        socket.timeout(outcomeWithinMs).emit('deed', deed, (failure: Error | null, answer?: DeedOutcome) => {
          socket.off('disconnect', lost);
          resolve(failure === null && answer ? answer.outcome : null);
        });
      });
    },
  };
}
