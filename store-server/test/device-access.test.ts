/**
 * What a device may do at a broker, with real clients: the same promises of the embedded broker and of a Mosquitto that
 * runs on the files which the store writes for it. Each denial stands beside what is allowed, as its control.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { Credentials, credentialFile } from '../broker/credentials.ts';
import { mosquittoFiles } from '../broker/mosquitto-files.ts';
import { type InnerStore, openInnerStore } from './inner-store.ts';

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

const secrets: Readonly<Record<string, string>> = {
  'cart-01': 'the-secret-that-cart-1-made-for-itself',
  'cart-02': 'the-secret-that-cart-2-made-for-itself',
};

interface Setting {
  readonly inner: InnerStore;
  readonly url: string;
}

async function embedded(): Promise<Setting> {
  const inner = await openInnerStore({ host: '0.0.0.0' });
  cleanUp.push(() => inner.close());
  const url = `mqtt://127.0.0.1:${inner.broker.port}`;
  for (const [device, secret] of Object.entries(secrets)) {
    const { code = '' } = inner.door.openClaim(device) ?? {};
    const password = `claim ${code.replace('-', '')} ${secret}`;
    await (await connectAsync(url, { username: device, clientId: `${device}-claim`, password }, false)).endAsync();
  }
  return { inner, url };
}

async function mosquitto(): Promise<Setting> {
  const port = await freePort();
  const url = `mqtt://127.0.0.1:${port}`;
  const storeUser = { name: 'the-store', password: 'the-password-of-the-store' };
  const broker = `broker: { url: '${url}', username: ${storeUser.name}, password: ${storeUser.password} }\n`;
  const inner = await openInnerStore({ yaml: broker });
  cleanUp.push(() => inner.close());
  const credentials = new Credentials(credentialFile(inner.config.data));
  for (const [device, secret] of Object.entries(secrets)) await credentials.keep(device, secret, 0);
  const folder = mkdtempSync(join(tmpdir(), 'kairos-mosquitto-'));
  cleanUp.push(() => rmSync(folder, { recursive: true, force: true }));
  // It gives up root for a user of its own, who has to get at the files.
  chmodSync(folder, 0o755);
  const files = mosquittoFiles({ config: inner.config, credentials, storeUser, folder });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o644 });
  writeFileSync(join(folder, 'mosquitto.conf'), `listener ${port} 127.0.0.1\n${files['kairos.conf']}`);
  const child = spawn('/usr/sbin/mosquitto', ['-c', join(folder, 'mosquitto.conf')], { stdio: 'ignore' });
  cleanUp.push(() => ended(child));
  await inner.until('the line to Mosquitto', () => inner.broker.health.isUp);
  return { inner, url };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function connect({ url }: Setting, device: string, more: Partial<IClientOptions> = {}): Promise<MqttClient> {
  const options = { protocolVersion: 4 as const, clientId: device, username: device, reconnectPeriod: 0 };
  const password = secrets[device];
  const client = await connectAsync(url, { ...options, ...(password ? { password } : {}), ...more }, false);
  client.on('error', () => undefined);
  cleanUp.push(() => client.endAsync(true));
  return client;
}

function collect(client: MqttClient): string[] {
  const heard: string[] = [];
  client.on('message', (topic, payload) => heard.push(`${topic} ${payload.toString()}`));
  return heard;
}

const batch = (sequence: number, cart: string): string =>
  JSON.stringify({
    epoch: 'epoch-1',
    oldest: sequence,
    facts: [{ sequence, ageMs: 0, type: 'zone.entered', body: { cart, zone: 'suits', confidence: 900 } }],
  });

const forbidden: readonly (readonly [topic: string, payload: string])[] = [
  ['kairos/devices/cart-02/facts', batch(1, 'cart-02')],
  ['kairos/devices/cart-02/status', '{"state":"online"}'],
  ['kairos/devices/cart-02/readings', '{"readings":[{"cart":"cart-02","anchor":"0123456789ab","rssi":-50,"ageMs":0}]}'],
  ['kairos/devices/cart-02/acks', '{"lies":1}'],
  ['kairos/devices/cart-02/config', '{"lies":2}'],
  ['kairos/devices/cart-01/config', '{"lies":3}'],
  ['kairos/devices/cart-01/acks', '{"lies":4}'],
  ['kairos/devices/cart-01/facts/more', batch(1, 'cart-01')],
  ['kairos/devices/facts', batch(1, 'cart-01')],
  ['somewhere/else', 'lies'],
  ['$SYS/broker/uptime', 'lies'],
];
const curious = [
  '#',
  '+/+/+/+',
  'kairos/devices/+/facts',
  'kairos/devices/+/acks',
  'kairos/devices/cart-02/#',
  'kairos/devices/cart-02/config',
  '$SYS/#',
  '$share/group/kairos/devices/cart-02/acks',
];

/** What the device says after what it may not: once this was heard, whatever came before it would have been, too. */
async function fence({ inner }: Setting, client: MqttClient, sequence: number): Promise<void> {
  await client.publishAsync('kairos/devices/cart-01/facts', batch(sequence, 'cart-01'), { qos: 1 });
  await inner.until('the fence', () => inner.intake.upTo('cart-01', 'epoch-1') === sequence);
}

