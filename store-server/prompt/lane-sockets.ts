/**
 * The pages of tills over Socket.IO: each is shown its lane whole, on connecting and at each change, and says what was
 * shown, what was answered, and what it heard of the till around it. An associate who has signed in in the same browser
 * reads in her language, and the answer she presses stands under her name in the audit log; the figures have her team.
 */
import { type Ack, type DeviceFactBody, deviceBatch, deviceFactBodies } from '@kairos/protocol/device-facts.ts';
import type { Clock } from '@kairos/protocol/ports.ts';
import { type StoreToTill, type TillToStore, tillNamespace } from '@kairos/protocol/prompt-events.ts';
import { type ScreenHello, screenAlive } from '@kairos/protocol/screen-events.ts';
import type { Server, Socket } from 'socket.io';
import { ScreenDoor } from '../delivery/screen-door.ts';
import type { ScreenWatch } from '../delivery/screen-watch.ts';
import type { Intake } from '../intake/intake.ts';
import type { StaffDoor } from '../staff/staff-door.ts';
import type { LaneBoard } from './lane-board.ts';
import type { LaneDoor } from './lane-door.ts';
import type { LanePresence } from './lane-presence.ts';

type TillSocket = Socket<TillToStore, StoreToTill, Record<string, never>, { hello: ScreenHello }>;

/** Prompts whose answer stands in the audit log; the oldest go first. */
const notedMax = 1_000;

export interface LaneSocketsOptions {
  readonly io: Server;
  readonly tills: readonly string[];
  readonly board: LaneBoard;
  readonly door: LaneDoor;
  readonly presence: LanePresence;
  readonly watch: Pick<ScreenWatch, 'alive'>;
  readonly staff: Pick<StaffDoor, 'glance' | 'note'>;
  readonly clock: Clock;
  readonly receive: (device: string, payload: unknown) => void;
  readonly reject: Intake['reject'];
}

export class LaneSockets {
  readonly #options: LaneSocketsOptions;
  readonly #door: ScreenDoor;
  readonly #sockets = new Map<string, Set<TillSocket>>();
  readonly #noted = new Set<string>();

  constructor(options: LaneSocketsOptions) {
    this.#options = options;
    const { io, tills, door, board } = options;
    // The token was judged by the lane's own door, which asks more where none is configured.
    const tokens = new Map(tills.map((till) => [till, null]));
    this.#door = new ScreenDoor({ ...options, tokens, events: ['facts', 'alive'] });
    const lanes = io.of(tillNamespace);
    lanes.use((socket, next) => {
      const { screen, token } = socket.handshake.auth as { screen?: unknown; token?: unknown };
      const isKnown = typeof screen === 'string' && board.has(screen);
      const isOwn = isKnown && door.mayEnter(screen, typeof token === 'string' ? token : undefined, socket.request);
      const reason = isKnown && !isOwn ? 'wrong-token' : null;
      next(reason === null ? undefined : Object.assign(new Error(reason), { data: { reason } }));
    });
    lanes.use(this.#door.admit);
    lanes.on('connection', (socket) => this.#connected(socket as unknown as TillSocket));
    board.watch((till) => this.#push(till));
  }

  get connected(): number {
    return [...this.#sockets.values()].reduce((sum, sockets) => sum + sockets.size, 0);
  }

  /** Of whoever has signed in at the page of this till; null: nobody, or nobody knows. */
  localeOf(till: string): string | null {
    for (const socket of this.#sockets.get(till) ?? []) {
      const who = this.#options.staff.glance(socket.request);
      if (who) return who.locale;
    }
    return null;
  }

  sendAck(device: string, ack: Ack): void {
    for (const socket of this.#sockets.get(device) ?? []) if (!socket.data.hello.watching) socket.emit('acks', ack);
  }

  #connected(socket: TillSocket): void {
    const { board, presence, watch } = this.#options;
    const { screen: till, watching } = socket.data.hello;
    const sockets = this.#sockets.get(till) ?? new Set();
    this.#sockets.set(till, sockets.add(socket));
    this.#door.guard(socket);
    board.look(till);
    socket.emit('lane', board.snapshot(till));
    socket.on('facts', (payload) => {
      if (!watching) this.#hear(socket, payload);
    });
    socket.on('alive', (payload) => {
      const alive = screenAlive.safeParse(payload);
      if (!alive.success) this.#door.refuse(till, 'a sign of life names version, message and visibility', payload);
      else if (!watching) watch.alive(till, alive.data, board.version(till));
    });
    socket.on('disconnect', () => {
      sockets.delete(socket);
      if (!watching) presence.left(till);
    });
    if (!watching) presence.came(till);
  }

  #hear(socket: TillSocket, payload: unknown): void {
    const { receive, staff } = this.#options;
    const { screen: till } = socket.data.hello;
    receive(till, payload);
    for (const { message, answer } of answersIn(payload)) {
      // Until it is acknowledged, a page says it again.
      if (this.#noted.has(message)) continue;
      const who = staff.glance(socket.request);
      if (who) staff.note(who, `answered "${answer}" at ${till}`, message);
      this.#noted.add(message);
      const [oldest] = this.#noted;
      if (this.#noted.size > notedMax && oldest !== undefined) this.#noted.delete(oldest);
    }
  }

  #push(till: string): void {
    const sockets = this.#sockets.get(till);
    if (!sockets || sockets.size === 0) return;
    const snapshot = this.#options.board.snapshot(till);
    for (const socket of sockets) socket.emit('lane', snapshot);
  }
}

function answersIn(payload: unknown): DeviceFactBody<'message.answered'>[] {
  const batch = deviceBatch.safeParse(payload);
  return (batch.data?.facts ?? []).flatMap(({ type, body }) => {
    const answered = type === 'message.answered' ? deviceFactBodies[type].safeParse(body) : null;
    return answered?.success ? [answered.data] : [];
  });
}
