/**
 * The manager's page in each of its languages, in Chromium, on a real store in which something goes on: every section
 * says all that it has to say in that language and keeps to the glass; from the right where that is how it is read.
 */
import { openChromium } from '@kairos/ui/test/chromium.ts';
import { violations } from '@kairos/ui/test/look.ts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formsOf, type Language, languages, talkIn } from '../pages/manager/words/languages.ts';
import { type OpenStore, openStore, TestScreen } from './open-store.ts';
import { crew, signInContext } from './signed-in.ts';

const sections = [
  'floor',
  'floor/zone/suits',
  'dialogues',
  'dialogues/suits',
  'media',
  'devices',
  'people',
  'erase',
  'plan',
];
const desktop = { width: 1440, height: 900 };
const handheld = { width: 360, height: 780 };
/** What stands on the page of the store itself, whoever reads it: names, ids; and units that languages share. */
const own =
  /^(Test store|test|Suits|Shoes|Tills|suits|ask|showMe|cart|till|screen|See the suits.*|Ana|Ben|Lea|Mira|Sam|ms( ms)?|minutes|min|x|y)$/;
/** Without its figures. */
const bare = (text: string): string =>
  text
    .replace(/[-\d.,·:%–−+]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

let store: OpenStore;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let cart: TestScreen;
/** What is on the page in English, by section: what another language has in common with it is a leftover. */
const inEnglish = new Map<string, ReadonlySet<string>>();

beforeAll(async () => {
  const plan = { screens: [{ id: 'screen-1', zone: 'suits', at: [1, 5] }], anchors: [] };
  store = await openStore({}, { plan });
  browser = await openChromium();
  context = await browser.newContext({ viewport: desktop, reducedMotion: 'reduce', timezoneId: 'UTC' });
  const base = `http://127.0.0.1:${store.running.httpPort}`;
  await signInContext(context, { base, badge: crew.manager.badge, pin: crew.manager.pin });
  cart = new TestScreen(store.running.httpPort, { screen: 'cart-1', epoch: 'page-1' });
  await cart.until(() => cart.view !== null);
  cart.say('identity.presented', { cart: 'cart-1', means: 'guest' });
  cart.say('zone.entered', { cart: 'cart-1', zone: 'suits', confidence: 900 });
  await cart.until(() => cart.view?.message != null);
  cart.say('message.shown', { message: cart.view?.message?.id, screen: 'cart-1' });
  cart.say('help.requested', { cart: 'cart-1' });
  page = await context.newPage();
});
afterAll(async () => {
  cart?.close();
  await browser?.close();
  await store?.close();
});

async function open(language: Language): Promise<void> {
  await page.goto(`http://127.0.0.1:${store.running.httpPort}/manager/?lang=${language}`);
  await page.locator('.need').first().waitFor();
  await page.locator('.decision').first().waitFor();
}

/** The section, once it has asked the store for all that it shows. */
async function turnTo(section: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#/${section}`);
  const shown: Readonly<Record<string, string>> = {
    floor: '.strip-cell:nth-child(5)',
    'floor/zone/suits': '.chosen',
    dialogues: '.dialogue-table',
    'dialogues/suits': '.dialogue-detail',
    media: '.figures-page .quiet-note, .figures-page .nothing',
    devices: '.devices table',
    people: '.people table',
    erase: '.erase-number',
    plan: '.plan-editor',
  };
  await page
    .locator(shown[section] ?? 'main')
    .first()
    .waitFor();
}

/** Every text and every label that somebody may read or hear, but for figures. */
function textsOn(): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node instanceof Element) found.push(node.getAttribute('aria-label') ?? '', node.getAttribute('title') ?? '');
      else if (!node.parentElement?.closest('script, style')) found.push(node.textContent ?? '');
    }
    return found.map((text) => text.trim()).filter((text) => /\p{L}{2}/u.test(text));
  });
}

/** What reaches beyond the side of the glass, or lies on another part of the page's head. */
const reachesOut = (): Promise<string[]> =>
  page.evaluate(() => {
    const out = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    const parts = [...document.querySelectorAll('.head h1, .clock, .head .button, .around a')].map((part) => ({
      name: part.textContent,
      ...part.getBoundingClientRect().toJSON(),
    }));
    const onEachOther = parts.flatMap((one, place) =>
      parts
        .slice(place + 1)
        .filter(
          (other) =>
            Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1 &&
            Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 1,
        )
        .map((other) => `${one.name} on ${other.name}`),
    );
    return [...(out > 0 ? [`${out} px beyond the side`] : []), ...onEachOther];
  });

/** From the right every section is judged; from the left, in the language with the longest words, those that differ most. */
function isJudged(language: Language, section: string): boolean {
  return language === 'ar' || (language === 'de' && ['floor', 'dialogues', 'people', 'erase'].includes(section));
}

describe.each(languages)('in %s', (language) => {
  test('every section says all of it, and keeps to the glass of a desk and of a handheld', async () => {
    await open(language);
    const html = await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]);
    expect(html).toEqual([language, language === 'ar' ? 'rtl' : 'ltr']);
    const sharedWords = new Set([...formsOf(language).values()].flat());
    for (const section of sections) {
      await turnTo(section);
      const texts = await textsOn();
      if (language === 'en') inEnglish.set(section, new Set(texts));
      else {
        const leftovers = texts.filter((text) => inEnglish.get(section)?.has(text) && !own.test(bare(text)));
        expect([section, leftovers.filter((text) => !sharedWords.has(text))]).toEqual([section, []]);
      }
      expect([section, texts.filter((text) => /\{\{|undefined|NaN/.test(text))]).toEqual([section, []]);
      if (isJudged(language, section)) expect([section, await violations(page)]).toEqual([section, []]);
      for (const size of [handheld, desktop]) {
        await page.setViewportSize(size);
        expect([section, size.width, await reachesOut()]).toEqual([section, size.width, []]);
      }
    }
  });

  test('what is pressed answers in it: a pause, and who set it', async () => {
    const { say } = talkIn(language);
    await turnTo('floor');
    await page.getByRole('button', { name: say('pause.title'), exact: true }).click();
    await page.getByRole('heading', { name: say('pause.title') }).waitFor();
    await page.getByRole('button', { name: say('pause.do-thing', { thing: say('pause.everything') }) }).click();
    await page.getByRole('button', { name: say('pause.close') }).click();
    await page
      .getByRole('list', { name: say('pause.list') })
      .getByText('Mira')
      .waitFor();
    await page
      .getByRole('list', { name: say('pause.list') })
      .getByRole('button')
      .click();
    await page.getByRole('list', { name: say('pause.list') }).waitFor({ state: 'detached' });
  });
});

test('without a language in the address it is hers, as the list of staff has it', async () => {
  const { badge, pin } = crew.manager;
  const hers = await browser.newContext({ locale: 'fr-FR' });
  await signInContext(hers, { base: `http://127.0.0.1:${store.running.httpPort}`, badge, pin });
  const opened = await hers.newPage();
  await opened.goto(`http://127.0.0.1:${store.running.httpPort}/manager/`);
  await opened.getByRole('link', { name: 'Floor', exact: true }).waitFor();
  expect(await opened.evaluate(() => document.documentElement.lang)).toBe(crew.manager.locale);
  await hers.close();
});
