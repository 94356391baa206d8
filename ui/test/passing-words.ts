/**
 * Words that stand on a page for a moment only. The page itself looks for them, from now on and at each change, and so
 * misses none, however late the one who asks: a machine may be busy for longer than the moment lasts.
 */
import type { Frame, Page } from 'playwright-core';

/** On a busy machine. */
const comeWithinMs = 60_000;

/** `selector`: where they will stand. What is returned waits until they have; until the page is left. */
export async function passingWords(on: Page | Frame, selector: string, words: string): Promise<() => Promise<void>> {
  const seen = await on.evaluateHandle(
    ([place, wanted]) => {
      const found = { isThere: false };
      const look = (): void => {
        found.isThere ||= [...document.querySelectorAll(place)].some((one) => one.textContent?.includes(wanted));
      };
      look();
      new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
      return found;
    },
    [selector, words] as const,
  );
  return async () => {
    await on.waitForFunction(({ isThere }) => isThere, seen, { timeout: comeWithinMs });
  };
}
