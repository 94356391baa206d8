/**
 * A cart that was out of reach for three days: a million facts in the queue of an agent, on a clock of 72 simulated
 * hours with the uplink knocking all the while; then its battery dies (kill -9), the real agent process starts on what
 * is left, and drains it into the real store server. The ledger is held to the store's journal, fact by fact. Beside
 * it, in the same run, the same agent drains into a bare broker that keeps nothing: the floor.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { leanFlags } from '@kairos/edge-agent/cli/lean-start.ts';
import { StoreProcess } from '@kairos/simulation/process/store-process.ts';
import Database from 'better-sqlite3';
import { stringify } from 'yaml';
import type { BenchOptions, BenchResult, Figure } from './measurement/figures.ts';
import { workloadFloorPlan } from './path/workload.ts';
import { type Balance, balance, type Found } from './queue/facts.ts';
import { freePort, startNode, type Watched } from './queue/processes.ts';

const device = 'cart-0000';
/** An agent is called idle when it has been connected for so long with nothing to say. */
const idleMs = 12_000;
/** The store acknowledges within 250 ms of the commit. */
const ackMs = 500;

export interface QueueRun {
  readonly facts: number;
  /** Simulated, over which they come. */
  readonly hours: number;
  readonly floorFacts: number;
  readonly idleMs: number;
  readonly say: BenchOptions['say'];
}

export interface QueueOutcome extends Balance {
  readonly queued: number;
  readonly oldestHours: number;
  readonly rssOfflineMb: number;
  readonly rssDrainingMb: number;
  readonly drainPerSecond: number;
  readonly floorPerSecond: number;
  readonly left: number;
  readonly idlePssMb: number;
  readonly idleRssMb: number;
}

export async function run({ long, say }: BenchOptions): Promise<BenchResult> {
  const outcome = await measureQueue({
    facts: 1_000_000,
    hours: 72,
    floorFacts: long ? 1_000_000 : 200_000,
    idleMs,
    say,
  });
  return { figures: figuresOf(outcome) };
}

