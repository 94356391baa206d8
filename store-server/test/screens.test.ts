/** Screens at a whole store: who is let in, what is refused and why, and that the glass follows the facts. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { breadCode, card, type OpenStore, openStore, stranger, TestScreen, unasked } from './open-store.ts';

let store: OpenStore;
let screens: TestScreen[] = [];
let pages = 0;

async function close(): Promise<void> {
  for (const screen of screens) screen.close();
  screens = [];
  await store.close();
}

function connect(auth: Record<string, unknown>, headers: Record<string, string> = {}): TestScreen {
  const screen = new TestScreen(store.running.httpPort, auth, headers);
  screens.push(screen);
  return screen;
}

/** Each load of a page is an epoch of its own. */
async function cart(epoch = `page-${++pages}-of-this-test`): Promise<TestScreen> {
  const screen = connect({ screen: 'cart-1', epoch });
  await screen.until(() => screen.view !== null);
  return screen;
}

async function refusals(): Promise<{ reason: string; by: string; detail: string }[]> {
  return ((await store.get('/api/rejected')) as { rejected: { reason: string; by: string; detail: string }[] })
    .rejected;
}

describe('what is refused', () => {
  beforeAll(async () => {
    store = await openStore();
  });
  afterAll(close);

  test.each([
    ['hello-shape', {}],
    ['hello-shape', { screen: '../etc', epoch: 'page-one' }],
    ['hello-shape', { screen: 'cart-1', epoch: 'page-one', more: 1 }],
    ['unknown-screen', { screen: 'cart-99', epoch: 'page-one' }],
    ['wrong-token', { screen: 'cart-2', epoch: 'page-one' }],
    ['wrong-token', { screen: 'cart-2', epoch: 'page-one', token: 'another' }],
    [null, { screen: 'cart-2', epoch: 'page-one', token: 'secret-of-cart-2' }],
    [null, { screen: 'cart-1', epoch: 'page-one' }],
  ])('%s: a screen that says %j', async (reason, auth) => {
    expect(await connect(auth).refusal()).toBe(reason);
  });

  test('a page of another origin is refused, one of the store’s own is not', async () => {
    const auth = { screen: 'cart-1', epoch: 'page-one' };
    expect(await connect(auth, { origin: 'https://elsewhere.example' }).refusal()).not.toBeNull();
    expect(await connect(auth, { origin: `http://127.0.0.1:${store.running.httpPort}` }).refusal()).toBeNull();
  });

  test.each([
    ['batch-shape', 'facts', null],
    ['batch-shape', 'facts', 'text'],
    ['batch-shape', 'facts', { epoch: 'page-one', oldest: 1, facts: [] }],
    ['batch-shape', 'facts', { epoch: 'page-one', facts: [{}] }],
    ['batch-shape', 'facts', [1, 2, 3]],
    ['unknown-topic', 'resync', { have: -1 }],
    ['unknown-topic', 'resync', 'everything'],
    ['unknown-topic', 'no-such-event', { a: 1 }],
  ])('%s: socket event %s with %j is counted, kept, and stops nothing', async (reason, event, payload) => {
    const screen = await cart();
    screen.socket.emit(event, payload);
    await expect.poll(async () => (await refusals()).map((row) => row.reason)).toContain(reason);
    const metrics = await (await fetch(`http://127.0.0.1:${store.running.httpPort}/metrics`)).text();
    expect(metrics).toMatch(new RegExp(`kairos_rejected_total\\{reason="${reason}",by="screen"\\} [1-9]`));
    screen.say('identity.presented', { cart: 'cart-1', means: 'scanned', number: card });
    await screen.until(() => screen.view?.phase === 'shopping');
  });

  test.each([
    ['unknown-type', 'no.such.fact', { cart: 'cart-1' }],
    ['not-from-devices', 'visit.opened', { cart: 'cart-1' }],
    ['body-shape', 'identity.presented', { cart: 'cart-1', means: 'typed' }],
    [
      'check-digit',
      'identity.presented',
      { cart: 'cart-1', means: 'typed', number: `${card.slice(0, -1)}${(Number(card.at(-1)) + 1) % 10}` },
    ],
    ['number-shape', 'identity.presented', { cart: 'cart-1', means: 'typed', number: '12345' }],
    ['number-prefix', 'identity.presented', { cart: 'cart-1', means: 'scanned', number: '4006381333931' }],
    ['not-yours', 'basket.added', { cart: 'cart-2', code: breadCode }],
    ['unknown-goods', 'basket.added', { cart: 'cart-1', code: '9999999999994' }],
    ['unknown-zone', 'zone.entered', { cart: 'cart-1', zone: 'moon', confidence: 900 }],
  ])(
    '%s: a fact %s with %j is refused in the acknowledgement, and the next one is taken',
    async (reason, type, body) => {
      const screen = await cart();
      const refused = screen.say(type as 'zone.entered', body);
      const taken = screen.say('quiet.requested', { cart: 'cart-1' });
      await screen.until(() => screen.acks.some(({ upTo }) => upTo >= taken));
      expect(screen.acks.flatMap(({ rejected }) => rejected)).toEqual([{ sequence: refused, reason }]);
    },
  );
});

