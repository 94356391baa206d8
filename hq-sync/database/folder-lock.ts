/**
 * One process at a time in the folder of a database that lives inside a process: two would write over each other. The
 * lock is a file with the number of the process that holds it; one that has died leaves it behind, and is passed over.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Somebody else is in there. */
export class FolderTakenError extends Error {}

/** Returns what gives it back. Throws `FolderTakenError`. */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'kairos.lock');
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = holderOf(file);
    if (holder !== null && isAlive(holder))
      throw new FolderTakenError(
        `process ${holder} has the database in ${folder}: stop it first, or use a PostgreSQL server, which takes many`,
      );
    rmSync(file, { force: true });
  }
}

function holderOf(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
