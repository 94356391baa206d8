/** A store that other machines reach: over TLS with its own authority, and by nothing else. */
import { readFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request as requestPlain } from 'node:http';
import { type RequestOptions, request as requestSecure } from 'node:https';
import { join } from 'node:path';
import { connect, type PeerCertificate } from 'node:tls';
import { screenNamespace } from '@kairos/protocol/screen-events.ts';
import { openChromium } from '@kairos/ui/test/chromium.ts';
import { connectAsync } from 'mqtt';
import type { Page } from 'playwright-core';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { factsOf, makeAuthority } from '../tls/private-ca.ts';
import { findElsewhere } from './elsewhere.ts';
import { type OpenStore, openStore } from './open-store.ts';
import { crew, signIn } from './signed-in.ts';

const { host, browserFlags } = findElsewhere();

let store: OpenStore;
let ca: string;
let secure: string;
let plain: string;

beforeAll(async () => {
  store = await openStore({ listen: { host: '0.0.0.0', http: 0, https: 0, mqtt: 0, names: [host, 'store.local'] } });
  ca = readFileSync(join(store.folder, 'data/tls/ca.crt'), 'utf8');
  secure = `https://${host}:${store.running.httpsPort}`;
  plain = `http://${host}:${store.running.httpPort}`;
});
afterAll(() => store?.close());

interface Heard {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** `body`, where there is one, is posted. */
function hear(url: string, { body, ...options }: RequestOptions & { readonly body?: object } = {}): Promise<Heard> {
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers = text === '' ? {} : { 'content-type': 'application/json' };
  const all = { method: text === '' ? 'GET' : 'POST', ...options, headers: { ...headers, ...options.headers } };
  return new Promise((resolve, reject) => {
    const asked = (url.startsWith('https:') ? requestSecure : requestPlain)(url, all, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      );
    });
    asked.once('error', reject);
    asked.end(text);
  });
}

describe('over TLS', () => {
  it('everything is served to who trusts the store’s authority', async () => {
    const health = await hear(`${secure}/health`, { ca });
    expect(health.status).toBe(200);
    expect(health.headers['strict-transport-security']).toBeUndefined();
    const { peer, protocol } = await new Promise<{ peer: PeerCertificate; protocol: string | null }>((resolve) => {
      const socket = connect({ host, port: store.running.httpsPort as number, ca }, () => {
        resolve({ peer: socket.getPeerCertificate(), protocol: socket.getProtocol() });
        socket.destroy();
      });
    });
    expect(protocol).toMatch(/^TLSv1\.[23]$/);
    expect(peer.subjectaltname).toContain('DNS:store.local');
  });

  it('who trusts another authority, or none, is not fooled', async () => {
    const other = await makeAuthority({ title: 'Test store', names: [host], nowMs: Date.now() });
    await expect(hear(`${secure}/health`, { ca: other.certificate })).rejects.toThrow(/certificate|signature/);
    await expect(hear(`${secure}/health`)).rejects.toThrow(/certificate/);
  });

  it('a cart’s page holds its line, and a device speaks MQTT over WebSocket', async () => {
    const socket = io(`${secure}${screenNamespace}`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      ca,
      auth: { screen: 'cart-1', epoch: 'epoch-1' },
    } as object);
    const first = await new Promise((resolve) => {
      socket.once('snapshot', () => resolve('snapshot'));
      socket.once('connect_error', (error: Error) => resolve(error.message));
    });
    socket.disconnect();
    expect(first).toBe('snapshot');
    for (const address of [`wss://${host}:${store.running.httpsPort}`, `ws://${host}:${store.running.httpPort}`]) {
      const device = await connectAsync(`${address}/mqtt`, {
        ca,
        clientId: 'cart-2',
        username: 'cart-2',
        password: 'secret-of-cart-2',
        reconnectPeriod: 0,
      });
      await device.endAsync();
    }
  });

  it('her session rides in a cookie for this host alone, over TLS alone, for no script and no other site', async () => {
    const { badge, pin } = crew.manager;
    await signIn(`http://127.0.0.1:${store.running.httpPort}`, badge, pin);
    const answer = await hear(`${secure}/api/sign-in`, { ca, headers: { origin: secure }, body: { badge, pin } });
    const [session = ''] = answer.headers['set-cookie'] ?? [];
    expect(session).toMatch(
      /^__Host-kairos-session=[^;]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict; Secure$/,
    );
    const cookie = session.split(';', 1)[0] as string;
    const me = (headers: Record<string, string>): Promise<Heard> => hear(`${secure}/api/me`, { ca, headers });
    expect((await me({ cookie })).status).toBe(200);
    expect((await me({ cookie: cookie.replace('__Host-', '') })).status).toBe(401);
    const out = { ca, headers: { cookie, origin: plain }, body: {} };
    expect((await hear(`${secure}/api/sign-out`, out)).status).toBe(403);
  });
});

describe('over plain HTTP, from another machine', () => {
  it('there is the page that helps to trust the store, with the very certificate', async () => {
    const { status, headers, body } = await hear(`${plain}/trust/kairos-store.crt`);
    expect([status, headers['content-type']]).toEqual([200, 'application/x-x509-ca-cert']);
    expect(body.equals(factsOf(ca)?.der as Buffer)).toBe(true);
    const told = JSON.parse((await hear(`${plain}/api/trust`)).body.toString()) as { authority: object };
    expect(told.authority).toMatchObject({
      fingerprint: factsOf(ca)?.fingerprint,
      addresses: expect.arrayContaining([secure]),
      trustAddress: `${plain}/trust/`,
    });
  });

  it('and nothing else: pages are elsewhere, changes and sockets are refused', async () => {
    for (const path of ['/', '/health', '/cart/', '/manager/', '/api/me', '/metrics', '/api/trusted', '/socket.io/']) {
      const { status, headers } = await hear(`${plain}${path}?a=b`);
      expect([path, status, headers.location]).toEqual([path, 307, `${secure}${path}?a=b`]);
    }
    expect((await hear(`${plain}/api/sign-in`, { body: { badge: '3001', pin: '141421' } })).status).toBe(403);
    const socket = io(`${plain}${screenNamespace}`, { transports: ['websocket'], forceNew: true, reconnection: false });
    expect(await new Promise((resolve) => socket.once('connect_error', () => resolve('refused')))).toBe('refused');
    socket.disconnect();
  });

  it('this machine itself goes on in the clear', async () => {
    expect((await hear(`http://127.0.0.1:${store.running.httpPort}/health`)).status).toBe(200);
  });
});

describe('in a browser', () => {
  const open = async (trusted: string, look: (page: Page) => Promise<void>): Promise<void> => {
    const browser = await openChromium({
      flags: [...browserFlags, `--ignore-certificate-errors-spki-list=${factsOf(trusted)?.keyFingerprint}`],
    });
    try {
      await look(await browser.newPage());
    } finally {
      await browser.close();
    }
  };

  it('that trusts the store, a page is led from plain HTTP to TLS and opens there', () =>
    open(readFileSync(join(store.folder, 'data/tls/server.crt'), 'utf8'), async (page) => {
      const answer = await page.goto(`${plain}/manager/`);
      expect([answer?.status(), new URL(page.url()).origin]).toEqual([200, secure]);
    }));

  it('that trusts another, it does not', async () => {
    const other = await makeAuthority({ title: 'Other', names: [host], nowMs: Date.now() });
    await open(other.certificate, async (page) => {
      await expect(page.goto(`${secure}/manager/`)).rejects.toThrow(/ERR_CERT_AUTHORITY_INVALID/);
    });
  });
});
