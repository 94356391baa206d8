import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ManagerChanges, ManagerDecision, ManagerState } from '@kairos/protocol/manager-events.ts';
import Database from 'better-sqlite3';
import { io } from 'socket.io-client';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { StartedKairos, survivors } from './started-kairos.ts';

const state = mkdtempSync(join(tmpdir(), 'kairos-start-'));
const running: StartedKairos[] = [];
const blockers: Server[] = [];

/** A port that somebody else listens on, for as long as the test runs. */
async function takenPort(): Promise<number> {
  const server = createServer();
  blockers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as { port: number }).port;
}

function start(http: number, mqtt: number): StartedKairos {
  const kairos = new StartedKairos([
    '--state',
    state,
    '--http',
    String(http),
    '--mqtt',
    String(mqtt),
    '--hq',
    '0',
    '--speed',
    '4',
  ]);
  running.push(kairos);
  return kairos;
}

/** What the manager's page is told until `enough` is true of it. */
async function watch(manager: string, enough: (seen: Seen) => boolean): Promise<Seen> {
  const seen: Seen = { state: null, decisions: new Map(), zones: new Set() };
  const socket = io(`${new URL(manager).origin}/manager`, { transports: ['websocket'], forceNew: true });
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (enough(seen)) resolve();
    };
    const take = ({ floor = [], decisions = [] }: Partial<ManagerChanges>): void => {
      for (const [, zone] of floor) if (zone >= 0) seen.zones.add(zone);
      for (const decision of decisions) seen.decisions.set(decision.message, decision);
      look();
    };
    socket.on('state', (whole: ManagerState) => {
      seen.state = whole;
      take(whole);
    });
    socket.on('changes', take);
  });
  socket.disconnect();
  return seen;
}

/** What they have heard of the store, and how much waits to be done off site. */
async function headquarters(calls: string): Promise<{ facts: number; commands: number }> {
  const health = (await (await fetch(new URL('/health', calls))).json()) as {
    stores: [{ facts: number }];
    folding: { commands: number };
  };
  return { ...health.stores[0], ...health.folding };
}

interface Seen {
  state: ManagerState | null;
  decisions: Map<string, ManagerDecision>;
  /** By their place in the plan. */
  zones: Set<number>;
}

function factsStored(): number {
  const db = new Database(join(state, 'store', 'journal.db'), { readonly: true });
  try {
    return Number(db.prepare('select count(*) from facts').pluck().get());
  } finally {
    db.close();
  }
}

afterEach(async () => {
  for (const kairos of running.splice(0)) await kairos.interrupt().catch(() => undefined);
  for (const server of blockers.splice(0)) server.close();
});
afterAll(() => rmSync(state, { recursive: true, force: true }));

describe('npm start', () => {
  it('comes up with pages that answer and shoppers who are spoken to, and Ctrl-C leaves nothing running', async () => {
    const kairos = start(0, 0);
    await kairos.says('Ctrl-C ends everything');
    const { manager, watched, free, screen, till, calls } = kairos.pages;
    for (const page of [manager, watched, free, screen, till, calls]) {
      const answer = await fetch(page);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toContain('text/html');
    }
    const seen = await watch(manager, ({ zones, decisions }) => {
      const seenByHer = [...decisions.values()].filter(({ outcome }) => outcome !== 'decided');
      return zones.size >= 6 && seenByHer.length > 0;
    });
    expect(seen.state?.carts.length).toBe(13);

    // What happens in the store is heard at headquarters, where some customers are missed.
    await fetch(new URL('/api/hq/sync', manager), { method: 'POST' });
    expect((await headquarters(calls)).facts).toBeGreaterThan(0);
    await expect.poll(async () => (await headquarters(calls)).commands).toBeGreaterThan(0);

    const processes = kairos.processes();
    for (const part of ['store-server/main.ts', 'demo-headquarters.ts', 'start/shoppers.ts']) {
      expect(processes.some(({ command }) => command.includes(part))).toBe(true);
    }
    await kairos.interrupt();
    expect(kairos.output).toContain('Ended. npm start goes on from what is stored');
    expect(survivors(processes)).toEqual([]);
    await expect(fetch(manager)).rejects.toThrow();
  }, 240_000);

  it('goes on from the stored state, on other ports where the wished ones are taken, and says both', async () => {
    const before = factsStored();
    expect(before).toBeGreaterThan(50);
    const [http, mqtt] = [await takenPort(), await takenPort()];
    const kairos = start(http, mqtt);
    const output = await kairos.says('Ctrl-C ends everything');
    expect(output).toContain(`Port ${http} is taken; the pages are on`);
    expect(output).toContain(`Port ${mqtt} is taken; the broker is on`);
    expect(output).toMatch(/goes on from what was stored in \S+ \(start 2\)/);
    expect(new URL(kairos.pages.manager).port).not.toBe(String(http));
    expect((await fetch(kairos.pages.manager)).status).toBe(200);
    await kairos.interrupt();
    expect(factsStored()).toBeGreaterThan(before);
  }, 240_000);

  it('leaves nothing running even where it is killed without a word', async () => {
    const kairos = start(0, 0);
    await kairos.says('Ctrl-C ends everything');
    const processes = kairos.processes();
    const starter = processes.find(({ command }) => command.includes('simulation/start/main.ts'));
    // Without a number of its own this would be everybody in the group, the tests among them.
    if (!starter) throw new Error(`no starter among ${JSON.stringify(processes)}`);
    process.kill(starter.pid, 'SIGKILL');
    await expect.poll(() => survivors(processes)).toEqual([]);
  }, 240_000);

  it('says that it runs already instead of opening one state twice', async () => {
    const first = start(0, 0);
    await first.says('Ctrl-C ends everything');
    const second = start(0, 0);
    await second.says('is running on');
    expect(await second.interrupt()).not.toBe(0);
    expect((await fetch(first.pages.manager)).status).toBe(200);
  }, 240_000);
});
