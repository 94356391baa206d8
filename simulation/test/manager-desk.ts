/**
 * A real store on the data of a simulated day, and a manager who has signed in to it in a real browser. The store's files
 * are copies, so that its floor plan may be changed.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openChromium } from '@kairos/ui/test/chromium.ts';
import type { Browser, BrowserContext } from 'playwright-core';
import { parse, stringify } from 'yaml';
import { demoStore, demoStoreConfig } from '../demo-store.ts';
import { StoreProcess } from '../process/store-process.ts';

/** Of the demo store's `staff.yaml`. */
const managersBadge = '3001';
const pin = '141421';

interface Dialogue {
  readonly path: string;
  readonly text: string;
}

export class ManagerDesk {
  readonly plan: string;
  readonly #store: StoreProcess;
  #browser: Browser | null = null;
  #base = '';

  /** `data`: what the store goes on with. */
  constructor({ folder, data, dialogues }: { folder: string; data: string; dialogues: readonly Dialogue[] }) {
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(demoStore.folder)) copyFileSync(join(demoStore.folder, name), join(folder, name));
    for (const { path, text } of dialogues) {
      const file = join(folder, 'dialogues', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    const config = join(folder, 'store.yaml');
    const settings = parse(readFileSync(demoStoreConfig, 'utf8')) as object;
    const listen = { host: '127.0.0.1', http: 0, mqtt: 0 };
    writeFileSync(config, stringify({ ...settings, listen, data, dialogues: 'dialogues' }));
    this.plan = join(folder, 'floor-plan.yaml');
    this.#store = new StoreProcess({ config, data, environment: { KAIROS_LOG: 'warn' } });
  }

  /** What the store has said since it began. */
  get output(): string {
    return this.#store.output;
  }

  get base(): string {
    return this.#base;
  }

  async open(): Promise<void> {
    const { http } = await this.#store.start();
    this.#base = `http://127.0.0.1:${http}`;
  }

  /** A window of hers; `scheme` is the machine's. */
  async window(size: { width: number; height: number }, scheme: 'light' | 'dark' = 'light'): Promise<BrowserContext> {
    this.#browser ??= await openChromium();
    const context = await this.#browser.newContext({ viewport: size, colorScheme: scheme, reducedMotion: 'reduce' });
    const cookies = (await this.#signIn()).map((line) => {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      return { name: pair.slice(0, at), value: pair.slice(at + 1) };
    });
    const place = { domain: '127.0.0.1', path: '/', httpOnly: true, sameSite: 'Strict' as const };
    await context.addCookies(cookies.map((cookie) => ({ ...cookie, ...place })));
    return context;
  }

  async restart(): Promise<void> {
    await this.#store.stop();
    await this.open();
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    await this.#store.stop();
  }

  async #signIn(): Promise<string[]> {
    const known = await this.#post('/api/sign-in', { badge: managersBadge, pin });
    if (known.ok) return known.headers.getSetCookie();
    const { code } = (await (await this.#post('/api/staff/codes', { badge: managersBadge })).json()) as {
      code: string;
    };
    const answer = await this.#post('/api/sign-in/pin', { badge: managersBadge, pin, code });
    if (!answer.ok) throw new Error(`the manager is not let in: ${await answer.text()}`);
    return answer.headers.getSetCookie();
  }

  #post(path: string, body: object): Promise<Response> {
    const headers = { 'content-type': 'application/json' };
    return fetch(`${this.#base}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  }
}
