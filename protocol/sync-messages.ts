/**
 * What a store and headquarters say to each other (DESIGN section 6): who is there, chunks of facts up, how far they
 * have been taken in, what could not be, and the hashes of days for the nightly audit.
 *
 * The line knows versions, not builds: each side says the versions it speaks, the highest that both know is spoken, and
 * what one of them does not know in a message it keeps or passes over, never refuses. So within a version nothing is
 * taken away or moved, and only so much is added: types of facts, fields at the end of a fact's `rest`, columns of a
 * chunk, fields of a customer and kinds of changes. Headquarters keep what they do not know of facts
 * (`hq-sync/intake/more-columns.ts`); a store that does not know something of a customer asks for everything anew once it
 * is another build. Fields of a chunk's header, and of questions, are added only where an older side may pass them over;
 * members of tuples never are: that is another version.
 */
import { z } from 'zod';
import { chainId } from './chain-id.ts';
import { scalar } from './facts.ts';
import { authorName, derivedId, epochId, instantMs, placeName } from './names.ts';

/** The versions of chunks that this build reads; it writes the last. */
export const syncVersions = [1] as const;

/** Why two sides have no version in common, and what a person has to do; `versions`: those of the store. */
export function noCommonVersion(versions: readonly number[]): string {
  const older = Math.max(...versions) > Math.max(...syncVersions) ? 'headquarters are older: update them' : updateStore;
  return `these headquarters speak versions ${syncVersions.join(', ')} of the line, the store ${versions.join(', ')}; ${older}`;
}
const updateStore = 'the store is older: update it';

/** Facts of one chunk, so many that little is spent on the chunk. Fewer where the line is slow: a chunk is what a cut costs. */
export const chunkFactsMax = 32_000;
/** A chunk as it goes over the line, compressed. */
export const chunkBytesMax = 8 * 1024 * 1024;
/** The same unpacked: what a small chunk may blow up to is bounded. */
export const chunkTextMax = 64 * 1024 * 1024;

/** A store's number of a fact; 0: none yet. */
const upTo = z.int().min(0);
const reasonText = z.string().max(300);
/** Numbers of words, devices: PostgreSQL's integer. */
const smallId = z.int().min(1).max(2_147_483_647);

export const syncPaths = {
  hello: '/v1/line/hello',
  chunks: '/v1/line/chunks',
  days: '/v1/line/days',
  release: '/v1/line/release',
  changes: '/v1/line/changes',
  customer: '/v1/line/customer',
} as const;

/** `POST /v1/line/hello`: a store says where it stands. Its name is that of its credentials. */
export const syncHello = z.object({
  versions: z.array(z.int()).min(1).max(16),
  epoch: epochId,
  /** The last fact of this epoch that may go up. */
  lastSeq: upTo,
  /** The store's clock: a difference is kept, and refuses nothing. */
  now: instantMs,
  /** The release of headquarters that is in force; 0: none. */
  release: z.int().min(0).default(0),
  /** Why the newest one is not. */
  releaseFault: reasonText.nullable().default(null),
  /** Up to which number the newest fact of this life is asked for; absent: up to `upTo` of the answer. */
  probe: upTo.optional().catch(undefined),
});
export type SyncHello = z.infer<typeof syncHello>;

/** A fact's number and its time. */
const numberedTime = z.tuple([upTo, instantMs]);
export type NumberedTime = z.infer<typeof numberedTime>;

export const syncWelcome = z.object({
  /** Spoken from now on. */
  version: z.int(),
  /** All facts of this epoch up to here are in effect or in quarantine. */
  upTo,
  /** So far HQ knows the store's dictionary, and its devices. */
  wordsTo: z.int().min(0),
  sourcesTo: z.int().min(0),
  chunkFactsMax: z.int().min(1),
  now: instantMs,
  /** The newest release of dialogues; 0: none was published. */
  release: z.int().min(0).default(0),
  /** When it was published, by which it is told from another of that number; absent: not said. */
  releaseMadeAt: instantMs.optional().catch(undefined),
  /** The newest fact of this life that is here, up to `probe`: it must be the store's own. Null: none; absent: not said. */
  newest: numberedTime.nullable().optional().catch(undefined),
});
export type SyncWelcome = z.infer<typeof syncWelcome>;

/** The columns of a chunk, in this order; a later version adds at the end. Texts as PostgreSQL's COPY writes them. */
export const chunkColumns = [
  'seq',
  'type',
  'at',
  'subject',
  'source',
  'source_seq',
  'cause',
  'late',
  'place',
  'thing',
  'ref',
  'amount',
  'rest',
] as const;

