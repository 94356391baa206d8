import { connect } from 'node:net';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type InnerStore, openInnerStore } from './inner-store.ts';

let store: InnerStore;
let cart: MqttClient;
let sequence = 0;
const epoch = 'epoch-1';
const acks: { upTo: number; rejected: { sequence: number; reason: string }[] }[] = [];

beforeAll(async () => {
  store = await openInnerStore();
  cart = await store.connect('cart-01');
  cart.on('message', (_, payload) => acks.push(JSON.parse(payload.toString()) as (typeof acks)[number]));
  await cart.subscribeAsync('kairos/devices/cart-01/acks', { qos: 1 });
});
afterAll(async () => store?.close());

const topicOf = (leaf: string): string => `kairos/devices/cart-01/${leaf}`;
const zone = (more: object = {}): object => ({
  sequence: ++sequence,
  ageMs: 0,
  type: 'zone.entered',
  body: { cart: 'cart-01', zone: 'suits', confidence: 900 },
  ...more,
});
const facts = (...list: object[]): string => JSON.stringify({ epoch, oldest: 1, facts: list });

/** What is said afterwards is still taken in, over the same connection. */
async function stillListens(): Promise<void> {
  await cart.publishAsync(topicOf('facts'), facts(zone()), { qos: 1 });
  const expected = sequence;
  await store.until(`an acknowledgement of ${expected}`, () => acks.some(({ upTo }) => upTo >= expected));
  expect(cart.connected).toBe(true);
}

