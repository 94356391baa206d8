/**
 * What a process has held at most, from /proc/PID/status: of this program alone, not of what began it, as `getrusage`
 * says it. Linux only.
 */
import { readFileSync } from 'node:fs';

/** Megabytes resident since it began; NaN where the kernel does not say. */
export function peakRssMb(pid: number | 'self'): number {
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes ?? Number.NaN) / 1_024;
}