export async function measureQueue({ facts, hours, floorFacts, idleMs: idle, say }: QueueRun): Promise<QueueOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-queue-bench-'));
  try {
    const idling = await measureIdle(folder, idle, say);
    const offline = await fill(folder, 'cart', { facts, hours });
    say(
      `${offline.depth} facts queued over ${Math.round(offline.oldestHours)} h, at most ${Math.round(offline.peakMb)} MB`,
    );
    const drained = await drainIntoStore(folder, offline, say);
    const floorOffline = await fill(folder, 'floor', { facts: floorFacts, hours });
    const floorPerSecond = await drainIntoFloor(folder, floorOffline, floorFacts);
    say(`the floor takes ${Math.round(floorPerSecond)} facts a second`);
    return {
      ...drained,
      ...idling,
      queued: offline.depth,
      oldestHours: offline.oldestHours,
      rssOfflineMb: Math.max(offline.peakMb, floorOffline.peakMb),
      floorPerSecond,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Offline {
  readonly name: string;
  readonly port: number;
  readonly depth: number;
  readonly oldestHours: number;
  readonly peakMb: number;
}

/** Fills the queue of a state folder while nobody listens, and kills the process that did. */
async function fill(
  folder: string,
  name: string,
  { facts, hours }: { readonly facts: number; readonly hours: number },
): Promise<Offline> {
  const port = await freePort();
  mkdirSync(join(folder, name));
  const args = [join(folder, name, 'queue.db'), `mqtt://127.0.0.1:${port}`, device, String(facts), String(hours)];
  const agent = startNode(new URL('queue/offline-agent.ts', import.meta.url), args, leanFlags);
  try {
    const { depth, refused, oldestHours } = await agent.line<{ depth: number; refused: number; oldestHours: number }>();
    if (refused > 0) throw new Error(`the queue refused ${refused} facts: is the disk full?`);
    return { name, port, depth, oldestHours, peakMb: agent.peakMb() };
  } finally {
    await agent.end('SIGKILL');
  }
}

type Drained = Balance & Pick<QueueOutcome, 'rssDrainingMb' | 'drainPerSecond' | 'left'>;

async function drainIntoStore(folder: string, offline: Offline, say: BenchOptions['say']): Promise<Drained> {
  const store = new StoreProcess(writeStore(folder, offline.port));
  const { http } = await store.start();
  const lastSeq = async (): Promise<number> => {
    const health = (await (await fetch(`http://127.0.0.1:${http}/health`)).json()) as { journal: { lastSeq: number } };
    return health.journal.lastSeq;
  };
  const agent = startAgent(folder, offline);
  try {
    const before = await lastSeq();
    const beganAt = await reached(lastSeq, before + 1);
    const endedAt = await reached(lastSeq, before + offline.depth);
    const drainPerSecond = offline.depth / ((endedAt - beganAt) / 1_000);
    say(`drained in ${Math.round((endedAt - beganAt) / 1_000)} s: ${Math.round(drainPerSecond)} facts a second`);
    // The last acknowledgements are on their way.
    await pause(ackMs);
    const rssDrainingMb = agent.peakMb();
    await agent.end('SIGTERM');
    await store.stop();
    const left = leftIn(join(folder, offline.name, 'queue.db'));
    return { rssDrainingMb, drainPerSecond, left, ...ledgerOf(join(folder, 'store-data'), offline.depth) };
  } finally {
    await agent.end('SIGKILL');
    await store.kill();
  }
}

async function drainIntoFloor(folder: string, offline: Offline, facts: number): Promise<number> {
  const floor = startNode(new URL('queue/floor-store.ts', import.meta.url), [String(facts), String(offline.port)]);
  const agents: Watched[] = [];
  try {
    await floor.line();
    agents.push(startAgent(folder, offline));
    const { seconds } = await floor.line<{ seconds: number }>();
    return facts / seconds;
  } finally {
    await Promise.all([...agents, floor].map((one) => one.end('SIGKILL')));
  }
}

/** A new agent, connected to a store that has nothing to ask: what it costs to be there. */
async function measureIdle(
  folder: string,
  idle: number,
  say: BenchOptions['say'],
): Promise<Pick<QueueOutcome, 'idlePssMb' | 'idleRssMb'>> {
  const port = await freePort();
  const store = new StoreProcess(writeStore(join(folder, 'idle-store'), port));
  const { http } = await store.start();
  const agent = startAgent(folder, { name: 'idle', port });
  try {
    await untilThere(http);
    await pause(idle);
    const [idlePssMb, idleRssMb] = [agent.pssMb(), agent.rssMb()];
    say(`an idle agent: ${idlePssMb.toFixed(1)} MB (PSS), ${idleRssMb.toFixed(1)} MB where nobody shares its pages`);
    return { idlePssMb, idleRssMb };
  } finally {
    await agent.end('SIGTERM');
    await store.stop();
  }
}

function startAgent(folder: string, { name, port }: Pick<Offline, 'name' | 'port'>): Watched {
  const config = join(folder, `${name}.yaml`);
  writeFileSync(
    config,
    stringify({ device, store: { url: `mqtt://127.0.0.1:${port}` }, state: join(folder, name), queue: { hours: 168 } }),
  );
  return startNode(new URL('../edge-agent/main.ts', import.meta.url), ['run', '--config', config]);
}

/** When, by the monotonic clock, `read` gave as much; within 20 ms. */
async function reached(read: () => Promise<number>, much: number): Promise<number> {
  while ((await read()) < much) await pause(20);
  return performance.now();
}

/** Facts that the agent still held when it ended. */
function leftIn(file: string): number {
  const queue = new Database(file, { readonly: true });
  try {
    return (queue.prepare('SELECT count(*) depth FROM facts').get() as { depth: number }).depth;
  } finally {
    queue.close();
  }
}

/** Until the device has told the store that it is there, and that nothing waits in it. */
async function untilThere(http: number): Promise<void> {
  for (let tries = 0; tries < 120; tries += 1) {
    const health = (await (await fetch(`http://127.0.0.1:${http}/health`)).json()) as {
      devices: Record<string, { queue?: { depth: number } }>;
    };
    if (health.devices[device]?.queue?.depth === 0) return;
    await pause(500);
  }
  throw new Error('the agent did not come');
}

/** By SQL of its own on the closed journal, independent of the code that wrote it. */
function ledgerOf(data: string, count: number): Balance {
  const journal = new Database(join(data, 'journal.db'), { readonly: true });
  const rows = journal
    .prepare<[string], Found>(
      `SELECT zone.text zone, facts.amount confidence FROM facts
       JOIN sources ON sources.id = facts.source JOIN words zone ON zone.id = facts.thing
       WHERE sources.device = ? ORDER BY facts.seq`,
    )
    .iterate(device);
  try {
    return balance(rows, count);
  } finally {
    journal.close();
  }
}

function figuresOf(outcome: QueueOutcome): Figure[] {
  const figure = (name: string, value: number, unit: string, goal: string | null): Figure => ({
    name,
    value,
    unit,
    goal,
    spread: null,
  });
  return [
    figure('queued', outcome.queued, 'count', '>= 1000000'),
    figure('oldest_hours', outcome.oldestHours, 'h', '>= 71'),
    figure('rss_max_mb', Math.max(outcome.rssOfflineMb, outcome.rssDrainingMb), 'MB', '<= 150'),
    figure('rss_offline_mb', outcome.rssOfflineMb, 'MB', null),
    figure('rss_draining_mb', outcome.rssDrainingMb, 'MB', null),
    figure('drain_per_second', outcome.drainPerSecond, 'facts/s', '>= 5000'),
    figure('floor_drain_per_second', outcome.floorPerSecond, 'facts/s', null),
    figure('drain_floor_ratio', outcome.drainPerSecond / outcome.floorPerSecond, 'x', null),
    figure('lost', outcome.lost, 'count', '= 0'),
    figure('doubled', outcome.doubled, 'count', '= 0'),
    figure('left_in_queue', outcome.left, 'count', '= 0'),
    figure('agent_idle_pss_mb', outcome.idlePssMb, 'MB', '<= 90'),
    figure('agent_idle_rss_mb', outcome.idleRssMb, 'MB', null),
  ];
}

function writeStore(folder: string, mqttPort: number): { config: string; data: string } {
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  mkdirSync(join(folder, 'dialogues'), { recursive: true });
  write('dialogues/house.yaml', 'defaultLocale: en\n');
  write('floor-plan.yaml', stringify(workloadFloorPlan()));
  const data = join(folder, 'store-data');
  const config = join(folder, 'store.yaml');
  write(
    'store.yaml',
    stringify({
      store: { id: 'bench', title: 'Bench', timeZone: 'UTC', currency: 'EUR' },
      listen: { http: 0, mqtt: mqttPort },
      data,
      floorPlan: 'floor-plan.yaml',
      dialogues: 'dialogues',
      loyalty: { prefixes: ['29'] },
      chainKey: 'bench-chain-key-for-measurement',
      carts: [{ id: device }],
    }),
  );
  return { config, data };
}