describe('what the glass shows', () => {
  beforeEach(async () => {
    store = await openStore();
  });
  afterEach(close);

  test('who watches sees everything and can report nothing', async () => {
    const screen = await cart();
    const watcher = connect({ screen: 'cart-1', epoch: 'watching', watching: true });
    await watcher.until(() => watcher.view !== null);
    watcher.say('identity.presented', { cart: 'cart-1', means: 'scanned', number: card });
    screen.say('identity.presented', { cart: 'cart-1', means: 'scanned', number: stranger });
    await watcher.until(() => watcher.view?.phase === 'shopping');
    expect(watcher.view?.shopper).toEqual({ strength: 'guest', name: null });
    expect(watcher.acks).toEqual([]);
  });

  test('a card greets by name in her language; a typed number greets nobody', async () => {
    const screen = await cart();
    screen.say('identity.presented', { cart: 'cart-1', means: 'typed', number: card });
    await screen.until(() => screen.view?.shopper?.strength === 'weak');
    expect(screen.view?.shopper?.name).toBeNull();
    screen.say('identity.presented', { cart: 'cart-1', means: 'card', number: card });
    await screen.until(() => screen.view?.shopper?.strength === 'strong');
    expect(screen.view).toMatchObject({ shopper: { name: 'Ada' }, locale: 'de' });
  });

  test('a guest who asks to be one again stays the guest she is; nobody is asked about her', async () => {
    const screen = await cart();
    screen.say('identity.presented', { cart: 'cart-1', means: 'guest' });
    await screen.until(() => screen.view?.phase === 'shopping');
    screen.say('basket.added', { cart: 'cart-1', code: breadCode });
    const again = screen.say('identity.presented', { cart: 'cart-1', means: 'guest' });
    await screen.until(() => screen.acks.some(({ upTo }) => upTo >= again));
    expect(screen.view).toMatchObject({ phase: 'shopping', shopper: { strength: 'guest' }, basket: { total: 250 } });
  });

  test('who said no is a guest the next time, unasked, and nothing is written under her number', async () => {
    const screen = await cart();
    screen.say('identity.presented', { cart: 'cart-1', means: 'scanned', number: unasked });
    await screen.until(() => screen.view?.phase === 'first-use');
    screen.say('consent.changed', { cart: 'cart-1', purpose: 'remember', granted: false });
    screen.say('identity.dropped', { cart: 'cart-1', reason: 'logout' });
    await screen.until(() => screen.view?.phase === 'goodbye');
    screen.say('identity.presented', { cart: 'cart-1', means: 'card', number: unasked });
    await screen.until(() => screen.view?.phase === 'shopping');
    expect(screen.view).toMatchObject({ shopper: { strength: 'guest', name: null }, notice: null });
  });

  test('a number that was only typed is not asked about, and nothing is agreed to in her name', async () => {
    const screen = await cart();
    screen.say('identity.presented', { cart: 'cart-1', means: 'typed', number: unasked });
    await screen.until(() => screen.view?.phase === 'shopping');
    expect(screen.view).toMatchObject({ shopper: { strength: 'guest', name: null }, notice: null });
    screen.say('consent.changed', { cart: 'cart-1', purpose: 'remember', granted: true });
    screen.say('identity.presented', { cart: 'cart-1', means: 'card', number: unasked });
    await screen.until(() => screen.view?.phase === 'first-use');
  });

  test('nor is anything taken back in the name of her whose number was typed', async () => {
    const screen = await cart();
    screen.say('identity.presented', { cart: 'cart-1', means: 'typed', number: card });
    await screen.until(() => screen.view?.shopper?.strength === 'weak');
    screen.say('consent.changed', { cart: 'cart-1', purpose: 'remember', granted: false });
    screen.say('identity.dropped', { cart: 'cart-1', reason: 'logout' });
    await screen.until(() => screen.view?.phase === 'goodbye');
    screen.say('identity.presented', { cart: 'cart-1', means: 'card', number: card });
    await screen.until(() => screen.view?.shopper?.name === 'Ada');
  });

  test('a screen that says far too much is counted, passed over, and heard again; another is heard meanwhile', async () => {
    const screen = await cart();
    const other = connect({ screen: 'cart-2', epoch: 'page-beside', token: 'secret-of-cart-2' });
    await other.until(() => other.view !== null);
    for (let count = 0; count < 1_000; count += 1) screen.socket.emit('resync', { have: 0 });
    other.say('identity.presented', { cart: 'cart-2', means: 'guest' });
    await other.until(() => other.view?.phase === 'shopping');
    await expect
      .poll(async () => (await refusals()).filter(({ reason }) => reason === 'too-often').length)
      .toBeGreaterThan(10);
    expect(screen.snapshots).toBeLessThan(400);
    // Heard again: its next question has an answer. What it says then, nothing was lost before, is taken in.
    await expect
      .poll(async () => {
        const before = screen.snapshots;
        screen.socket.emit('resync', { have: 0 });
        await delay(200);
        return screen.snapshots > before;
      })
      .toBe(true);
    screen.say('identity.presented', { cart: 'cart-1', means: 'guest' });
    await screen.until(() => screen.view?.phase === 'shopping');
  });

  test('the first use asks; yes makes the visit hers, with its list', async () => {
    const screen = await cart();
    screen.say('identity.presented', { cart: 'cart-1', means: 'scanned', number: unasked });
    await screen.until(() => screen.view?.phase === 'first-use');
    screen.say('basket.added', { cart: 'cart-1', code: breadCode, quantity: 2000 });
    await screen.until(() => screen.view?.basket.total === 500);
    screen.say('consent.changed', { cart: 'cart-1', purpose: 'remember', granted: true });
    await screen.until(() => screen.view?.shopper?.name === 'Eve');
    expect(screen.view).toMatchObject({ phase: 'shopping', basket: { total: 500 } });
  });

  test('a dwell speaks; leaving the zone withdraws it; a restart in between changes nothing on the glass', async () => {
    const screen = await cart();
    screen.say('identity.presented', { cart: 'cart-1', means: 'card', number: card });
    screen.say('zone.entered', { cart: 'cart-1', zone: 'suits', confidence: 900 });
    await screen.until(() => screen.view?.message !== null && screen.view?.message !== undefined);
    const { message } = screen.view as { message: { id: string; headline: string } };
    expect(message.headline).toBe('Die Anzüge in Ihrer Größe ansehen?');
    screen.say('message.shown', { message: message.id, screen: 'cart-1' });
    await screen.until(() => screen.acks.some(({ upTo }) => upTo >= 3));

    await store.restart();
    const again = await cart('page-two');
    expect(again.view?.message?.id).toBe(message.id);
    again.say('zone.entered', { cart: 'cart-1', zone: 'shoes', confidence: 900 });
    await again.until(() => again.view?.message === null);
  });

  test('a version that was missed is asked for, and the whole comes', async () => {
    const screen = await cart();
    screen.socket.emit('resync', { have: 0 });
    await screen.until(() => screen.snapshots === 2);
  });
});
