/** The line to the store, over a real broker: what is queued arrives, once, in order, whatever happens to the line. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { floorPlan } from '@kairos/protocol/floor-plan.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import type { DeviceConfig } from '@kairos/protocol/topics.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../log.ts';
import { type DurableQueue, openDurableQueue } from '../queue/durable-queue.ts';
import { startUplink, type Uplink, type UplinkOptions } from '../uplink/mqtt-uplink.ts';
import { openSmallStore, type SmallStore, type StoreManners } from './small-store.ts';

const device = 'cart-01';
/** Timers run twenty times as fast: a resend after half a second instead of ten. */
const hasty: Ports = {
  ...systemPorts,
  timers: { after: (delayMs, run) => systemPorts.timers.after(delayMs / 20, run) },
};

let folder = '';
let cleanUp: (() => Promise<void> | void)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-uplink-'));
});
afterEach(async () => {
  for (const step of cleanUp.reverse()) await step();
  cleanUp = [];
  rmSync(folder, { recursive: true, force: true });
});

async function openStore(manners: Partial<StoreManners> = {}): Promise<SmallStore> {
  const store = await openSmallStore({ device, ...manners });
  cleanUp.push(() => store.close());
  return store;
}
function openQueue(): DurableQueue {
  const opened = openDurableQueue({ file: join(folder, 'queue.db'), ports: systemPorts });
  if (opened.kind !== 'open') throw new Error(opened.message);
  cleanUp.push(() => opened.queue.close());
  return opened.queue;
}
function connect(store: SmallStore, queue: DurableQueue, more: Partial<UplinkOptions> = {}): Uplink {
  const uplink = startUplink({
    url: store.url,
    device,
    token: () => null,
    ports: hasty,
    queue,
    log: silentLog,
    status: () => ({ state: 'online', epoch: queue.epoch, queue: queue.stats() }),
    onConfig: () => undefined,
    ...more,
  });
  cleanUp.push(() => uplink.stop());
  return uplink;
}
const put = (queue: DurableQueue, from: number, to: number): Promise<unknown> =>
  Promise.all(
    Array.from({ length: to - from }, (_, index) =>
      queue.enqueue('basket.added', { cart: device, code: String(from + index), quantity: 1000 }),
    ),
  );
const codes = (store: SmallStore): number[] => store.facts.map(({ body }) => Number((body as { code: string }).code));
const upTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index);

describe('facts', () => {
  it('that were queued before there was a connection arrive with it, in order, and leave the queue', async () => {
    const queue = openQueue();
    await put(queue, 0, 1_500);
    const store = await openStore();
    connect(store, queue);
    await store.until(() => store.facts.length === 1_500);
    expect(codes(store)).toEqual(upTo(1_500));
    expect(store.early).toBe(0);
    await put(queue, 1_500, 1_501);
    await store.until(() => store.facts.length === 1_501);
  });

  it('survive a broker that comes and goes: nothing lost, nothing doubled, in order', async () => {
    const queue = openQueue();
    let store = await openStore();
    const port = Number(new URL(store.url).port);
    connect(store, queue);
    for (let life = 0; life < 5; life += 1) {
      const before = store.facts.length;
      await put(queue, life * 400, (life + 1) * 400);
      await store.until(() => store.facts.length > before);
      await store.close();
      store = await openStore({ port, ledger: store.facts });
    }
    await store.until(() => store.facts.length === 2_000);
    expect(codes(store)).toEqual(upTo(2_000));
  });

  it('are sent again when acknowledgements are lost, and count once', async () => {
    let lost = 0;
    const store = await openStore({ answers: () => ++lost > 6 });
    const queue = openQueue();
    const uplink = connect(store, queue);
    await put(queue, 0, 300);
    await store.until(() => queue.stats().depth === 0 && store.facts.length === 300);
    expect(codes(store)).toEqual(upTo(300));
    expect(store.repeated).toBeGreaterThan(0);
    expect(uplink.counts()['uplink.resent']).toBeGreaterThan(0);
  });

  it('that the store refuses for good block nothing, and are counted by reason', async () => {
    const store = await openStore({ reject: (sequence) => sequence % 10 === 0 });
    const queue = openQueue();
    const uplink = connect(store, queue);
    await put(queue, 0, 100);
    await store.until(() => uplink.counts()['rejected.unknown-goods'] === 10);
    expect(store.facts).toHaveLength(90);
    expect(queue.stats().depth).toBe(0);
  });

  it('are on the line at most a window at a time', async () => {
    const store = await openStore({ answers: () => false });
    const queue = openQueue();
    connect(store, queue);
    await put(queue, 0, 4_000);
    await store.until(() => store.facts.length === 3_200 && store.statuses.length >= 3);
    expect(store.facts.length).toBe(3_200);
    expect(queue.stats().depth).toBe(4_000);
  });
});

describe('the device', () => {
  it('says how it is, and its last will says it when it cannot', async () => {
    const store = await openStore();
    const uplink = connect(store, openQueue());
    await store.until(() => store.statuses.length > 0);
    expect(store.statuses[0]).toMatchObject({ state: 'online', queue: { depth: 0 } });
    await uplink.stop();
    await store.until(() => store.statuses.at(-1)?.state === 'offline');
  });

  it('hears the settings of the store, which were there before it, and survives what is none', async () => {
    const store = await openStore();
    const zones = [
      {
        id: 'hall',
        name: 'Hall',
        polygon: [
          [0, 0],
          [1, 0],
          [1, 1],
        ],
      },
    ];
    const plan = floorPlan.parse({ name: 'Small', width: 1, height: 1, zones });
    const config: DeviceConfig = {
      store: 'small',
      storeTime: 1,
      loyalty: { prefixes: ['29'], gsrn: true },
      floorPlan: plan,
    };
    await store.publish('config', config, true);
    const heard: DeviceConfig[] = [];
    const warned: string[][] = [];
    const log = { ...silentLog, warn: ({ wrong }: { wrong?: string[] }) => void (wrong && warned.push(wrong)) };
    const uplink = connect(store, openQueue(), { onConfig: (one) => heard.push(one), log });
    await store.until(() => store.statuses.length > 0);
    await store.publish('config', '{"store":');
    await store.publish('config', { ...config, loyalty: { prefixs: ['29'] } });
    await store.publish('acks', '[]');
    await store.publish('acks', { epoch: 'another-epoch', upTo: 99, rejected: [], storeTime: 1 });
    await store.publish('config', config);
    await store.until(() => heard.length === 2);
    expect(heard[0]).toEqual(config);
    expect(heard).toEqual([config, config]);
    expect(uplink.counts()).toMatchObject({
      'uplink.unreadable-config': 2,
      'config.syntax': 1,
      'config.missing': 1,
      'config.unknown-key': 1,
      'uplink.unreadable-ack': 1,
    });
    expect(warned.flat().join()).toContain('did you mean "prefixes"?');
  });

  it('keeps knocking when it is refused, and comes in once its token is right', async () => {
    let store = await openStore({ password: 'the-new-token' });
    const port = Number(new URL(store.url).port);
    const queue = openQueue();
    await put(queue, 0, 3);
    connect(store, queue, { token: () => 'the-old-token' });
    await store.until(() => store.refused >= 3);
    expect(store.facts).toEqual([]);
    await store.close();
    store = await openStore({ port, password: 'the-old-token' });
    await store.until(() => store.facts.length === 3);
  });
});
