import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BrokerHealth } from '../broker/broker.ts';
import { createStoreClock } from '../intake/store-clock.ts';
import type { JournalHealth } from '../journal/journal.ts';
import { createHttp, type HttpServer } from './http-server.ts';
import { createMetrics, type Metrics } from './metrics.ts';

let folder: string;
let http: HttpServer;
let metrics: Metrics;
let url: string;
const ports = simulatedPorts({ startMs: 1_763_000_000_000, seed: 1 });
let state: { isReady: boolean; journal: JournalHealth; broker: BrokerHealth };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-http-'));
  mkdirSync(join(folder, 'cart/assets'), { recursive: true });
  writeFileSync(join(folder, 'cart/index.html'), '<!doctype html><title>Cart</title>');
  writeFileSync(join(folder, 'cart/assets/index-abc123.js'), 'export {};');
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'assets/shared-abc123.js'), 'export {};');
  const journal = {
    state: 'open',
    reason: null,
    setBack: null,
    isChecked: true,
    lastSeq: 7,
    waitingFacts: 0,
    lastCommitAgeMs: 5,
    walBytes: 0,
    isWalLarge: false,
    doubled: 0,
  } as const;
  state = { isReady: true, journal, broker: { kind: 'embedded', isUp: true, reason: null, clients: 3 } };
  metrics = createMetrics();
  metrics.watchJournal(() => state.journal);
  http = await createHttp({
    probes: {
      isReady: () => state.isReady,
      journal: () => state.journal,
      broker: () => state.broker,
      clock: createStoreClock(ports.clock),
      screens: () => 2,
      more: () => ({ visits: 4, ready: 'not to be overruled' }),
    },
    metrics,
    journal: { rejected: async () => [] },
    floorPlan: {
      name: 'Test',
      width: 1,
      height: 1,
      zones: [],
      walls: [],
      shelves: [],
      tills: [],
      doors: [],
      screens: [],
      anchors: [],
    },
    pages: [
      { path: '/cart/', title: 'Cart', says: 'the cart’s page', folder: join(folder, 'cart') },
      { path: '/manager/', title: 'Manager', says: 'the floor', folder: join(folder, 'not-built') },
    ],
    routes: (app) => {
      app.get('/api/mine', () => ({ mine: true }));
    },
  });
  const { port } = await http.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${port}`;
});
afterEach(async () => {
  await http.close();
  metrics.close();
  rmSync(folder, { recursive: true, force: true });
});

const get = (path: string) => fetch(url + path, { redirect: 'manual' });
const health = async () => {
  const response = await get('/health');
  return {
    status: response.status,
    ...((await response.json()) as { ready: boolean; complaints: string[] } & Record<string, unknown>),
  };
};

describe('/health', () => {
  it('is 200 while all is well, with everything that a person would ask', async () => {
    expect(await health()).toMatchObject({
      status: 200,
      ready: true,
      complaints: [],
      journal: { state: 'open', lastSeq: 7 },
      broker: { clients: 3 },
      clock: { storeTime: 1_763_000_000_000, pendingStepMs: null },
      screens: 2,
      visits: 4,
    });
  });

  it.each([
    ['before all has started', () => Object.assign(state, { isReady: false }), null],
    [
      'while the disk refuses',
      () => Object.assign(state, { journal: { ...state.journal, state: 'failing', reason: 'SQLITE_FULL; make room' } }),
      /^journal: SQLITE_FULL; make room/,
    ],
    [
      'while the broker is away',
      () => Object.assign(state, { broker: { ...state.broker, isUp: false, reason: 'the line is down' } }),
      /^broker: the line is down/,
    ],
  ] as const)('is 503 %s, and says what to see to', async (_, spoil, complaint) => {
    spoil();
    const { status, ready, complaints } = await health();
    expect([status, ready]).toEqual([503, false]);
    if (complaint) expect(complaints[0]).toMatch(complaint);
  });

  it('complains of a stepped clock and a swollen log, and is ready all the same', async () => {
    ports.stepWallClock(3_600_000);
    Object.assign(state, { journal: { ...state.journal, isWalLarge: true, walBytes: 70_000_000 } });
    const { status, complaints } = await health();
    ports.stepWallClock(-3_600_000);
    expect(status).toBe(200);
    expect(complaints).toEqual([
      expect.stringMatching(/^journal: its log has grown to 70000000/),
      expect.stringMatching(/stepped by 3600 s/),
    ]);
  });
});

describe('the pages', () => {
  it('are served under a strict policy; what carries a hash is kept for ever, the rest asked for anew', async () => {
    const page = await get('/cart/');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<title>Cart</title>');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|'strict-dynamic'/);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    for (const path of ['/cart/assets/index-abc123.js', '/assets/shared-abc123.js']) {
      const asset = await get(path);
      expect([path, asset.headers.get('cache-control')]).toEqual([path, 'public, max-age=31536000, immutable']);
    }
  });

  it('are found without the last slash, the query kept', async () => {
    const redirect = await get('/cart?cart=cart-07');
    expect([redirect.status, redirect.headers.get('location')]).toEqual([302, '/cart/?cart=cart-07']);
  });

  it('say how to build them where they have not been built', async () => {
    const page = await get('/manager/');
    expect(page.status).toBe(503);
    expect(await page.text()).toMatch(/npm run build/);
  });

  it('are listed at /', async () => {
    const text = await (await get('/')).text();
    for (const path of ['/cart/', '/manager/', '/health', '/metrics']) expect(text).toContain(`href="${path}"`);
  });
});

it('serves metrics, the floor plan and the routes of others', async () => {
  const text = await (await get('/metrics')).text();
  for (const name of [
    'kairos_facts_total',
    'kairos_rejected_total',
    'kairos_ack_ms',
    'kairos_commit_ms',
    'kairos_journal_waiting_facts',
    'kairos_event_loop_lag_p99_ms',
  ]) {
    expect(text).toContain(`# TYPE ${name} `);
  }
  expect(await (await get('/api/floor-plan')).json()).toMatchObject({ name: 'Test' });
  expect(await (await get('/api/mine')).json()).toEqual({ mine: true });
});
