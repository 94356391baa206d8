/**
 * One upload: everything that the store has and headquarters has not, chunk by chunk, from where HQ says it stands. The
 * store keeps no position of its own, so nothing can disagree: a chunk whose answer was lost is either behind HQ's word
 * at the next hello, or it comes again and acts once.
 *
 * The next chunk is read and packed while one is on the line. How large it is and how many are under way follows the line
 * (`pace.ts`).
 */
import type { Ports } from '@kairos/protocol/ports.ts';
import { chunkFactsMax, type SyncHello, type SyncWelcome, syncVersions } from '@kairos/protocol/sync-messages.ts';
import { type ChunkContent, type PackedChunk, packedChunk } from './chunk.ts';
import type { HqAnswer, HqClient } from './hq-client.ts';
import { Pace } from './pace.ts';
import type { ChunkQuery, JournalLife, UpwardFacts } from './upward.ts';

/** A chunk that is refused as damaged so often is not the line's fault: it is cut in half. */
const damagedTriesMax = 3;
const givenUpReasonMax = 300;

export interface UploadProgress {
  /** Facts that HQ has, by the store's numbers. */
  readonly upTo: number;
  readonly lastSeq: number;
  /** In this upload. */
  readonly facts: number;
  readonly bytes: number;
  readonly factsPerSecond: number;
  readonly quarantined: number;
  /** The newest release that HQ spoke of; 0: none, or not heard. */
  readonly release: number;
}

export type UploadEnding =
  | ({ readonly kind: 'done' } & UploadProgress)
  /** Nobody there, or cut: begin again later. */
  | ({ readonly kind: 'away'; readonly reason: string } & UploadProgress)
  /** A person has to look: credentials, versions. */
  | ({ readonly kind: 'refused'; readonly reason: string } & UploadProgress);

export interface UploadOptions {
  readonly client: Pick<HqClient, 'hello' | 'chunk'>;
  readonly facts: UpwardFacts;
  readonly ports: Pick<Ports, 'clock'>;
  readonly onProgress?: (progress: UploadProgress) => void;
  /** Facts of a chunk at most; HQ may want fewer. */
  readonly factsMax?: number;
  /** Of this line, from the sendings before; without, nothing is known of it. */
  readonly pace?: Pace;
  /** What the store has to say of its dialogues. */
  readonly release?: Pick<SyncHello, 'release' | 'releaseFault'>;
}

/** null: in effect. again: nothing is known of it, ask HQ where it stands. */
type Delivered = UploadEnding | 'again' | null;

/** Sendings of this process so far: each begins with a hello. */
let sendings = 0;

/** A chunk, and how its content is had where it has to be cut in half. */
interface Sendable {
  readonly packed: PackedChunk;
  content(): Promise<ChunkContent | null>;
}

export async function upload(options: UploadOptions): Promise<UploadEnding> {
  const run = new Upload(options);
  for (const life of await options.facts.lives()) {
    const ending = await run.send(life);
    if (ending.kind !== 'done') return ending;
  }
  return run.done();
}

class Upload {
  readonly #options: UploadOptions;
  readonly #startedAt: number;
  readonly #pace: Pace;
  #sizeMax: number;
  #isOneByOne = false;
  /** Of the line, as headquarters have welcomed it. */
  #version: number = syncVersions[0];
  #upTo = 0;
  #facts = 0;
  #bytes = 0;
  #quarantined = 0;
  #release = 0;

  constructor(options: UploadOptions) {
    this.#options = options;
    this.#sizeMax = Math.min(options.factsMax ?? chunkFactsMax, chunkFactsMax);
    this.#pace = options.pace ?? new Pace();
    this.#startedAt = options.ports.clock.monotonic();
  }

