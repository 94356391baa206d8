/** A login, a list, a message and its answer: the built page in a real Chromium against a store that speaks its events. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkDigit } from '@kairos/protocol/check-digit.ts';
import type { CartView } from '@kairos/protocol/screen-events.ts';
import { passingWords } from '@kairos/ui/test/passing-words.ts';
import { scan } from '@kairos/ui/test/scan.ts';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { buildPage, openBrowser, type TestBrowser, type TestTab } from './browser.ts';
import { drawPicture } from './drawn-picture.ts';
import { SmallStore } from './small-store.ts';
import { basket, message, pictured, plan, shopping } from './states.ts';

const card = `291234567890${checkDigit('291234567890')}`;
const wrongCard = card.slice(0, -1) + String((Number(card.at(-1)) + 1) % 10);

let pages: string;
let browser: TestBrowser;

beforeAll(async () => {
  pages = mkdtempSync(join(tmpdir(), 'kairos-cart-'));
  await buildPage(pages);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  rmSync(pages, { recursive: true, force: true });
});

interface Scene {
  readonly store: SmallStore;
  readonly tab: TestTab;
  readonly page: Page;
  /** Opens the page; the store holds this view. */
  start(view?: Partial<CartView>): Promise<void>;
  keyIn(digits: string): Promise<void>;
  /** As a scanner types: quicker than fingers, then Enter. */
  scan(code: string): Promise<void>;
  headline(): Locator;
}

/** A store and a page for one test, so that tests wait beside each other; gone when it has finished, and without fault. */
async function open({ onTestFinished }: TestContext): Promise<Scene> {
  const store = new SmallStore(pages);
  await store.start();
  const tab = await browser.open({});
  const { page } = tab;
  onTestFinished(async () => {
    await tab.context.close();
    await store.stop();
    expect(store.faults).toEqual([]);
    expect(tab.faults).toEqual([]);
  });
  return {
    store,
    tab,
    page,
    async start(view = {}) {
      store.hold(view);
      await page.goto(store.address());
    },
    async keyIn(digits) {
      await page.getByRole('button', { name: 'Start shopping' }).click();
      for (const digit of digits) await page.getByRole('button', { name: digit, exact: true }).click();
      await page.getByRole('button', { name: 'Go on' }).click();
    },
    scan: (code) => scan(page, code),
    headline: () => page.getByRole('heading', { name: message.headline }),
  };
}

