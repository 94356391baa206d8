/**
 * Some of the night's stores, in a process of their own: `node night-stores.ts` with a `NightStores` on its input. Each
 * begins at its time, sends everything that its journal has and takes down what headquarters have for it, by the code of
 * a real store, and comes again a moment after it was cut or sent away. Prints what each took, one line of JSON each.
 *
 * What a store has to say was read from a real journal, once for all of them: what is measured is the line and
 * headquarters, and the processors of 200 stores are not here. Each has customers of its own.
 */
import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { type ChunkContent, packedChunk } from '@kairos/hq-sync/link/chunk.ts';
import { HqClient } from '@kairos/hq-sync/link/hq-client.ts';
import { upload } from '@kairos/hq-sync/link/upload.ts';
import type { ChunkQuery, UpwardFacts } from '@kairos/hq-sync/link/upward.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { download } from '@kairos/store-server/headquarters/download.ts';
import { openInlineJournal } from '@kairos/store-server/journal/open-journal.ts';

export interface NightStores {
  readonly journal: string;
  /** Milliseconds since 1970: the night begins. */
  readonly from: number;
  readonly stores: readonly NightStore[];
}

export interface NightStore {
  readonly name: string;
  readonly url: string;
  readonly token: string;
  /** Milliseconds after the night has begun. */
  readonly begins: number;
}

export interface StoreNight {
  readonly name: string;
  /** From its hello until the last of its customers is there. */
  readonly ms: number;
  readonly facts: number;
  readonly customers: number;
  /** Times that it came again. */
  readonly again: number;
}

const againMs = 1_000;
const triesMax = 600;

/** The chain-wide id of a customer of one store. */
export function idAt(store: string, chainId: string): string {
  return createHash('sha256').update(`${store} ${chainId}`).digest('hex').slice(0, 32);
}

async function live({ name, url, token, begins }: NightStore, shared: SharedFacts, from: number): Promise<void> {
  await pause(Math.max(0, from + begins - Date.now()));
  const client = new HqClient({ url, token });
  const facts = shared.of(name);
  const taker = new CountingTaker();
  const startedAt = performance.now();
  let sent = 0;
  let again = 0;
  for (; again < triesMax; again += 1) {
    const up = await upload({ client, facts, ports: systemPorts });
    sent += up.facts;
    const down = up.kind === 'done' ? await download({ client, taker, epoch: 'night', ports: systemPorts }) : up;
    if (down.kind === 'done') break;
    if (down.kind === 'refused') throw new Error(`${name}: ${down.reason}`);
    await pause(againMs);
  }
  const night: StoreNight = { name, ms: performance.now() - startedAt, facts: sent, customers: taker.customers, again };
  process.stdout.write(`${JSON.stringify(night)}\n`);
  client.close();
}

/** Chunks of one journal, read once however many stores send them. */
class SharedFacts {
  readonly #upward: UpwardFacts;
  readonly #read = new Map<string, Promise<ChunkContent | null>>();

  constructor(upward: UpwardFacts) {
    this.#upward = upward;
  }

  of(store: string): UpwardFacts {
    const upward = this.#upward;
    const own = async (query: ChunkQuery): Promise<ChunkContent | null> => {
      const content = await this.#chunk(query);
      return content && { ...content, people: content.people.map(([subject, id]) => [subject, idAt(store, id)]) };
    };
    return {
      lives: () => upward.lives(),
      lastSeq: () => upward.lastSeq(),
      erasedUpTo: () => Promise.resolve(),
      told: (seqs) => upward.told(seqs),
      days: (query) => upward.days(query),
      chunk: own,
      packed: async (query, version) => {
        const content = await own(query);
        return content && packedChunk(content, version);
      },
    };
  }

  #chunk(query: ChunkQuery): Promise<ChunkContent | null> {
    const key = [query.after, query.factsMax, query.wordsTo, query.sourcesTo].join();
    const read = this.#read.get(key) ?? this.#upward.chunk(query);
    this.#read.set(key, read);
    return read;
  }
}

/** What a store does with a page is its own disk's affair. */
class CountingTaker {
  cursor: string | null = null;
  customers = 0;

  take(answer: { readonly cursor: string; readonly changes: readonly unknown[] }): Promise<number> {
    this.cursor = answer.cursor;
    this.customers += answer.changes.length;
    return Promise.resolve(answer.changes.length);
  }

  erase(): Promise<boolean> {
    return Promise.resolve(true);
  }

  tombstones(): Promise<string[]> {
    return Promise.resolve([]);
  }
}

if (import.meta.main) {
  const { journal: file, from, stores } = JSON.parse(await text(process.stdin)) as NightStores;
  const journal = openInlineJournal({ file, groupMs: 0, ports: systemPorts });
  const facts = new SharedFacts(journal.upward);
  await Promise.all(stores.map((store) => live(store, facts, from)));
  await journal.close();
}
