/**
 * Every way into a store by which something can be changed, as the store itself lists them: each refuses nobody, the
 * wrong role, a page of another site and a session that is over. A way that is not for people of the store, but for a
 * device or for somebody who is not known yet, stands in a list below with its reason; a new one that is in no list
 * fails here.
 */
import { type IncomingHttpHeaders, request } from 'node:http';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import fastify from 'fastify';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isSameSecret } from '../http/guards.ts';
import { type OpenStore, openStore } from './open-store.ts';
import { crew, type SignedInAs, signIn } from './signed-in.ts';

/** Ways with a door of their own, and which. */
const otherRoutes: Readonly<Record<string, string>> = {
  'POST /v1/sales': 'tills: the token of tillFeed',
  'POST /v1/lanes/*': 'tills: the token of the lane’s device',
  'PUT /v1/lanes/*': 'tills: the token of the lane’s device',
  'DELETE /v1/lanes/*': 'tills: the token of the lane’s device',
};
/** For somebody who is not signed in yet; refuse pages of other sites all the same. */
const deskRoutes = ['POST /api/sign-in', 'POST /api/sign-in/pin'];
/** For everybody who is signed in. */
const anyRoleRoutes = ['POST /api/sign-out'];
const otherNamespaces: Readonly<Record<string, string>> = {
  '/': 'Socket.IO’s own: nothing is said or heard there',
  '/screens': 'carts: each its own name and token',
  '/zone-screens': 'screens in zones: each its own name and token',
  '/tills': 'tills: the token of the lane’s device',
};

const roles = ['associate', 'lead', 'manager', 'service'] as const;
type Role = (typeof roles)[number];
/** A name that is not this machine's: whoever asks there is not let in for sitting here. */
const host = 'store.example';
const evil = 'http://evil.example';

let store: OpenStore;
let aheadMs = 0;
const ports = {
  ...systemPorts,
  clock: { now: () => systemPorts.clock.now() + aheadMs, monotonic: () => systemPorts.clock.monotonic() + aheadMs },
};
const sessions = new Map<Role, SignedInAs>();

async function signAllIn(): Promise<void> {
  const base = `http://127.0.0.1:${store.running.httpPort}`;
  for (const role of roles) sessions.set(role, await signIn(base, crew[role].badge, crew[role].pin));
}
beforeAll(async () => {
  store = await openStore({ devices: [{ id: 'till-1', may: ['till-1'], token: 'token-of-till-1' }] }, { ports });
  await signAllIn();
});
afterAll(() => store?.close());

interface Answered {
  readonly status: number;
  readonly reason: string;
}
type Ask = (route: string, headers: IncomingHttpHeaders) => Promise<Answered>;

function asker(port: number): Ask {
  return (route, headers) =>
    new Promise((resolve, reject) => {
      const [method = '', path = ''] = route.split(' ');
      const asked = request(
        {
          host: '127.0.0.1',
          port,
          method,
          path: path.replaceAll(/:\w+/g, 'some-thing').replaceAll('*', 'some-thing'),
          headers: { host, 'content-type': 'application/json', 'content-length': '2', ...headers },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part: string) => {
            text += part;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, reason: reasonIn(text) }));
        },
      );
      asked.once('error', reject);
      asked.end('{}');
    });
}

function reasonIn(text: string): string {
  try {
    return String((JSON.parse(text) as { reason?: unknown }).reason);
  } catch {
    return text;
  }
}

function cookieOf(role: Role): IncomingHttpHeaders {
  return { cookie: sessions.get(role)?.headers.cookie };
}

/** What is wrong with how a route refuses; empty: nothing. */
async function weaknesses(ask: Ask, route: string, { anyRole = false } = {}): Promise<string[]> {
  const wrong: string[] = [];
  const must = (what: string, { status, reason }: Answered, expected: string): void => {
    if (`${status} ${reason}` !== expected) wrong.push(`${route}: ${what} is answered ${status} ${reason}`);
  };
  must('nobody', await ask(route, {}), '401 no-session');
  must('a made-up session', await ask(route, { cookie: `kairos-session=${'x'.repeat(43)}` }), '401 no-session');
  // Another site is refused before anything is done: with each role, and at this very machine without a session.
  for (const role of roles) {
    for (const headers of [{ origin: evil }, { 'sec-fetch-site': 'cross-site' }, { origin: 'null' }]) {
      const { status, reason } = await ask(route, { ...cookieOf(role), ...headers });
      if (status !== 403 || reason !== 'wrong-origin')
        wrong.push(`${route}: another site with a ${role}’s cookie is answered ${status} ${reason}`);
    }
  }
  const here = await ask(route, { host: '127.0.0.1', origin: evil });
  if (here.status !== 401 && here.status !== 403) wrong.push(`${route}: another site at this machine: ${here.status}`);
  if (anyRole) return wrong;
  const answers = await Promise.all(roles.map((role) => ask(route, { ...cookieOf(role), origin: `http://${host}` })));
  const refused = answers.filter(({ status, reason }) => status === 403 && reason === 'wrong-role');
  if (refused.length === 0) wrong.push(`${route}: refuses no role`);
  if (refused.length === roles.length) wrong.push(`${route}: refuses every role`);
  return wrong;
}

function changing(routes: OpenStore['running']['waysIn']['routes']): string[] {
  const all = routes
    .filter(({ method }) => !['GET', 'HEAD', 'OPTIONS'].includes(method))
    .map(({ method, path }) => `${method} ${path}`);
  return [...new Set(all)];
}

function isOther(route: string): boolean {
  return Object.keys(otherRoutes).some((one) =>
    one.endsWith('*') ? route.startsWith(one.slice(0, -1)) : route === one,
  );
}

