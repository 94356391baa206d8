/** The page's line to the store: Socket.IO, namespace `/tills`. The lane comes whole; facts and signs of life go up. */
import type { DeviceBatch } from '@kairos/protocol/device-facts.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { LaneSnapshot, StoreToTill, TillToStore, tillNamespace } from '@kairos/protocol/prompt-events.ts';
import type { aliveEveryMs as everyMs } from '@kairos/protocol/screen-events.ts';
import { io, type Socket } from 'socket.io-client';
import type { LanePage } from './lane-page.ts';

/** The contract's names, held by their types: the schemas beside them would bring zod into the page. */
const namespace: typeof tillNamespace = '/tills';
const aliveEveryMs: typeof everyMs = 5_000;
const retryFirstMs = 400;
const retryMaxMs = 5_000;
/** Where the store refused us: a person has to change something first. */
const refusedRetryMs = 30_000;

export interface TillLinkOptions {
  readonly till: string;
  readonly token: string | null;
  readonly epoch: string;
  readonly ports: Ports;
  readonly page: () => LanePage;
}

export interface TillLink {
  open(): void;
  send(batch: DeviceBatch): boolean;
}

export function createTillLink({ till, token, epoch, ports, page }: TillLinkOptions): TillLink {
  const socket: Socket<StoreToTill, TillToStore> = io(namespace, {
    transports: ['websocket'],
    autoConnect: false,
    reconnectionDelay: retryFirstMs,
    reconnectionDelayMax: retryMaxMs,
    auth: { screen: till, epoch, ...(token === null ? {} : { token }) },
  });
  socket.on('connect', () => page().state({ kind: 'connected' }));
  socket.on('disconnect', (reason) => {
    page().state({ kind: 'lost' });
    // Sent home by the store: it does not come back by itself.
    if (reason === 'io server disconnect') ports.timers.after(retryFirstMs, () => socket.connect());
  });
  socket.on('connect_error', (error) => {
    const { data } = error as Error & { data?: { reason?: string } };
    if (data?.reason === undefined) {
      page().state({ kind: 'lost' });
      return;
    }
    page().state({ kind: 'refused', reason: data.reason });
    ports.timers.after(refusedRetryMs, () => socket.connect());
  });
  socket.on('lane', (snapshot) => {
    if (isSnapshot(snapshot)) page().shows(snapshot);
  });
  socket.on('acks', (ack) => page().acks(ack));

  const giveSign = (): void => {
    if (!socket.connected) return;
    const { painted, version } = page();
    // Of no worth later, so it is not kept.
    socket.emit('alive', { version, painted, isVisible: document.visibilityState === 'visible' });
  };
  const beat = (): void => {
    giveSign();
    ports.timers.after(aliveEveryMs, beat);
  };
  return {
    open() {
      document.addEventListener('visibilitychange', giveSign);
      socket.connect();
      beat();
    },
    send(batch) {
      if (!socket.connected) return false;
      socket.emit('facts', batch);
      return true;
    },
  };
}

/** Not what the protocol says: what is on the screen stays. */
function isSnapshot(payload: unknown): payload is LaneSnapshot {
  const { version, view } = (payload ?? {}) as Partial<LaneSnapshot>;
  return Number.isSafeInteger(version) && Array.isArray(view?.told) && Array.isArray(view?.frameOrigins);
}
