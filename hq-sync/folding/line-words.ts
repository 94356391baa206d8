/**
 * The dictionaries and devices of stores, held for those that were folded last: a row of facts points at them by number.
 */
import type { SourceNames } from '@kairos/protocol/fact-rows/fact-row.ts';
import type { WordTexts } from '@kairos/protocol/fact-rows/words.ts';
import type { Sql } from '../database/database.ts';

/** Words of all lines together; the line that was used longest ago goes first. */
const wordsHeldMax = 1_000_000;

/** A fact points at a word that the store has not told of. */
export class UnknownWordError extends Error {}

interface HeldLine {
  readonly words: Map<number, string>;
  readonly sources: Map<number, { readonly device: string; readonly epoch: string }>;
  wordsTo: number;
  sourcesTo: number;
}

export class LineWords {
  readonly #lines = new Map<string, HeldLine>();
  #held = 0;

  /** What has been told since is read; asked for once a page. */
  async read(sql: Sql, store: number, epoch: number): Promise<WordTexts & SourceNames> {
    const key = `${store}.${epoch}`;
    const line = this.#lines.get(key) ?? { words: new Map(), sources: new Map(), wordsTo: 0, sourcesTo: 0 };
    this.#lines.delete(key);
    this.#lines.set(key, line);
    const words = await sql.query<{ id: number; text: string }>(
      'SELECT id, text FROM words WHERE store = $1 AND epoch = $2 AND id > $3 ORDER BY id',
      [store, epoch, line.wordsTo],
    );
    for (const { id, text } of words) line.words.set(id, text);
    line.wordsTo = words.at(-1)?.id ?? line.wordsTo;
    this.#held += words.length;
    const sources = await sql.query<{ id: number; device: string; epoch: string }>(
      'SELECT id, device, device_epoch AS epoch FROM sources WHERE store = $1 AND epoch = $2 AND id > $3 ORDER BY id',
      [store, epoch, line.sourcesTo],
    );
    for (const { id, device, epoch: start } of sources) line.sources.set(id, { device, epoch: start });
    line.sourcesTo = sources.at(-1)?.id ?? line.sourcesTo;
    this.#makeRoom(key);
    return {
      text: (id) => found(line.words.get(id)),
      name: (id) => found(line.sources.get(id)),
    };
  }

  #makeRoom(kept: string): void {
    for (const [key, { words }] of this.#lines) {
      if (this.#held <= wordsHeldMax || key === kept) return;
      this.#held -= words.size;
      this.#lines.delete(key);
    }
  }
}

function found<Thing>(thing: Thing | undefined): Thing {
  if (thing === undefined) throw new UnknownWordError('the store has not told of this word or device');
  return thing;
}
