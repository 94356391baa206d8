/**
 * A thread that works for later: where processors are short, those on which somebody waits now come first, the database
 * and the doors among them.
 */
import { readlinkSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/** Nicer than the others of its process by so much: a tenth of their share, where all want more than there is. */
const nicer = 10;
const nicest = 19;

/** For the thread that calls it, until it ends. Linux alone has priorities of threads; elsewhere it does nothing. */
export function standBack(): void {
  if (process.platform !== 'linux') return;
  const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  setPriority(thread, Math.min(nicest, getPriority(thread) + nicer));
}
