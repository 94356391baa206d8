import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecureFront, type SecureFrontOptions } from './secure-front.ts';
import { isLoopbackHost, namesOf } from './store-names.ts';

const dayMs = 24 * 60 * 60_000;
let data: string;
/** So that what is made then and what is made 80 days later are both good today. */
const startMs = Date.now() - 80 * dayMs;
let ports = simulatedPorts({ startMs, seed: 1 });
let front: SecureFront | null = null;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'kairos-front-'));
  ports = simulatedPorts({ startMs, seed: 1 });
});
afterEach(() => {
  front?.close();
  rmSync(data, { recursive: true, force: true });
});

function optionsOf(listen: object): SecureFrontOptions {
  const silent = (): undefined => undefined;
  return {
    config: {
      data,
      listen: { host: '127.0.0.1', http: 0, mqtt: 0, mqttPath: '/mqtt', names: [], ...listen },
      store: { id: 'test', title: 'Test', timeZone: 'UTC', currency: 'EUR', locale: 'en' },
    },
    now: () => ports.clock.now(),
    timers: ports.timers,
    log: { info: silent, warn: silent, error: silent, debug: silent },
  };
}

describe('a store’s front', () => {
  it('is none where it speaks on its own machine alone, unless it is told a port', async () => {
    expect(await SecureFront.prepare(optionsOf({}))).toBeNull();
    expect(await SecureFront.prepare(optionsOf({ https: 0 }))).not.toBeNull();
  });

  it('renews its certificate while it serves, and complains as long as it cannot', async () => {
    front = (await SecureFront.prepare(optionsOf({ https: 0, names: ['store.local'] }))) as SecureFront;
    const server = createServer((_, response) => response.end('ok'));
    front.stand(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await front.listen(server, (server.address() as AddressInfo).port);
    const served = (): Promise<string> =>
      new Promise((resolve, reject) => {
        const ca = front?.identity.authority;
        const client = connect({ host: '127.0.0.1', port: front?.port ?? 0, servername: 'store.local', ca }, () => {
          resolve(client.getPeerCertificate().fingerprint256);
          client.destroy();
        });
        client.once('error', reject);
      });
    const first = await served();
    expect(front.complaints()).toEqual([]);
    // Nothing ran for long: the machine slept.
    ports.stepWallClock(80 * dayMs);
    expect(front.complaints()).toEqual([expect.stringMatching(/the certificate ends in (9|10) days/)]);
    ports.advance(60 * 60_000);
    await expect.poll(() => front?.complaints()).toEqual([]);
    expect(await served()).not.toBe(first);
    await new Promise((resolve) => server.close(resolve));
  });

  it('says which names nobody will believe it for', async () => {
    await SecureFront.prepare(optionsOf({ https: 0, names: ['store.local'] }));
    front = await SecureFront.prepare(optionsOf({ https: 0, names: ['store.local', 'shop.example.com'] }));
    expect(front?.complaints()).toEqual([expect.stringContaining('for shop.example.com')]);
  });
});

describe('names of a store', () => {
  it('are those it was told, or its machine’s own, and always loopback', () => {
    expect(namesOf({ host: '0.0.0.0', names: ['Store.local', '192.168.1.5'] })).toEqual([
      'store.local',
      '192.168.1.5',
      'localhost',
      '127.0.0.1',
      '::1',
    ]);
    expect(namesOf({ host: '192.168.1.5', names: [] })[0]).toBe('192.168.1.5');
    expect(namesOf({ host: '127.0.0.1', names: [] })).toEqual(['localhost', '127.0.0.1', '::1']);
    expect(['127.0.0.1', '127.0.1.1', '::1', 'localhost'].every(isLoopbackHost)).toBe(true);
    expect(['0.0.0.0', '::', '192.168.1.5', 'store.local', '127.evil.example'].some(isLoopbackHost)).toBe(false);
  });
});
