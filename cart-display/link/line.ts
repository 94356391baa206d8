/**
 * A line to the store: one Socket.IO connection over WebSocket alone, opened again by our own jittered back-off for as
 * long as the page lives. Promises that nothing is buffered or repeated behind the caller's back: what is sent while
 * there is no connection is refused, and the caller decides.
 */
import type { Ports } from '@kairos/protocol/ports.ts';
import type { ScreenHello, ScreenRefusal } from '@kairos/protocol/screen-events.ts';
import { io, type Socket } from 'socket.io-client';

export type LinkState =
  /** Not yet connected since the page was loaded. */
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  | { readonly kind: 'lost' }
  /** The store knows us not; a person has to look. Tried again, rarely. */
  | { readonly kind: 'refused'; readonly reason: ScreenRefusal };

export interface LineOptions {
  readonly origin: string;
  readonly namespace: string;
  readonly hello: ScreenHello;
  readonly ports: Ports;
  readonly onState: (state: LinkState) => void;
}

export interface Line<Typed> {
  readonly socket: Typed;
  open(): void;
  /** Gives the connection up for a new one: what comes over it cannot be used, or nothing that is said is heard. */
  renew(): void;
  close(): void;
}

/** The first wait after a loss is up to this, doubled each time … */
const reconnectFirstMs = 400;
/** … to at most this: a store's few hundred carts are then a hundred tries a second, and she waits no longer. */
const reconnectMaxMs = 5_000;
/** Where the store refused us: a person has to change something first. */
const refusedRetryMs = 30_000;
const connectTimeoutMs = 8_000;

/** Full jitter between half and the whole of the step, so that a store's carts do not return as one. */
export function reconnectDelay(attempt: number, chance: number): number {
  const step = Math.min(reconnectMaxMs, reconnectFirstMs * 2 ** Math.min(attempt, 16));
  return Math.round(step / 2 + (step / 2) * chance);
}

/** `Typed` is the socket with its events (protocol). */
export function openLine<Typed>({ origin, namespace, hello, ports, onState }: LineOptions): Line<Typed> {
  const socket: Socket = io(origin + namespace, {
    transports: ['websocket'],
    reconnection: false,
    autoConnect: false,
    forceNew: true,
    timeout: connectTimeoutMs,
    auth: { ...hello },
  });
  let attempt = 0;
  let isOpen = false;
  let hasBeenConnected = false;
  let cancelRetry = (): void => {};

  const retry = (delayMs: number): void => {
    cancelRetry();
    if (isOpen) cancelRetry = ports.timers.after(delayMs, () => socket.connect());
  };
  socket.on('connect', () => {
    hasBeenConnected = true;
    attempt = 0;
    onState({ kind: 'connected' });
  });
  socket.on('disconnect', () => {
    // Said while the connection was ending: the library would keep it for the next one. Whoever said it says it again.
    socket.sendBuffer.length = 0;
    onState({ kind: 'lost' });
    retry(reconnectDelay(attempt++, ports.random.next()));
  });
  socket.on('connect_error', (error) => {
    const reason = refusalOf(error);
    if (reason) {
      onState({ kind: 'refused', reason });
      retry(refusedRetryMs);
      return;
    }
    onState(hasBeenConnected ? { kind: 'lost' } : { kind: 'connecting' });
    retry(reconnectDelay(attempt++, ports.random.next()));
  });
  return {
    socket: socket as Typed,
    open() {
      isOpen = true;
      onState({ kind: 'connecting' });
      socket.connect();
    },
    renew: () => void socket.disconnect(),
    close() {
      isOpen = false;
      cancelRetry();
      socket.disconnect();
    },
  };
}

function refusalOf(error: Error): ScreenRefusal | null {
  const { data } = error as Error & { data?: { reason?: ScreenRefusal } };
  return data?.reason ?? null;
}
