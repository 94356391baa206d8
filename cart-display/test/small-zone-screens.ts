/** The zone screens' half of the tests' small store: the whole view to each, at its own word. */
import {
  type StoreToZoneScreen,
  type ZoneScreenToStore,
  type ZoneScreenView,
  zoneScreenNamespace,
  zoneScreenView,
} from '@kairos/protocol/zone-screen-events.ts';
import type { Server, Socket } from 'socket.io';

const emptyZone: ZoneScreenView = {
  screen: 'screen-1',
  store: 'Kairos House',
  locale: 'en',
  zone: { id: 'paint', name: 'Paint' },
  loop: [],
  slotMs: 1_000_000_000,
  message: null,
};

/** As it is sent later: less of its time is left. */
export function lessTime<Message extends { validForMs: number }>(message: Message, saidAt: number): Message {
  return { ...message, validForMs: Math.max(0, Math.round(message.validForMs - (performance.now() - saidAt))) };
}

export interface ZoneLine {
  readonly io: Server;
  /** What each is told on connecting, beside its view. */
  greet(socket: Socket<ZoneScreenToStore, StoreToZoneScreen>): void;
  facts(socket: Socket<ZoneScreenToStore, StoreToZoneScreen>, batch: unknown): void;
}

export class SmallZoneScreens {
  private io: Server | null = null;
  private view = emptyZone;
  private messageAt = 0;
  private version = 1;
  /** Said with each view: which picture of the loop is due rests on it. */
  private storeTime = 0;

  /** Sets parts of the view with no word to the screens. */
  hold(changes: Partial<ZoneScreenView>, storeTime = this.storeTime): void {
    if (changes.message !== undefined) this.messageAt = performance.now();
    this.view = zoneScreenView.parse({ ...this.view, ...changes });
    this.storeTime = storeTime;
    this.version += 1;
  }

  /** Changes parts of the view, and tells every screen. */
  show(changes: Partial<ZoneScreenView>, storeTime?: number): void {
    this.hold(changes, storeTime);
    this.io?.of(zoneScreenNamespace).emit('view', this.snapshot());
  }

  cut(): void {
    this.io?.of(zoneScreenNamespace).disconnectSockets(true);
  }

  get screens(): number {
    return this.io?.of(zoneScreenNamespace).sockets.size ?? 0;
  }

  open({ io, greet, facts }: ZoneLine): void {
    this.io = io;
    io.of(zoneScreenNamespace).on('connection', (socket: Socket<ZoneScreenToStore, StoreToZoneScreen>) => {
      socket.emit('view', this.snapshot());
      socket.on('facts', (batch) => facts(socket, batch));
      greet(socket);
    });
  }

  private snapshot(): Parameters<StoreToZoneScreen['view']>[0] {
    const message = this.view.message && lessTime(this.view.message, this.messageAt);
    return { version: this.version, storeTime: this.storeTime, view: { ...this.view, message } };
  }
}