describe.each([
  ['the embedded broker', embedded],
  ['Mosquitto with the files that the store writes', mosquitto],
] as const)('at %s a device', (_, open) => {
  it('says its own and hears its own', async () => {
    const setting = await open();
    const cart = await connect(setting, 'cart-01');
    const heard = collect(cart);
    await cart.subscribeAsync(['kairos/devices/cart-01/acks', 'kairos/devices/cart-01/config'], { qos: 1 });
    await cart.publishAsync('kairos/devices/cart-01/status', '{"state":"online"}', { qos: 1, retain: true });
    await fence(setting, cart, 1);
    await setting.inner.until('acknowledgement and configuration', () => heard.length >= 2);
    expect(setting.inner.heard.statuses).toContainEqual(['cart-01', { state: 'online' }]);
  });

  it('cannot say what is another’s, the store’s or nobody’s, retained or not', async () => {
    const setting = await open();
    const other = await connect(setting, 'cart-02');
    const otherHeard = collect(other);
    await other.subscribeAsync(['kairos/devices/cart-02/acks', 'kairos/devices/cart-02/config'], { qos: 1 });
    const cart = await connect(setting, 'cart-01');
    const heard = collect(cart);
    for (const [topic, payload] of forbidden) {
      for (const retain of [false, true]) await cart.publishAsync(topic, payload, { qos: 1, retain });
    }
    await cart.subscribeAsync(['kairos/devices/cart-01/acks', 'kairos/devices/cart-01/config'], { qos: 1 });
    await fence(setting, cart, 2);
    await setting.inner.until('the acknowledgement', () => heard.some((one) => one.includes('acks')));
    expect(setting.inner.intake.upTo('cart-02', 'epoch-1')).toBe(0);
    expect(setting.inner.heard.statuses).toEqual([]);
    expect(setting.inner.heard.readings).toEqual([]);
    // And whoever comes later finds nothing that was left for them.
    const late = await connect(setting, 'cart-02');
    const lateHeard = collect(late);
    await late.subscribeAsync(['kairos/devices/cart-02/config', 'kairos/devices/cart-02/acks'], { qos: 1 });
    await setting.inner.until('its configuration', () => lateHeard.some((one) => one.includes('/config')));
    expect([...heard, ...otherHeard, ...lateHeard].filter((one) => one.includes('lies'))).toEqual([]);
  });

  it('hears nothing of others, by whatever filter', async () => {
    const setting = await open();
    const cart = await connect(setting, 'cart-01');
    const heard = collect(cart);
    for (const filter of curious) await cart.subscribeAsync(filter, { qos: 1 }).catch(() => undefined);
    const other = await connect(setting, 'cart-02');
    await other.publishAsync('kairos/devices/cart-02/facts', batch(1, 'cart-02'), { qos: 1 });
    await setting.inner.until('the other’s fact', () => setting.inner.intake.upTo('cart-02', 'epoch-1') === 1);
    setting.inner.broker.sendToDevice('cart-02', 'config', { for: 'cart-02 alone' });
    await cart.subscribeAsync('kairos/devices/cart-01/acks', { qos: 1 });
    await fence(setting, cart, 1);
    await setting.inner.until('its own acknowledgement', () => heard.some((one) => one.includes('cart-01/acks')));
    expect(heard.filter((one) => !one.startsWith('kairos/devices/cart-01/'))).toEqual([]);
  });

  it('leaves a will of its own, and none in another’s name', async () => {
    const setting = await open();
    for (const owner of ['cart-02', 'cart-01']) {
      const will = {
        topic: `kairos/devices/${owner}/status`,
        payload: Buffer.from('{"state":"offline"}'),
        qos: 1 as const,
      };
      const cart = await connect(setting, 'cart-01', { will: { ...will, retain: true } });
      const closed = new Promise((resolve) => cart.once('close', () => resolve(undefined)));
      cart.stream.destroy();
      await closed;
    }
    await setting.inner.until('its own last word', () => setting.inner.heard.statuses.length > 0);
    expect(setting.inner.heard.statuses).toEqual([['cart-01', { state: 'offline' }]]);
  });

  it('is not let in with another’s secret, with none, or under a name that nobody has', async () => {
    const setting = await open();
    await expect(connect(setting, 'cart-01', { password: secrets['cart-02'] as string })).rejects.toThrow();
    await expect(connect(setting, 'cart-01', { password: '' })).rejects.toThrow();
    await expect(connect(setting, 'till-1')).rejects.toThrow();
    await expect(connect(setting, 'cart-99', { password: secrets['cart-01'] as string })).rejects.toThrow();
    await connect(setting, 'cart-01');
  });
});
