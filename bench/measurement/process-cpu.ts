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