/** The first line of a chunk; the columns' bytes follow in their order, each value ended by a line feed. */
export const chunkHeader = z.object({
  version: z.int(),
  epoch: epochId,
  /** The fact before the first; equals what HQ has, else the chunk is not the next. */
  after: upTo,
  /** The last one that it settles, whether it goes up or stays in the store. */
  to: upTo,
  facts: z.int().min(0).max(chunkFactsMax),
  columns: z.array(z.tuple([z.string().max(20), z.int().min(0)])).max(40),
  /** The store's dictionary, as far as the columns point at it and HQ has not heard it on this line. */
  words: z.array(z.tuple([smallId, z.string().max(4_000)])),
  sources: z.array(z.tuple([smallId, placeName, epochId])),
  /** Chain-wide ids of customers whose facts are in it. */
  people: z.array(z.tuple([z.int().min(1), chainId])),
  /** Facts that went up before and have been forgotten since (DESIGN section 7); HQ forgets them. */
  removed: z.array(z.int().min(1)).max(chunkFactsMax),
  /** Those of them that money needs: they stay, without a person. */
  nobodys: z.array(z.int().min(1)).max(chunkFactsMax),
  /** Who has been erased by the facts of this chunk: what people wrote about her goes, and who she is. */
  erased: z.array(z.int().min(1)).max(chunkFactsMax),
  /** Facts that HQ would not take however often and however small a chunk they came in, and what it said. */
  givenUp: z.array(z.tuple([z.int().min(1), reasonText])).max(100),
  /** What people wrote: kept apart, erasable. */
  notes: z.array(z.tuple([z.int().min(1), z.int().nullable(), z.string()])),
});
export type ChunkHeader = z.infer<typeof chunkHeader>;

/** The answer to a chunk. */
export const chunkAnswer = z.object({
  upTo,
  /** Facts of it that could not be taken in, and why; they are kept for a person to look at. */
  quarantined: z.array(z.object({ seq: upTo, reason: reasonText })).max(100),
  quarantinedCount: z.int().min(0),
});
export type ChunkAnswer = z.infer<typeof chunkAnswer>;

/**
 * Why a chunk was not taken. damaged: its bytes are not what was sent, send again. not-next: begin again with a hello.
 * unknown-version, refused: a person has to look. busy: later.
 */
export const chunkRefusal = z.object({
  reason: z.enum(['damaged', 'not-next', 'unknown-version', 'refused', 'busy']),
  message: reasonText,
  upTo: upTo.optional(),
});
export type ChunkRefusal = z.infer<typeof chunkRefusal>;

/** What one side holds of one day: how many facts, and the sum of their hashes, in 16 hexadecimal digits. */
export const dayDigest = z.object({
  day: z.iso.date(),
  facts: z.int().min(0),
  hash: z.string().regex(/^[0-9a-f]{16}$/),
});
export type DayDigest = z.infer<typeof dayDigest>;

/** `POST /v1/line/days`: the store's digests; the answer names the days on which HQ holds something else. */
export const daysAsked = z.object({
  epoch: epochId,
  upTo,
  days: z.array(dayDigest).max(400),
  /** What is compared: from this day on; of a store of an earlier build from the first that it names … */
  since: z.iso.date().optional(),
  /** … and before this one; without, all that follow. */
  until: z.iso.date().optional(),
});
export const daysAnswer = z.object({
  differing: z.array(z.object({ day: z.iso.date(), store: dayDigest.nullable(), hq: dayDigest.nullable() })),
});
export type DaysAnswer = z.infer<typeof daysAnswer>;

/** `POST /v1/line/release`: the newest release, as far as a store that knows so much of the language can run it. */
export const releaseAsked = z.object({
  /** A store of a build that does not say it knows the first. */
  language: z.int().min(1).default(1),
});

/** The newest release, as it was signed. */
export const releaseAnswer = z.object({
  /** JSON of a `releaseManifest`, to the letter: the signature is of these bytes. */
  manifest: z.string().max(32 * 1024 * 1024),
  /** Ed25519, Base64. */
  signature: z.string().max(200),
});
export type ReleaseAnswer = z.infer<typeof releaseAnswer>;

/** A dialogue that a store is not given yet, and the version of the language that it needs. */
const waitingDialogue = z.object({ dialogue: z.string().max(200), needs: z.int().min(1) });
export type WaitingDialogue = z.infer<typeof waitingDialogue>;

