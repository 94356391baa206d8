/**
 * How long facts are kept: each type says so itself (`keptDays`). Once a day the reading thread looks for what is
 * over, and the writer deletes it in small transactions between groups, so that no commit waits long.
 */
import { customFactKeptDays, factKinds, factTypes } from '@kairos/protocol/facts.ts';
import type { Cutoffs, JournalLink } from './link.ts';

const dayMs = 86_400_000;
/** How often the store looks. */
export const retentionEveryMs = dayMs;
/** A start is busy enough. */
export const retentionFirstMs = 10 * 60_000;
/** What intake would not take: somebody has looked by then. */
export const rejectedKeptMs = 90 * dayMs;
/** Facts looked at in one read. */
const retentionScan = 50_000;
/** Facts deleted in one transaction: some 5 ms. */
const retentionDelete = 1_000;

function cutoffsAt(nowMs: number): Cutoffs {
  return {
    byType: factTypes.map((type) => [type, nowMs - factKinds[type].keptDays * dayMs] as const),
    others: nowMs - customFactKeptDays * dayMs,
  };
}

/** Returns how many facts went; stops early, and is tried again the next day, where the disk refuses. */
export async function expireFacts(link: JournalLink, options: { lastSeq: number; nowMs: number }): Promise<number> {
  const cutoffs = cutoffsAt(options.nowMs);
  let gone = 0;
  for (let from = 1; from <= options.lastSeq; from += retentionScan) {
    const seqs = await link.read({ kind: 'expired', from, to: from + retentionScan - 1, cutoffs });
    for (let first = 0; first < seqs.length; first += retentionDelete) {
      const part = seqs.slice(first, first + retentionDelete);
      const answer = await link.write({ kind: 'forget', seqs: part });
      if (answer.kind !== 'done') return gone;
      gone += part.length;
    }
  }
  return gone;
}
