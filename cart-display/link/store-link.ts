/**
 * The line to the store: one Socket.IO connection over WebSocket alone, opened again by our own jittered back-off for
 * as long as the page lives. Promises that nothing is buffered or repeated behind the caller's back: what is sent while
 * there is no connection is refused, and the outbox decides. Versions are judged by `held-view.ts`.
 */
import type { Ack } from '@kairos/protocol/device-facts.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type {
  ScreenHello,
  ScreenRefusal,
  ScreenToStore,
  StoreToScreen,
  screenNamespace,
} from '@kairos/protocol/screen-events.ts';
import { io, type Socket } from 'socket.io-client';
import { type HeldView, type Taken, takeSnapshot, takeUpdate } from './held-view.ts';

export type LinkState =
  /** Not yet connected since the page was loaded. */
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  | { readonly kind: 'lost' }
  /** The store knows us not; a person has to look. Tried again, rarely. */
  | { readonly kind: 'refused'; readonly reason: ScreenRefusal };

export interface LinkEvents {
  state(state: LinkState): void;
  held(held: HeldView): void;
  plan(plan: FloorPlan): void;
  acks(ack: Ack): void;
}

export interface StoreLink {
  open(): void;
  close(): void;
  /** False where there is no connection: nothing was sent. */
  sendFacts(batch: Parameters<ScreenToStore['facts']>[0]): boolean;
}

export interface LinkOptions {
  readonly origin: string;
  readonly hello: ScreenHello;
  readonly ports: Ports;
  readonly on: LinkEvents;
}

const namespace: typeof screenNamespace = '/screens';
/** The first wait after a loss is up to this, doubled each time … */
export const reconnectFirstMs = 400;
/** … to at most this. */
export const reconnectMaxMs = 15_000;
/** Where the store refused us: a person has to change something first. */
const refusedRetryMs = 30_000;
const connectTimeoutMs = 8_000;
/** A snapshot that was asked for and has not come: ask again, and after so many times open a new connection. */
const resyncTimeoutMs = 3_000;
const resyncTriesMax = 3;

type ScreenSocket = Socket<StoreToScreen, ScreenToStore>;

/** Full jitter between half and the whole of the step, so that a store's carts do not return as one. */
export function reconnectDelay(attempt: number, chance: number): number {
  const step = Math.min(reconnectMaxMs, reconnectFirstMs * 2 ** Math.min(attempt, 16));
  return Math.round(step / 2 + (step / 2) * chance);
}

export function createStoreLink({ origin, hello, ports, on }: LinkOptions): StoreLink {
  const socket: ScreenSocket = io(origin + namespace, {
    transports: ['websocket'],
    reconnection: false,
    autoConnect: false,
    forceNew: true,
    timeout: connectTimeoutMs,
    auth: { ...hello },
  });
  let held: HeldView | null = null;
  let attempt = 0;
  let isOpen = false;
  let hasBeenConnected = false;
  let cancelRetry = (): void => {};
  let cancelResync = (): void => {};
  let resyncTries = 0;

  const retry = (delayMs: number): void => {
    cancelRetry();
    if (!isOpen) return;
    cancelRetry = ports.timers.after(delayMs, () => socket.connect());
  };
  const resync = (have: number): void => {
    cancelResync();
    if (resyncTries >= resyncTriesMax) {
      // The line carries nothing we can read: the handler of `disconnect` tries a new one.
      socket.disconnect();
    } else {
      resyncTries += 1;
      socket.emit('resync', { have });
      cancelResync = ports.timers.after(resyncTimeoutMs, () => resync(have));
    }
  };
  const take = (taken: Taken): void => {
    if (taken.kind === 'applied') {
      held = taken.held;
      on.held(held);
    } else if (taken.kind !== 'old' && resyncTries === 0) {
      resync(taken.kind === 'gap' ? taken.have : (held?.version ?? 0));
    }
  };

  socket.on('connect', () => {
    hasBeenConnected = true;
    attempt = 0;
    resyncTries = 0;
    on.state({ kind: 'connected' });
  });
  socket.on('disconnect', () => {
    cancelResync();
    resyncTries = 0;
    on.state({ kind: 'lost' });
    retry(reconnectDelay(attempt++, ports.random.next()));
  });
  socket.on('connect_error', (error) => {
    const reason = refusalOf(error);
    if (reason) {
      on.state({ kind: 'refused', reason });
      return retry(refusedRetryMs);
    }
    on.state(hasBeenConnected ? { kind: 'lost' } : { kind: 'connecting' });
    retry(reconnectDelay(attempt++, ports.random.next()));
  });
  socket.on('snapshot', (payload) => {
    const taken = takeSnapshot(payload);
    if (taken.kind === 'applied') {
      cancelResync();
      resyncTries = 0;
    }
    take(taken);
  });
  socket.on('update', (payload) => take(takeUpdate(held, payload)));
  socket.on('plan', (payload) => on.plan(payload));
  socket.on('acks', (payload) => on.acks(payload));

  return {
    open() {
      isOpen = true;
      on.state({ kind: 'connecting' });
      socket.connect();
    },
    close() {
      isOpen = false;
      cancelRetry();
      cancelResync();
      socket.disconnect();
    },
    sendFacts(batch) {
      if (!socket.connected) return false;
      socket.emit('facts', batch);
      return true;
    },
  };
}

function refusalOf(error: Error): ScreenRefusal | null {
  const { data } = error as Error & { data?: { reason?: ScreenRefusal } };
  return data?.reason ?? null;
}