describe('bad input on every topic gets its reason and its counter, and stops nothing', () => {
  const reading = (more: object = {}) => ({ cart: 'cart-01', anchor: '0123456789ab', rssi: -60, ageMs: 0, ...more });

  it.each<[string, string, () => string | Buffer, string]>([
    ['facts: no JSON', topicOf('facts'), () => '{', 'not-json'],
    ['facts: bytes', topicOf('facts'), () => Buffer.from([0, 255, 254]), 'not-json'],
    ['facts: no batch', topicOf('facts'), () => '{"a":1}', 'batch-shape'],
    [
      'facts: too many bytes',
      topicOf('facts'),
      () => facts(zone({ body: { cart: 'cart-01', zone: 'x'.repeat(70_000) } })),
      'too-large',
    ],
    ['facts: unknown type', topicOf('facts'), () => facts(zone({ type: 'nonsense' })), 'unknown-type'],
    ['facts: the store’s own type', topicOf('facts'), () => facts(zone({ type: 'reward.issued' })), 'not-from-devices'],
    ['facts: wrong body', topicOf('facts'), () => facts(zone({ body: { cart: 7 } })), 'body-shape'],
    [
      'facts: unknown cart',
      topicOf('facts'),
      () => facts(zone({ body: { cart: 'cart-99', zone: 'suits', confidence: 1 } })),
      'unknown-cart',
    ],
    [
      'facts: another’s cart',
      topicOf('facts'),
      () => facts(zone({ body: { cart: 'cart-02', zone: 'suits', confidence: 1 } })),
      'not-yours',
    ],
    [
      'facts: unknown zone',
      topicOf('facts'),
      () => facts(zone({ body: { cart: 'cart-01', zone: 'x', confidence: 1 } })),
      'unknown-zone',
    ],
    [
      'facts: unknown goods',
      topicOf('facts'),
      () => facts(zone({ type: 'basket.added', body: { cart: 'cart-01', code: '1' } })),
      'unknown-goods',
    ],
    [
      'facts: wrong check digit',
      topicOf('facts'),
      () =>
        facts(zone({ type: 'identity.presented', body: { cart: 'cart-01', means: 'typed', number: '2960104132719' } })),
      'check-digit',
    ],
    ['readings: no JSON', topicOf('readings'), () => 'rssi=-60', 'not-json'],
    ['readings: none', topicOf('readings'), () => '{"readings":[]}', 'unreadable-reading'],
    [
      'readings: too strong to be true',
      topicOf('readings'),
      () => JSON.stringify({ readings: [reading({ rssi: 20 })] }),
      'unreadable-reading',
    ],
    [
      'readings: unknown cart',
      topicOf('readings'),
      () => JSON.stringify({ readings: [reading({ cart: 'cart-99' })] }),
      'unknown-cart',
    ],
    [
      'readings: another’s cart',
      topicOf('readings'),
      () => JSON.stringify({ readings: [reading({ cart: 'cart-02' })] }),
      'not-yours',
    ],
    [
      'readings: a stranger’s radio',
      topicOf('readings'),
      () => JSON.stringify({ readings: [reading({ anchor: 'ffffffffffff' })] }),
      'foreign-radio',
    ],
    ['status: no JSON', topicOf('status'), () => 'online', 'not-json'],
    ['status: none that we know', topicOf('status'), () => '{"state":"tired"}', 'body-shape'],
    ['acks: not a device’s to send', topicOf('acks'), () => '{}', 'not-yours'],
    ['config: not a device’s to send', topicOf('config'), () => '{}', 'not-yours'],
    ['another’s topic', 'kairos/devices/cart-02/facts', () => '{"epoch":"epoch-1"}', 'not-yours'],
    ['a topic that is made up', 'kairos/devices/cart-01/gossip', () => '{}', 'unknown-topic'],
    ['a topic of nobody', 'home/kitchen/light', () => 'on', 'unknown-topic'],
    ['$SYS', '$SYS/broker/clients', () => '1', 'unknown-topic'],
  ])('%s', async (_, topic, payload, reason) => {
    const labels = `reason="${reason}",by="mqtt"`;
    const before = await store.counter('rejected_total', labels);
    const text = payload();
    await cart.publishAsync(topic, text, { qos: 1 });
    await stillListens();
    expect(await store.counter('rejected_total', labels)).toBe(before + 1);
    const [newest] = await store.rejected();
    expect(newest).toMatchObject({ by: 'mqtt', device: 'cart-01', reason });
    if (
      reason !== 'foreign-radio' &&
      reason !== 'unreadable-reading' &&
      typeof text === 'string' &&
      topic !== topicOf('facts')
    ) {
      expect(newest?.sample === '' || text.startsWith(newest?.sample.slice(0, 20) ?? '?')).toBe(true);
    }
  });

  it('kept no address of a stranger’s radio and no card number in what was refused', async () => {
    const text = JSON.stringify(await store.rejected());
    expect(text).not.toContain('ffffffffffff');
    expect(text).not.toContain('2960104132719');
    expect(text).toContain('•••••••••••19');
  });

  it('takes what is right in a message of readings, and leaves out the rest', async () => {
    const heard = store.heard.readings.length;
    await cart.publishAsync(
      topicOf('readings'),
      JSON.stringify({ readings: [reading(), reading({ anchor: 'eeeeeeeeeeee' })] }),
      { qos: 1 },
    );
    await stillListens();
    expect(store.heard.readings.slice(heard)).toEqual([[reading()]]);
  });

  it('lost nothing of what was right: every acknowledged fact is in the journal once', async () => {
    await stillListens();
    const stored = await store.journal.facts({ types: ['zone.entered'], limit: 10_000 });
    const sequences = stored.map((fact) => fact.source?.sequence);
    const refused = new Set(acks.flatMap(({ rejected }) => rejected.map((one) => one.sequence)));
    expect(new Set(sequences).size).toBe(sequences.length);
    const upTo = Math.max(...acks.map((ack) => ack.upTo));
    for (let number = 1; number <= upTo; number += 1) {
      expect(sequences.includes(number) !== refused.has(number), `fact ${number}`).toBe(true);
    }
  });

  it('answers a subscription to anything but one’s own with a failure, and goes on', async () => {
    for (const filter of [
      '#',
      '+/+/+/acks',
      'kairos/devices/+/acks',
      'kairos/devices/cart-02/acks',
      '$SYS/#',
      'kairos/devices/cart-01/facts',
    ]) {
      await expect(cart.subscribeAsync(filter, { qos: 1 })).rejects.toThrow();
    }
    await stillListens();
  });
});

