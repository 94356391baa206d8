/**
 * The floor on which a story plays: one shopper, Ada, and a shop in Berlin that opens on a Monday. It puts down what is
 * decided when it is decided, with the words as they are read at that moment.
 */
import type { Channel, Decision, Fact, FactBody, Scalar } from '@kairos/protocol/facts.ts';
import type { CompiledRelease } from '../compiled.ts';
import type { EngineOptions, Person } from '../engine/engine.ts';
import { ShopFloor } from './shop-floor.ts';

/** Monday, 2 March 2026, ten in the morning in Berlin: within every schedule of the library. */
const monday = Date.UTC(2026, 2, 2, 9);
export const timeZone = 'Europe/Berlin';
export const ada = 1;
export const till = 'till-1';

export interface StoryOptions {
  /** Purposes she has said no to, or never yes. */
  readonly without?: readonly string[];
  readonly attributes?: Person['attributes'];
  readonly locale?: string;
  /** She is drawn into the holdout of every dialogue that has one. */
  readonly isHeldOut?: boolean;
  readonly arm?: string;
  readonly startAt?: number;
  /** Nobody is on duty. */
  readonly isAlone?: boolean;
}

export interface Said {
  readonly at: number;
  readonly channel: Channel;
  readonly dialogue: string;
  readonly step: string;
  readonly message: string;
  /** All that is read of it: headline, body, what to know. */
  readonly words: string;
}

export type Noted = Decision & { readonly said: Said | null };

/** A shop floor with one shopper on it, that puts down what is said when it is said. */
export class StoryFloor extends ShopFloor {
  readonly #note: (decision: Noted) => void;
  #person: Partial<Person>;

  constructor(release: CompiledRelease, options: StoryOptions, note: (decision: Noted) => void) {
    const person = personOf(options);
    super({
      release,
      people: { [ada]: person },
      timeZone,
      startAt: options.startAt ?? monday,
      lots: lotsOf(options),
      places: {
        zones: { entrance: 'entrance', suits: 'aisle', shoes: 'aisle', produce: 'open', wine: 'aisle', tills: 'till' },
        screens: { 'screen-produce': 'produce' },
        tills: { [till]: 'tills' },
      },
    });
    this.#person = person;
    this.#note = note;
  }

  override take(given: Fact): Decision[] {
    const decided = super.take(given);
    for (const decision of decided) this.#note({ ...decision, said: this.#saidIn(decision) });
    if (given.type === 'message.answered' || given.type === 'call.logged') {
      this.#note({ type: 'message.answered', subject: ada, body: given.body, said: null });
    }
    if (given.type === 'task.done') this.#noteDone(given.body);
    return decided;
  }

  learn({ attributes }: Pick<Person, 'attributes'>): void {
    this.#person = { ...this.#person, attributes: { ...this.#person.attributes, ...attributes } };
    this.setPerson(ada, this.#person);
  }

  refuse(purpose: string): void {
    this.#person = { ...this.#person, consent: { ...this.#person.consent, [purpose]: false } };
    this.setPerson(ada, this.#person);
  }

  news(type: `custom.${string}`, subject: number, body: Record<string, Scalar>): Decision[] {
    return this.take({ seq: 0, type, at: this.now, subject, source: null, cause: null, late: false, body });
  }

  #noteDone({ task, answer }: FactBody<'task.done'>): void {
    const offered = this.journal.find((fact) => fact.type === 'task.offered' && fact.body.task === task);
    const message = (offered?.body as { message?: string } | undefined)?.message;
    if (message !== undefined) {
      this.#note({ type: 'message.answered', subject: ada, body: { message, answer }, said: null });
    }
  }

  #saidIn({ type, body }: Decision): Said | null {
    if (type !== 'message.decided') return null;
    const { message, channel, dialogue, step } = body;
    const rendered = this.engine.render(ada, message);
    const words = [rendered?.headline, rendered?.body, rendered?.know].filter(Boolean).join(' | ');
    return { at: this.now, channel, dialogue, step, message, words };
  }
}

function personOf({ without = [], attributes = {}, locale = 'en' }: StoryOptions): Partial<Person> {
  const purposes = ['remember', 'inStore', 'email', 'call', 'mail', 'web'];
  return {
    consent: Object.fromEntries(purposes.map((purpose) => [purpose, !without.includes(purpose)])),
    attributes: { firstName: 'Ada', ...attributes },
    locale,
  };
}

function lotsOf({ isHeldOut = false, arm }: StoryOptions): NonNullable<EngineOptions['lots']> {
  return {
    isHeld: (_dialogue, _chainId, share) => isHeldOut && share > 0,
    isHeldFromAll: () => false,
    arm: (_dialogue, _owner, arms) => arm ?? arms[0]?.name ?? '',
  };
}
