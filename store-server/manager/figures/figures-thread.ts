/**
 * The thread that counts: beside the store's own, so that no page of a manager ever slows a decision. It keeps up by
 * itself once somebody has asked, answers a question with what is in by then, and ends with the thread that made it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { answerFigures, type FigureQuestion } from './figure-answers.ts';
import { FiguresBook, type FiguresPlaces } from './figures-book.ts';

/** How often it takes in what is new while nobody asks. */
const keepUpMs = 10_000;
/** A question waits so long at most for facts that are not in yet; the answer says how far it came. */
const catchUpMs = 1_500;

export interface Asked {
  readonly id: number;
  readonly question: FigureQuestion | { readonly kind: 'close' };
}

export type Answered =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly failed: string };

const port = parentPort;
if (!port) throw new Error('manager/figures/figures-thread.ts runs as a worker thread of the figures desk');

const { clock, timers } = systemPorts;
const book = new FiguresBook(workerData as FiguresPlaces);
let stopKeepingUp = timers.after(0, keepUp);

port.on('message', ({ id, question }: Asked) => {
  if (question.kind === 'close') {
    stopKeepingUp();
    book.close();
    say({ id, answer: null });
    port.close();
    return;
  }
  try {
    const until = clock.monotonic() + catchUpMs;
    while (clock.monotonic() < until && book.catchUp());
    say({ id, answer: answerFigures(book, question) });
  } catch (error) {
    say({ id, failed: (error as Error).message });
  }
});

function say(message: Answered): void {
  port?.postMessage(message);
}

/** A page of facts at a time, so that a question gets its turn. */
function keepUp(): void {
  let isBehind = false;
  try {
    isBehind = book.catchUp();
  } catch {
    // A busy file, most likely: the next turn tries again, and a question says what is wrong.
  }
  stopKeepingUp = timers.after(isBehind ? 0 : keepUpMs, keepUp);
}
