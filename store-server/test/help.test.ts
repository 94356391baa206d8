/** A shopper calls for somebody, at a whole store: who is on duty decides, one claims it, and the glass says what is true. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { breadCode, card, type OpenStore, openStore, TestScreen } from './open-store.ts';
import { crew } from './signed-in.ts';
import { TestHandheld } from './test-handheld.ts';

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

const base = (): string => `http://127.0.0.1:${store.running.httpPort}`;

const open: TestHandheld[] = [];
function keep(handheld: TestHandheld): TestHandheld {
  open.push(handheld);
  return handheld;
}

async function onDuty(who: { readonly badge: string; readonly pin: string }): Promise<TestHandheld> {
  const handheld = keep(await TestHandheld.of(base(), who));
  expect(await handheld.do({ does: 'duty', state: 'on' })).toBe('done');
  return handheld;
}

/** Takes it, and says that she has been there: from then on her coming cannot be taken back. */
async function goThere(handheld: TestHandheld, task: string): Promise<void> {
  const version = handheld.tasks.find(({ id }) => id === task)?.version ?? 0;
  expect(await handheld.do({ does: 'claim', task, version })).toBe('done');
  void handheld.do({ does: 'answer', task, version: version + 1, answer: 'helped' });
}

const helpState = (): string | null => screen.view?.help?.state ?? null;

/** She calls, and somebody who is on duty hears of it. */
async function call(heardBy: TestHandheld): Promise<string> {
  screen.say('help.requested', { cart: 'cart-1' });
  await screen.until(() => helpState() === 'asked');
  await heardBy.until(() => heardBy.tasks.some(({ kind }) => kind === 'help'));
  return heardBy.tasks.find(({ kind }) => kind === 'help')?.id ?? '';
}

beforeEach(async () => {
  store = await openStore();
  await connect();
  screen.say('identity.presented', { cart: 'cart-1', means: 'guest' });
  await screen.until(() => screen.view?.phase === 'shopping');
});
afterEach(async () => {
  for (const handheld of open.splice(0)) handheld.close();
  screen.close();
  await store.close();
});

describe('a call for an associate', () => {
  test('with nobody on duty it says at once that nobody is free', async () => {
    screen.say('help.requested', { cart: 'cart-1' });
    await screen.until(() => helpState() === 'nobody-free');
  });

  test('who is on duty is told; one goes, and she sees that somebody is coming, until it is done', async () => {
    const ana = await onDuty(crew.associate);
    const task = await call(ana);
    expect(ana.tasks).toMatchObject([{ id: task, kind: 'help', cart: 'cart-1', zone: null, state: 'offered' }]);
    await goThere(ana, task);
    await screen.until(() => helpState() === 'coming');
    // What she has said stands when she goes home.
    await ana.do({ does: 'duty', state: 'off' });
    await screen.until(() => helpState() === null);
  });

  test('handed back while another is free it waits again; when the last one leaves, nobody is free', async () => {
    const ana = await onDuty(crew.associate);
    const ben = await onDuty(crew.second);
    const task = await call(ana);
    expect(await ana.do({ does: 'claim', task, version: 1 })).toBe('done');
    await ana.do({ does: 'duty', state: 'break' });
    await ben.until(() => ben.tasks.some(({ id, state }) => id === task && state === 'offered'));
    expect(helpState()).toBe('asked');
    await ben.do({ does: 'duty', state: 'off' });
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
    const ana = await onDuty(crew.associate);
    const task = await call(ana);
    other.say('help.requested', { cart: 'cart-2' });
    await other.until(() => other.view?.help?.state === 'asked');
    await goThere(ana, task);
    await screen.until(() => helpState() === 'coming');
    await other.until(() => other.view?.help?.state === 'nobody-free');
    other.close();
  });

  test('she takes it back, and nobody is to come any more; she may call again', async () => {
    const ana = await onDuty(crew.associate);
    const task = await call(ana);
    screen.say('help.withdrawn', { cart: 'cart-1' });
    await screen.until(() => helpState() === null);
    await ana.until(() => ana.tasks.length === 0);
    expect(await ana.do({ does: 'claim', task, version: 1 })).toBe('over');
    expect(await call(ana)).not.toBe(task);
  });

  test('her leaving takes it back, and who was coming is free for the next', async () => {
    const ana = await onDuty(crew.associate);
    const task = await call(ana);
    await goThere(ana, task);
    await screen.until(() => helpState() === 'coming');
    screen.say('identity.dropped', { cart: 'cart-1', reason: 'logout' });
    await screen.until(() => screen.view?.phase === 'goodbye');
    expect(screen.view?.help).toBeNull();
    await ana.until(() => ana.tasks.length === 0);
    screen.say('identity.presented', { cart: 'cart-1', means: 'guest' });
    await screen.until(() => screen.view?.phase === 'shopping');
    expect(await call(ana)).not.toBe(task);
  });

  test('logging in over the guest keeps her call, and a restart keeps it with who is on duty', async () => {
    const before = await onDuty(crew.associate);
    const task = await call(before);
    screen.say('identity.presented', { cart: 'cart-1', means: 'card', number: card });
    await screen.until(() => screen.view?.shopper?.strength === 'strong');
    expect(helpState()).toBe('asked');
    screen.close();
    await store.restart();
    await connect();
    expect(helpState()).toBe('asked');
    const ana = keep(await TestHandheld.of(base(), crew.associate));
    await ana.until(() => ana.tasks.length === 1);
    expect(ana.view?.me.duty).toBe('on');
    await goThere(ana, task);
    await screen.until(() => helpState() === 'coming');
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
