/** What comes wrongly from screens in zones: refused with a reason, counted, kept, and nothing stops. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ZoneScreenSnapshot } from '@kairos/protocol/zone-screen-events.ts';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type OpenStore, openStore } from './open-store.ts';

let store: OpenStore;
let folder: string;
const opened: Socket[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-zone-input-'));
  const zones = [
    {
      id: 'suits',
      name: 'Suits',
      kind: 'open',
      polygon: [
        [0, 0],
        [10, 0],
        [10, 10],
      ],
    },
    {
      id: 'shoes',
      name: 'Shoes',
      kind: 'open',
      polygon: [
        [10, 0],
        [20, 0],
        [20, 10],
      ],
    },
  ];
  const screens = [{ id: 'screen-1', zone: 'suits', at: [1, 1] }];
  writeFileSync(join(folder, 'plan.yaml'), stringify({ name: 'test', width: 20, height: 10, zones, screens }));
  const devices = [{ id: 'screen-1', may: [], token: 'secret-of-screen-1' }];
  store = await openStore({ floorPlan: join(folder, 'plan.yaml'), devices });
});
afterAll(async () => {
  for (const socket of opened) socket.disconnect();
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});

function connect(auth: Record<string, unknown>): Socket {
  const socket = io(`http://127.0.0.1:${store.running.httpPort}/zone-screens`, {
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    auth,
  });
  opened.push(socket);
  return socket;
}

const hello = { screen: 'screen-1', epoch: 'epoch-1', token: 'secret-of-screen-1' };
const refusal = (socket: Socket): Promise<string> =>
  new Promise((resolve, reject) => {
    socket.once('connect', () => reject(new Error('it was let in')));
    socket.once('connect_error', (error) =>
      resolve((error as Error & { data?: { reason: string } }).data?.reason ?? ''),
    );
  });
const view = (socket: Socket): Promise<ZoneScreenSnapshot> => new Promise((resolve) => socket.once('view', resolve));
const kept = async (): Promise<{ device: string; reason: string; detail: string }[]> =>
  ((await store.get('/api/rejected?limit=1000')) as { rejected: { device: string; reason: string; detail: string }[] })
    .rejected;

describe('a screen in a zone', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['without a name', { epoch: 'epoch-1' }, 'hello-shape'],
    ['of no zone', { ...hello, screen: 'screen-9' }, 'unknown-screen'],
    ['that is a cart', { ...hello, screen: 'cart-1' }, 'unknown-screen'],
    ['with a wrong token', { ...hello, token: 'secret-of-screen-2' }, 'wrong-token'],
  ])('%s is not let in, and hears why', async (_, auth, reason) => {
    expect(await refusal(connect(auth))).toBe(reason);
  });

  it('is shown its zone, and nobody’s name', async () => {
    const { view: shown, version } = await view(connect(hello));
    expect(version).toBeGreaterThanOrEqual(0);
    expect(shown).toMatchObject({ screen: 'screen-1', zone: { id: 'suits', name: 'Suits' }, message: null });
  });

  it.each<[string, string, unknown, string]>([
    ['an event that is none', 'resync', { have: 1 }, 'unknown-topic'],
    ['a sign of life of nothing', 'alive', {}, 'unknown-topic'],
    [
      'a sign of life of somebody else’s shape',
      'alive',
      { version: -1, painted: 7, isVisible: 'yes' },
      'unknown-topic',
    ],
    ['facts that are no batch', 'facts', 'text', 'batch-shape'],
    [
      'a fact about another screen',
      'facts',
      {
        epoch: 'epoch-2',
        oldest: 1,
        facts: [{ sequence: 1, ageMs: 0, type: 'message.shown', body: { message: 'message-1', screen: 'cart-1' } }],
      },
      'not-yours',
    ],
    [
      'a play without its length',
      'facts',
      {
        epoch: 'epoch-3',
        oldest: 1,
        facts: [{ sequence: 1, ageMs: 0, type: 'screen.played', body: { message: 'message-1', screen: 'screen-1' } }],
      },
      'body-shape',
    ],
  ])('%s: a reason, kept for inspection, and the line stays', async (_, event, payload, reason) => {
    const socket = connect(hello);
    await view(socket);
    const before = (await kept()).filter((one) => one.device === 'screen-1' && one.reason === reason).length;
    socket.emit(event, payload);
    await expect
      .poll(async () => (await kept()).filter((one) => one.device === 'screen-1' && one.reason === reason).length)
      .toBeGreaterThan(before);
    expect(socket.connected).toBe(true);
  });
});
