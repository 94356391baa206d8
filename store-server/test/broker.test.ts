import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import type { MqttClient } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { type InnerStore, openInnerStore } from './inner-store.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function store(yaml = ''): Promise<InnerStore> {
  const opened = await openInnerStore({ yaml });
  open.push(opened);
  return opened;
}

const batch = (sequence: number, cart = 'cart-01'): string =>
  JSON.stringify({
    epoch: 'epoch-1',
    oldest: 1,
    facts: [{ sequence, ageMs: 0, type: 'zone.entered', body: { cart, zone: 'suits', confidence: 900 } }],
  });

function collect(client: MqttClient): { topic: string; text: string; isRetained: boolean }[] {
  const heard: { topic: string; text: string; isRetained: boolean }[] = [];
  client.on('message', (topic, payload, packet) =>
    heard.push({ topic, text: payload.toString(), isRetained: packet.retain }),
  );
  return heard;
}

describe('the embedded broker', () => {
  it('tells a device its configuration, retained, whenever it subscribes, and nobody else’s', async () => {
    const inner = await store();
    const cart = await inner.connect('cart-01');
    const heard = collect(cart);
    await cart.subscribeAsync('kairos/devices/cart-01/config', { qos: 1 });
    await inner.until('the configuration', () => heard.length === 1);
    expect(heard[0]).toEqual({
      topic: 'kairos/devices/cart-01/config',
      text: '{"store":"test","cart":"cart-01"}',
      isRetained: true,
    });
    inner.broker.sendToDevice('cart-01', 'config', { news: 1 });
    inner.broker.sendToDevice('cart-02', 'config', { news: 2 });
    await inner.until('the news', () => heard.length === 2);
    expect(heard[1]).toMatchObject({ text: '{"news":1}', isRetained: false });
  });

  it('knows who is there', async () => {
    const inner = await store();
    expect(inner.broker.connectedDevices()).toEqual([]);
    const cart = await inner.connect('cart-01');
    await inner.until('cart-01', () => inner.broker.connectedDevices().join() === 'cart-01');
    expect(inner.broker.health).toMatchObject({ isUp: true, clients: 1 });
    await cart.endAsync();
    await inner.until('nobody', () => inner.broker.connectedDevices().length === 0);
  });

  it('hears a gateway that has no name, in the vendor’s words', async () => {
    const inner = await store();
    const gateway = await inner.connect('E7DAE08E6FC3', { username: undefined });
    const line = '$GPRP,0C61CFC1452E,E7DAE08E6FC3,-44,0201061AFF4C0002';
    await gateway.publishAsync('kairos/gateways/a/ingics', line, { qos: 0 });
    await inner.until('the line', () => inner.heard.gateways.length === 1);
    expect(inner.heard.gateways).toEqual([line]);
  });

  it('lets fall what a device says beyond its measure, and hears the others as before', async () => {
    const inner = await store('limits: { messagesPerSecond: 1, messagesAtOnce: 10 }\n');
    const loud = await inner.connect('cart-01');
    const calm = await inner.connect('cart-02', { password: 'token-of-cart-2' });
    const heard = collect(calm);
    await calm.subscribeAsync('kairos/devices/cart-02/acks', { qos: 1 });
    for (let sequence = 1; sequence <= 100; sequence += 1)
      await loud.publishAsync('kairos/devices/cart-01/facts', batch(sequence), { qos: 1 });
    await calm.publishAsync('kairos/devices/cart-02/facts', batch(1, 'cart-02'), { qos: 1 });
    await inner.until('an acknowledgement', () => heard.length === 1);
    const dropped = await inner.counter('mqtt_throttled_total');
    expect(dropped).toBeGreaterThanOrEqual(80);
    // What fell was never acknowledged by us: the device says it again.
    expect(inner.intake.upTo('cart-01', 'epoch-1')).toBe(100 - dropped);
  });

  it('takes so many connections and no more', async () => {
    const inner = await store('limits: { clients: 2 }\n');
    await inner.connect('cart-01');
    await inner.connect('cart-01', { clientId: 'cart-01-b' });
    await expect(inner.connect('cart-01', { clientId: 'cart-01-c' })).rejects.toThrow();
    expect(inner.broker.health.clients).toBe(2);
  });

  it('lets a later connection of the same client id end the earlier, and answers on the later', async () => {
    const inner = await store();
    const first = await inner.connect('cart-01');
    const ended = new Promise<void>((resolve) => first.once('close', () => resolve()));
    const second = await inner.connect('cart-01');
    const heard = collect(second);
    await ended;
    await second.subscribeAsync('kairos/devices/cart-01/acks', { qos: 1 });
    await second.publishAsync('kairos/devices/cart-01/facts', batch(1), { qos: 1 });
    await inner.until('the acknowledgement', () => heard.length === 1);
  });
});