describe.concurrent('logging in', () => {
  it('keeps no number in the browser, though the store is slow to say that it has it', async (context) => {
    const { store, page, start, keyIn } = await open(context);
    store.isAcknowledging = false;
    await start();
    await keyIn(card);
    expect((await store.fact('identity.presented')).fact.body).toMatchObject({ number: card });
    const kept = await page.evaluate(async () => {
      const open = indexedDB.open('kairos-cart-13');
      await new Promise((resolve, reject) => Object.assign(open, { onsuccess: resolve, onerror: reject }));
      const all = open.result.transaction('kept').objectStore('kept').getAll();
      await new Promise((resolve, reject) => Object.assign(all, { onsuccess: resolve, onerror: reject }));
      return JSON.stringify(all.result);
    });
    expect(kept).toContain('identity.presented');
    expect(kept).not.toContain(card);
  });

  it('refuses a wrong check digit at once, in words, and tells the store nothing', async (context) => {
    const { store, page, start, keyIn } = await open(context);
    await start();
    await keyIn(wrongCard);
    await page.getByText('That number has a wrong digit. Check the last four.').waitFor();
    await page.getByRole('button', { name: 'Delete the last digit' }).click();
    await page.getByText('That number has a wrong digit').waitFor({ state: 'detached' });
    expect(store.received).toEqual([]);
  });

  it('says how many digits a number has when some are missing', async (context) => {
    const { page, start, keyIn } = await open(context);
    await start();
    await keyIn('2912345');
    await page.getByText('A card number has 13 or 18 digits. This one has 7.').waitFor();
  });

  it('presents a good number as typed, and shows the list when the store opens the visit', async (context) => {
    const { store, page, start, keyIn } = await open(context);
    await start();
    await keyIn(card);
    const { fact } = await store.fact('identity.presented');
    expect(fact.body).toEqual({ cart: 'cart-13', means: 'typed', number: card });
    store.change({ ...shopping, message: null });
    await page.getByRole('heading', { name: 'Hello, Ada' }).waitFor();
    await page.getByText('€80.50').waitFor();
  });

  it('presents a scanned card from the idle page, however fast the scanner types', async (context) => {
    const { store, page, start, scan } = await open(context);
    await start();
    await page.getByRole('button', { name: 'Start shopping' }).waitFor();
    await scan(card);
    expect((await store.fact('identity.presented')).fact.body).toMatchObject({ means: 'scanned', number: card });
  });

  it('puts the store’s own refusal in words', async (context) => {
    const { store, page, start, keyIn } = await open(context);
    store.judge = (fact) => (fact.type === 'identity.presented' ? 'number-prefix' : null);
    await start();
    await keyIn(card);
    await page.getByText('That number is not one of our cards').waitFor();
  });

  it('lets an unknown number shop as a guest, and says so', async (context) => {
    const { store, page, start, keyIn } = await open(context);
    await start();
    await keyIn(card);
    await store.fact('identity.presented');
    store.change({ phase: 'shopping', notice: 'unknown-number', shopper: { strength: 'guest', name: null } });
    await page.getByText('We don’t know that number, so you’re shopping as a guest.').waitFor();
    await page.getByText('Scan the first thing you put in the cart').waitFor();
  });

  it('opens a guest visit on one touch', async (context) => {
    const { store, page, start } = await open(context);
    await start();
    await page.getByRole('button', { name: 'Start shopping' }).click();
    await page.getByRole('button', { name: 'Shop as a guest' }).click();
    expect((await store.fact('identity.presented')).fact.body).toEqual({ cart: 'cart-13', means: 'guest' });
  });

  it.for([
    ['Yes, remember me', true],
    ['No, forget me afterwards', false],
  ] as const)('asks once on first use and reports "%s"', async ([name, granted], context) => {
    const { store, page, start } = await open(context);
    await start({ phase: 'first-use', shopper: { strength: 'guest', name: null } });
    await page.getByRole('button', { name }).click();
    expect((await store.fact('consent.changed')).fact.body).toEqual({ cart: 'cart-13', purpose: 'remember', granted });
  });

  it('does not present a number while out of touch, since it would open a visit for somebody gone', async (context) => {
    const { store, page, start, keyIn } = await open(context);
    await start();
    await page.getByRole('button', { name: 'Start shopping' }).waitFor();
    await store.goAway();
    await keyIn(card);
    await page.getByText('we can’t look up your card just now').waitFor();
    await store.comeBack();
    await store.until(() => store.screens > 0);
    expect(store.factsOf('identity.presented')).toEqual([]);
  });
});

describe.concurrent('the list', () => {
  it('takes a line off and puts it back', async (context) => {
    const { store, page, start } = await open(context);
    await start(shopping);
    await page.getByRole('button', { name: /Beeswax candle/ }).click();
    await page.getByRole('button', { name: /Take it off the list/ }).click();
    const { fact } = await store.fact('basket.removed');
    expect(fact.body).toEqual({ cart: 'cart-13', code: basket.lines[2]?.code, quantity: 3000 });
    await page.getByText('Beeswax candle is off your list.').waitFor();
    await page.getByRole('button', { name: 'Put it back' }).click();
    expect((await store.fact('basket.added')).fact.body).toMatchObject({ quantity: 3000 });
  });

  it('sends scanned goods, and says when the store does not know them', async (context) => {
    const { store, page, start, scan } = await open(context);
    store.judge = (fact) => (fact.type === 'basket.added' ? 'unknown-goods' : null);
    await start(shopping);
    await page.locator('.ledger').waitFor();
    await scan('4006381333931');
    expect((await store.fact('basket.added')).fact.body).toMatchObject({ code: '4006381333931' });
    await page.getByText('We don’t know that one.').waitFor();
  });

  it('stays, and says so, while the store is out of touch; then says that it is back', async (context) => {
    const { store, page, start } = await open(context);
    await start(shopping);
    await page.getByText('€80.50').waitFor();
    await store.goAway();
    await page.getByText('We’ve lost touch with the store. Your list is safe here.').waitFor();
    await page.getByText('€80.50').waitFor();
    expect(await page.getByRole('button', { name: /Beeswax candle/ }).count()).toBe(0);
    store.hold({ basket: { lines: basket.lines.slice(0, 1), total: 1890 } });
    await store.comeBack();
    await page.getByText('We’re back in touch.').waitFor();
    await page.locator('.ledger-total').getByText('€18.90').waitFor();
  });

  it('asks for the whole when a version is missing, and shows what the store holds', async (context) => {
    const { store, page, start } = await open(context);
    await start(shopping);
    await page.getByText('€80.50').waitFor();
    store.changeUnseen({ basket: { lines: [], total: 0 } });
    store.change({ zone: 'paint' });
    await page.getByText('Scan the first thing you put in the cart').waitFor();
    expect(store.resyncs).toBe(1);
  });
});

