/**
 * The handheld's page in Chromium. Every state and language as people see it: nothing to scroll, nothing cut off, no
 * violation that axe-core knows, targets for gloves; and what it does: told apart, taken, kept out of reach, undone. With
 * KAIROS_SCREENSHOTS=1 the pictures of the documentation are written.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { HandheldView } from '@kairos/protocol/handheld-events.ts';
import { openChromium } from '@kairos/ui/test/chromium.ts';
import { violations } from '@kairos/ui/test/look.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { languages } from '../pages/handheld/words/languages.ts';
import { helpTask, openToldHandhelds, promptTask, quietView, shownPlan, type ToldHandhelds } from './told-handhelds.ts';

const pictures = join(import.meta.dirname, '../../docs/screenshots');
const isDrawing = process.env.KAIROS_SCREENSHOTS === '1';
const handheld = { width: 360, height: 780 };
const larger = [{ width: 820, height: 1180 }];

interface State {
  readonly name: string;
  /** What stood there, where it matters. */
  readonly before?: () => HandheldView;
  readonly view: () => HandheldView;
  /** After the view has been told. */
  readonly reach?: (page: Page) => Promise<unknown>;
}

const more = (page: Page): Promise<void> => page.locator('.more-button').click();
const now = (): number => Date.now();

const states: readonly State[] = [
  { name: 'empty', view: () => quietView },
  { name: 'help', view: () => ({ ...quietView, tasks: [helpTask(), promptTask()] }) },
  {
    name: 'help-mine',
    view: () => ({
      ...quietView,
      tasks: [helpTask({ state: 'mine', version: 2 })],
      undo: { task: 'help-0123456789-1', did: 'claim', label: '', until: now() + 9_000 },
    }),
  },
  {
    name: 'prompt',
    view: () => ({
      ...quietView,
      tasks: [promptTask({ isEscalated: true }), helpTask({ sign: { shape: 'circle', colour: 'orange' } })],
    }),
  },
  { name: 'prompt-mine', view: () => ({ ...quietView, tasks: [promptTask({ state: 'mine', version: 2 })] }) },
  {
    name: 'answered',
    view: () => ({
      ...quietView,
      tasks: [helpTask()],
      undo: { task: promptTask().id, did: 'answer', label: 'Tried it on and liked it', until: now() + 8_000 },
    }),
  },
  {
    name: 'taken',
    before: () => ({ ...quietView, tasks: [helpTask({ id: 'help-taken-0001' })] }),
    view: () => ({ ...quietView, gone: [{ task: 'help-taken-0001', why: 'taken' }] }),
  },
  {
    name: 'call',
    view: () => ({
      ...quietView,
      tasks: [
        promptTask({
          kind: 'call',
          state: 'mine',
          sign: null,
          zone: null,
          cart: null,
          metres: null,
          reason: { is: 'away', zone: null },
          headline: 'Win-back of a steady customer',
          say: 'We have missed you. Is there anything we did wrong?',
          until: now() + 3 * 3_600_000,
        }),
      ],
    }),
  },
  {
    name: 'approval',
    view: () => ({
      ...quietView,
      tasks: [
        helpTask({
          id: '0123456789abcdef0123-abc-1-a1',
          kind: 'approval',
          sign: null,
          zone: null,
          cart: null,
          metres: null,
          reason: { is: 'signature', zone: null },
          say: 'We are sorry about the waiting',
          know: 'You told us: twenty minutes at the fitting rooms. That should not have happened. The enclosed is worth 15 % until 20 February.',
          answers: [
            { id: 'approved', label: '', form: [] },
            { id: 'refused', label: '', form: [] },
          ],
          since: now() - 5 * 3_600_000,
        }),
      ],
    }),
  },
  {
    name: 'form',
    view: () => ({ ...quietView, tasks: [promptTask({ state: 'mine', version: 2 })] }),
    reach: (page) => page.getByRole('button', { name: 'Measurements taken' }).click(),
  },
  { name: 'break', view: () => ({ ...quietView, me: { ...quietView.me, duty: 'break' } }) },
  { name: 'long-queue', view: () => ({ ...quietView, me: { ...quietView.me, zone: 'tills', isAtLongQueue: true } }) },
  { name: 'rush', view: () => ({ ...quietView, rush: { until: now() + 30 * 60_000, by: 'Lea Brandt' } }) },
  { name: 'more', view: () => quietView, reach: more },
  {
    name: 'place',
    view: () => quietView,
    reach: async (page) => {
      await more(page);
      await page.locator('.sheet-rows .button').first().click();
    },
  },
  {
    name: 'queue',
    view: () => quietView,
    reach: async (page) => {
      await more(page);
      await page.locator('.sheet-rows .button').last().click();
    },
  },
];
/** Judged in the dark scheme and on larger screens as well. */
const judgedDark = ['help', 'prompt-mine', 'approval'];

