/** Names, titles, messages and addresses that would like to be markup: painted as text, run by nobody. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPage, openBrowser, type TestBrowser } from './browser.ts';
import { SmallStore } from './small-store.ts';
import { basket, message, plan, shopping } from './states.ts';

const call = 'document.documentElement.dataset.struck=1';
const carriers = [
  `<script>${call}</script>`,
  `<img src=x onerror="${call}">`,
  `<svg onload="${call}">`,
  `<svg><script>${call}</script></svg>`,
  `<iframe srcdoc="<script>parent.${call}</script>">`,
  `<a href="javascript:${call}" autofocus onfocus="${call}">x</a>`,
  `<input autofocus onfocus="${call}">`,
  `<details open ontoggle="${call}">`,
  `<video><source onerror="${call}"></video>`,
  `<body onload="${call}">`,
  `<style>@import "javascript:${call}"</style>`,
  `<math><mi href="javascript:${call}">x</mi></math>`,
  `<object data="javascript:${call}">`,
  `<meta http-equiv="refresh" content="0;url=javascript:${call}">`,
  `javascript:${call}`,
  `data:text/html,<script>${call}</script>`,
  `{{constructor.constructor('${call}')()}}`,
  `\${${call}}`,
  `$t(${call})`,
  `%3Cscript%3E${call}%3C/script%3E`,
];
/** Ways out of wherever the text may have been put. */
const waysOut = ['', '"', "'", '">', "'>", '-->', '</title>', '</textarea>', '</style>', ']]>', '\u2028', '\u0000'];
const payloads = waysOut.flatMap((wayOut) => carriers.map((carrier) => wayOut + carrier)).slice(0, 240);

let pages: string;
let browser: TestBrowser;

beforeAll(async () => {
  pages = mkdtempSync(join(tmpdir(), 'kairos-cart-'));
  await buildPage(pages);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  rmSync(pages, { recursive: true, force: true });
});

describe('hostile text', () => {
  it(`is painted as text in every field of the view, ${payloads.length} payloads over`, async () => {
    const store = new SmallStore(pages);
    store.plan = { ...plan, name: carriers[0] as string };
    store.hold(shopping);
    await store.start();
    const { page, context, faults } = await browser.open({});
    const reports: string[] = [];
    await page.exposeFunction('reportViolation', (what: string) => reports.push(what));
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        (globalThis as unknown as { reportViolation(what: string): void }).reportViolation(event.violatedDirective);
      });
    });
    await page.goto(store.address());
    await page.locator('.ledger').waitFor();
    for (const [index, payload] of payloads.entries()) {
      const id = `message-${String(index).padStart(4, '0')}`;
      const line = { ...basket.lines[0]!, id: payload.slice(0, 80), name: payload.slice(0, 200), tags: [] };
      store.change({
        store: payload.slice(0, 80),
        shopper: { strength: 'strong', name: payload.slice(0, 80) },
        basket: { lines: [line], total: line.amount },
        message: {
          ...message,
          id,
          headline: payload.slice(0, 200),
          body: payload,
          answers: [{ id: 'later', label: payload.slice(0, 80) }],
          picture: payload.slice(0, 200),
          why: payload.slice(0, 200),
        },
      });
      await store.fact('message.shown', index + 1);
    }
    expect(await page.locator('#message-headline').textContent()).toBe(payloads.at(-1)?.slice(0, 200));
    expect(await page.evaluate(() => document.documentElement.dataset.struck)).toBeUndefined();
    expect(reports).toEqual([]);
    expect(faults).toEqual([]);
    await context.close();
    await store.stop();
  });

  it('would be noticed if it struck (negative control)', async () => {
    const { page, context } = await browser.open({});
    await page.setContent(`<html><body>${carriers[1]}</body></html>`);
    await page.waitForFunction(() => document.documentElement.dataset.struck === '1');
    await context.close();
  });
});
