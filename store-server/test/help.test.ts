/** A shopper calls for somebody, at a whole store: who is on duty decides, one claims it, and the glass says what is true. */

import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OpenCall } from '../http/help-route.ts';
import { breadCode, card, type OpenStore, openStore, TestScreen } from './open-store.ts';

/** One transparent point. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

let store: OpenStore;
let screen: TestScreen;
let pages = 0;

async function connect(): Promise<void> {
  pages += 1;
  screen = new TestScreen(store.running.httpPort, { screen: 'cart-1', epoch: `help-page-${pages}` });
  await screen.until(() => screen.view !== null);
}

function post(path: string, body: object, host = '127.0.0.1'): Promise<number> {
  // `fetch` would not let a test name another host.
  const headers = { 'content-type': 'application/json', host };
  return new Promise((resolve, reject) => {
    const sent = request({ port: store.running.httpPort, path, method: 'POST', headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });
}

const duty = (associate: string, state: 'on' | 'off' | 'break'): Promise<number> =>
  post('/api/duty', { associate, state });
const calls = async (): Promise<OpenCall[]> => ((await store.get('/api/help')) as { calls: OpenCall[] }).calls;
const helpState = (): string | null => screen.view?.help?.state ?? null;

async function call(): Promise<string> {
  screen.say('help.requested', { cart: 'cart-1' });
  await screen.until(() => helpState() === 'asked');
  return (await calls())[0]?.task ?? '';
}

beforeEach(async () => {
  store = await openStore();
  await connect();
  screen.say('identity.presented', { cart: 'cart-1', means: 'guest' });
  await screen.until(() => screen.view?.phase === 'shopping');
});
afterEach(async () => {
  screen.close();
  await store.close();
});

describe('a call for an associate', () => {
  test('with nobody on duty it says at once that nobody is free', async () => {
    screen.say('help.requested', { cart: 'cart-1' });
    await screen.until(() => helpState() === 'nobody-free');
    expect(await calls()).toEqual([]);
  });

  test('who is on duty is told; one takes it, and she sees that somebody is coming, until it is done', async () => {
    expect(await duty('kim', 'on')).toBe(204);
    const task = await call();
    expect(await calls()).toEqual([{ task, cart: 'cart-1', zone: null, state: 'asked', associate: null }]);
    expect(await post('/api/help/claims', { task, associate: 'kim' })).toBe(204);
    await screen.until(() => helpState() === 'coming');
    expect(await post('/api/help/completions', { task, associate: 'kim' })).toBe(204);
    await screen.until(() => helpState() === null);
  });

  test('a claim has one winner, who has to be on duty', async () => {
    await duty('kim', 'on');
    await duty('ben', 'on');
    const task = await call();
    expect(await post('/api/help/claims', { task, associate: 'nobody' })).toBe(409);
    expect(await post('/api/help/claims', { task, associate: 'kim' })).toBe(204);
    expect(await post('/api/help/claims', { task, associate: 'ben' })).toBe(409);
    expect(await post('/api/help/releases', { task, associate: 'ben' })).toBe(409);
    expect((await calls())[0]).toMatchObject({ state: 'coming', associate: 'kim' });
  });

  test('handed back while another is free it waits again; when the last one leaves, nobody is free', async () => {
    await duty('kim', 'on');
    await duty('ben', 'on');
    const task = await call();
    await post('/api/help/claims', { task, associate: 'kim' });
    await screen.until(() => helpState() === 'coming');
    await post('/api/help/releases', { task, associate: 'kim' });
    await screen.until(() => helpState() === 'asked');
    await duty('kim', 'break');
    expect(helpState()).toBe('asked');
    await duty('ben', 'off');
    await screen.until(() => helpState() === 'nobody-free');
  });

  test('the only one there comes to one of two, and the other hears that nobody is free', async () => {
    const other = new TestScreen(store.running.httpPort, {
      screen: 'cart-2',
      epoch: 'help-page-beside',
      token: 'secret-of-cart-2',
    });
    await other.until(() => other.view !== null);
    other.say('identity.presented', { cart: 'cart-2', means: 'guest' });
    await duty('kim', 'on');
    const task = await call();
    other.say('help.requested', { cart: 'cart-2' });
    await other.until(() => other.view?.help?.state === 'asked');
    await post('/api/help/claims', { task, associate: 'kim' });
    await screen.until(() => helpState() === 'coming');
    await other.until(() => other.view?.help?.state === 'nobody-free');
    other.close();
  });

  test('she takes it back, and nobody is to come any more; she may call again', async () => {
    await duty('kim', 'on');
    const task = await call();
    screen.say('help.withdrawn', { cart: 'cart-1' });
    await screen.until(() => helpState() === null);
    expect(await calls()).toEqual([]);
    expect(await post('/api/help/claims', { task, associate: 'kim' })).toBe(409);
    expect(await call()).not.toBe(task);
  });

  test('her leaving takes it back, and who was coming is free for the next', async () => {
    await duty('kim', 'on');
    const task = await call();
    await post('/api/help/claims', { task, associate: 'kim' });
    await screen.until(() => helpState() === 'coming');
    screen.say('identity.dropped', { cart: 'cart-1', reason: 'logout' });
    await screen.until(() => screen.view?.phase === 'goodbye');
    expect(screen.view?.help).toBeNull();
    expect(await calls()).toEqual([]);
    screen.say('identity.presented', { cart: 'cart-1', means: 'guest' });
    await screen.until(() => screen.view?.phase === 'shopping');
    expect(await call()).not.toBe(task);
  });

  test('logging in over the guest keeps her call, and a restart keeps it with who is on duty', async () => {
    await duty('kim', 'on');
    const task = await call();
    screen.say('identity.presented', { cart: 'cart-1', means: 'card', number: card });
    await screen.until(() => screen.view?.shopper?.strength === 'strong');
    expect(helpState()).toBe('asked');
    screen.close();
    await store.restart();
    await connect();
    expect(helpState()).toBe('asked');
    expect(await post('/api/help/claims', { task, associate: 'kim' })).toBe(204);
    await screen.until(() => helpState() === 'coming');
  });

  test('pages of other machines move nobody', async () => {
    expect(await post('/api/duty', { associate: 'kim', state: 'on' }, 'elsewhere.example')).toBe(401);
    expect(await post('/api/duty', { associate: 'Kim!', state: 'on' })).toBe(400);
    screen.say('help.requested', { cart: 'cart-1' });
    await screen.until(() => helpState() === 'nobody-free');
  });
});

describe('what she reads and what she saves', () => {
  test('the message and its reason follow the language that she chooses, for this visit and no longer', async () => {
    screen.say('identity.presented', { cart: 'cart-1', means: 'card', number: card });
    await screen.until(() => screen.view?.locale === 'de');
    screen.say('zone.entered', { cart: 'cart-1', zone: 'suits', confidence: 950 });
    await screen.until(() => screen.view?.message !== null);
    expect(screen.view?.message?.headline).toBe('Die Anzüge in Ihrer Größe ansehen?');
    const before = screen.view?.message;
    screen.say('language.chosen', { cart: 'cart-1', locale: 'en' });
    await screen.until(() => screen.view?.message?.headline === 'See the suits in your size?');
    expect(screen.view).toMatchObject({
      locale: 'en',
      message: { id: before?.id, answers: [{ label: 'Show me' }, {}] },
    });
    expect(screen.view?.message?.why).not.toBe(before?.why);
    screen.say('identity.dropped', { cart: 'cart-1', reason: 'logout' });
    await screen.until(() => screen.view?.phase === 'goodbye');
    screen.say('identity.presented', { cart: 'cart-1', means: 'card', number: card });
    await screen.until(() => screen.view?.phase === 'shopping');
    expect(screen.view?.locale).toBe('de');
  });

  test('a message comes with the picture of its step, from the store and from nowhere else in it', async () => {
    await store.close();
    store = await openStore({ pictures: 'dialogues' });
    // Beside a file that is none.
    writeFileSync(join(store.folder, 'dialogues', 'suits.ask.png'), picture);
    writeFileSync(join(store.folder, 'dialogues', 'suits.png'), 'of the dialogue');
    await store.restart();
    await connect();
    screen.say('identity.presented', { cart: 'cart-1', means: 'card', number: card });
    screen.say('zone.entered', { cart: 'cart-1', zone: 'suits', confidence: 950 });
    await screen.until(() => screen.view?.message != null);
    expect(screen.view?.message?.picture).toBe('/pictures/suits.ask.png');
    const at = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${store.running.httpPort}${path}`);
    const got = await at('/pictures/suits.ask.png');
    expect([got.status, got.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect(Buffer.from(await got.arrayBuffer())).toEqual(picture);
    for (const other of ['suits.yaml', '..%2fstore.yaml', '%2e%2e%2fcustomers.csv', 'none.png', '']) {
      expect((await at(`/pictures/${other}`)).status, other).toBe(404);
    }
  });

  test('goods that cost more before are a saving beside the total', async () => {
    screen.say('basket.added', { cart: 'cart-1', code: breadCode, quantity: 2000 });
    await screen.until(() => screen.view?.basket.total === 500);
    expect(screen.view?.basket.saved).toBe(98);
  });
});
