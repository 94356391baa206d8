/** The line of a handheld to its store, for a simulated associate: her list as the store tells it, and what she does. */
import {
  type DeedOutcome,
  type HandheldDeed,
  type HandheldTask,
  type HandheldToStore,
  type HandheldView,
  handheldNamespace,
  type StoreToHandheld,
} from '@kairos/protocol/handheld-events.ts';
import { io, type Socket } from 'socket.io-client';

export interface HandheldLineOptions {
  /** "http://127.0.0.1:8080" */
  readonly url: string;
  /** Of her session. */
  readonly cookie: string;
  readonly onTasks: (tasks: readonly HandheldTask[]) => void;
  /** Her session is over, or never was. */
  readonly onRefused: () => void;
}

const outcomeWithinMs = 30_000;

export class HandheldLine {
  /** Resolves once her list has come. */
  readonly connected: Promise<void>;
  readonly #socket: Socket<StoreToHandheld & { 'session-over'(): void }, HandheldToStore>;
  #view: HandheldView | null = null;
  #version = -1;

  constructor({ url, cookie, onTasks, onRefused }: HandheldLineOptions) {
    this.#socket = io(`${url}${handheldNamespace}`, {
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelayMax: 2000,
      extraHeaders: { cookie },
    });
    this.connected = new Promise((resolve) => {
      this.#socket.on('snapshot', ({ version, view }) => {
        this.#version = version;
        this.#view = view;
        resolve();
        onTasks(view.tasks);
      });
    });
    this.#socket.on('update', ({ version, changes }) => {
      if (version !== this.#version + 1 || this.#view === null) {
        this.#socket.emit('resync', { have: Math.max(0, this.#version) });
        return;
      }
      this.#version = version;
      this.#view = { ...this.#view, ...(changes as Partial<HandheldView>) };
      onTasks(this.#view.tasks);
    });
    this.#socket.on('session-over', onRefused);
    this.#socket.on('connect_error', (error: Error & { data?: { reason?: string } }) => {
      if (error.data?.reason !== undefined) onRefused();
    });
  }

  /** Null where no outcome was heard. */
  async do(deed: HandheldDeed): Promise<DeedOutcome['outcome'] | null> {
    if (!this.#socket.connected) return null;
    try {
      const { outcome } = (await this.#socket.timeout(outcomeWithinMs).emitWithAck('deed', deed)) as DeedOutcome;
      return outcome;
    } catch {
      return null;
    }
  }

  close(): void {
    this.#socket.disconnect();
  }
}
