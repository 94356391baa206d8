/**
 * Hands that are in a hurry: one code after another, each only once, through a real agent's scanner, while the cart is
 * walked from zone to zone under its shelf beacons. Goes on whatever dies meanwhile.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { WiredAgent } from './wired-agent.ts';

const betweenScansMsMin = 40;
const betweenScansMsMax = 160;
const beaconsEveryMs = 250;
/** So long she stays in a zone before she goes to the next. */
const stayMs = 5_000;
const zoneWidthM = 10;

export class BusyScanner {
  readonly scanned: string[] = [];
  readonly #agent: WiredAgent;
  readonly #codes: readonly string[];
  readonly #chance: () => number;
  #isScanning = false;
  #isWalking = false;
  #work: Promise<void>[] = [];

  constructor(options: {
    readonly agent: WiredAgent;
    readonly codes: readonly string[];
    readonly chance: () => number;
  }) {
    this.#agent = options.agent;
    this.#codes = options.codes;
    this.#chance = options.chance;
  }

  /** The next code that nobody has scanned yet. */
  scanNext(): string {
    const code = this.#codes[this.scanned.length];
    if (code === undefined) throw new Error(`all ${this.#codes.length} kinds of goods have been scanned: give it more`);
    this.scanned.push(code);
    this.#agent.scan(code);
    return code;
  }

  startScanning(): void {
    this.#isScanning = true;
    this.#work.push(this.#scan());
  }

  /** Through these zones, by their place from the west, around and around. */
  startWalking(columns: readonly number[]): void {
    this.#isWalking = true;
    this.#work.push(this.#walk(columns));
  }

  async stop(): Promise<void> {
    this.#isScanning = false;
    this.#isWalking = false;
    await Promise.all(this.#work);
  }

  async #scan(): Promise<void> {
    for (; this.#isScanning; ) {
      this.scanNext();
      await pause(betweenScansMsMin + this.#chance() * (betweenScansMsMax - betweenScansMsMin));
    }
  }

  async #walk(columns: readonly number[]): Promise<void> {
    for (const since = performance.now(); this.#isWalking; await pause(beaconsEveryMs)) {
      const column = columns[Math.floor((performance.now() - since) / stayMs) % columns.length] as number;
      this.#agent.standAt(column * zoneWidthM + zoneWidthM / 2, zoneWidthM / 2);
    }
  }
}