describe('bad connections', () => {
  /** Says it over a bare socket; resolves with what came back until the other side ended it. */
  async function saidBare(bytes: Buffer): Promise<Buffer> {
    const socket = connect({ port: store.broker.port as number, host: '127.0.0.1' });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => {});
    socket.write(bytes);
    await new Promise<void>((resolve) => socket.once('close', () => resolve()));
    return Buffer.concat(chunks);
  }
  /** MQTT 3.1.1 CONNECT with these parts. */
  function connectPacket({
    flags,
    keepalive,
    id,
    username,
  }: {
    flags: number;
    keepalive: number;
    id: string;
    username?: string;
  }): Buffer {
    const text = (value: string) => Buffer.concat([Buffer.from([0, value.length]), Buffer.from(value)]);
    const body = Buffer.concat([
      text('MQTT'),
      Buffer.from([4, flags, keepalive >> 8, keepalive & 255]),
      text(id),
      ...(username === undefined ? [] : [text(username)]),
    ]);
    return Buffer.concat([Buffer.from([0x10, body.length]), body]);
  }

  it.each([
    ['no MQTT at all', () => Buffer.from('GET / HTTP/1.1\r\n\r\n'), null],
    ['a packet of 200 MB announced', () => Buffer.from([0x30, 0x80, 0x80, 0xe0, 0x5f, 0, 0]), null],
    ['a publish before a connect', () => Buffer.from([0x30, 0x03, 0x00, 0x01, 0x61]), null],
    [
      'an empty client id that wants its session kept [MQTT-3.1.3-8]',
      () => connectPacket({ flags: 0x80, keepalive: 60, id: '', username: 'cart-01' }),
      2,
    ],
    [
      'a name that is not of this store',
      () => connectPacket({ flags: 0x82, keepalive: 60, id: 'x', username: 'cart-99' }),
      5,
    ],
    ['another’s client id', () => connectPacket({ flags: 0x82, keepalive: 60, id: 'cart-02', username: 'cart-01' }), 2],
    [
      'no token where one is asked for',
      () => connectPacket({ flags: 0x82, keepalive: 60, id: 'cart-02', username: 'cart-02' }),
      4,
    ],
    ['no keepalive', () => connectPacket({ flags: 0x82, keepalive: 0, id: 'cart-01-x', username: 'cart-01' }), 6],
  ] as const)('%s: ended, with MQTT’s own return code where there is one', async (_, bytes, code) => {
    const answer = await saidBare(bytes());
    expect([...answer]).toEqual(code === null ? [] : [0x20, 2, 0, code]);
    await stillListens();
  });

  it('counts them by reason', async () => {
    for (const why of ['client-id', 'unknown-device', 'wrong-token', 'keepalive', 'protocol']) {
      expect(await store.counter('mqtt_refused_connections_total', `why="${why}"`), why).toBeGreaterThan(0);
    }
    expect(await store.counter('rejected_total', 'reason="too-large",by="mqtt"')).toBeGreaterThan(0);
  });

  it('lets a device with its token in, over WebSocket as well, but no page of another site', async () => {
    const wsUrl = `${store.url.replace('http', 'ws')}/mqtt`;
    const { connectAsync } = await import('mqtt');
    const options = {
      protocolVersion: 4 as const,
      username: 'cart-02',
      password: 'token-of-cart-2',
      clientId: 'cart-02',
      reconnectPeriod: 0,
    };
    const client = await connectAsync(wsUrl, options);
    await client.publishAsync('kairos/devices/cart-02/status', '{"state":"online"}', { qos: 1 });
    await store.until('the status of cart-02', () => store.heard.statuses.some(([device]) => device === 'cart-02'));
    await client.endAsync();
    const foreign = connectAsync(wsUrl, { ...options, wsOptions: { origin: 'https://evil.example' } }, false);
    await expect(foreign).rejects.toThrow();
  });
});

describe('a device’s will', () => {
  it('says offline on its own status topic, and nothing on another’s', async () => {
    const will = (topic: string) => ({
      will: { topic, payload: Buffer.from('{"state":"offline"}'), qos: 1 as const, retain: true },
    });
    const own = await store.connect('cart-01', { clientId: 'cart-01-own', ...will(topicOf('status')) });
    const other = await store.connect('cart-01', {
      clientId: 'cart-01-other',
      ...will('kairos/devices/cart-02/status'),
    });
    const before = store.heard.statuses.length;
    const refused = await store.counter('rejected_total', 'reason="not-yours",by="mqtt"');
    own.stream.destroy();
    other.stream.destroy();
    await store.until('the will', () => store.heard.statuses.length > before);
    await store.until(
      'the refusal',
      async () => (await store.counter('rejected_total', 'reason="not-yours",by="mqtt"')) > refused,
    );
    expect(store.heard.statuses.slice(before)).toEqual([['cart-01', { state: 'offline' }]]);
  });
});

describe('bad requests', () => {
  it.each([
    ['/api/rejected?limit=-5', 200],
    ['/api/rejected?limit=many', 200],
    ['/api/nothing', 404],
    ['/cart/../../etc/passwd', 404],
    ['/%00', 404],
    [`/${'x'.repeat(100)}`, 404],
  ])('%s is answered with %i', async (path, status) => {
    expect((await fetch(store.url + path)).status).toBe(status);
    await stillListens();
  });

  it('shows what was refused only on this machine, and to no page of another site', async () => {
    const { request } = await import('node:http');
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request(`${store.url}/api/rejected`, { headers: { host: 'evil.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .once('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });
});
