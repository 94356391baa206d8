/** Where tests draw what people see: for whoever looks at the documents. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const pictures = join(import.meta.dirname, '../../docs/screenshots');

/** `name`: what it shows; the size and the scheme in it. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}
