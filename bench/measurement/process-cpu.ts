/**
 * CPU time of a process, all threads, from /proc/PID/task/TID/schedstat: nanoseconds on a CPU, where `ps` and
 * `getrusage` count in ticks. Linux only.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Microseconds on a CPU since the process began, of the threads that are still there. */
export function processCpuUs(pid: number): number {
  let nanoseconds = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    nanoseconds += onCpuNs(`/proc/${pid}/task/${task}/schedstat`);
  }
  return nanoseconds / 1000;
}

/** 0 for a thread that ended between the listing and the reading. */
function onCpuNs(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8').split(' ')[0]);
  } catch {
    return 0;
  }
}

/** The processes that this one has started, and theirs, of those that run now. */
export function descendantsOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(name);
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found: number[] = [];
  const open = [pid];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const own = children.get(next) ?? [];
    found.push(...own);
    open.push(...own);
  }
  return found;
}

/** Null for a process that ended between the listing and the reading. */
function parentOf(pid: string): number | null {
  try {
    // "PID (NAME) STATE PARENT …", and a name may hold anything.
    const [, parent] = /^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return Number(parent);
  } catch {
    return null;
  }
}