let told: ToldHandhelds;
let browser: Browser;

beforeAll(async () => {
  if (isDrawing) mkdirSync(pictures, { recursive: true });
  told = await openToldHandhelds(shownPlan);
  browser = await openChromium();
});
afterAll(async () => {
  await browser?.close();
  await told?.close();
});

interface Opened {
  readonly page: Page;
  readonly faults: string[];
  /** Told what to show, and shown. */
  show(state: State, locale?: string): Promise<void>;
}

async function open(size = handheld): Promise<Opened> {
  const context = await browser.newContext({
    viewport: size,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    serviceWorkers: 'block',
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (line) => {
    if (line.type() === 'error') faults.push(line.text());
  });
  const heard = new Set<number>();
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      const version = /"version":(\d+)/.exec(String(payload))?.[1];
      if (version !== undefined) heard.add(Number(version));
    }),
  );
  await page.goto(`${told.base}/handheld/`);
  await page.locator('.handheld h1').waitFor();
  const tell = async (view: HandheldView): Promise<void> => {
    const version = told.tell(view);
    await expect.poll(() => heard.has(version), { interval: 10 }).toBe(true);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  };
  const leaveSheets = async (): Promise<void> => {
    const back = page.locator('.sheet .answer:last-child, .sheet-head .more-button').first();
    while (await page.locator('.sheet').isVisible()) await back.click();
  };
  return {
    page,
    faults,
    show: async ({ before, view, reach }, locale = 'en') => {
      await leaveSheets();
      for (const one of [before, view]) {
        const wanted = one?.();
        if (wanted) await tell({ ...wanted, me: { ...wanted.me, locale } });
      }
      await reach?.(page);
    },
  };
}

/** What does not fit: a page that scrolls, a thing past the edge, words that are cut off where nothing says so. */
function misfits(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const root = document.documentElement;
    if (root.scrollHeight > innerHeight || root.scrollWidth > innerWidth) found.push('the page scrolls');
    const body = document.querySelector('.task-body');
    if (body && body.scrollHeight > body.clientHeight + 1)
      found.push(`the task needs ${body.scrollHeight - body.clientHeight} px more`);
    for (const element of document.querySelectorAll(
      'h1, p, button, output, time, blockquote, select, input, textarea',
    )) {
      if (element.closest('.spoken-only')) continue;
      const box = element.getBoundingClientRect();
      if (box.left < -0.5 || box.top < -0.5 || box.right > innerWidth + 0.5 || box.bottom > innerHeight + 0.5)
        found.push(`past the edge: ${element.tagName} ${element.textContent}`);
      if (
        element.tagName === 'BUTTON' &&
        (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1)
      )
        found.push(`cut off: ${element.textContent}`);
    }
    return found;
  });
}

/** Targets for a gloved thumb. */
async function smallTargets(page: Page): Promise<string[]> {
  return page.locator('button').evaluateAll((buttons) =>
    buttons.flatMap((button) => {
      const { width, height } = button.getBoundingClientRect();
      return width < 59.9 || height < 59.9 ? [`${button.textContent}: ${width}×${height}`] : [];
    }),
  );
}

