/**
 * Handhelds as associates hold them: the page of a real store in Chromium. Two tap the same task at once; one is away for
 * ten minutes and comes back right; the shell opens out of reach.
 */
import { openChromium } from '@kairos/ui/test/chromium.ts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type OpenStore, openStore, TestScreen } from './open-store.ts';
import { openRelay, type Relay } from './relay.ts';
import { crew, signInContext } from './signed-in.ts';
import { TestHandheld } from './test-handheld.ts';

const rounds = 5;
const tenMinutesMs = 10 * 60_000;

let store: OpenStore;
let relay: Relay;
let browser: Browser;
let base: string;
const contexts: BrowserContext[] = [];
const screens: TestScreen[] = [];
const programs: TestHandheld[] = [];

beforeAll(async () => {
  store = await openStore({ carts: [{ id: 'cart-1' }, { id: 'cart-2' }] });
  base = `http://127.0.0.1:${store.running.httpPort}`;
  relay = await openRelay(() => store.running.httpPort);
  browser = await openChromium();
});
afterEach(async () => {
  relay.plugIn();
  for (const screen of screens.splice(0)) {
    screen.say('identity.dropped', { cart: screen.view?.cart ?? '', reason: 'logout' });
    await screen.until(() => screen.view?.phase !== 'shopping');
    screen.close();
  }
  for (const program of programs.splice(0)) program.close();
  for (const context of contexts.splice(0)) await context.close();
});
afterAll(async () => {
  await browser?.close();
  await relay?.close();
  await store?.close();
});

type Member = (typeof crew)[keyof typeof crew];

async function hold(who: Member, at = base, isWorkerAllowed = false): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 360, height: 780 },
    reducedMotion: 'reduce',
    serviceWorkers: isWorkerAllowed ? 'allow' : 'block',
  });
  contexts.push(context);
  await signInContext(context, { base: at, badge: who.badge, pin: who.pin });
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(`${at}/handheld/`);
  await page.locator('.handheld h1').waitFor();
  return page;
}

let calls = 0;
async function call(cart: string): Promise<void> {
  calls += 1;
  const screen = new TestScreen(store.running.httpPort, { screen: cart, epoch: `in-hand-${calls}` });
  screens.push(screen);
  await screen.until(() => screen.view !== null && screen.view.phase !== 'shopping');
  screen.say('identity.presented', { cart, means: 'guest' });
  await screen.until(() => screen.view?.phase === 'shopping');
  screen.say('zone.entered', { cart, zone: cart === 'cart-1' ? 'suits' : 'shoes', confidence: 950 });
  screen.say('help.requested', { cart });
  await screen.until(() => screen.view?.help?.state === 'asked');
}

const going = (page: Page) => page.locator('.answer-first');
const done = (page: Page) => page.getByRole('button', { name: /^(Done|Erledigt)$/ });

test(`two pages that tap the same task at once, ${rounds} times: one has it, the other reads that it is taken`, async () => {
  const [ana, ben] = [await hold(crew.associate), await hold(crew.second)];
  await call('cart-1');
  for (let round = 0; round < rounds; round += 1) {
    await Promise.all([going(ana).waitFor(), going(ben).waitFor()]);
    // In one turn of each page, sent off together.
    await Promise.all(
      [ana, ben].map((page) => page.evaluate(() => document.querySelector<HTMLElement>('.answer-first')?.click())),
    );
    await expect
      .poll(async () => (await Promise.all([ana, ben].map((page) => done(page).count()))).toSorted())
      .toEqual([0, 1]);
    const [winner, loser] = (await done(ana).isVisible()) ? [ana, ben] : [ben, ana];
    await loser.getByText(/Somebody else has taken it|Jemand anderes hat es übernommen/).waitFor();
    expect(await going(loser).count()).toBe(0);
    await winner.locator('.undo button').click();
  }
});

test('away for ten minutes: her answer was kept, she reads who has it, and what is there now is there', async () => {
  const ana = await hold(crew.associate, relay.base);
  await call('cart-1');
  await going(ana).click();
  await done(ana).waitFor();
  relay.pull();
  await ana.getByText('Out of reach. What you answer is kept.').waitFor();
  await done(ana).click();
  await ana.getByText('Noted').waitFor();
  await ana.clock.fastForward(tenMinutesMs);
  // Meanwhile: handed on at another of her handhelds, taken by Ben, and somebody else calls.
  const second = await TestHandheld.of(base, crew.associate);
  const ben = await TestHandheld.of(base, crew.second);
  programs.push(second, ben);
  const task = second.tasks[0]?.id ?? '';
  await second.do({ does: 'duty', state: 'break' });
  await ben.until(() => ben.has(task));
  expect(await ben.do({ does: 'claim', task, version: 3 })).toBe('done');
  await second.do({ does: 'duty', state: 'on' });
  await call('cart-2');
  relay.plugIn();
  await ana.clock.fastForward(5_000);
  await ana.getByText('Somebody else has taken it.').waitFor();
  await going(ana).waitFor();
  expect(await ana.locator('.task-place bdi').textContent()).toBe('Shoes');
  expect(await ana.locator('.word-heed').count()).toBe(0);
});

test('the shell opens out of reach, says so, and is itself again when the store is back; it can be installed', async () => {
  const page = await hold(crew.lead, relay.base, true);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await expect
    .poll(() => page.evaluate(async () => (await (await caches.open('kairos-handheld')).keys()).length))
    .toBeGreaterThan(3);
  const session = await page.context().newCDPSession(page);
  const { installabilityErrors } = (await session.send('Page.getInstallabilityErrors')) as {
    installabilityErrors: { errorId: string }[];
  };
  // A browser without windows of its own says so; the page itself gives no reason.
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([]);
  relay.pull();
  await page.reload();
  await page.getByText('looking for the store').waitFor();
  relay.plugIn();
  await page.getByText('Nothing to do just now').waitFor();
});

test('nobody who is not signed in sees anything: she is led to where she signs in, and back', async () => {
  const context = await browser.newContext({ viewport: { width: 360, height: 780 } });
  contexts.push(context);
  const page = await context.newPage();
  await page.goto(`${base}/handheld/`);
  await page.waitForURL(/\/sign-in\/\?next=\/handheld\//);
});
