/** The line to the store: Socket.IO, namespace `/overview`, on the page's own origin. It reconnects by itself. */
import type { overviewNamespace, StoreToOverview } from '@kairos/protocol/overview-events.ts';
import type { Clock } from '@kairos/protocol/ports.ts';
import { io, type Socket } from 'socket.io-client';
import { changed, nothingHeard, type OverviewChange, type OverviewModel } from './overview-model.ts';

/** For React's useSyncExternalStore. */
export interface OverviewLink {
  readonly subscribe: (changed: () => void) => () => void;
  readonly model: () => OverviewModel;
}

/** The contract's name, held by its type: the schemas beside it would bring zod into the page. */
const namespace: typeof overviewNamespace = '/overview';
/** At most this long between two attempts to reach a store that is out of touch. */
const retryMaxMs = 3000;

export function openOverview(clock: Clock): OverviewLink {
  let model = nothingHeard;
  const listeners = new Set<() => void>();
  const take = (change: OverviewChange): void => {
    model = changed(model, change);
    for (const listener of listeners) listener();
  };
  const socket: Socket<StoreToOverview, Record<string, never>> = io(namespace, {
    transports: ['websocket'],
    reconnectionDelayMax: retryMaxMs,
  });
  socket.on('state', (state) => take({ kind: 'state', state, nowMs: clock.now() }));
  socket.on('cart', (cart) => take({ kind: 'cart', cart }));
  socket.on('decision', (decision) => take({ kind: 'decision', decision }));
  socket.on('counts', (counts) => take({ kind: 'counts', counts }));
  socket.on('disconnect', () => take({ kind: 'lost' }));
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    model: () => model,
  };
}