describe.concurrent('a message', () => {
  it('is reported shown once, with the age of its paint, and answered by a touch', async (context) => {
    const { store, page, start } = await open(context);
    await start(shopping);
    await page.locator('.ledger').waitFor();
    const saidAt = performance.now();
    store.say(message);
    const shown = await store.fact('message.shown');
    const upperMs = shown.atMs - saidAt;
    expect(shown.fact.body).toEqual({ message: message.id, screen: 'cart-13' });
    expect(shown.fact.ageMs).toBeGreaterThanOrEqual(0);
    expect(shown.fact.ageMs).toBeLessThanOrEqual(upperMs);
    const isThanked = await passingWords(page, '.message-thanks', 'Thank you');
    await page.getByRole('button', { name: 'Not today' }).click();
    const { fact } = await store.fact('message.answered');
    expect(fact.body).toEqual({ message: message.id, answer: 'later', screen: 'cart-13' });
    store.say(null);
    await isThanked();
    await page.getByRole('heading', { name: 'Thank you' }).waitFor({ state: 'detached' });
    expect(store.factsOf('message.shown')).toHaveLength(1);
  });

  it('tells the age of a paint that had to wait for the line', async (context) => {
    const { store, page, start } = await open(context);
    await start(shopping);
    await page.locator('.ledger').waitFor();
    store.isAcknowledging = false;
    const saidAt = performance.now();
    store.say(message);
    const first = await store.fact('message.shown');
    await store.goAway();
    await page.getByText('We’ve lost touch').waitFor();
    store.isAcknowledging = true;
    store.hold({ message });
    const backAt = performance.now();
    await store.comeBack();
    const again = await store.fact('message.shown', 2);
    expect(again.fact.sequence).toBe(first.fact.sequence);
    // The same paint by both reports: older by at least the time between them, and no older than the message.
    expect(again.fact.ageMs).toBeGreaterThanOrEqual(Math.floor(first.fact.ageMs + backAt - first.atMs) - 1);
    expect(again.fact.ageMs).toBeLessThanOrEqual(Math.ceil(again.atMs - saidAt));
  });

  it('is not reported while the page cannot be seen', async (context) => {
    const { store, page, start, headline } = await open(context);
    await start(shopping);
    await page.locator('.ledger').waitFor();
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    store.say(message);
    await headline().waitFor();
    await page.evaluate(
      () =>
        new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done)))),
    );
    expect(store.factsOf('message.shown')).toEqual([]);
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await store.fact('message.shown');
  });

  it('leaves by itself when its time is over, though the store is out of touch', async (context) => {
    const { store, page, start, headline } = await open(context);
    await start(shopping);
    await page.locator('.ledger').waitFor();
    // Long enough for a slow machine to see that the line is gone before the words are.
    store.say({ ...message, validForMs: 9_000 });
    await headline().waitFor();
    await store.goAway();
    await page.getByText('We’ve lost touch').waitFor();
    await headline().waitFor();
    await headline().waitFor({ state: 'detached' });
    await store.comeBack();
    await page.getByText('We’re back in touch.').waitFor();
    expect(await headline().count()).toBe(0);
  });

  it('is withdrawn by the store without a trace', async (context) => {
    const { store, page, start, headline } = await open(context);
    await start(shopping);
    store.say(message);
    await store.fact('message.shown');
    store.say(null);
    await headline().waitFor({ state: 'detached' });
    expect(await page.locator('.message').count()).toBe(0);
  });

  it('goes on after a reload, and is reported shown once', async (context) => {
    const { store, page, start, headline } = await open(context);
    await start({ ...shopping, message });
    await store.fact('message.shown');
    await page.reload();
    await headline().waitFor();
    await page.getByRole('button', { name: 'Call an associate' }).click();
    await store.fact('help.requested');
    // Sent again before its acknowledgement it is the same fact still.
    const reports = store.factsOf('message.shown').map(({ epoch, fact }) => `${epoch}/${fact.sequence}`);
    expect(new Set(reports).size).toBe(1);
  });

  it('is never shown again once answered, neither after a reload nor after a lost line', async (context) => {
    const { store, page, start, headline } = await open(context);
    await start({ ...shopping, message });
    await page.getByRole('button', { name: 'Not today' }).click();
    await store.fact('message.answered');
    await page.reload();
    await page.getByText('€80.50').waitFor();
    await store.goAway();
    await page.getByText('We’ve lost touch').waitFor();
    await store.comeBack();
    await page.getByText('We’re back in touch.').waitFor();
    expect(await headline().count()).toBe(0);
    for (const type of ['message.shown', 'message.answered'] as const) {
      // Sent again before its acknowledgement it is the same fact still.
      const reports = store.factsOf(type).map(({ epoch, fact }) => `${epoch}/${fact.sequence}`);
      expect(new Set(reports).size).toBe(1);
    }
  });

  it('keeps an answer given out of touch, over a reload, and sends it before anything newer', async (context) => {
    const { store, page, start } = await open(context);
    await start({ ...shopping, message });
    await store.fact('message.shown');
    store.isAcknowledging = false;
    await page.getByRole('button', { name: 'Not today' }).click();
    const first = await store.fact('message.answered');
    await page.reload();
    store.isAcknowledging = true;
    const again = await store.fact('message.answered', 2);
    expect([again.epoch, again.fact.sequence]).toEqual([first.epoch, first.fact.sequence]);
    await page.getByRole('button', { name: 'Call an associate' }).click();
    expect((await store.fact('help.requested')).epoch).not.toBe(first.epoch);
  });
});