describe('another broker by URL', () => {
  /** A broker of somebody else: stock Aedes, no rules. */
  async function otherBroker(port = 0): Promise<{ port: number; close(): Promise<void> }> {
    const aedes = await Aedes.createBroker();
    const sockets = new Set<Socket>();
    const server: Server = createServer((socket) => {
      sockets.add(socket);
      aedes.handle(socket);
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return {
      port: (server.address() as { port: number }).port,
      close: async () => {
        await new Promise<void>((resolve) => aedes.close(() => resolve()));
        for (const socket of sockets) socket.destroy();
        await new Promise<void>((resolve) => server.close(() => resolve()));
      },
    };
  }

  it('hears and answers devices through it, refuses what is none of its devices’, and survives its restart', async () => {
    let other = await otherBroker();
    const inner = await store(`broker: { url: 'mqtt://127.0.0.1:${other.port}' }\n`);
    await inner.until('the line', () => inner.broker.health.isUp);
    const { connectAsync } = await import('mqtt');
    const device = async () => {
      const client = await connectAsync(`mqtt://127.0.0.1:${other.port}`, { protocolVersion: 4, reconnectPeriod: 0 });
      const heard = collect(client);
      await client.subscribeAsync(['kairos/devices/cart-01/acks', 'kairos/devices/cart-01/config'], { qos: 1 });
      return { client, heard };
    };
    const before = await device();
    await inner.until('the retained configuration', () =>
      before.heard.some(({ topic, isRetained }) => topic.endsWith('config') && isRetained),
    );
    await before.client.publishAsync('kairos/devices/cart-01/facts', batch(1), { qos: 1 });
    await inner.until('the acknowledgement', () => before.heard.some(({ topic }) => topic.endsWith('acks')));
    await before.client.publishAsync('kairos/devices/cart-99/facts', batch(1), { qos: 1 });
    await inner.until(
      'the refusal',
      async () => (await inner.counter('rejected_total', 'reason="unknown-topic",by="mqtt"')) === 1,
    );
    await before.client.endAsync(true);

    const { port } = other;
    await other.close();
    await inner.until('the line to be down', () => !inner.broker.health.isUp);
    expect(inner.broker.health.reason).toMatch(/is down|ECONNREFUSED/);
    inner.broker.sendToDevice('cart-01', 'acks', { lost: true });
    other = await otherBroker(port);
    open.push(other);
    await inner.until('the line again', () => inner.broker.health.isUp);
    const after = await device();
    await after.client.publishAsync('kairos/devices/cart-01/facts', batch(2), { qos: 1 });
    await inner.until('the acknowledgement', () =>
      after.heard.some(({ topic, text }) => topic.endsWith('acks') && text.includes('"upTo":2')),
    );
    expect(after.heard.some(({ text }) => text.includes('lost'))).toBe(false);
    await after.client.endAsync(true);
  });

  it('does not take what it kept of a gateway for something that was heard now', async () => {
    const other = await otherBroker();
    open.push(other);
    const { connectAsync } = await import('mqtt');
    const gateway = await connectAsync(`mqtt://127.0.0.1:${other.port}`, { protocolVersion: 4 });
    await gateway.publishAsync('kairos/gateways/a/ingics', 'kept', { qos: 1, retain: true });
    const inner = await store(`broker: { url: 'mqtt://127.0.0.1:${other.port}' }\n`);
    await inner.until('the line', () => inner.broker.health.isUp);
    await gateway.publishAsync('kairos/gateways/a/ingics', 'heard', { qos: 1 });
    await inner.until('what was heard', () => inner.heard.gateways.length > 0);
    expect(inner.heard.gateways).toEqual(['heard']);
    await gateway.endAsync(true);
  });
});
