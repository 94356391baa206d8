/** Asks a store how it is, by what it writes down at its start and by its own `/health`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { Ports } from '@kairos/protocol/ports.ts';

export interface Runtime {
  readonly httpPort: number;
  readonly mqttPort: number;
  readonly pid: number;
}

const lookEveryMs = 100;

/** What the store has written down; null where there is nothing, or nothing whole yet. */
function readRuntime(data: string): Runtime | null {
  try {
    const { httpPort, mqttPort, pid } = JSON.parse(readFileSync(join(data, 'runtime.json'), 'utf8')) as Runtime;
    return [httpPort, mqttPort, pid].every(Number.isInteger) ? { httpPort, mqttPort, pid } : null;
  } catch {
    return null;
  }
}

/** A store that runs on this folder already. */
export async function findRunning(data: string): Promise<Runtime | null> {
  const found = readRuntime(data);
  return found !== null && isAlive(found.pid) && (await isHealthy(found.httpPort)) ? found : null;
}

/** Resolves when the store with this pid answers; null where it ended before, or did not within `withinMs`. */
export async function waitUntilHealthy(options: {
  readonly data: string;
  readonly pid: number;
  readonly withinMs: number;
  readonly ports: Ports;
}): Promise<Runtime | null> {
  const { data, pid, withinMs, ports } = options;
  const until = ports.clock.monotonic() + withinMs;
  while (ports.clock.monotonic() < until && isAlive(pid)) {
    const found = readRuntime(data);
    if (found?.pid === pid && (await isHealthy(found.httpPort))) return found;
    await new Promise<void>((resolve) => ports.timers.after(lookEveryMs, resolve));
  }
  return null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function isHealthy(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/health`)).ok;
  } catch {
    return false;
  }
}