describe.concurrent('a message’s picture', () => {
  const topOfHeadline = (page: Page) =>
    page.locator('.message h2').evaluate((element) => element.getBoundingClientRect().top);

  it('has its room before it is there: nothing moves when it comes', async (context) => {
    const { store, tab, page, start } = await open(context);
    let come: (drawn: Buffer) => void = () => undefined;
    store.pictures.set('/pictures/rollers.png', new Promise((resolve) => (come = resolve)));
    await start(shopping);
    store.say(pictured);
    await store.fact('message.shown');
    const before = await topOfHeadline(page);
    come(await drawPicture(tab.context));
    await page.waitForFunction(
      () => (document.querySelector<HTMLImageElement>('.message-picture img')?.naturalWidth ?? 0) > 1,
    );
    expect(await topOfHeadline(page)).toBe(before);
    expect(await page.locator('.message-picture img').getAttribute('alt')).toBe('');
  });

  it('leaves no hole where it cannot be had, or where the words need the room', async (context) => {
    const { store, tab, page, start, headline } = await open(context);
    await start(shopping);
    store.say(pictured);
    await page.getByRole('heading', { name: pictured.headline }).waitFor();
    // The browser itself notes the missing file, in its own time.
    await context.expect.poll(() => tab.faults.splice(0)).toEqual([expect.stringContaining('404')]);
    await page.locator('.message-picture').waitFor({ state: 'detached' });
    store.pictures.set('/pictures/rollers.png', await drawPicture(tab.context));
    store.say({ ...message, picture: '/pictures/rollers.png' });
    await headline().waitFor();
    expect(await page.locator('.message-picture').count()).toBe(0);
  });

  it('is asked for from the store’s own folder and from nowhere else', async (context) => {
    const { store, page, start } = await open(context);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await start(shopping);
    store.say({ ...pictured, picture: 'https://elsewhere.example/pictures/rollers.png' });
    await page.getByRole('heading', { name: pictured.headline }).waitFor();
    await store.fact('message.shown');
    expect(await page.locator('.message img').count()).toBe(0);
    expect(asked.filter((url) => url.includes('elsewhere'))).toEqual([]);
  });
});

