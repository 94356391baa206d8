/**
 * When the write-ahead log is written back. Never inside a commit: a checkpoint stalls up to 117 ms on a shared disk
 * (performance.md, section 3), and a log that is never written back grows without bound under a standing reader.
 */
import type Database from 'better-sqlite3';

/** Pages (4 KB) that wait in the log: from here on they are written back between groups. */
export const walPagesMax = 1_024;
/** From here on the file is cut as well, which waits for readers. */
export const walTruncateBytes = 32 * 1024 * 1024;
/** `health` raises an alarm. */
export const walAlarmBytes = 64 * 1024 * 1024;
/** While nobody waits even a short log is written back, so that a start has little to read. */
const walIdlePages = 64;

/** What was erased leaves the log as soon as nobody waits, and after so long although somebody does. */
export const erasedMaxMs = 30_000;

export type CheckpointKind = 'PASSIVE' | 'TRUNCATE';

export interface WalState {
  readonly waitingPages: number;
  readonly fileBytes: number;
  readonly isIdle: boolean;
  /** Erased text stands in the log for so long, until it has been cut; null: none does. */
  readonly erasedForMs: number | null;
}

export function checkpointDue({ waitingPages, fileBytes, isIdle, erasedForMs }: WalState): CheckpointKind | null {
  if (erasedForMs !== null && (isIdle || erasedForMs >= erasedMaxMs)) return 'TRUNCATE';
  if (waitingPages === 0) return null;
  if (waitingPages >= walPagesMax) return fileBytes >= walTruncateBytes ? 'TRUNCATE' : 'PASSIVE';
  return isIdle && waitingPages >= walIdlePages ? 'PASSIVE' : null;
}

/** How many pages wait to be written back: some 15 µs. */
export function waitingPages(db: Database.Database): number {
  const [row] = db.pragma('wal_checkpoint(NOOP)') as { log: number; checkpointed: number }[];
  return row ? Math.max(0, row.log - row.checkpointed) : 0;
}

/** False where a reader or a full disk was in the way; the next one tries again. */
export function checkpoint(db: Database.Database, kind: CheckpointKind): boolean {
  try {
    const [row] = db.pragma(`wal_checkpoint(${kind})`) as { busy: number }[];
    return row?.busy === 0;
  } catch {
    // The rows stay in the log, where they are safe; the next commit tells of a disk that refuses.
    return false;
  }
}
