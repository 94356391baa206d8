/**
 * A store's journal on paper: facts in an array, given to the line as a real journal gives them. What the store's own
 * journal makes of its facts is held in the store's tests; here the line is what is tried.
 */
import { chunkColumns } from '@kairos/protocol/sync-messages.ts';
import { type ChunkContent, type PackedChunk, packedChunk } from '../link/chunk.ts';
import { DayDigests, type UpwardRow } from '../link/day-digest.ts';
import type { ChunkQuery, UpwardFacts } from '../link/upward.ts';

export const startMs = Date.UTC(2026, 8, 1, 6);
const everyMs = 700_000;

export class PaperJournal implements UpwardFacts {
  readonly rows: UpwardRow[] = [];
  readonly epoch: string;
  /** What HQ has been told was forgotten. */
  readonly heard: number[] = [];
  readonly gone: { readonly removed: number[]; readonly nobodys: number[] } = { removed: [], nobodys: [] };

  #named: { readonly sending: number | undefined; readonly subjects: Set<number> } = {
    sending: undefined,
    subjects: new Set(),
  };

  constructor(epoch = 'life-1') {
    this.epoch = epoch;
  }

  /** Facts with every third number missing: those stay in the store. Every 400 numbers other people come. */
  write(count: number): void {
    for (let index = 0; index < count; index += 1) {
      const before = this.rows.at(-1)?.[0] ?? 0;
      const seq = before + (this.rows.length % 3 === 2 ? 2 : 1);
      const at = startMs + seq * everyMs;
      this.rows.push([
        seq,
        1 + (seq % 5),
        at,
        1 + (seq % 40) + 40 * Math.floor(seq / 400),
        1,
        seq,
        null,
        0,
        3,
        null,
        `r-${seq}`,
        seq / 8,
        `[${seq},"\\\\"]`,
      ]);
    }
  }

  lives(): ReturnType<UpwardFacts['lives']> {
    return Promise.resolve([{ epoch: this.epoch, from: 1, to: null }]);
  }

  lastSeq(): number {
    return this.rows.at(-1)?.[0] ?? 0;
  }

  async packed(query: ChunkQuery, version: number): Promise<PackedChunk | null> {
    const content = await this.chunk(query);
    return content && packedChunk({ ...content, people: this.#notNamed(content.people, query.sending) }, version);
  }

  /** As a store's journal does: who was named in the same sending is not named again. */
  #notNamed(people: ChunkContent['people'], sending: number | undefined): ChunkContent['people'] {
    if (sending === undefined || sending !== this.#named.sending) this.#named = { sending, subjects: new Set() };
    const { subjects } = this.#named;
    const fresh = people.filter(([subject]) => !subjects.has(subject));
    for (const [subject] of fresh) subjects.add(subject);
    return fresh;
  }

  chunk({ after, factsMax, wordsTo, sourcesTo }: ChunkQuery): Promise<ChunkContent | null> {
    const rows = this.rows.filter(([seq]) => seq > after).slice(0, factsMax);
    const gone = {
      removed: this.gone.removed.filter((seq) => seq <= after),
      nobodys: this.gone.nobodys.filter((seq) => seq <= after),
    };
    if (rows.length === 0 && gone.removed.length + gone.nobodys.length === 0) return Promise.resolve(null);
    const subjects = [...new Set(rows.map((row) => row[3] as number))];
    return Promise.resolve({
      epoch: this.epoch,
      after,
      to: rows.at(-1)?.[0] ?? after,
      facts: rows.length,
      columns: chunkColumns.map((_, column) => rows.map((row) => `${copyText(row[column])}\n`).join('')),
      words: [1, 2, 3, 4, 5].filter((id) => id > wordsTo).map((id) => [id, `word ${id}`]),
      sources: sourcesTo < 1 ? [[1, 'cart-01', 'start-1']] : [],
      people: subjects.map((subject) => [subject, subject.toString(16).padStart(32, '0')]),
      notes: rows.filter(([seq]) => seq % 50 === 0).map((row) => [row[0], row[3], `note of ${row[0]}`]),
      erased: [],
      givenUp: [],
      ...gone,
    });
  }

  erasedUpTo(): Promise<void> {
    return Promise.resolve();
  }

  told(seqs: readonly number[]): Promise<void> {
    this.heard.push(...seqs);
    for (const kind of ['removed', 'nobodys'] as const)
      this.gone[kind].splice(0, Number.POSITIVE_INFINITY, ...this.gone[kind].filter((seq) => !seqs.includes(seq)));
    return Promise.resolve();
  }

  days({
    sinceDay,
    untilDay = '9999-12-31',
    upTo,
  }: Parameters<UpwardFacts['days']>[0]): ReturnType<UpwardFacts['days']> {
    const digests = new DayDigests();
    for (const row of this.rows) if (row[0] <= upTo) digests.add(row);
    return Promise.resolve(digests.all().filter(({ day }) => day >= sinceDay && day < untilDay));
  }
}

function copyText(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '\\N';
  return String(value).replaceAll('\\', '\\\\');
}
