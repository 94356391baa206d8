/** Who takes part in the win-back: three customers by their cards, and the people of headquarters at their pages. */
import { checkDigit } from '@kairos/protocol/check-digit.ts';
import type { Browser, BrowserContext, Page } from 'playwright-core';

/** A card of the chain. */
export function cardOf(number: number): string {
  const digits = `29${String(number).padStart(10, '0')}`;
  return `${digits}${checkDigit(digits)}`;
}

/** Somebody of headquarters, at her desk. */
export class Colleague {
  readonly page: Page;
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
  }

  /** Signed in by the form, as a person does it, and where she wanted to go. */
  static async at(
    browser: Browser,
    { url, person, password }: { readonly url: string; readonly person: string; readonly password: string },
  ): Promise<Colleague> {
    const context = await browser.newContext({
      ...{ viewport: { width: 1440, height: 900 }, locale: 'en-GB' },
      // The chain's own authority has signed it, and this browser knows none of it.
      ignoreHTTPSErrors: true,
    });
    const page = await context.newPage();
    await page.goto(url);
    await page.getByLabel('Name or badge').fill(person);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    // All of it: who counts what stands there counts no beginning.
    await page.waitForLoadState('domcontentloaded');
    return new Colleague(context, page);
  }

  /** Takes the next call; returns who is to be called. */
  async takesCall(): Promise<string> {
    await this.page.getByRole('button', { name: 'Next call' }).click();
    await this.page.getByRole('button', { name: 'Give this call back' }).waitFor();
    return this.page.getByRole('heading', { level: 1 }).innerText();
  }

  async presses(name: string): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).click();
  }

  leaves(): Promise<void> {
    return this.#context.close();
  }
}
