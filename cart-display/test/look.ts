/** What a page has to hold to, measured in the browser beside what ui/test judges: targets, nothing cut off. */
import type { Page } from 'playwright-core';

const targetMinPx = 64;
const gapMinPx = 16;

export interface Box {
  readonly name: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function boxes(page: Page, selector: string): Promise<Box[]> {
  return page.locator(selector).evaluateAll((elements) =>
    elements.map((element) => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      return { name: element.getAttribute('aria-label') ?? element.textContent ?? '', left, top, right, bottom };
    }),
  );
}

/** Targets that are too small, and pairs that stand too close; a tenth of a pixel is rounding. */
export function crowding(targets: readonly Box[]): string[] {
  const small = targets
    .filter((box) => box.right - box.left < targetMinPx - 0.1 || box.bottom - box.top < targetMinPx - 0.1)
    .map((box) => `${box.name}: ${box.right - box.left}×${box.bottom - box.top}`);
  const close = targets.flatMap((one, index) =>
    targets.slice(index + 1).flatMap((other) => {
      const across = Math.max(one.left, other.left) - Math.min(one.right, other.right);
      const down = Math.max(one.top, other.top) - Math.min(one.bottom, other.bottom);
      return Math.max(across, down) < gapMinPx - 0.1 ? [`${one.name} | ${other.name}`] : [];
    }),
  );
  return [...small, ...close];
}

/** What reaches past the page's edge; a list that scrolls in its own place does not. */
export function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('h1, h2, p, button, output, svg')]
      .filter((element) => !element.closest('.lines, .spoken-only'))
      .filter((element) => {
        const box = element.getBoundingClientRect();
        return box.left < 0 || box.top < 0 || box.right > innerWidth + 0.5 || box.bottom > innerHeight + 0.5;
      })
      .map((element) => `${element.tagName} ${element.textContent}`),
  );
}
