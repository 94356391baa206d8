/** People of the store at the door of a whole store: who is let in, who may, and when it ends. */
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenStore, openStore } from './open-store.ts';
import { crew, signIn, signInContext } from './signed-in.ts';

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
afterAll(() => store.close());

const post = (path: string, body: object, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${base}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

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

it('is signed in in a browser as well, and her page is not another’s', async () => {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const context = await browser.newContext();
    await signInContext(context, { base, badge: crew.lead.badge, pin: crew.lead.pin });
    const page = await context.newPage();
    expect((await page.goto(`${base}/api/me`))?.status()).toBe(200);
    const stranger = await (await browser.newContext()).newPage();
    expect((await stranger.goto(`${base}/api/me`))?.status()).toBe(401);
  } finally {
    await browser.close();
  }
});
