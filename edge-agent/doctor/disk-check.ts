/** Whether what this device keeps is kept: room, a disk that is one, and the queue upon it. */
import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { DeviceStatus } from '@kairos/protocol/topics.ts';
import Database from 'better-sqlite3';
import { doubtful, type Finding, well, wrong } from './finding.ts';

const mebibyte = 1024 * 1024;
/** Memory that looks like a disk (statfs(2): TMPFS_MAGIC, RAMFS_MAGIC). */
const inMemory: readonly number[] = [0x01021994, 0x858458f6];
/** Facts that are older have waited for more than a dead zone. */
const oldMs = 3_600_000;

export function checkDisk(state: string, bytesMax: number): Finding {
  try {
    mkdirSync(state, { recursive: true });
    const probe = join(state, '.doctor');
    const file = openSync(probe, 'w', 0o600);
    try {
      writeSync(file, 'is this kept?');
      fsyncSync(file);
    } finally {
      closeSync(file);
      rmSync(probe, { force: true });
    }
  } catch (error) {
    return wrong(
      'disk',
      `${state} takes no file: ${(error as Error).message}`,
      'make room, mend the disk, or give another "state" folder; until then facts are in memory alone',
    );
  }
  const { type, bavail, bsize } = statfsSync(state);
  const free = bavail * bsize;
  const words = `${Math.round(free / mebibyte)} MB free where the queue may grow to ${Math.round(bytesMax / mebibyte)} MB`;
  if (inMemory.includes(type)) {
    return wrong(
      'disk',
      `${state} is in memory: a power cut loses what waits there`,
      'give a "state" folder on a disk',
    );
  }
  if (free < bytesMax) return doubtful('disk', words, 'make room, or give the queue less ("queue.megabytes")');
  return well('disk', `${words}; what is written is kept`);
}

/** The queue of an agent that runs not, as its file has it. */
export function readQueue(state: string): NonNullable<DeviceStatus['queue']> | 'none' | { readonly broken: string } {
  let queue: Database.Database | null = null;
  try {
    queue = new Database(join(state, 'queue.db'), { readonly: true, fileMustExist: true });
    const { depth, bytes } = queue.prepare('SELECT depth, bytes FROM extent').get() as { depth: number; bytes: number };
    const { dropped } = queue
      .prepare("SELECT coalesce(sum(value), 0) dropped FROM counters WHERE name NOT LIKE 'broken.%'")
      .get() as { dropped: number };
    const { age } = queue
      .prepare(
        'SELECT coalesce(max(e.alive - f.at + e.later), 0) age FROM (SELECT at, epoch FROM facts ORDER BY id LIMIT 1) f JOIN epochs e ON e.number = f.epoch',
      )
      .get() as { age: number };
    return { depth, bytes, dropped, oldestAgeMs: Math.max(0, Math.round(age)) };
  } catch (error) {
    const code = (error as { code?: string }).code ?? '';
    return code === 'SQLITE_CANTOPEN' ? 'none' : { broken: (error as Error).message };
  } finally {
    queue?.close();
  }
}

export function judgeQueue(queue: ReturnType<typeof readQueue> | undefined): Finding {
  if (queue === undefined || queue === 'none') return well('queue', 'nothing was ever queued here');
  if ('broken' in queue) {
    return doubtful(
      'queue',
      `its file cannot be read (${queue.broken})`,
      'start the agent: it puts the file aside and takes over what it can',
    );
  }
  const { depth, oldestAgeMs, dropped, durable } = queue;
  const gone = dropped > 0 ? `; ${dropped} were given up because it was full or they were too old` : '';
  const words = depth === 0 ? `empty${gone}` : `${depth} facts wait, the oldest for ${ageWords(oldestAgeMs)}${gone}`;
  if (durable === false)
    return wrong('queue', `${words}; it is in memory, since the disk takes no file`, 'see what is said of the disk');
  if (oldestAgeMs > oldMs)
    return doubtful('queue', words, 'see whether the store can be reached; nothing is lost meanwhile');
  return well('queue', words);
}

function ageWords(ms: number): string {
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  return ms < 2 * oldMs ? `${Math.round(ms / 60_000)} minutes` : `${Math.round(ms / oldMs)} hours`;
}
