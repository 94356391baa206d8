/**
 * A cart on a workbench: the agent as it is run, serial lines of socat's in front of it, a small store behind it, all
 * in a folder of its own. For tests that are about what devices say.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceConfig, DeviceStatus } from '@kairos/protocol/topics.ts';
import { SerialCable } from './serial-cable.ts';
import { openSmallStore, type SmallStore } from './small-store.ts';

const main = new URL('../main.ts', import.meta.url).pathname;
export const device = 'cart-01';

export interface AgentBench {
  readonly folder: string;
  readonly store: SmallStore;
  readonly agent: ChildProcess;
  /** By the names of the readers. */
  readonly cables: Readonly<Record<string, SerialCable>>;
  /** All that the agent wrote to its log. */
  readonly logged: () => string;
  status(): DeviceStatus | undefined;
  /** What a command of the agent's prints. */
  command(...args: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

/** Ready when every reader is open. `readers` are lines of YAML such as "kind: barcode", by the reader's name. */
export async function openAgentBench(options: {
  readonly settings: DeviceConfig;
  readonly readers: Readonly<Record<string, string>>;
  readonly more?: string;
}): Promise<AgentBench> {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-agent-bench-'));
  const store = await openSmallStore({ device });
  await store.publish('config', options.settings, true);
  const cables = Object.fromEntries(
    Object.keys(options.readers).map((name) => [name, new SerialCable(join(folder, name))]),
  );
  for (const cable of Object.values(cables)) await cable.plugIn();
  const readers = Object.entries(options.readers).map(
    ([name, kind]) => `  - { name: ${name}, path: ${join(folder, name)}, ${kind} }\n`,
  );
  const file = join(folder, 'edge.yaml');
  const more = options.more ?? '';
  writeFileSync(file, `device: ${device}\nstore: { url: "${store.url}" }\n${more}readers:\n${readers.join('')}`);
  // One start instead of two or three; lean-start.test.ts has those.
  const env = { ...process.env, KAIROS_LEAN_START: 'last' };
  const agent = spawn(process.execPath, [main, '--config', file], { stdio: ['ignore', 'ignore', 'pipe'], env });
  let logged = '';
  agent.stderr.setEncoding('utf8').on('data', (text: string) => {
    logged += text;
  });
  const status = (): DeviceStatus | undefined => store.statuses.at(-1);
  await store.until(() => {
    const states = status()?.readers ?? [];
    return states.length > 0 && states.every(({ state }) => state === 'open');
  });
  return {
    folder,
    store,
    agent,
    cables,
    logged: () => logged,
    status,
    command: (...args) => output(spawn(process.execPath, [main, ...args, '--config', file])),
    async close() {
      if (agent.exitCode === null && agent.signalCode === null) {
        const ended = new Promise((resolve) => agent.once('exit', resolve));
        agent.kill('SIGTERM');
        await ended;
      }
      for (const cable of Object.values(cables)) await cable.pullOut();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function output(child: ChildProcess): Promise<string> {
  let said = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return new Promise((resolve) => child.once('close', () => resolve(said)));
}
