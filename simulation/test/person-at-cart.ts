/// <reference lib="dom" />
/**
 * A scripted person at the cart's real page, while her cart's devices say where it is: logs in by keypad, walks, takes
 * goods, dwells, answers some messages by a click and ignores others, pays or logs out, and the next one comes. She
 * does what the glass invites her to, whatever it shows: under kills nothing comes at the expected moment.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { DeviceClient } from '../devices/device-client.ts';

export interface PersonOptions {
  readonly cart: string;
  readonly till: string;
  readonly numbers: readonly string[];
  readonly goods: readonly string[];
  readonly cartDevice: DeviceClient;
  readonly tillDevice: DeviceClient;
  readonly chance: () => number;
  /** So many of the messages she answers; the others she leaves to the clock of silence. */
  readonly answerShare: number;
}

interface Look {
  readonly scene: 'starting' | 'idle' | 'login' | 'visit' | 'goodbye';
  readonly keyed: string;
  /** The headline of a message that waits for an answer. */
  readonly headline: string | null;
  readonly answers: readonly string[];
  readonly total: number | null;
}

/** What happens in a visit, by milliseconds since its begin. */
const walk = [
  { atMs: 0, does: 'one zone' },
  { atMs: 300, does: 'goods' },
  { atMs: 600, does: 'goods' },
  { atMs: 3_800, does: 'the other' },
  { atMs: 4_100, does: 'goods' },
  { atMs: 7_000, does: 'leave' },
] as const;
/** Where she dwells: one shopper begins here, the next one there. */
const dwellings = ['wine', 'suits'] as const;
const betweenLooksMs = 60;
const clickMaxMs = 1_500;

export class PersonAtCart {
  readonly #options: PersonOptions;
  #page: Page | null = null;
  #shopper = 0;
  #begunAt: number | null = null;
  #walked = 0;
  #leaving: 'paid' | 'logged-out' | null = null;
  /** The card that she has made up her mind about. */
  #considered: string | null = null;
  #isResting = false;
  logins = 0;

  constructor(options: PersonOptions) {
    this.#options = options;
  }

  standBefore(page: Page): void {
    this.#page = page;
  }

  get shopper(): number {
    return this.#shopper;
  }

  /** She has goods in her cart, and nothing more than these. */
  get hasGoods(): boolean {
    return this.#begunAt !== null && this.#walked >= 3;
  }

  rest(): void {
    this.#isResting = true;
  }

  async live(): Promise<void> {
    for (; !this.#isResting; await pause(betweenLooksMs)) await this.#step(await this.look());
  }

  async look(): Promise<Look> {
    return this.#glass.evaluate(() => {
      const words = (selector: string): string => document.querySelector(selector)?.textContent ?? '';
      const scenes = ['idle', 'login', 'visit', 'goodbye'] as const;
      const card = document.querySelector('.message:not([data-state="answered"])');
      const total = words('.ledger-total output').replace(/\D/g, '');
      return {
        scene: scenes.find((scene) => document.querySelector(`main.${scene}`)) ?? ('starting' as const),
        keyed: words('.number').replace(/\D/g, ''),
        headline: card?.querySelector('h2')?.textContent ?? null,
        answers: [...(card?.querySelectorAll('.answers button') ?? [])].map((button) => button.textContent ?? ''),
        total: total === '' ? null : Number(total),
      };
    });
  }

  get #glass(): Page {
    if (!this.#page) throw new Error('she stands before no screen yet');
    return this.#page;
  }

  async #step(look: Look): Promise<void> {
    if (look.scene === 'goodbye') await this.#click('Next shopper');
    else if (look.scene === 'idle') await this.#approach();
    else if (look.scene === 'login') await this.#identify(look.keyed);
    else if (look.scene === 'visit') await this.#visit(look);
  }

  async #approach(): Promise<void> {
    if (this.#leaving) {
      this.#shopper += 1;
      this.#begunAt = null;
      this.#walked = 0;
      this.#leaving = null;
      this.#considered = null;
    }
    await this.#click('Start shopping');
  }

  async #identify(keyed: string): Promise<void> {
    const { numbers } = this.#options;
    const number = numbers[this.#shopper % numbers.length] as string;
    if (keyed === number) {
      await this.#click('Go on');
    } else if (keyed !== '') {
      await this.#click('Back');
    } else {
      for (const digit of number) if (!(await this.#click(digit))) return;
    }
  }

  async #visit(look: Look): Promise<void> {
    if (this.#begunAt === null) this.logins += 1;
    this.#begunAt ??= performance.now();
    if (this.#leaving === 'logged-out') await this.#logOut();
    if (this.#leaving) return;
    await this.#consider(look);
    const next = walk[this.#walked];
    if (!next || performance.now() - this.#begunAt < next.atMs) return;
    this.#walked += 1;
    await this.#do(next.does);
  }

  async #consider({ headline, answers }: Look): Promise<void> {
    if (headline === this.#considered) return;
    this.#considered = headline;
    const [answer] = answers;
    if (headline === null || answer === undefined || this.#options.chance() >= this.#options.answerShare) return;
    await this.#click(answer);
  }

  async #do(what: (typeof walk)[number]['does']): Promise<void> {
    const { cart, till, goods, cartDevice, tillDevice, chance } = this.#options;
    const code = goods[Math.floor(chance() * goods.length)] as string;
    if (what === 'goods') cartDevice.say('basket.added', { cart, code, quantity: 1000 });
    else if (what !== 'leave') {
      const zone = dwellings[(this.#shopper + (what === 'one zone' ? 0 : 1)) % 2] as string;
      cartDevice.say('zone.entered', { cart, zone, confidence: 900 });
    } else if (chance() < 0.5) {
      this.#leaving = 'logged-out';
    } else {
      this.#leaving = 'paid';
      const lines = [{ code, quantity: 1000, unitPrice: 100, amount: 100 }];
      const receipt = `${cart}-${this.#shopper}`;
      tillDevice.say('sale', { till, cart, receipt, currency: 'EUR', lines, total: 100 });
    }
  }

  async #logOut(): Promise<void> {
    if ((await this.#glass.getByRole('button', { name: 'Log out', exact: true }).count()) === 0)
      await this.#click('More');
    await this.#click('Log out');
  }

  /** False where it was gone before she reached it. */
  async #click(name: string): Promise<boolean> {
    const button = this.#glass.getByRole('button', { name, exact: true });
    return button.click({ timeout: clickMaxMs }).then(
      () => true,
      () => false,
    );
  }
}
