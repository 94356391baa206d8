/**
 * One download: everything that headquarters have to say, page by page, each on this store's disk before the next is
 * asked for; whom to forget before everything else. The last question brings nothing but tells headquarters how far the
 * store has come, and whom it has forgotten.
 */
import type { HqAnswer, HqClient } from '@kairos/hq-sync/link/hq-client.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { ChangesAnswer, ChangesAsked } from '@kairos/protocol/sync-messages.ts';
import type { ChangeTaker, TakeStep } from './change-taker.ts';

/** Pages of one download; what is left then comes with the next. */
const pagesMax = 20_000;
/** Erasures that one question tells of. */
const toldMax = 5_000;

export interface DownloadProgress {
  /** In this download. */
  readonly customers: number;
  readonly erased: number;
  readonly perSecond: number;
  /** Customers that are still to come, as headquarters said last. */
  readonly remaining: number;
}

export type DownloadEnding =
  | ({ readonly kind: 'done' } & DownloadProgress)
  /** Nobody there, cut, or something here stood in the way: begin again later, from where it stands. */
  | ({ readonly kind: 'away'; readonly reason: string } & DownloadProgress)
  /** A person has to look. */
  | ({ readonly kind: 'refused'; readonly reason: string } & DownloadProgress);

export interface DownloadOptions {
  readonly client: Pick<HqClient, 'changes'>;
  readonly taker: Pick<ChangeTaker, 'cursor' | 'take' | 'erase' | 'tombstones'>;
  /** The life of this store's journal. */
  readonly epoch: string;
  readonly ports: Pick<Ports, 'clock'>;
  /** The store's; without it the machine's. */
  readonly clock?: { now(): number };
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Told of each step that has been done: where a test ends the process. */
  readonly onStep?: (step: TakeStep) => void;
}

export async function download({
  client,
  taker,
  epoch,
  ports,
  clock = ports.clock,
  onProgress,
  onStep,
}: DownloadOptions): Promise<DownloadEnding> {
  const startedAt = ports.clock.monotonic();
  let customers = 0;
  let forgotten = 0;
  let remaining = 0;
  const progress = (): DownloadProgress => {
    const seconds = Math.max(ports.clock.monotonic() - startedAt, 1) / 1_000;
    return { customers, erased: forgotten, perSecond: customers / seconds, remaining };
  };
  let receipts: ChangesAsked['erased'] = null;
  let untold: string[] | null = null;
  for (let page = 0; page < pagesMax; page += 1) {
    const askedAt = clock.now();
    const answer: HqAnswer<ChangesAnswer> = await client.changes({
      ...{ cursor: taker.cursor, epoch, erased: receipts, caps: true },
    });
    if (answer.kind !== 'answered') return { ...endingOf(answer), ...progress() };
    const { content } = answer;
    // They know this store's cursor no more: their database may have been put back from a copy, in which people live whom
    // everybody has forgotten. The page comes again, since the cursor stays until all of them were told.
    if (content.begins && taker.cursor !== null) {
      untold ??= await taker.tombstones();
      const told = untold.splice(0, toldMax);
      receipts = told.length > 0 ? { tombstones: told, erasedAt: ports.clock.now() } : null;
      if (receipts !== null) continue;
    }
    const { erased } = content;
    remaining = content.remaining;
    receipts = null;
    if (erased.length > 0) {
      if (!(await taker.erase(erased, onStep)))
        return { kind: 'away', reason: 'the journal’s log could not be cut', ...progress() };
      forgotten += erased.length;
      receipts = { tombstones: erased, erasedAt: ports.clock.now() };
    }
    customers += await taker.take(content, onStep, askedAt);
    onProgress?.(progress());
    if (content.changes.length === 0 && remaining === 0 && receipts === null) break;
  }
  return { kind: 'done', ...progress() };
}

/**
 * Before the store says anything, after however long an absence: whom it is to forget is forgotten, so that nothing of
 * theirs goes up any more. What stands in the way of it is met again by `download`.
 */
export async function forgetFirst({
  client,
  taker,
  epoch,
  ports,
}: Pick<DownloadOptions, 'client' | 'taker' | 'epoch' | 'ports'>): Promise<void> {
  let receipts: ChangesAsked['erased'] = null;
  for (let page = 0; page < pagesMax; page += 1) {
    const answer = await client.changes({ cursor: taker.cursor, epoch, erased: receipts, only: 'erased' });
    if (answer.kind !== 'answered' || answer.content.erased.length === 0) return;
    const { erased } = answer.content;
    if (!(await taker.erase(erased))) return;
    receipts = { tombstones: erased, erasedAt: ports.clock.now() };
  }
}

function endingOf(answer: Exclude<HqAnswer<unknown>, { kind: 'answered' }>): {
  readonly kind: 'away' | 'refused';
  readonly reason: string;
} {
  if (answer.kind === 'away') return answer;
  const { reason, message } = answer.refusal;
  return { kind: reason === 'busy' ? 'away' : 'refused', reason: message };
}