describe('the page', () => {
  test.each(languages)('fits on one screen in every state, in %s', async (locale) => {
    const { page, faults, show } = await open();
    const wrong: string[] = [];
    for (const state of states) {
      await show(state, locale);
      for (const fault of [...(await misfits(page)), ...(await smallTargets(page))])
        wrong.push(`${state.name}: ${fault}`);
      if (isDrawing && locale === 'ar' && state.name === 'help') await draw(page, 'arabic');
    }
    expect(wrong).toEqual([]);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test('is read and worked by everybody: nothing that axe-core objects to, in light and dark', async () => {
    const { page, faults, show } = await open();
    for (const state of states) {
      await page.emulateMedia({ colorScheme: 'light' });
      await show(state);
      expect(await violations(page), state.name).toEqual([]);
      if (isDrawing) await draw(page, state.name);
      if (!judgedDark.includes(state.name)) continue;
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await violations(page), `${state.name}, dark`).toEqual([]);
      if (isDrawing) await draw(page, `${state.name}-dark`);
    }
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test.each(larger)('fits and is read at $width×$height', async (size) => {
    const { page, show } = await open(size);
    for (const state of states.filter(({ name }) => judgedDark.includes(name))) {
      await show(state);
      expect(await misfits(page), state.name).toEqual([]);
      expect(await violations(page), state.name).toEqual([]);
    }
    await page.context().close();
  });

  test('rings once for what is new, twice where a shopper asks, and not where she has turned it off', async () => {
    const { page, show } = await open();
    await page.evaluate(() => {
      const buzzes: unknown[] = [];
      Object.assign(window, { buzzes });
      Object.defineProperty(navigator, 'vibrate', { value: (pattern: unknown) => buzzes.push(pattern) });
    });
    const heard = (): Promise<unknown> => page.evaluate(() => (window as unknown as { buzzes: unknown[] }).buzzes);
    const view = (...tasks: HandheldView['tasks']): State => ({ name: 'rung', view: () => ({ ...quietView, tasks }) });
    await show(view());
    await show(view(promptTask()));
    await show(view(promptTask()));
    expect(await heard()).toEqual([[180]]);
    await show(view(helpTask(), promptTask()));
    expect(await heard()).toEqual([[180], [180, 90, 180]]);
    await more(page);
    await page.getByRole('button', { name: 'Sound is on' }).click();
    await page.getByRole('button', { name: 'Close' }).click();
    await show(view(helpTask({ id: 'help-another-0001' })));
    expect(await heard()).toHaveLength(2);
    await page.context().close();
  });

  test('the checks see words that do not fit, a small target and faint words (negative control)', async () => {
    const { page, show } = await open();
    await show({
      name: 'faulty',
      view: () => ({ ...quietView, tasks: [promptTask({ state: 'mine', say: 'said '.repeat(90) })] }),
    });
    await page.evaluate(() => {
      const each = (selector: string, change: (style: CSSStyleDeclaration) => void): void => {
        for (const element of document.querySelectorAll<HTMLElement>(selector)) change(element.style);
      };
      each('.task-say', (style) => style.setProperty('-webkit-line-clamp', 'none'));
      each('.answer', (style) => Object.assign(style, { minBlockSize: '30px', blockSize: '30px' }));
      each('.task-why', (style) => Object.assign(style, { color: '#6e6e6e' }));
    });
    expect((await misfits(page)).join()).toContain('px more');
    expect(await smallTargets(page)).not.toEqual([]);
    expect((await violations(page)).join()).toContain('color-contrast-enhanced');
    await page.context().close();
  });
});

function draw(page: Page, name: string): Promise<unknown> {
  return page.screenshot({ path: join(pictures, `handheld-${name}-360x780.png`) });
}
