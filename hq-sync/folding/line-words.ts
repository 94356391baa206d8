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
  /** Until room is made; who reads by it meanwhile goes on. */
  isHeld: boolean;
}

/** One life of a store's journal. */
interface Line {
  readonly store: number;
  readonly epoch: number;
}

export type LineTexts = WordTexts & SourceNames;

export function lineKey({ store, epoch }: Line): string {
  return `${store}.${epoch}`;
}

export class LineWords {
  readonly #lines = new Map<string, HeldLine>();
  #held = 0;

  /** By `lineKey`; what has been told since is read, of all of them at once. Several may read beside each other. */
  async read(sql: Sql, lines: readonly Line[]): Promise<ReadonlyMap<string, LineTexts>> {
    const held = lines.map((line) => this.#holdOn(lineKey(line)));
    const places = [lines.map(({ store }) => store), lines.map(({ epoch }) => epoch)];
    const words = await sql.query<{ place: number; id: number; text: string }>(newerThan('words', 'text'), [
      ...places,
      held.map(({ wordsTo }) => wordsTo),
    ]);
    const sources = await sql.query<{ place: number; id: number; device: string; start: string }>(
      newerThan('sources', 'device, one.device_epoch AS start'),
      [...places, held.map(({ sourcesTo }) => sourcesTo)],
    );
    for (const { place, id, text } of words) {
      const line = held[place - 1] as HeldLine;
      this.#held += line.words.has(id) || !line.isHeld ? 0 : 1;
      line.words.set(id, text);
      line.wordsTo = Math.max(line.wordsTo, id);
    }
    for (const { place, id, device, start } of sources) {
      const line = held[place - 1] as HeldLine;
      line.sources.set(id, { device, epoch: start });
      line.sourcesTo = Math.max(line.sourcesTo, id);
    }
    this.#makeRoom(new Set(held));
    return new Map(lines.map((line, place) => [lineKey(line), textsOf(held[place] as HeldLine)]));
  }

  /** It is the one that was used last. */
  #holdOn(key: string): HeldLine {
    const known = this.#lines.get(key);
    const line = known ?? { words: new Map(), sources: new Map(), wordsTo: 0, sourcesTo: 0, isHeld: true };
    if (known) this.#lines.delete(key);
    this.#lines.set(key, line);
    return line;
  }

  #makeRoom(kept: ReadonlySet<HeldLine>): void {
    for (const [key, line] of this.#lines) {
      if (this.#held <= wordsHeldMax || kept.has(line)) return;
      this.#held -= line.words.size;
      line.isHeld = false;
      this.#lines.delete(key);
    }
  }
}

/** By the place of each line among those that are asked for. */
function newerThan(table: 'words' | 'sources', columns: string): string {
  return `SELECT line.place::integer AS place, one.id, one.${columns}
    FROM unnest($1::integer[], $2::integer[], $3::integer[]) WITH ORDINALITY AS line (store, epoch, known_to, place)
    JOIN ${table} AS one ON one.store = line.store AND one.epoch = line.epoch AND one.id > line.known_to`;
}

function textsOf({ words, sources }: HeldLine): LineTexts {
  return { text: (id) => found(words.get(id)), name: (id) => found(sources.get(id)) };
}

function found<Thing>(thing: Thing | undefined): Thing {
  if (thing === undefined) throw new UnknownWordError('the store has not told of this word or device');
  return thing;
}