/** Dialogues that were checked and published together. */
export const releaseManifest = z.object({
  format: z.literal(1),
  /** Rises with every release, one that takes another back among them. */
  number: z.int().min(1),
  madeAt: instantMs,
  /** It is not taken later than this: who keeps a store from the newest cannot hand it an old one for ever. */
  expiresAt: instantMs,
  files: z
    .array(
      z.object({
        path: z.string().regex(/^(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9_./-]{0,190}\.ya?ml$/, 'no path of a dialogue'),
        text: z.string(),
      }),
    )
    .min(1)
    .max(100_000),
  /** Left out, since the store that this is for does not know enough of the language; absent: nothing is. */
  waiting: z.array(waitingDialogue).max(100_000).optional(),
});
export type ReleaseManifest = z.infer<typeof releaseManifest>;

/** Bytes of a run's state, as text: more than a person's whole state may have. */
export const lentStateMax = 8_000;

/** A run of hers that waits for a visit: the store that she visits next goes on with it. */
export const lentRun = z.object({
  run: derivedId,
  dialogue: authorName,
  step: authorName,
  /** Rises each time it is lent anew: what was done under an earlier one is over. */
  term: z.int().min(0),
  /** As the engine writes it (`dialogue/engine/lent-run.ts`). */
  state: z.string().min(2).max(lentStateMax),
});
export type LentRun = z.infer<typeof lentRun>;

/** Her caps of one are this store's alone, until it hears otherwise (`docs/decisions/033`). */
export const lentCap = z.object({
  /** Rises each time they are lent. */
  term: z.int().min(1),
  /** When another place last spoke to her under one; 0: never. */
  said: instantMs,
});

/** A customer as she is now: whole, so that it does not matter how many changes were missed. */
export const customerChange = z.object({
  kind: z.literal('customer'),
  chainId,
  attributes: z.record(z.string().max(80), scalar),
  /** Empty: not known. */
  locale: z.string().max(35),
  /** By purpose, the last word and when it was said; purposes that a store does not know it passes over. */
  consent: z.record(z.string().max(40), z.object({ granted: z.boolean(), at: instantMs })),
  runs: z.array(lentRun).max(64),
  /** Her other ids, where two were found to be one person's. */
  also: z.array(chainId).max(32).default([]),
  /** Absent: her caps of one are not this store's. */
  cap: lentCap.optional(),
});
export type CustomerChange = z.infer<typeof customerChange>;

/** A change as it is heard: of what it may be, a store knows its part. */
const saidChange = z.object({ kind: z.string().max(40) }).loose();
export type SaidChange = z.infer<typeof saidChange>;

/** Who was erased: what knows her again and leads nowhere (`chain-id.ts`). */
const tombstones = z.array(chainId).max(10_000);

/**
 * `POST /v1/line/changes`: what has changed for the store's customers since `cursor` (null: it has none).
 * Everything that came with it is on the store's disk.
 */
export const changesAsked = z.object({
  versions: z.array(z.int()).min(1).max(16),
  cursor: z.string().max(120).nullable(),
  /** The life of the store's journal. */
  epoch: epochId,
  /** Receipts: of these the store holds nothing any more, or never did; null: none to give. */
  erased: z.object({ tombstones, erasedAt: instantMs }).nullable().default(null),
  /** "erased": whom to forget is asked for, before anything else is said; no customers come, and the cursor stays. */
  only: z.literal('erased').optional().catch(undefined),
  /** The store knows of caps of one, and says nothing under those that it has not. */
  caps: z.literal(true).optional().catch(undefined),
});
export type ChangesAsked = z.infer<typeof changesAsked>;
export const changesAnswer = z.object({
  /** To ask with next time; to be kept in one change with what it brings. */
  cursor: z.string().min(1).max(120),
  /** Everything comes anew from here on: what the store has had from headquarters may be too old. */
  begins: z.boolean(),
  /** … and has come: whom headquarters have not named since `begins` they know no more. */
  sweeps: z.boolean(),
  /** Customers who are still to come after this page, roughly. */
  remaining: z.int().min(0),
  /** Each of them a `customerChange` where its kind is "customer"; what a store does not understand it counts, and passes over. */
  changes: z.array(saidChange).max(1_000),
  /** Who is to be forgotten: told until the store has given its receipts. */
  erased: tombstones.default([]),
  /** For so long after it was asked, once nothing remains, what it has of caps of one counts; absent: headquarters lend none. */
  capTermMs: z.int().min(0).optional().catch(undefined),
});
export type ChangesAnswer = z.infer<typeof changesAnswer>;

/** `POST /v1/line/customer`: somebody whom the store does not know stands there. Null: nobody knows her. */
export const customerAsked = z.object({ chainId });
export const customerAnswer = z.object({ customer: saidChange.nullable() });
export type CustomerAnswer = z.infer<typeof customerAnswer>;