  async send(life: JournalLife): Promise<UploadEnding> {
    const { client, facts, ports } = this.#options;
    const welcome = await client.hello({
      versions: [...syncVersions],
      epoch: life.epoch,
      lastSeq: life.to ?? facts.lastSeq(),
      now: ports.clock.now(),
      ...(this.#options.release ?? { release: 0, releaseFault: null }),
    });
    if (welcome.kind !== 'answered') return this.#ended(welcome);
    const { version } = welcome.content;
    if (!(syncVersions as readonly number[]).includes(version)) {
      const reason = `headquarters speak version ${version} of the line, this store ${syncVersions.join(', ')}: update the store`;
      return { kind: 'refused', reason, ...this.#progress() };
    }
    this.#version = version;
    this.#sizeMax = Math.min(this.#sizeMax, welcome.content.chunkFactsMax);
    this.#upTo = welcome.content.upTo;
    this.#release = welcome.content.release;
    return this.#sendFrom(life, welcome.content);
  }

  done(): UploadEnding {
    return { kind: 'done', ...this.#progress() };
  }

  /** On a fast line several chunks are under way at once, so that HQ's database never waits for the next. */
  async #sendFrom(life: JournalLife, welcome: SyncWelcome): Promise<UploadEnding> {
    sendings += 1;
    this.#pace.begin();
    const { upTo: after, wordsTo, sourcesTo } = welcome;
    const position = { after, wordsTo, sourcesTo, sending: sendings };
    const underWay: Promise<Delivered>[] = [];
    /** What the first of them came to that is not in effect; null where only so many are left. */
    const firstFault = async (left: number): Promise<Delivered> => {
      while (underWay.length > left) {
        const delivered = await underWay.shift();
        if (delivered === null || delivered === undefined) continue;
        await Promise.allSettled(underWay);
        return delivered;
      }
      return null;
    };
    let next = this.#read(life, position);
    for (;;) {
      const sendable = await next;
      if (sendable === null) return this.#endOf(life, await firstFault(0));
      const { packed } = sendable;
      position.after = packed.to;
      position.wordsTo = Math.max(position.wordsTo, packed.wordsTo);
      position.sourcesTo = Math.max(position.sourcesTo, packed.sourcesTo);
      const isPlain = packed.removed.length + packed.nobodys.length === 0;
      // Read ahead, while this one is on the line; a failure of it shows when its turn comes.
      if (isPlain) next = quietly(this.#read(life, position));
      underWay.push(quietly(this.#deliver(sendable, { isAlone: underWay.length === 0 })));
      const underWayMax = isPlain && !this.#isOneByOne ? this.#pace.underWay(this.#sizeMax) : 1;
      const fault = await firstFault(underWayMax - 1);
      if (fault !== null) return this.#endOf(life, fault);
      // What HQ has just been told of is not to be read once more.
      if (!isPlain) next = this.#read(life, position);
    }
  }

  #endOf(life: JournalLife, delivered: Delivered): Promise<UploadEnding> | UploadEnding {
    if (delivered === null) return this.done();
    if (delivered !== 'again') return delivered;
    // One of several was not taken: from HQ's word on where it stands, one by one.
    this.#isOneByOne = true;
    return this.send(life);
  }

  async #read(life: JournalLife, position: Omit<ChunkQuery, 'life' | 'factsMax'>): Promise<Sendable | null> {
    const { facts } = this.#options;
    const left = (life.to ?? facts.lastSeq()) - position.after;
    const query = { life, ...position, factsMax: this.#pace.next({ left, max: this.#sizeMax }) };
    const packed = await facts.packed(query, this.#version);
    if (packed === null) return null;
    // What came into the journal since is another chunk's.
    const { sending: _, ...everybody } = query;
    return { packed, content: () => facts.chunk({ ...everybody, life: { ...life, to: packed.to } }) };
  }

  async #deliver(sendable: Sendable, { isAlone = true, tries = 1 } = {}): Promise<Delivered> {
    const { client, facts, ports } = this.#options;
    const { packed } = sendable;
    const { buffer, byteOffset, length } = packed.bytes;
    const sentAt = ports.clock.monotonic();
    const answer = await client.chunk(Buffer.from(buffer, byteOffset, length));
    if (answer.kind === 'answered') {
      this.#upTo = Math.max(this.#upTo, answer.content.upTo);
      this.#facts += packed.facts;
      this.#bytes += length;
      this.#quarantined += answer.content.quarantinedCount;
      this.#pace.answered({ facts: packed.facts, sentAt, now: ports.clock.monotonic(), max: this.#sizeMax });
      const forgotten = [...packed.removed, ...packed.nobodys];
      if (forgotten.length > 0) await facts.told(forgotten);
      this.#options.onProgress?.(this.#progress());
      return null;
    }
    this.#pace.lost();
    if (!isAlone && answer.kind === 'refused') return 'again';
    const isOfTheChunk = answer.kind === 'refused' && answer.refusal.reason === 'damaged';
    // Of a chunk without facts nothing can be put aside: a person has to look.
    if (!isOfTheChunk || (tries === damagedTriesMax && packed.facts === 0)) return this.#ended(answer);
    if (tries < damagedTriesMax) return this.#deliver(sendable, { tries: tries + 1 });
    return this.#deliverInParts(sendable, answer.refusal.message);
  }

  /** HQ will not have it, however often it comes: half by half, until what it will not have is a fact by itself. */
  async #deliverInParts(sendable: Sendable, reason: string): Promise<Delivered> {
    const content = await sendable.content();
    // All of it was erased meanwhile.
    if (content === null || content.facts === 0) return 'again';
    for (const part of partsOf(content, reason.slice(0, givenUpReasonMax))) {
      const ending = await this.#deliver({
        packed: packedChunk(part, this.#version),
        content: () => Promise.resolve(part),
      });
      if (ending !== null) return ending;
    }
    return null;
  }

  #progress(): UploadProgress {
    const seconds = Math.max(this.#options.ports.clock.monotonic() - this.#startedAt, 1) / 1_000;
    return {
      upTo: this.#upTo,
      lastSeq: this.#options.facts.lastSeq(),
      facts: this.#facts,
      bytes: this.#bytes,
      factsPerSecond: this.#facts / seconds,
      quarantined: this.#quarantined,
      release: this.#release,
    };
  }

  #ended(answer: Exclude<HqAnswer<unknown>, { kind: 'answered' }>): UploadEnding {
    if (answer.kind === 'away') return { kind: 'away', reason: answer.reason, ...this.#progress() };
    const { reason, message } = answer.refusal;
    // Somebody else has moved the line meanwhile, or HQ has much to do: the next hello says where it stands.
    const kind = reason === 'not-next' || reason === 'busy' ? 'away' : 'refused';
    return { kind, reason: message, ...this.#progress() };
  }
}

/** A rejection is met where the promise is awaited, later. */
function quietly<Result>(promise: Promise<Result>): Promise<Result> {
  promise.catch(() => undefined);
  return promise;
}

/** What it says beside its facts, then the facts in two halves; instead of a single fact, why it is left out. */
function partsOf(content: ChunkContent, reason: string): ChunkContent[] {
  const columns = content.columns.map((column) => {
    const text = typeof column === 'string' ? column : Buffer.from(column).toString();
    return text === '' ? [] : text.slice(0, -1).split('\n');
  });
  const seqs = (columns[0] ?? []).map(Number);
  const bare: ChunkContent = {
    ...content,
    facts: 0,
    columns: columns.map(() => ''),
    ...{ words: [], sources: [], people: [], notes: [], removed: [], nobodys: [], erased: [], givenUp: [] },
  };
  if (seqs.length === 1) return [{ ...bare, givenUp: [[seqs[0] as number, reason]] }];
  const part = (from: number, to: number): ChunkContent => {
    const [first, last] = [seqs[from] as number, seqs[to - 1] as number];
    return {
      ...bare,
      after: from === 0 ? content.after : (seqs[from - 1] as number),
      to: to === seqs.length ? content.to : last,
      facts: to - from,
      columns: columns.map((values) =>
        values
          .slice(from, to)
          .map((value) => `${value}\n`)
          .join(''),
      ),
      notes: content.notes.filter(([seq]) => seq >= first && seq <= last),
      erased: to === seqs.length ? content.erased : [],
    };
  };
  const beside: ChunkContent = {
    ...content,
    facts: 0,
    columns: bare.columns,
    notes: [],
    erased: [],
    to: content.after,
  };
  const hasNames = content.words.length + content.sources.length + content.people.length > 0;
  const middle = seqs.length >> 1;
  return [...(hasNames ? [beside] : []), part(0, middle), part(middle, seqs.length)];
}
