/**
 * What is plugged in, and who holds it: by the names that udev gives under /dev/serial/by-id, and by /proc. Never by
 * asking udevadm, which is missing on small systems and then hangs the library that would ask.
 */
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

const byId = '/dev/serial/by-id';

/** Full paths; empty where nothing is plugged in, or udev names nothing here. */
export function pluggedIn(): string[] {
  try {
    return readdirSync(byId).map((name) => join(byId, name));
  } catch {
    return [];
  }
}

export interface Holder {
  readonly pid: number;
  readonly command: string;
}

/** Who makes a pseudo-terminal keeps its end open as well, and reads nothing of it. */
const makersOfLines: readonly string[] = ['socat'];

/** Other processes that have the device open; only those of this user where we are not root. */
export function holdersOf(path: string, except: readonly number[]): Holder[] {
  let device: string;
  try {
    device = realpathSync(path);
  } catch {
    return [];
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && !except.includes(Number(name)))
    .filter((pid) => openFiles(pid).includes(device))
    .map((pid) => ({ pid: Number(pid), command: commandOf(pid) }))
    .filter(({ command }) => !makersOfLines.includes(command));
}

function openFiles(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => {
      try {
        return [readlinkSync(`/proc/${pid}/fd/${descriptor}`)];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return 'unknown';
  }
}

/** The processes that one has started itself: the agent's readers. */
export function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        // The fields after the name, which is in parentheses and may hold anything: state, parent.
        return readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1] === String(parent);
      } catch {
        return false;
      }
    })
    .map(Number);
}
