/**
 * Messages by what they are (whose, which dialogue, which step, the how manieth time) instead of by their ids, which
 * follow from things that a recorded day leaves out. The record has one book and the rehearsal another: the same place
 * in both is the same message.
 */
import type { Decision, Fact } from '@kairos/protocol/facts.ts';

export interface BookedMessage {
  readonly id: string;
  readonly slot: string;
  /** From 1. */
  readonly time: number;
  /** When it was first spoken of. */
  readonly at: number;
  /** The newest task for it: a claim, a signature. */
  task: string | null;
}

type Noted = Pick<Fact | Decision, 'type' | 'subject' | 'body'>;

export class MessageBook {
  readonly #dialogues = new Map<string, string>();
  /** Where each person's runs have come last: a signature is asked for before the message is decided. */
  readonly #moved = new Map<number, { run: string; step: string }>();
  readonly #messages = new Map<string, BookedMessage>();
  readonly #places = new Map<string, BookedMessage>();
  readonly #times = new Map<string, number>();
  readonly #byTask = new Map<string, BookedMessage>();

  /** The message that is spoken of here for the first time; else null. */
  note({ type, subject, body }: Noted, at: number): BookedMessage | null {
    if (subject === null) return null;
    if (type === 'run.entered') {
      const { run, dialogue } = body as { run: string; dialogue: string };
      this.#dialogues.set(run, dialogue);
    } else if (type === 'run.moved') {
      const { run, step } = body as { run: string; step: string };
      this.#moved.set(subject, { run, step });
    } else if (type === 'message.decided') {
      const { message, run, step } = body as { message: string; run: string; step: string };
      return this.#book(message, { run, step }, subject, at);
    } else if (type === 'task.offered') {
      const { message, task } = body as { message: string; task: string };
      const fresh = this.#book(message, this.#moved.get(subject), subject, at);
      const booked = this.#messages.get(message);
      if (booked) {
        booked.task = task;
        this.#byTask.set(task, booked);
      }
      return fresh;
    }
    return null;
  }

  byId(message: string): BookedMessage | null {
    return this.#messages.get(message) ?? null;
  }

  byTask(task: string): BookedMessage | null {
    return this.#byTask.get(task) ?? null;
  }

  /** The same message in this book. */
  same({ slot, time }: BookedMessage): BookedMessage | null {
    return this.#places.get(`${slot} ${time}`) ?? null;
  }

  #book(
    id: string,
    at: { run: string; step: string } | undefined,
    subject: number,
    when: number,
  ): BookedMessage | null {
    if (!at || this.#messages.has(id)) return null;
    const slot = `${subject} ${this.#dialogues.get(at.run) ?? '?'} ${at.step}`;
    const time = (this.#times.get(slot) ?? 0) + 1;
    this.#times.set(slot, time);
    const booked: BookedMessage = { id, slot, time, at: when, task: null };
    this.#messages.set(id, booked);
    this.#places.set(`${slot} ${time}`, booked);
    return booked;
  }
}
