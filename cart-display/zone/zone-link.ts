/** What a zone screen hears and says over its line: its whole view at each change, facts up, signs of life. */
import type { Ack } from '@kairos/protocol/device-facts.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { ScreenAlive, ScreenHello } from '@kairos/protocol/screen-events.ts';
import type {
  StoreToZoneScreen,
  ZoneScreenSnapshot,
  ZoneScreenToStore,
  ZoneScreenView,
  zoneScreenNamespace,
} from '@kairos/protocol/zone-screen-events.ts';
import type { Socket } from 'socket.io-client';
import { type LinkState, openLine } from '../link/line.ts';

export interface ZoneLinkEvents {
  state(state: LinkState): void;
  shows(view: ZoneScreenView, storeTime: number): void;
  plan(plan: FloorPlan): void;
  acks(ack: Ack): void;
}

export interface ZoneLink {
  open(): void;
  /** Nothing that is sent is acknowledged: another connection is tried. */
  renew(): void;
  /** False where there is no connection: nothing was sent. */
  sendFacts(batch: Parameters<ZoneScreenToStore['facts']>[0]): boolean;
  sendAlive(sign: Omit<ScreenAlive, 'version'>): void;
}

export interface ZoneLinkOptions {
  readonly origin: string;
  readonly hello: ScreenHello;
  readonly ports: Ports;
  readonly on: ZoneLinkEvents;
}

const namespace: typeof zoneScreenNamespace = '/zone-screens';

export function createZoneLink({ origin, hello, ports, on }: ZoneLinkOptions): ZoneLink {
  let version: number | null = null;
  const { socket, open, renew } = openLine<Socket<StoreToZoneScreen, ZoneScreenToStore>>({
    origin,
    namespace,
    hello,
    ports,
    onState: (state) => on.state(state),
  });
  socket.on('view', (payload) => {
    if (!isSnapshot(payload)) return;
    version = payload.version;
    on.shows(payload.view, payload.storeTime);
  });
  socket.on('plan', (payload) => on.plan(payload));
  socket.on('acks', (payload) => on.acks(payload));
  return {
    open,
    renew,
    sendFacts(batch) {
      if (!socket.connected) return false;
      socket.emit('facts', batch);
      return true;
    },
    sendAlive(sign) {
      if (socket.connected && version !== null) socket.emit('alive', { ...sign, version });
    },
  };
}

/** Not what the protocol says: what is on the screen stays. */
function isSnapshot(payload: unknown): payload is ZoneScreenSnapshot {
  const { version, storeTime, view } = (payload ?? {}) as Partial<ZoneScreenSnapshot>;
  return (
    Number.isSafeInteger(version) && Number.isFinite(storeTime) && Array.isArray(view?.loop) && (view?.slotMs ?? 0) > 0
  );
}
