/** A handheld as a program: it keeps the view that the store tells it, notices what it missed, and does deeds. */
import { randomUUID } from 'node:crypto';
import {
  type DeedOutcome,
  type HandheldDeed,
  type HandheldSnapshot,
  type HandheldTask,
  type HandheldUpdate,
  type HandheldView,
  handheldDeed,
  handheldNamespace,
  handheldSnapshot,
  handheldUpdate,
} from '@kairos/protocol/handheld-events.ts';
import { io, type Socket } from 'socket.io-client';
import { signIn } from './signed-in.ts';

type Deed = HandheldDeed extends infer One ? (One extends HandheldDeed ? Omit<One, 'id'> : never) : never;

export class TestHandheld {
  readonly socket: Socket;
  view: HandheldView | null = null;
  version = -1;
  /** Versions that did not follow on the one before. */
  gaps = 0;
  #deeds = 0;
  /** Each handheld names its deeds in its own way. */
  readonly #name = randomUUID().slice(0, 18);
  readonly #waiting = new Set<() => void>();

  constructor(base: string, cookie: string) {
    this.socket = io(base + handheldNamespace, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      extraHeaders: { cookie },
    });
    this.socket.on('snapshot', (told: HandheldSnapshot) => {
      // What the store says is what it has said that it says.
      const { version, view } = handheldSnapshot.parse(told);
      this.version = version;
      this.view = view;
      this.#look();
    });
    this.socket.on('update', (told: HandheldUpdate) => {
      const { version, changes } = handheldUpdate.parse(told);
      if (this.view === null || version <= this.version) return;
      if (version !== this.version + 1) this.gaps += 1;
      this.version = version;
      this.view = { ...this.view, ...changes } as HandheldView;
      this.#look();
    });
  }

  static async of(base: string, { badge, pin }: { badge: string; pin: string }): Promise<TestHandheld> {
    const { headers } = await signIn(base, badge, pin);
    const handheld = new TestHandheld(base, headers.cookie);
    await handheld.until(() => handheld.view !== null);
    return handheld;
  }

  get tasks(): readonly HandheldTask[] {
    return this.view?.tasks ?? [];
  }

  has(task: string): boolean {
    return this.tasks.some(({ id }) => id === task);
  }

  do(deed: Deed): Promise<DeedOutcome['outcome']> {
    this.#deeds += 1;
    const sent = handheldDeed.parse({ id: `${this.#name}-${this.#deeds}`, ...deed });
    return new Promise((resolve) => {
      this.socket.emit('deed', sent, ({ outcome }: DeedOutcome) => resolve(outcome));
    });
  }

  /** Resolves once it is so; looked at whenever something has come. */
  until(isSo: () => boolean): Promise<void> {
    if (isSo()) return Promise.resolve();
    return new Promise((resolve) => {
      const look = (): void => {
        if (!isSo()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
    });
  }

  close(): void {
    this.socket.disconnect();
  }

  #look(): void {
    for (const look of [...this.#waiting]) look();
  }
}
