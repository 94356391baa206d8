/** A scanner that types into a page: a key every 5 ms, then Enter, by the times that the keys themselves bear. */
import type { Page } from 'playwright-core';

export function scan(page: Page, code: string): Promise<void> {
  return page.evaluate((keys) => {
    let at = performance.now();
    for (const key of [...keys, 'Enter']) {
      const pressed = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
      at += 5;
      Object.defineProperty(pressed, 'timeStamp', { value: at });
      document.body.dispatchEvent(pressed);
    }
  }, code);
}
