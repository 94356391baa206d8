/**
 * How far this store had come, written beside the journal's file now and then. A journal that stands behind it is a
 * copy that was put back, or has lost the end of its log to a bad disk: SQLite takes either for a whole file. Such a
 * store begins a new epoch, so that a number that was given once never means another fact to the world outside.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Between two writings; the mark may lag, and never leads. */
export const markEveryMs = 1_000;

export interface Mark {
  readonly storeEpoch: string;
  readonly lastSeq: number;
}

function markFile(file: string): string {
  return `${file}-mark`;
}

/** Null where there is none that can be read: a first start, or a power cut in the middle of writing. */
export function readMark(file: string): Mark | null {
  try {
    const mark = JSON.parse(readFileSync(markFile(file), 'utf8')) as Partial<Mark>;
    return typeof mark.storeEpoch === 'string' && typeof mark.lastSeq === 'number' ? (mark as Mark) : null;
  } catch {
    return null;
  }
}

/** Only of what is committed. A full disk leaves the last one standing. */
export function writeMark(file: string, mark: Mark): void {
  try {
    writeFileSync(`${markFile(file)}.new`, JSON.stringify(mark));
    renameSync(`${markFile(file)}.new`, markFile(file));
  } catch {
    // It only lags further.
  }
}

/** What a person should know where the file stands behind its mark; null where it does not. */
export function setBack(mark: Mark | null, found: Mark): string | null {
  if (mark === null || mark.storeEpoch !== found.storeEpoch || found.lastSeq >= mark.lastSeq) return null;
  return (
    `facts ${found.lastSeq + 1} to ${mark.lastSeq} had been stored and are not in the file: a copy was put back, or the ` +
    'disk lost them (then see to the disk). The store goes on in a new epoch'
  );
}
