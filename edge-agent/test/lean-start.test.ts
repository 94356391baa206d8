/** The starts of the agent: small, the first time as well as later, and where there is no place for the cache. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const main = new URL('../main.ts', import.meta.url).pathname;
let folder = '';
let agents: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-lean-'));
});
afterEach(async () => {
  for (const agent of agents) await end(agent);
  agents = [];
  rmSync(folder, { recursive: true, force: true });
});

async function end(agent: ChildProcess): Promise<void> {
  if (agent.exitCode !== null || agent.signalCode !== null) return;
  const ended = new Promise((resolve) => agent.once('exit', resolve));
  agent.kill('SIGTERM');
  await ended;
}

/** Resolves once it says that it runs. Nobody listens where it looks for its store. */
async function start(state: string, env: Record<string, string> = {}): Promise<ChildProcess> {
  const file = join(folder, 'edge.yaml');
  writeFileSync(file, `device: cart-01\nstore: { url: "mqtt://127.0.0.1:1" }\nstate: ${state}\n`);
  // Its own cache or none: what other tests have compiled is not there on a cart.
  const { NODE_COMPILE_CACHE: _, ...plain } = process.env;
  const agent = spawn(process.execPath, [main, '--config', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...plain, ...env },
  });
  agents.push(agent);
  await new Promise<void>((resolve, reject) => {
    let said = '';
    agent.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('the agent runs')) resolve();
    });
    agent.once('close', () => reject(new Error(said)));
  });
  return agent;
}

/** Memory that is nobody else's file, megabytes: what a start leaves behind. */
function anonymousMb({ pid }: ChildProcess): number {
  return Number(/^Pss_Anon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]) / 1_024;
}

it('an agent is small at its first start and at its second; control: one that does not start anew is not', async () => {
  const plain = await start('plain', { KAIROS_LEAN_START: 'last' });
  const first = await start('lean');
  await end(first);
  const second = await start('lean');
  const third = await start('other');
  expect(anonymousMb(second)).toBeLessThan(anonymousMb(plain) * 0.75);
  expect(anonymousMb(third)).toBeLessThan(anonymousMb(plain) * 0.75);
  expect(readdirSync(join(folder, 'lean', 'compiled')).length).toBeGreaterThan(0);
});

it('where the state folder takes nothing, an agent runs all the same', async () => {
  const agent = await start('edge.yaml/state');
  expect(agent.exitCode).toBeNull();
});
