/**
 * What people did with the messages of the recorded day: saw them, answered, took on tasks. A rehearsal may replay that
 * to the same message of its own: in its place where the message is said when it was said then, else as much later as
 * she took then. What was done with messages that the draft does not say is left out.
 */
import type { Fact } from '@kairos/protocol/facts.ts';
import { type BookedMessage, MessageBook } from './message-book.ts';

export interface Reaction {
  readonly fact: Fact;
  /** Place in the day's facts. */
  readonly index: number;
  readonly delayMs: number;
}

const ofMessages: ReadonlySet<string> = new Set([
  'message.shown',
  'message.answered',
  'email.sent',
  'email.bounced',
  'mail.printed',
  'call.logged',
]);
const ofTasks: ReadonlySet<string> = new Set(['task.claimed', 'task.done', 'task.released']);

export function isReaction({ type }: Fact): boolean {
  return ofMessages.has(type) || ofTasks.has(type);
}

export class Reactions {
  readonly #book = new MessageBook();
  readonly #byMessage = new Map<string, Reaction[]>();

  constructor(day: { readonly before: readonly Fact[]; readonly facts: readonly Fact[] }) {
    for (const fact of day.before) this.#book.note(fact, fact.at);
    for (const fact of day.facts) this.#book.note(fact, fact.at);
    for (const [index, fact] of day.facts.entries()) {
      // With a cause it is the engine's own: she did what it asked for, or a task ran out.
      if (!isReaction(fact) || fact.cause !== null) continue;
      const message = this.messageOf(fact);
      if (!message) continue;
      const reactions = this.#byMessage.get(message.id) ?? [];
      reactions.push({ fact, index, delayMs: Math.max(0, fact.at - message.at) });
      this.#byMessage.set(message.id, reactions);
    }
  }

  /** Which recorded message this is about. */
  messageOf({ type, body }: Fact): BookedMessage | null {
    if (ofTasks.has(type)) return this.#book.byTask((body as { task: string }).task);
    return ofMessages.has(type) ? this.#book.byId((body as { message: string }).message) : null;
  }

  /** The recorded message that is the same as this one of the rehearsal. */
  counterpart(message: BookedMessage): BookedMessage | null {
    return this.#book.same(message);
  }

  to(recorded: BookedMessage): readonly Reaction[] {
    return this.#byMessage.get(recorded.id) ?? [];
  }
}

/** The same deed, to the rehearsal's own message; null where it has no such task. */
export function redirected(fact: Fact, to: BookedMessage, at: number): Fact | null {
  if (ofTasks.has(fact.type)) {
    return to.task === null ? null : ({ ...fact, at, body: { ...fact.body, task: to.task } } as Fact);
  }
  return { ...fact, at, body: { ...fact.body, message: to.id } } as Fact;
}
