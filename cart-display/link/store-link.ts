/**
 * What a cart's page hears and says over its line: the view by versions, which `held-view.ts` judges, facts up, signs of
 * life. A version that was missed is asked for as a whole; a line that brings nothing readable is given up for another.
 */
import type { Ack } from '@kairos/protocol/device-facts.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type {
  PinAnswer,
  ScreenAlive,
  ScreenHello,
  ScreenToStore,
  StoreToScreen,
  screenNamespace,
} from '@kairos/protocol/screen-events.ts';
import type { Socket } from 'socket.io-client';
import { type HeldView, type Taken, takeSnapshot, takeUpdate } from './held-view.ts';
import { type LinkState, openLine } from './line.ts';

export interface LinkEvents {
  state(state: LinkState): void;
  held(held: HeldView): void;
  plan(plan: FloorPlan): void;
  acks(ack: Ack): void;
  pinAnswered(answer: PinAnswer): void;
}

export interface StoreLink {
  open(): void;
  /** Nothing that is sent is acknowledged: another connection is tried. */
  renew(): void;
  close(): void;
  /** False where there is no connection: nothing was sent. */
  sendFacts(batch: Parameters<ScreenToStore['facts']>[0]): boolean;
  /** What is on the glass; of no worth later, so it is not kept. */
  sendAlive(sign: Omit<ScreenAlive, 'version'>): void;
  /** False where there is no connection: a PIN is sent at once or not at all. */
  sendPin(pin: string): boolean;
}

export interface LinkOptions {
  readonly origin: string;
  readonly hello: ScreenHello;
  readonly ports: Ports;
  readonly on: LinkEvents;
}

const namespace: typeof screenNamespace = '/screens';
/** A snapshot that was asked for and has not come: ask again, and after so many times open a new connection. */
const resyncTimeoutMs = 3_000;
const resyncTriesMax = 3;

export function createStoreLink({ origin, hello, ports, on }: LinkOptions): StoreLink {
  let held: HeldView | null = null;
  let cancelResync = (): void => {};
  let resyncTries = 0;
  const settle = (): void => {
    cancelResync();
    resyncTries = 0;
  };
  const line = openLine<Socket<StoreToScreen, ScreenToStore>>({
    origin,
    namespace,
    hello,
    ports,
    onState: (state) => {
      if (state.kind === 'connected') resyncTries = 0;
      else settle();
      on.state(state);
    },
  });
  const { socket } = line;

  const resync = (have: number): void => {
    cancelResync();
    if (resyncTries >= resyncTriesMax) {
      line.renew();
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

  socket.on('snapshot', (payload) => {
    const taken = takeSnapshot(payload);
    if (taken.kind === 'applied') settle();
    take(taken);
  });
  socket.on('update', (payload) => take(takeUpdate(held, payload)));
  socket.on('plan', (payload) => on.plan(payload));
  socket.on('acks', (payload) => on.acks(payload));
  socket.on('pinAnswer', (payload) => on.pinAnswered(payload));

  return {
    open: line.open,
    renew: line.renew,
    close() {
      cancelResync();
      line.close();
    },
    sendFacts(batch) {
      if (!socket.connected) return false;
      socket.emit('facts', batch);
      return true;
    },
    sendPin(pin) {
      if (!socket.connected) return false;
      socket.emit('pin', { pin });
      return true;
    },
    sendAlive(sign) {
      if (socket.connected && held) socket.emit('alive', { ...sign, version: held.version });
    },
  };
}
