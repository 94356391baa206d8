/**
 * What a message says, for a reader who is not its addressee: the text of its step as it reads for anybody. What would
 * be filled in for one customer, her name among it, takes its default or is left out (privacy class "staff").
 */
import type { CompiledRelease, CompiledSay, Scope } from '@kairos/dialogue/compiled.ts';
import type { Channel } from '@kairos/protocol/facts.ts';

const headlineMax = 200;
const answerMax = 80;

export interface PlainHeadlinesOptions {
  /** The one in force. */
  readonly release: () => CompiledRelease;
  readonly store: {
    readonly title: string;
    readonly currency: string;
    readonly timeZone: string;
    readonly locale: string;
  };
}

export class PlainHeadlines {
  readonly #options: PlainHeadlinesOptions;
  /** Of one release; begun anew with the next. */
  #texts = new Map<string, string>();
  #release: CompiledRelease | null = null;

  constructor(options: PlainHeadlinesOptions) {
    this.#options = options;
  }

  title(dialogue: string): string {
    return (this.#dialogue(dialogue)?.title || dialogue).slice(0, 120);
  }

  /** Empty where the release in force has no such step. */
  headline(dialogue: string, step: string, channel: Channel): string {
    return this.#kept(`${dialogue}/${step}/${channel}`, () => {
      const surfaces = this.#say(dialogue, step)?.surfaces ?? [];
      const surface = surfaces.find((one) => one.channel === channel) ?? surfaces[0];
      return surface ? surface.text(this.#anybody(), this.#options.store.locale).slice(0, headlineMax) : '';
    });
  }

  /** The answer's own words; its name where it has none. */
  answer(dialogue: string, step: string, answer: string): string {
    return this.#kept(`${dialogue}/${step}?${answer}`, () => {
      const label = this.#say(dialogue, step)?.answers.find(({ name }) => name === answer)?.label;
      return (label?.(this.#anybody(), this.#options.store.locale) ?? answer).slice(0, answerMax);
    });
  }

  #kept(key: string, make: () => string): string {
    const release = this.#options.release();
    if (release !== this.#release) {
      this.#release = release;
      this.#texts = new Map();
    }
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    const text = make();
    this.#texts.set(key, text);
    return text;
  }

  #dialogue(name: string): CompiledRelease['dialogues'][number] | undefined {
    return this.#options.release().dialogues.find((one) => one.name === name);
  }

  #say(dialogue: string, step: string): CompiledSay | null {
    const found = this.#dialogue(dialogue)?.steps[step];
    return found?.verb === 'say' ? found : null;
  }

  /** Somebody of whom nothing is known. */
  #anybody(): Scope {
    const { title, currency, timeZone } = this.#options.store;
    return {
      fact: null,
      line: null,
      entry: {},
      answers: {},
      rewards: {},
      customer: {},
      visit: null,
      store: { name: title, currency, timeZone },
      variant: null,
      now: 0,
      measure: () => 0,
    };
  }
}
