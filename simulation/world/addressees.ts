/**
 * Whoever reads what goes to her at home: an e-mail, a letter, a page behind a link. A simple reader, and it is said so
 * wherever its figures stand: each is answered with a small probability after some hours or days, else there is silence.
 */
import type { Fact, Scalar } from '@kairos/protocol/facts.ts';
import { type Chance, chanceOf } from './chance.ts';
import type { SaidMessage, SaidMessages } from './said-messages.ts';
import type { SimulatedStore } from './simulated-store.ts';
import { filled } from './staff.ts';
import { reactionOf, type Temperament } from './temperament.ts';

const hourMs = 3_600_000;
/** Until a mail server has taken it. */
const acceptedMs = 2_000;
/** Printed, and in her letter box. */
const postMs = 48 * hourMs;
/** Of those who would answer on a cart: read at home and answered. */
const readShares = { email: 0.35, mail: 0.15, web: 0.2 } as const;
/** Half of the answers come within this. */
const halfAnsweredMs = 8 * hourMs;

export interface AddresseesOptions {
  readonly store: SimulatedStore;
  readonly said: SaidMessages;
  readonly seed: number;
  readonly temperamentOf: (subject: number) => Temperament;
}

export class Addressees {
  readonly #options: AddresseesOptions;

  constructor(options: AddresseesOptions) {
    this.#options = options;
    options.store.listen((facts) => {
      for (const fact of facts) if (fact.type === 'message.decided') this.#deliver(fact);
    });
  }

  #deliver(fact: Fact & { type: 'message.decided' }): void {
    const { channel, message } = fact.body;
    const said = this.#options.said.find(message);
    if (said === null || !(channel === 'email' || channel === 'mail' || channel === 'web')) return;
    const chance = chanceOf(this.#options.seed, `home/${said.subject}/${said.dialogue}/${said.step}`);
    const isRead = chance.happens(readShares[channel]);
    // Exponential, so that many answer at once and some after days.
    const answersMs = -Math.log2(1 - chance.next()) * halfAnsweredMs;
    if (channel === 'web') {
      if (isRead) this.#later(answersMs, () => this.#open(said, chance));
      return;
    }
    const arrivesMs = channel === 'email' ? acceptedMs : postMs;
    this.#later(arrivesMs, () => {
      if (this.#options.said.find(message) === null) return;
      const type = channel === 'email' ? 'email.sent' : 'mail.printed';
      this.#options.store.observe(type, said.subject, { message });
      if (isRead) this.#later(answersMs, () => this.#answer(said, chance));
    });
  }

  #open(said: SaidMessage, chance: Chance): void {
    const { store, said: messages } = this.#options;
    if (messages.find(said.id) === null) return;
    store.observe('message.shown', said.subject, { message: said.id, screen: 'web' });
    this.#later(30_000, () => this.#answer(said, chance));
  }

  #answer({ id, subject }: SaidMessage, chance: Chance): void {
    const { store, said, temperamentOf } = this.#options;
    const answers = said.find(id) === null ? [] : (store.mind.engine.render(subject, id)?.answers ?? []);
    const names = answers.map((answer) => answer.id);
    const reaction = reactionOf(temperamentOf(subject), names, chance);
    if (reaction === null) return;
    const form: Record<string, Scalar> | null = filled(
      answers.find((answer) => answer.id === reaction.answer)?.form ?? [],
      chance,
    );
    store.observe('message.answered', subject, { message: id, answer: reaction.answer, ...(form ? { form } : {}) });
  }

  #later(ms: number, run: () => void): void {
    this.#options.store.ports.timers.after(Math.round(ms), run);
  }
}