describe('every route that changes something', () => {
  const forPeople = (): string[] =>
    changing(store.running.waysIn.routes).filter((route) => !isOther(route) && !deskRoutes.includes(route));

  it('refuses nobody, made-up sessions, pages of other sites, and some role', async () => {
    const ask = asker(store.running.httpPort);
    const routes = forPeople();
    expect(routes.length).toBeGreaterThan(8);
    const found: string[] = [];
    // What ends sessions comes last.
    for (const route of routes.filter((one) => !anyRoleRoutes.includes(one)))
      found.push(...(await weaknesses(ask, route)));
    for (const route of anyRoleRoutes) found.push(...(await weaknesses(ask, route, { anyRole: true })));
    expect(found).toEqual([]);
  });

  it('refuses a session that is over', async () => {
    await signAllIn();
    const ask = asker(store.running.httpPort);
    aheadMs += 13 * 60 * 60_000;
    for (const route of forPeople()) {
      for (const role of roles) {
        const { status, reason } = await ask(route, { ...cookieOf(role), origin: `http://${host}` });
        expect([route, role, status, reason]).toEqual([
          route,
          role,
          401,
          expect.stringMatching(/^(no-session|session-over)$/),
        ]);
      }
    }
    await signAllIn();
  });

  it('at the sign-in desk answers no page of another site', async () => {
    const ask = asker(store.running.httpPort);
    const all = changing(store.running.waysIn.routes);
    for (const route of deskRoutes) {
      expect(all).toContain(route);
      expect(await ask(route, { origin: evil })).toEqual({ status: 403, reason: 'wrong-origin' });
    }
  });

  it('with a token of its own refuses whoever shows none, or another', async () => {
    const ask = asker(store.running.httpPort);
    const own = changing(store.running.waysIn.routes).filter(isOther);
    for (const route of own) {
      const path = route.replace(':lane', 'till-1');
      for (const authorization of ['', 'Bearer token-of-another']) {
        const { status } = await ask(path, { authorization });
        expect([path, [401, 403].includes(status)]).toEqual([path, true]);
      }
    }
    // The list above holds no way that is not there.
    for (const listed of Object.keys(otherRoutes).filter((one) => one.startsWith('POST')))
      expect([listed, own.some((route) => route.startsWith(listed.replace('*', '')))]).toEqual([listed, true]);
  });

  it('is found wanting by this test where it is open (control)', async () => {
    const app = fastify();
    app.post('/open', () => 'changed');
    // Half a door: knows its people, and takes their browsers' word from anywhere.
    app.post('/half', async (asked, reply) =>
      isSameSecret(asked.headers.cookie ?? '', String(cookieOf('manager').cookie))
        ? 'changed'
        : reply.code(401).send({ reason: 'no-session' }),
    );
    await app.listen({ host: '127.0.0.1', port: 0 });
    const ask = asker((app.server.address() as { port: number }).port);
    expect((await weaknesses(ask, 'POST /open')).join()).toMatch(/nobody is answered 200/);
    expect((await weaknesses(ask, 'POST /half')).join()).toMatch(
      /another site with a manager’s cookie is answered 200/,
    );
    await app.close();
  });
});

describe('every namespace of sockets', () => {
  const connect = (namespace: string, headers: Record<string, string>): Promise<string> => {
    const socket = io(`http://127.0.0.1:${store.running.httpPort}${namespace}`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      extraHeaders: { host, ...headers },
    });
    return new Promise<string>((resolve) => {
      socket.once('connect', () => resolve('in'));
      socket.once('connect_error', (error: Error & { data?: { reason?: string } }) =>
        resolve(error.data?.reason ?? 'refused'),
      );
    }).finally(() => socket.disconnect());
  };
  const cookie = (role: Role): Record<string, string> => ({ cookie: String(cookieOf(role).cookie) });

  it('refuses nobody, pages of other sites, some role, and a session that is over; or is a device’s, and listed', async () => {
    await signAllIn();
    const { namespaces } = store.running.waysIn;
    const forPeople = namespaces.filter((name) => otherNamespaces[name] === undefined);
    expect(forPeople).toEqual(expect.arrayContaining(['/manager', '/handheld']));
    for (const namespace of forPeople) {
      expect([namespace, await connect(namespace, {})]).toEqual([namespace, 'no-session']);
      for (const role of roles) {
        const outcome = await connect(namespace, { ...cookie(role), origin: evil });
        expect([namespace, role, outcome]).not.toEqual([namespace, role, 'in']);
        // Closed by no middleware, a shell's own origin would pass: no page of people comes from there.
        expect([namespace, await connect(namespace, { ...cookie(role), origin: 'kairos://cart' })]).toEqual([
          namespace,
          'wrong-origin',
        ]);
      }
      const outcomes = await Promise.all(roles.map((role) => connect(namespace, cookie(role))));
      expect([namespace, outcomes]).toEqual([namespace, expect.arrayContaining(['in', 'wrong-role'])]);
    }
    aheadMs += 13 * 60 * 60_000;
    for (const namespace of forPeople) {
      for (const role of roles)
        expect([namespace, await connect(namespace, cookie(role))]).toEqual([
          namespace,
          expect.stringMatching(/^(no-session|session-over)$/),
        ]);
    }
  });

  it('of a device lets in no stranger', async () => {
    for (const namespace of store.running.waysIn.namespaces.filter((name) => name !== '/' && otherNamespaces[name]))
      expect([namespace, await connect(namespace, {})]).not.toEqual([namespace, 'in']);
  });
});