describe.concurrent('a call for an associate', () => {
  const help = (state: 'asked' | 'coming' | 'nobody-free') => ({ help: { id: 'help-call-0001', state } });

  it('is told, says that somebody is coming, and can be taken back', async (context) => {
    const { store, page, start } = await open(context);
    await start(shopping);
    await page.getByRole('button', { name: 'Call an associate' }).click();
    await store.fact('help.requested');
    store.change(help('asked'));
    await page.getByText('We’ve told the associates where you are.').waitFor();
    store.change(help('coming'));
    await page.getByText('Somebody is coming to you.').waitFor();
    await page.getByRole('button', { name: 'I’m all right now' }).click();
    expect((await store.fact('help.withdrawn')).fact.body).toEqual({ cart: 'cart-13' });
    store.change({ help: null });
    await page.getByText('Somebody is coming to you.').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Call an associate' }).waitFor();
  });

  it('says that nobody is free and shows the way to the tills, until she has read it', async (context) => {
    const { store, page, start } = await open(context);
    store.plan = plan;
    await start({ ...shopping, ...help('nobody-free') });
    await page.getByText('Nobody is free just now. The tills can help you.').waitFor();
    await page.getByRole('button', { name: 'Show me the tills' }).click();
    await page.getByText('This way to Tills').waitFor();
    await page.getByRole('button', { name: 'Back' }).click();
    await page.getByRole('button', { name: 'All right' }).click();
    await page.getByText('Nobody is free just now').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Call an associate' }).click();
    await store.fact('help.requested');
    store.change({ help: { id: 'help-call-0002', state: 'nobody-free' } });
    await page.getByText('Nobody is free just now').waitFor();
  });

  it('claims nothing about who is coming while the store is out of touch', async (context) => {
    const { store, page, start } = await open(context);
    await start({ ...shopping, ...help('coming') });
    await page.getByText('Somebody is coming to you.').waitFor();
    await store.goAway();
    await page.getByText('We’ve lost touch').waitFor();
    expect(await page.getByText('Somebody is coming to you.').count()).toBe(0);
    await page.getByRole('button', { name: 'I’m all right now' }).click();
    await page.getByText('We couldn’t pass that on').waitFor();
    store.hold({ help: null });
    await store.comeBack();
    await page.getByText('We’re back in touch.').waitFor();
    expect(store.factsOf('help.withdrawn')).toEqual([]);
  });
});

describe.concurrent('leaving', () => {
  it.for([
    ['Forget this visit', 'forget.requested'],
    ['Log out', 'identity.dropped'],
  ] as const)(
    '%s: everything personal goes at once, before the store has heard of it',
    async ([name, type], context) => {
      const { store, page, start, headline } = await open(context);
      await start({ ...shopping, message });
      await headline().waitFor();
      await store.goAway();
      await page.getByText('We’ve lost touch').waitFor();
      await page.getByRole('button', { name: 'More' }).click();
      await page.getByRole('button', { name }).click();
      await page.getByRole('heading', { name: 'This visit is forgotten' }).waitFor();
      expect(await page.getByText(/Ada|Linen napkins|€80.50/).count()).toBe(0);
      await store.comeBack();
      await store.fact(type);
      expect(await page.getByText(/Ada|Linen napkins|€80.50/).count()).toBe(0);
      store.change({ phase: 'idle', shopper: null, basket: { lines: [], total: 0 }, message: null });
      await page.getByRole('button', { name: 'Next shopper' }).click();
      await page.getByRole('button', { name: 'Start shopping' }).waitFor();
    },
  );

  it('says goodbye when the till has been paid, and keeps nothing of hers in the browser', async (context) => {
    const { store, page, start } = await open(context);
    await start({ ...shopping, message });
    await page.getByRole('button', { name: 'Not today' }).click();
    await store.fact('message.answered');
    store.change({ phase: 'goodbye', shopper: null, basket: { lines: [], total: 0 }, message: null });
    await page.getByRole('heading', { name: 'Thank you for coming' }).waitFor();
    await page.getByRole('button', { name: 'Next shopper' }).click();
    await page.getByRole('button', { name: 'Start shopping' }).waitFor();
    const kept = () =>
      page.evaluate(
        () =>
          new Promise<unknown>((done, failed) => {
            const open = indexedDB.open('kairos-cart-13');
            open.onerror = failed;
            open.onsuccess = () => {
              const all = open.result.transaction('kept').objectStore('kept').getAllKeys();
              all.onsuccess = () => done(all.result);
            };
          }),
      );
    // The answer stays until the store has acknowledged it.
    await context.expect.poll(kept).toEqual([]);
  });

  it('keeps quiet when asked', async (context) => {
    const { store, page, start } = await open(context);
    await start(shopping);
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('button', { name: 'Not today' }).click();
    expect((await store.fact('quiet.requested')).fact.body).toEqual({ cart: 'cart-13' });
  });
});

