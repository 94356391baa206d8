/**
 * Requests for a prompt that wait for another: each until its lane shows something else, its time is over, nobody waits
 * for it any more, or the store goes down, which waits for nobody.
 */
import type { Socket } from 'node:net';
import type { Timers } from '@kairos/protocol/ports.ts';
import type { LaneBoard } from './lane-board.ts';

/** Of one lane; beyond it they are answered at once. */
const heldMax = 4;

export class HeldRequests {
  readonly #board: Pick<LaneBoard, 'watch'>;
  readonly #timers: Timers;
  readonly #held = new Map<string, Set<() => void>>();
  #isClosed = false;

  constructor(board: Pick<LaneBoard, 'watch'>, timers: Timers) {
    this.#board = board;
    this.#timers = timers;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  wait(till: string, waitMs: number, socket: Socket): Promise<void> {
    const held = this.#held.get(till) ?? new Set();
    if (this.#isClosed || waitMs <= 0 || held.size >= heldMax) return Promise.resolve();
    this.#held.set(till, held);
    return new Promise((resolve) => {
      const end = (): void => {
        stopWatching();
        cancel();
        socket.off('close', end);
        held.delete(end);
        resolve();
      };
      const stopWatching = this.#board.watch((changed) => {
        if (changed === till) end();
      });
      const cancel = this.#timers.after(waitMs, end);
      socket.once('close', end);
      held.add(end);
    });
  }

  close(): void {
    this.#isClosed = true;
    for (const held of this.#held.values()) for (const end of [...held]) end();
  }
}
