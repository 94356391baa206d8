/** Turns what is put into rows, on the thread that decides: the other thread gets numbers, and looks up nothing. */

import { type SourceIds, writeFact } from '@kairos/protocol/fact-rows/fact-row.ts';
import { Words } from '@kairos/protocol/fact-rows/words.ts';
import type { FactType } from '@kairos/protocol/facts.ts';
import type { JournalChange } from './journal.ts';
import type { EncodedChange } from './rows.ts';
import type { WriterStart } from './writer-start.ts';

/** What money needs: it stays when a visit is forgotten, without a person. */
const moneyTypes: readonly FactType[] = ['sale', 'return', 'reward.issued', 'reward.redeemed'];

export class Encoder {
  readonly #words: Words;
  readonly #sources: Sources;

  constructor({ words, sourceIds }: Pick<WriterStart, 'words' | 'sourceIds'>) {
    this.#words = new Words(words);
    this.#sources = new Sources(sourceIds);
  }

  get words(): number {
    return this.#words.size;
  }

  /** Throws where a fact does not have the shape of its type; nothing has been taken in then. */
  encode(change: JournalChange, nowMs: number): EncodedChange {
    const facts = change.facts.map((fact) => writeFact(fact, this.#words, this.#sources));
    const forgotten = (change.forgotten ?? []).map((visit) => ({
      ...visit,
      kept: moneyTypes.map((type) => this.#words.id(type)),
    }));
    const sources = (change.sources ?? []).map(
      ({ device, epoch, upTo }) => [this.#sources.id(device, epoch), upTo] as const,
    );
    return {
      words: this.#words.takeFresh(),
      newSources: this.#sources.takeFresh(),
      facts,
      sources,
      timers: (change.timers ?? []).map(({ subject, due }) => [subject, due] as const),
      people: change.people ?? [],
      states: (change.states ?? []).map(
        ({ subject, kind, state, foldedTo }) => [subject, kind, state, foldedTo] as const,
      ),
      rejected: change.rejected ?? [],
      forgotten,
      snapshotAt: change.snapshotAt ?? null,
      fromHq: change.fromHq ?? null,
      at: nowMs,
    };
  }
}

/** Devices with their epochs, by number. */
class Sources implements SourceIds {
  readonly #ids = new Map<string, number>();
  #fresh: [id: number, device: string, epoch: string][] = [];
  #next = 1;

  constructor(known: Iterable<readonly [id: number, device: string, epoch: string]>) {
    for (const [id, device, epoch] of known) {
      this.#ids.set(`${device} ${epoch}`, id);
      this.#next = Math.max(this.#next, id + 1);
    }
  }

  id(device: string, epoch: string): number {
    const key = `${device} ${epoch}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#next++;
    this.#ids.set(key, id);
    this.#fresh.push([id, device, epoch]);
    return id;
  }

  takeFresh(): [id: number, device: string, epoch: string][] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }
}
