/**
 * Signing in and trusting the store, as people do it: pages of a real store in Chromium, on a handheld and on a wall,
 * in light and dark. Writes the pictures of the documentation.
 */
import { join } from 'node:path';
import { openChromium } from '@kairos/ui/test/chromium.ts';
import { violations } from '@kairos/ui/test/look.ts';
import type { Browser, Page } from 'playwright-core';
import { encode } from 'uqr';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenStore, openStore } from './open-store.ts';
import { crew, signIn, signInContext } from './signed-in.ts';

const pictures = join(import.meta.dirname, '../../docs/screenshots');
const handheld = { width: 360, height: 780 };
const wall = { width: 1920, height: 1080 };

let store: OpenStore;
let browser: Browser;
let base: string;

beforeAll(async () => {
  store = await openStore({ listen: { http: 0, https: 0, mqtt: 0, names: ['store.local'] } });
  base = `http://127.0.0.1:${store.running.httpPort}`;
  await signIn(base, crew.associate.badge, crew.associate.pin);
  browser = await openChromium();
});
afterAll(async () => {
  await browser?.close();
  await store?.close();
});

async function open(
  path: string,
  { viewport = handheld, scheme = 'light' as 'light' | 'dark', locale = 'en-GB' } = {},
): Promise<Page> {
  const context = await browser.newContext({ viewport, colorScheme: scheme, locale, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(`${base}${path}`);
  await page.locator('h1').waitFor();
  return page;
}

/** What axe-core objects to, and whether anything reaches past the side of the page. */
async function objections(page: Page): Promise<string[]> {
  const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  return [...(await violations(page)), ...(isWide ? ['the page scrolls sideways'] : [])];
}

const key = (page: Page, text: string): Promise<void> =>
  [...text].reduce(
    (before, digit) => before.then(() => page.getByRole('button', { name: digit, exact: true }).click()),
    Promise.resolve(),
  );
const said = (page: Page): Promise<string | null> => page.locator('.notice p').textContent();

describe('signing in', () => {
  it('is a scanned badge and a keyed PIN, and leads where she came from', async () => {
    const page = await open('/sign-in/?next=/manager/');
    expect(await objections(page)).toEqual([]);
    await page.screenshot({ path: join(pictures, 'sign-in-badge-360x780.png') });
    // A scanner types what it reads, and Enter.
    await page.keyboard.type(crew.associate.badge);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'PIN' }).waitFor();
    await key(page, '314');
    await page.screenshot({ path: join(pictures, 'sign-in-pin-360x780.png') });
    expect(await objections(page)).toEqual([]);
    await key(page, '159');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL(`${base}/manager/`);
    expect((await page.goto(`${base}/api/me`))?.status()).toBe(200);
  });

  it('with a wrong PIN says how many tries are left, then when to try again', async () => {
    const page = await open('/sign-in/', { scheme: 'dark' });
    await key(page, crew.second.badge);
    await page.keyboard.press('Enter');
    const answers: (string | null)[] = [];
    for (let tried = 0; tried < 5; tried += 1) {
      const before = answers.at(-1) ?? false;
      await page.getByRole('heading', { name: 'PIN' }).waitFor();
      await page.keyboard.type('000000');
      const answered = page.waitForResponse('**/api/sign-in');
      await page.keyboard.press('Enter');
      await answered;
      // What the try before was told may still stand there.
      await expect.poll(async () => (await page.locator('.notice').count()) > 0 && said(page)).not.toBe(before);
      answers.push(await said(page));
    }
    // Nobody has set her PIN yet, and nothing tells.
    expect(answers.slice(0, 4)).toEqual([
      'Badge or PIN is not right. 4 tries are left.',
      'Badge or PIN is not right. 3 tries are left.',
      'Badge or PIN is not right. 2 tries are left.',
      'Badge or PIN is not right. One try is left.',
    ]);
    expect(answers[4]).toMatch(/^Too many tries\. Try again at \d\d:\d\d\./);
    expect(await objections(page)).toEqual([]);
    await page
      .locator('.notice p')
      .evaluate((line) => Object.assign(line, { textContent: line.textContent?.replace(/\d\d:\d\d/, '14:05') }));
    await page.screenshot({ path: join(pictures, 'sign-in-locked-360x780-dark.png') });
  });

  it('the first time takes the code of the manager, and the PIN that she chooses twice', async () => {
    const { code } = (await (
      await fetch(`${base}/api/staff/codes`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ badge: crew.lead.badge }),
      })
    ).json()) as { code: string };
    const page = await open('/sign-in/?next=/manager/', { viewport: wall });
    expect(await objections(page)).toEqual([]);
    await page.keyboard.type(crew.lead.badge);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'I have a code' }).click();
    await page.keyboard.type(code.toLowerCase());
    await page.keyboard.press('Enter');
    const choose = async (pin: string): Promise<void> => {
      await page.keyboard.type(pin);
      await page.keyboard.press('Enter');
    };
    await page.getByRole('heading', { name: 'Choose a PIN' }).waitFor();
    await choose('123456');
    await page.getByRole('heading', { name: 'Once more' }).waitFor();
    await choose('123456');
    await page.locator('.notice').waitFor();
    expect(await said(page)).toMatch(/not all the same/);
    await choose(crew.lead.pin);
    await page.getByRole('heading', { name: 'Once more' }).waitFor();
    await choose(crew.lead.pin);
    await page.waitForURL(`${base}/manager/`);
  });

  it('speaks her language, from the right where that is how it is read', async () => {
    const page = await open('/sign-in/', { locale: 'de-DE' });
    expect(await page.locator('h1').textContent()).toBe('Anmelden');
    await page.locator('select').selectOption('ar');
    expect(await page.evaluate(() => [document.documentElement.dir, document.documentElement.lang])).toEqual([
      'rtl',
      'ar',
    ]);
    expect(await objections(page)).toEqual([]);
  });
});