describe.concurrent('around it', () => {
  it('shows a watching page everything, and hears nothing from it', async (context) => {
    const { store, page, headline } = await open(context);
    store.hold({ ...shopping, message });
    await page.goto(store.address('cart=cart-13&watch=1'));
    await headline().waitFor();
    expect(await page.getByRole('button', { name: 'Not today' }).isDisabled()).toBe(true);
    store.say(null);
    await headline().waitFor({ state: 'detached' });
    expect(store.received).toEqual([]);
  });

  it('tells a person when the store does not know this screen', async (context) => {
    const { store, page, start } = await open(context);
    store.refusesHello = 'unknown-screen';
    await start();
    await page.getByRole('heading', { name: 'This screen isn’t set up yet' }).waitFor();
  });

  it('tells whoever sets it up when its address names no cart', async (context) => {
    const { store, page } = await open(context);
    await page.goto(store.address('cart=Cart%2013'));
    await page.getByRole('heading', { name: 'This page needs to know its cart' }).waitFor();
  });

  it('speaks the language she picks, right to left where that is hers, until she leaves', async (context) => {
    const { store, page, start } = await open(context);
    await start();
    await page.getByRole('button', { name: 'العربية' }).click();
    await page.getByRole('button', { name: 'ابدأ التسوق' }).waitFor();
    expect(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir])).toEqual([
      'ar',
      'rtl',
    ]);
    expect(store.received).toEqual([]);
    store.change(shopping);
    await page.getByText('المجموع حتى الآن').waitFor();
    // What the store says to her in this visit comes in the same language.
    expect((await store.fact('language.chosen')).fact.body).toEqual({ cart: 'cart-13', locale: 'ar' });
    store.change({ phase: 'goodbye', shopper: null, basket: { lines: [], total: 0 } });
    await page.getByRole('button', { name: 'المتسوق التالي' }).click();
    await page.getByRole('button', { name: 'Start shopping' }).waitFor();
  });

  it('draws the number on the card from left to right in every language', async (context) => {
    const { page, start } = await open(context);
    await start({ locale: 'ar' });
    await page.locator('html[dir="rtl"]').waitFor();
    await page.locator('.idle').getByRole('button', { name: 'ابدأ التسوق' }).click();
    const box = async (selector: string) => (await page.locator(selector).boundingBox()) ?? { x: 0, width: 0 };
    const [number, card] = [await box('.card-number'), await box('.card-body')];
    expect(number.x).toBeGreaterThan(card.x);
    expect(number.x + number.width).toBeLessThan(card.x + card.width);
  });

  it('tells the store at once when she picks another language while she shops', async (context) => {
    const { store, page, start } = await open(context);
    await start(shopping);
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('button', { name: 'Español' }).click();
    await page.getByRole('heading', { name: 'Como usted prefiera' }).waitFor();
    expect((await store.fact('language.chosen')).fact.body).toEqual({ cart: 'cart-13', locale: 'es' });
  });

  it('says what she saves beside the total, and nothing where she saves nothing', async (context) => {
    const { store, page, start } = await open(context);
    await start(shopping);
    await page.getByText('You save €4.80').waitFor();
    store.change({ basket: { lines: basket.lines, total: basket.total } });
    await page.getByText('You save').waitFor({ state: 'detached' });
  });

  it('can be worked with the keyboard alone', async (context) => {
    const { store, page, start } = await open(context);
    await start();
    await page.getByRole('button', { name: 'Start shopping' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Your number').waitFor();
    for (const digit of card) await page.keyboard.press(digit, { delay: 50 });
    await page.getByRole('button', { name: 'Go on' }).focus();
    await page.keyboard.press('Enter', { delay: 50 });
    await store.fact('identity.presented');
    store.change({ ...shopping, message });
    await page.getByRole('button', { name: 'Not today' }).focus();
    await page.keyboard.press('Space');
    await store.fact('message.answered');
  });
});
