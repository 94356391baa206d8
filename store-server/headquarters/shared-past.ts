/**
 * Whether headquarters and this store's journal mean the same facts by the same numbers. They do not where the store was
 * put back from a copy together with its mark (`journal/mark.ts`), a whole folder or disk: headquarters know of facts
 * that are not here, and what is numbered anew would be taken for what they have already, and never sent.
 */
import type { HqAnswer } from '@kairos/hq-sync/link/hq-client.ts';
import type { NumberedTime, SyncWelcome } from '@kairos/protocol/sync-messages.ts';

export interface SharedPast {
  /** Of all that headquarters may have the last: at the first word of a process, the last that it found at its start. */
  readonly lastSeq: number;
  /** When this fact happened; null where it is kept no longer, or never was here. */
  readonly timeOf: (seq: number) => Promise<number | null>;
}

/** Headquarters of before do not say what they have: nothing is held against them. */
export async function isShared({ upTo, newest }: SyncWelcome, past: SharedPast): Promise<boolean> {
  if (newest === undefined) return true;
  return upTo <= past.lastSeq && (newest === null || (await isOurs(newest, past)));
}

/**
 * The last fact that both have, 0 where there is none: everything behind it is another one here, or not there. `probe`
 * asks headquarters for the newest that they have up to a number. What went wrong on the line ends it.
 */
export async function lastShared(
  upTo: number,
  past: SharedPast,
  probe: (upTo: number) => Promise<HqAnswer<SyncWelcome>>,
): Promise<{ readonly kind: 'found'; readonly seq: number } | Exclude<HqAnswer<never>, { kind: 'answered' }>> {
  let [shared, low, high] = [0, 0, Math.min(upTo, past.lastSeq)];
  while (low < high) {
    const middle = low + Math.ceil((high - low) / 2);
    const answer = await probe(middle);
    if (answer.kind !== 'answered') return answer;
    const { newest } = answer.content;
    if (newest && !(await isOurs(newest, past))) {
      high = newest[0] - 1;
      continue;
    }
    low = middle;
    if (newest) shared = newest[0];
  }
  return { kind: 'found', seq: shared };
}

async function isOurs([seq, at]: NumberedTime, { lastSeq, timeOf }: SharedPast): Promise<boolean> {
  if (seq > lastSeq) return false;
  const time = await timeOf(seq);
  return time === null || time === at;
}