describe('the manager’s list of people', () => {
  it('gives a code, signs somebody out, and shows what was done', async () => {
    const context = await browser.newContext({ viewport: handheld, reducedMotion: 'reduce' });
    await signInContext(context, { base, badge: crew.manager.badge, pin: crew.manager.pin });
    const { headers } = await signIn(base, crew.service.badge, crew.service.pin);
    const me = async (): Promise<number> => (await fetch(`${base}/api/me`, { headers })).status;
    expect(await me()).toBe(200);
    const page = await context.newPage();
    await page.goto(`${base}/manager/#/people`);
    await page.getByRole('button', { name: 'Code for a PIN for Ben' }).click();
    await page.getByText(/^[0-9A-Z]{4}-[0-9A-Z]{4} for Ben: once/).waitFor();
    await page.getByRole('button', { name: 'Sign out Sam' }).click();
    await page.getByText('Sam is signed out everywhere.').waitFor();
    expect(await me()).toBe(401);
    await page.getByRole('row', { name: /Mira signed somebody out 4001/ }).waitFor();
    expect(await objections(page)).toEqual([]);
    await page.setViewportSize(wall);
    expect(await objections(page)).toEqual([]);
  });
});

describe('the page that helps to trust the store', () => {
  const shown = {
    fingerprint: Array.from({ length: 32 }, (_, at) =>
      ((at * 37 + 11) % 256).toString(16).toUpperCase().padStart(2, '0'),
    ),
    endsAtMs: Date.UTC(2036, 10, 20),
    trustAddress: 'http://store.local:8470/trust/',
  };

  it('shows the fingerprint of the certificate that it gives, in every language, at every size', async () => {
    const { authority } = (await store.get('/api/trust')) as { authority: { fingerprint: string } };
    for (const [viewport, scheme] of [
      [handheld, 'light'],
      [handheld, 'dark'],
      [wall, 'light'],
    ] as const) {
      const page = await open('/trust/', { viewport, scheme });
      await page.locator('.trust-print').waitFor();
      const print = (await page.locator('.trust-print').innerText()).replace(/\s+/g, ':');
      expect(print).toBe(authority.fingerprint);
      for (const language of scheme === 'dark' ? ['de', 'ar', 'en'] : ['en']) {
        await page.locator('select').selectOption(language);
        expect(await objections(page)).toEqual([]);
      }
      // The picture's own figures stay the same from run to run.
      await page.route('**/api/trust', async (route) => {
        const answer = (await (await route.fetch()).json()) as { authority: object };
        await route.fulfill({
          json: {
            ...answer,
            authority: {
              ...answer.authority,
              fingerprint: shown.fingerprint.join(':'),
              endsAtMs: shown.endsAtMs,
              addresses: ['https://store.local:8443'],
              trustAddress: shown.trustAddress,
              qr: encode(shown.trustAddress, { ecc: 'M', border: 4 }).data.map((row) => row.map(Number).join('')),
            },
          },
        });
      });
      await page.reload();
      await page.locator('.trust-print').waitFor();
      const name = `trust-${viewport.width}x${viewport.height}${scheme === 'dark' ? '-dark' : ''}.png`;
      await page.screenshot({ path: join(pictures, name) });
    }
  });
});
