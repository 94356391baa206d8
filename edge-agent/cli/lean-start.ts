/**
 * The agent shares a small computer with a screen, so it starts anew in its own process (execve(2)) with a small heap
 * and with its code from a cache in the state folder; where that was out of date, once more from the fresh one. What
 * only compiling needed (the part of Node that takes the types out, parsed sources) is gone with the start before.
 * 126 MB become 70 to 90. Where any of it cannot be had the agent runs all the same, and is larger.
 */
import { readdirSync, statSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';

/** What an earlier start leaves for the next: how fresh the cache was then, or that it is not to start again. */
const mark = 'KAIROS_LEAN_START';
const isLast = 'last';
/** New objects have room for 1 MB, and old ones are looked through before many more have come: less memory, no slower. */
export const leanFlags = ['--max-semi-space-size=1', '--optimize-for-size'];

/** Returns in the last start; in an earlier one only where there can be none after it. `load` is all that is needed. */
export async function startLean(state: string, load: () => Promise<unknown>): Promise<void> {
  const left = process.env[mark];
  // Whoever started it over a line of its own would lose that line, and with it the hold on this process.
  if (left === isLast || process.channel != null) return;
  const cache = join(state, 'compiled');
  if (left === undefined) {
    const flags = [...leanFlags, ...process.execArgv];
    // One arena for memory outside the heap: threads that are hardly ever busy need none of their own.
    startAgain(flags, { MALLOC_ARENA_MAX: '1', ...process.env, NODE_COMPILE_CACHE: cache, [mark]: freshness(cache) });
    return;
  }
  await load();
  flushCompileCache();
  if (freshness(cache) !== left) startAgain(process.execArgv, { ...process.env, [mark]: isLast });
}

/** Does not come back where the system knows execve. */
function startAgain(flags: readonly string[], env: NodeJS.ProcessEnv): void {
  try {
    process.execve?.(process.execPath, [process.execPath, ...flags, ...process.argv.slice(1)], env);
  } catch {
    // As it is, then.
  }
}

/** Changes with everything that is written to the cache. */
function freshness(cache: string): string {
  try {
    const files = readdirSync(cache, { recursive: true, encoding: 'utf8' });
    return String(Math.max(0, ...files.map((file) => statSync(join(cache, file)).mtimeMs)));
  } catch {
    return '0';
  }
}
