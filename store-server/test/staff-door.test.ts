/** People of the store at the door of a whole store: who is let in, who may, and when it ends. */
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import process from 'node:process';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { staffCommand } from '../cli/staff.ts';
import { type OpenStore, openStore } from './open-store.ts';
import { crew, crewFile, signIn } from './signed-in.ts';

let store: OpenStore;
let base: string;
let aheadMs = 0;
/** The machine's clock, which a test may move ahead. */
const ports = {
  ...systemPorts,
  clock: { now: () => systemPorts.clock.now() + aheadMs, monotonic: () => systemPorts.clock.monotonic() + aheadMs },
};
beforeAll(async () => {
  store = await openStore({}, { ports });
  base = `http://127.0.0.1:${store.running.httpPort}`;
});
afterAll(() => store?.close());

const post = (path: string, body: object, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${base}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** As a person at the store's machine runs it. */
async function command(...args: string[]): Promise<string> {
  writeFileSync(
    join(store.folder, 'data/runtime.json'),
    JSON.stringify({ pid: 1, httpPort: store.running.httpPort, mqttPort: 0 }),
  );
  const said: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  try {
    await staffCommand().parseAsync([...args, '--config', join(store.folder, 'store.yaml')], { from: 'user' });
  } finally {
    write.mockRestore();
  }
  return said.join('');
}

describe('somebody with badge and PIN', () => {
  it('is let in, is who she is, and is nobody after she signed out', async () => {
    const { headers } = await signIn(base, crew.associate.badge, crew.associate.pin);
    const me = async (): Promise<[number, unknown]> => {
      const answer = await fetch(`${base}/api/me`, { headers });
      return [answer.status, await answer.json()];
    };
    expect(await me()).toEqual([
      200,
      { me: { associate: 'ana', name: 'Ana', role: 'associate', locale: 'en', zones: [] } },
    ]);
    expect((await post('/api/sign-out', {}, headers)).status).toBe(204);
    expect((await me())[0]).toBe(401);
  });

  it('stays signed in over a restart of the store, until her session is over', async () => {
    const { headers } = await signIn(base, crew.manager.badge, crew.manager.pin);
    await store.restart();
    base = `http://127.0.0.1:${store.running.httpPort}`;
    expect((await fetch(`${base}/api/audit`, { headers })).status).toBe(200);
    aheadMs += 61 * 60_000;
    const answer = await fetch(`${base}/api/audit`, { headers });
    expect([answer.status, ((await answer.json()) as { reason: string }).reason]).toEqual([
      401,
      expect.stringMatching(/session/),
    ]);
  });
});

it('a code from the store’s machine sets a PIN once; whoever has the old one is out', async () => {
  expect(await command('list')).toMatch(/4001 +Sam +service +no PIN yet/);
  const { badge, pin } = crew.service;
  const old = await signIn(base, badge, pin);
  const me = async (): Promise<number> => (await fetch(`${base}/api/me`, { headers: old.headers })).status;
  expect(await me()).toBe(200);
  const code = /^[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(await command('code', badge))?.[0];
  const set = (): Promise<Response> => post('/api/sign-in/pin', { badge, pin: '867530', code });
  expect((await set()).status).toBe(200);
  expect(await me()).toBe(401);
  expect((await set()).status).toBe(401);
  expect((await post('/api/sign-in', { badge, pin })).status).toBe(401);
  const now = await signIn(base, badge, '867530');
  await command('sign-out', badge);
  expect((await fetch(`${base}/api/me`, { headers: now.headers })).status).toBe(401);
  const { headers } = await signIn(base, crew.manager.badge, crew.manager.pin);
  const audit = await (await fetch(`${base}/api/audit.csv`, { headers })).text();
  expect(audit).toMatch(/,this-machine,pin\.code,4001,/);
  expect(audit).toMatch(/,sam,pin\.set,4001,/);
});

it('who is taken off the list of staff is out when it is read anew', async () => {
  const { headers } = await signIn(base, crew.lead.badge, crew.lead.pin);
  const me = async (): Promise<number> => (await fetch(`${base}/api/me`, { headers })).status;
  store.running.reload({});
  expect(await me()).toBe(200);
  const { staff } = crewFile;
  writeFileSync(join(store.folder, 'staff.yaml'), stringify({ staff: staff.filter(({ id }) => id !== crew.lead.id) }));
  store.running.reload({});
  expect(await me()).toBe(401);
  writeFileSync(join(store.folder, 'staff.yaml'), stringify(crewFile));
  store.running.reload({});
});

it('somebody who guesses over HTTP, from many addresses and over restarts, has twenty tries an hour; she gets in', async () => {
  const { badge, pin } = crew.second;
  const known = await signIn(base, badge, pin);
  const device = known.cookies.find(({ name }) => name === 'kairos-device');
  const guess = (from: string, cookie = '', tried = '000000'): Promise<number> =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify({ badge, pin: tried });
      const headers = { 'content-type': 'application/json', 'content-length': body.length, cookie };
      const port = store.running.httpPort;
      const asked = request(
        { host: '127.0.0.1', port, localAddress: from, method: 'POST', path: '/api/sign-in', headers },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      );
      asked.once('error', reject);
      asked.end(body);
    });
  let compared = 0;
  for (let minute = 0; minute < 60; minute += 5) {
    const answers = await Promise.all([1, 2, 3].map((one) => guess(`127.0.${minute + 1}.${one}`)));
    compared += answers.filter((status) => status === 401).length;
    if (minute % 20 === 0) {
      await store.restart();
      base = `http://127.0.0.1:${store.running.httpPort}`;
    }
    aheadMs += 5 * 60_000;
  }
  expect(compared).toBeGreaterThan(5);
  expect(compared).toBeLessThanOrEqual(20);
  for (const one of [1, 2, 3, 4, 5]) await guess(`127.0.99.${one}`);
  expect(await guess('127.0.99.9', '', pin)).toBe(429);
  expect(await guess('127.0.99.9', `kairos-device=${device?.value}`, pin)).toBe(200);
});
