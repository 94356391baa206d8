/** The page inside its shell: the built page in a real Chromium, with the shell's bridge on its window. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { LeaveAnswer, SignOfLife } from '../shell/bridge.ts';
import { buildPage, openBrowser, type TestBrowser, type TestTab } from './browser.ts';
import { SmallStore } from './small-store.ts';
import { shopping } from './states.ts';

let pages: string;
let browser: TestBrowser;
let store: SmallStore;
let tab: TestTab;
let signs: SignOfLife[];
let codes: string[];

beforeAll(async () => {
  pages = mkdtempSync(join(tmpdir(), 'kairos-cart-'));
  await buildPage(pages);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  rmSync(pages, { recursive: true, force: true });
});
beforeEach(async () => {
  store = new SmallStore(pages);
  await store.start();
  tab = await browser.open({});
  signs = [];
  codes = [];
});
afterEach(async () => {
  await tab.context.close();
  await store.stop();
  expect(tab.faults).toEqual([]);
});

/** As the preload script would: functions on the window, each answered by the other side. */
async function openInShell(): Promise<void> {
  const address = new URL(store.address());
  const screen = address.searchParams.get('cart');
  await tab.page.exposeFunction('shellSettings', () => ({ screen, store: address.origin, token: null, agent: null }));
  await tab.page.exposeFunction('shellAlive', (sign: SignOfLife) => void signs.push(sign));
  await tab.page.exposeFunction('shellLeave', (code: string): LeaveAnswer => {
    codes.push(code);
    return code === '12345678' ? { kind: 'leaving' } : { kind: 'wrong', triesLeft: 4 };
  });
  await tab.page.addInitScript(() => {
    const given = globalThis as unknown as Record<string, (value?: unknown) => Promise<unknown>>;
    Object.assign(globalThis, {
      kairosShell: {
        settings: () => given.shellSettings?.(),
        leave: (code: string) => given.shellLeave?.(code),
        alive: (sign: unknown) => void given.shellAlive?.(sign),
      },
    });
  });
  // No cart in the address: the shell says which it is.
  await tab.page.goto(`${address.origin}${address.pathname}`);
}

async function holdStoreName(): Promise<void> {
  const name = tab.page.locator('.idle-store');
  await name.waitFor();
  const box = await name.boundingBox();
  if (!box) throw new Error('the store’s name is not on the page');
  await tab.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await tab.page.mouse.down();
}

it('is the screen that the shell says, and gives signs of life, in a visit and out of it', async () => {
  store.hold({});
  await openInShell();
  await tab.page.getByRole('button', { name: 'Start shopping' }).waitFor();
  await expect.poll(() => signs.at(-1)).toEqual({ isInVisit: false });
  store.change(shopping);
  await expect.poll(() => signs.at(-1)).toEqual({ isInVisit: true });
});

it('lets staff out by a code, after three seconds on the store’s name', async () => {
  store.hold({});
  await openInShell();
  await holdStoreName();
  await tab.page.getByRole('heading', { name: 'Leave the kiosk' }).waitFor();
  await tab.page.mouse.up();
  const key = async (digits: string): Promise<void> => {
    for (const digit of digits) await tab.page.getByRole('button', { name: digit, exact: true }).click();
    await tab.page.getByRole('button', { name: 'Go on' }).click();
  };
  await key('11112222');
  await tab.page.getByText('That code isn’t right. Tries left: 4.').waitFor();
  await key('12345678');
  await expect.poll(() => codes).toEqual(['11112222', '12345678']);
  await tab.page.getByRole('button', { name: 'Back' }).click();
  await tab.page.getByRole('button', { name: 'Start shopping' }).waitFor();
});

it('a finger that only passes over the name leads nowhere', async () => {
  store.hold({});
  await openInShell();
  await holdStoreName();
  await tab.page.mouse.up();
  await tab.page.waitForTimeout(3_500);
  expect(await tab.page.getByRole('heading', { name: 'Leave the kiosk' }).count()).toBe(0);
});
