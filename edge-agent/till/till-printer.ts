/**
 * Prints what the store sends to this till, each coupon at most once: its message is written down before the first byte
 * goes out, so that neither a second sending nor a power cut in the middle gives two. Printed is shown, and the store
 * hears of it; what could not be printed is said, and stays never-shown (DESIGN section 5).
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Coupon } from '@kairos/protocol/coupon.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { OutputJob, OutputWay, Sent } from './byte-output.ts';
import { couponLayout } from './coupon-layout.ts';
import { encodeDisplay } from './customer-display.ts';
import { encodeCoupon } from './esc-pos.ts';

/** Messages that are remembered as begun; a till prints a few hundred a day. */
const begunMax = 2_000;
/** Coupons that wait for the printer; beyond it the store is not told of any. */
const waitingMax = 50;

type Send = (way: OutputWay, job: OutputJob, timers: Ports['timers']) => Promise<Sent>;

/** The serial driver is loaded by the first coupon: most agents never print one. */
const sendLater: Send = async (...job) => (await import('./byte-output.ts')).sendBytes(...job);

export interface TillPrinterOptions {
  readonly printer: OutputWay | null;
  readonly display: OutputWay | null;
  /** Where the begun ones are kept. */
  readonly file: string;
  readonly ports: Ports;
  readonly onPrinted: (coupon: Coupon) => void;
  /** Counted as "print.REASON". */
  readonly count: (name: string) => void;
  readonly warn: (detail: string) => void;
  readonly send?: Send;
}

export class TillPrinter {
  readonly #options: TillPrinterOptions;
  readonly #begun: Set<string>;
  #waiting = 0;
  #line: Promise<void> = Promise.resolve();

  constructor(options: TillPrinterOptions) {
    this.#options = options;
    this.#begun = new Set(readBegun(options.file));
  }

  /** One at a time, in the order in which they come. */
  take(coupon: Coupon): void {
    const { count, ports } = this.#options;
    if (this.#begun.has(coupon.message) || this.#waiting >= waitingMax) {
      count(this.#waiting >= waitingMax ? 'print.full' : 'print.again');
      return;
    }
    const until = ports.clock.monotonic() + coupon.validForMs;
    this.#waiting += 1;
    this.#line = this.#line
      .then(() => this.#print(coupon, until))
      .finally(() => {
        this.#waiting -= 1;
      });
  }

  async #print(coupon: Coupon, until: number): Promise<void> {
    const { printer, display, ports, count, warn, onPrinted, send = sendLater } = this.#options;
    if (this.#begun.has(coupon.message)) return count('print.again');
    if (ports.clock.monotonic() > until) return count('print.too-late');
    if (printer === null) return count('print.no-printer');
    this.#remember(coupon.message);
    const bytes = encodeCoupon(couponLayout(coupon, ports.clock.now()));
    const sent: Sent = await send(printer, { bytes, asksPaper: true }, ports.timers);
    if (sent.kind === 'failed') {
      warn(`a coupon could not be printed: ${sent.detail}`);
      return count('print.failed');
    }
    count('print.printed');
    onPrinted(coupon);
    if (display === null) return;
    const shown = await send(
      display,
      { bytes: encodeDisplay(coupon.headline, coupon.store), asksPaper: false },
      ports.timers,
    );
    if (shown.kind === 'failed') warn(`the customer's display: ${shown.detail}`);
  }

  #remember(message: string): void {
    this.#begun.add(message);
    for (const oldest of this.#begun) {
      if (this.#begun.size <= begunMax) break;
      this.#begun.delete(oldest);
    }
    const { file } = this.#options;
    writeFileSync(`${file}.new`, JSON.stringify([...this.#begun]), { flush: true });
    renameSync(`${file}.new`, file);
  }
}

function readBegun(file: string): string[] {
  try {
    const list: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}
