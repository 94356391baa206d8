/**
 * The line of a screen to its store: keeps the view as the cart's page does, from a snapshot and updates in order of
 * version; where one was missed it asks for the whole. What is said on it and shown from it is its owner's business.
 */
import type { Ack, DeviceBatch } from '@kairos/protocol/device-facts.ts';
import {
  type CartView,
  type ScreenToStore,
  type StoreToScreen,
  screenNamespace,
} from '@kairos/protocol/screen-events.ts';
import { io, type Socket } from 'socket.io-client';

export interface ScreenLineOptions {
  /** "http://127.0.0.1:8080" */
  readonly url: string;
  readonly cart: string;
  readonly epoch: string;
  /** Shown everything, reports nothing. */
  readonly watching: boolean;
  readonly onView: (view: CartView) => void;
  /** The whole view has come: what is still held may be sent again. */
  readonly onReady?: () => void;
  readonly onAck?: (ack: Ack) => void;
}

export class ScreenLine {
  readonly #socket: Socket<StoreToScreen, ScreenToStore>;
  #view: CartView | null = null;
  #version = -1;

  constructor({ url, cart, epoch, watching, onView, onReady, onAck }: ScreenLineOptions) {
    this.#socket = io(`${url}${screenNamespace}`, {
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelayMax: 2000,
      auth: { screen: cart, epoch, watching },
    });
    this.#socket.on('snapshot', ({ version, view }) => {
      this.#version = version;
      this.#view = view;
      onView(view);
      onReady?.();
    });
    this.#socket.on('update', ({ version, changes }) => {
      if (version !== this.#version + 1 || this.#view === null) {
        this.#socket.emit('resync', { have: Math.max(0, this.#version) });
        return;
      }
      this.#version = version;
      this.#view = { ...this.#view, ...changes };
      onView(this.#view);
    });
    this.#socket.on('acks', (ack) => onAck?.(ack));
  }

  get isConnected(): boolean {
    return this.#socket.connected;
  }

  send(batch: DeviceBatch | null): void {
    if (batch !== null && this.#socket.connected) this.#socket.emit('facts', batch);
  }

  close(): void {
    this.#socket.disconnect();
  }
}
