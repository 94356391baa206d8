/** What has been said in a simulated store and is not over: whose it is, by which channel, and what may be answered. */
import type { Channel, Fact } from '@kairos/protocol/facts.ts';

export interface SaidMessage {
  readonly id: string;
  readonly subject: number;
  readonly dialogue: string;
  readonly step: string;
  readonly channel: Channel;
}

export class SaidMessages {
  readonly #open = new Map<string, SaidMessage>();

  note(fact: Fact): void {
    if (fact.type === 'message.decided' && fact.subject !== null) {
      const { message: id, dialogue, step, channel } = fact.body;
      this.#open.set(id, { id, subject: fact.subject, dialogue, step, channel });
    }
    if (fact.type === 'message.answered' || fact.type === 'message.silent' || fact.type === 'message.withdrawn') {
      this.#open.delete(fact.body.message);
    }
    if (fact.type === 'call.logged' && fact.body.answer !== 'not-reached') this.#open.delete(fact.body.message);
  }

  /** Null: it is over, and nobody can do anything about it any more. */
  find(message: string): SaidMessage | null {
    return this.#open.get(message) ?? null;
  }

  /** "dialogue/step": the same message in two sets of dialogues. */
  placeOf(message: string): string {
    const said = this.find(message);
    return said === null ? message : `${said.dialogue}/${said.step}`;
  }
}
