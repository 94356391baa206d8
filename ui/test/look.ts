/**
 * What every page has to hold to, judged by axe-core in a real browser, contrast of 7:1 among it (LOOK). The judge comes
 * into a page once and stays for as long as the page does; frames within it are not looked into.
 */
import axe, { type RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe-core objects to, each with the element and what would mend it. */
export async function violations(page: Page): Promise<string[]> {
  await settled(page);
  return found(page, { rules: { 'color-contrast-enhanced': { enabled: true } } });
}

/** Of what colours and places alone can break: for a page whose names and order have been judged. */
export async function faintWords(page: Page): Promise<string[]> {
  await settled(page);
  return found(page, { runOnly: ['color-contrast', 'color-contrast-enhanced'] });
}

async function found(page: Page, options: RunOptions): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(async (how) => {
    const judge = (window as unknown as { axe: typeof axe }).axe;
    const { violations } = await judge.run(document, { ...how, resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`),
    );
  }, options);
}

/**
 * When everything that moves has come to rest: words that are still coming in are paler than they will be, and a colour
 * on its way to another is neither. What follows a scroll position, or goes round for ever, never rests.
 */
export async function settled(page: Page): Promise<void> {
  // Of a page that is still being read, only the beginning is there.
  await page.waitForLoadState('domcontentloaded');
  await page.evaluate(() => {
    const ending = document
      .getAnimations()
      .filter(({ timeline }) => timeline instanceof DocumentTimeline)
      .filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime));
    // One that is taken off half way has come to rest as well.
    return Promise.allSettled(ending.map((animation) => animation.finished));
  });
}
