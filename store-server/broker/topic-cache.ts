/** Topics, parsed once: a thousand devices use a few thousand of them, a hundred thousand times an hour. */
import { type DeviceTopic, parseDeviceTopic } from '@kairos/protocol/topics.ts';

/** Beyond this the cache begins again; nobody but a flood of made-up topics gets there. */
const topicsMax = 20_000;

export class TopicCache {
  readonly #parsed = new Map<string, { device: string; topic: DeviceTopic } | null>();

  parse(topic: string): { readonly device: string; readonly topic: DeviceTopic } | null {
    const known = this.#parsed.get(topic);
    if (known !== undefined) return known;
    if (this.#parsed.size >= topicsMax) this.#parsed.clear();
    const parsed = parseDeviceTopic(topic);
    this.#parsed.set(topic, parsed);
    return parsed;
  }
}
