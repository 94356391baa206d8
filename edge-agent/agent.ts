/**
 * The edge agent, put together: readers → zones and scans → facts → durable queue → store. On a cart's computer, on a
 * box of its own, or inside the store server for that box's ports; the same code in all three.
 *
 * What it has not heard from the store yet (floor plan, loyalty scheme) it takes from the last time it did.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JudgedNumber } from '@kairos/protocol/agent-line.ts';
import type { DeviceFactBody, DeviceFactType } from '@kairos/protocol/device-facts.ts';
import { parseLoyaltyNumber } from '@kairos/protocol/loyalty-number.ts';
import { digestOf } from '@kairos/protocol/number-digest.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { DeviceConfig, DeviceStatus } from '@kairos/protocol/topics.ts';
import type { AgentConfig } from './config.ts';
import { keepConfig, readKeptConfig } from './kept-config.ts';
import { type LiveState, serveLiveState } from './live-state.ts';
import { type AgentLog, silentLog } from './log.ts';
import { openPageLine, type PageLine, type PageLineConfig } from './page/page-line.ts';
import { type DurableQueue, openDurableQueue } from './queue/durable-queue.ts';
import { maskScan } from './readers/masked-sample.ts';
import { createReaderSet, type ReaderSet } from './readers/reader-set.ts';
import type { RefusedLine } from './readers/refusal.ts';
import { RefusedLines } from './readers/refused-lines.ts';
import type { Scan } from './readers/scan.ts';
import { meaningOf } from './readers/scan-meaning.ts';
import { TillPrinter } from './till/till-printer.ts';
import { startUplink, type Uplink } from './uplink/mqtt-uplink.ts';
import { readOwnSecret } from './uplink/own-secret.ts';
import { type CartRadio, createCartRadio } from './zones/cart-radio.ts';

export const agentVersion = '0.1.0';
/** A fact that the queue would not take is a fault of this device; the log is told once for so many. */
const logEvery = 100;

/** What became of a scan: for the beep, and for the page on the cart. Stored means on the disk, not yet in the store. */
export type ScanOutcome =
  | { readonly kind: 'stored'; readonly as: 'loyalty' | 'goods'; readonly code: string }
  | { readonly kind: 'ignored'; readonly why: 'check-digit' | 'shape' | 'no-settings' | 'no-cart' | 'queue' };

export interface AgentHooks {
  readonly log?: AgentLog;
  readonly onScan?: (outcome: ScanOutcome) => void;
  /** A line that a reader could not take, masked; of a flood only the beginning (`status` counts all). */
  readonly onRefused?: (line: RefusedLine) => void;
}

export interface Agent {
  readonly epoch: string;
  readonly isConnected: boolean;
  status(): DeviceStatus;
  /** Readers closed, the store told, the queue closed. What is queued stays. */
  stop(): Promise<void>;
}

export type StartedAgent =
  | { readonly kind: 'started'; readonly agent: Agent }
  /** Says what a person can do about it. */
  | { readonly kind: 'refused'; readonly message: string };

export function startAgent(config: AgentConfig, ports: Ports, hooks: AgentHooks = {}): StartedAgent {
  const opened = openDurableQueue({ file: join(config.state, 'queue.db'), ports, ...config.queue });
  if (opened.kind === 'in-use') return { kind: 'refused', message: opened.message };
  let ca: string | undefined;
  try {
    ca = config.store.caFile === null ? undefined : readFileSync(config.store.caFile, 'utf8');
  } catch {
    opened.queue.close();
    return {
      kind: 'refused',
      message: `cannot read ${config.store.caFile}: give the PEM of the store's authority as "ca"`,
    };
  }
  return { kind: 'started', agent: new EdgeAgent({ config, ports, hooks, queue: opened.queue, ca }) };
}

interface Parts {
  readonly config: AgentConfig;
  readonly ports: Ports;
  readonly hooks: AgentHooks;
  readonly queue: DurableQueue;
  readonly ca: string | undefined;
}

class EdgeAgent implements Agent {
  readonly #config: AgentConfig;
  readonly #hooks: AgentHooks;
  readonly #log: AgentLog;
  readonly #queue: DurableQueue;
  readonly #uplink: Uplink;
  readonly #readers: ReaderSet;
  readonly #radio: CartRadio;
  readonly #refused: RefusedLines;
  readonly #ports: Ports;
  readonly #settingsFile: string;
  readonly #counts = new Map<string, number>();
  /** When each reader was last understood, and each anchor of the floor plan last heard; monotonic. */
  readonly #understoodAt = new Map<string, number>();
  readonly #anchorsAt = new Map<string, number | null>();
  #endLiveState = (): void => undefined;
  /** To the page on the same cart; null where there is none, or it is not open yet. */
  #page: PageLine | null = null;
  #isStopped = false;
  #settings: DeviceConfig | null;

  constructor({ config, ports, hooks, queue, ca }: Parts) {
    this.#config = config;
    this.#hooks = hooks;
    this.#log = hooks.log ?? silentLog;
    this.#queue = queue;
    this.#ports = ports;
    this.#sayHowTheDiskIs();
    this.#settingsFile = join(config.state, 'settings.json');
    this.#settings = readKeptConfig(this.#settingsFile);
    this.#radio = createCartRadio({
      ports,
      mode: config.zones,
      beaconUuids: config.beaconUuids,
      onZone: ({ type, body }) => void this.#report(type, body),
      onReadings: (readings) => this.#uplink.sendReadings(readings),
    });
    this.#refused = new RefusedLines({
      state: config.state,
      timers: ports.timers,
      onFault: (error) =>
        this.#log.warn({ error: String(error) }, 'refused lines could not be written: is the disk full?'),
    });
    this.#readers = createReaderSet({
      config,
      ports,
      log: this.#log,
      onObservation: (observation) => {
        this.#note(observation.receiver, observation.address);
        this.#radio.hear(observation);
      },
      onScan: (scan, reader) => {
        this.#note(reader, null);
        void this.#scan(scan, reader);
      },
      onRefused: (line) => this.#refuse(line),
      onChange: () => this.#uplink.tellStatus(),
    });
    const printer = this.#openPrinter();
    this.#uplink = startUplink({
      url: config.store.url,
      device: config.device,
      // Asked for at each connection: a device may be claimed while it runs.
      token: () => config.store.token ?? readOwnSecret(config.state, config.device),
      ...(ca === undefined ? {} : { ca }),
      ports,
      queue,
      log: this.#log,
      status: () => this.status(),
      onConfig: (settings) => this.#learn(settings),
      onRejected: (reason) => {
        if (reason === 'unknown-goods') this.#page?.tellScan('unknown');
      },
      ...(printer === null ? {} : { onCoupon: (coupon) => printer.take(coupon) }),
    });
    if (this.#settings) this.#apply(this.#settings);
    this.#endLiveState = serveLiveState(config.state, () => this.#liveState());
    if (config.page !== null) void this.#openPage(config.page);
  }

  get epoch(): string {
    return this.#queue.epoch;
  }

  get isConnected(): boolean {
    return this.#uplink.isConnected;
  }

  status(): DeviceStatus {
    return {
      state: 'online',
      epoch: this.#queue.epoch,
      version: agentVersion,
      queue: this.#queue.stats(),
      readers: this.#readers.status().map(({ name, state, read, unreadable }) => ({ name, state, read, unreadable })),
      counts: {
        ...Object.fromEntries(this.#counts),
        ...this.#readers.counts(),
        ...this.#radio.counts(),
        ...this.#uplink.counts(),
        ...prefixed('dropped', this.#queue.counters()),
      },
    };
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#endLiveState();
    await this.#page?.close();
    this.#radio.stop();
    await this.#readers.stop();
    await this.#uplink.stop();
    this.#refused.close();
    this.#queue.close();
  }

  #note(reader: string, address: string | null): void {
    const now = this.#ports.clock.monotonic();
    this.#understoodAt.set(reader, now);
    if (address !== null && this.#anchorsAt.has(address)) this.#anchorsAt.set(address, now);
  }

  #liveState(): LiveState {
    const now = this.#ports.clock.monotonic();
    const ageOf = (at: number | null | undefined): number | null => (at === null || at === undefined ? null : now - at);
    return {
      pid: process.pid,
      status: this.status(),
      readers: this.#readers.status().map(({ name, state, detail, read, unreadable, refused }) => ({
        ...{ name, state, detail, read, unreadable },
        refused: Object.fromEntries(Object.entries(refused).map(([reason, count]) => [reason, count ?? 0])),
        lastAgeMs: ageOf(this.#understoodAt.get(name)),
      })),
      isConnected: this.#uplink.isConnected,
      hasSettings: this.#settings !== null,
      withoutDisk: this.#queue.withoutDisk,
      anchors: Object.fromEntries([...this.#anchorsAt].map(([address, at]) => [address, ageOf(at)])),
    };
  }

  #openPrinter(): TillPrinter | null {
    const { till, printer, display, state } = this.#config;
    if (till === null || printer === null) return null;
    return new TillPrinter({
      printer,
      display,
      file: join(state, 'printed.json'),
      ports: this.#ports,
      onPrinted: ({ message }) => void this.#report('message.shown', { message, screen: till }),
      count: (name) => void this.#count(name),
      warn: (detail) => this.#log.warn({ till }, detail),
    });
  }

  async #openPage(config: PageLineConfig): Promise<void> {
    const page = await openPageLine({
      config,
      cart: () => this.#cart(),
      judge: (number, means) => this.#judge(number, means),
      ports: this.#ports,
      log: this.#log,
      count: (name) => void this.#count(name),
    });
    if (this.#isStopped) await page.close();
    else this.#page = page;
  }

  #cart(): string | null {
    return this.#config.cart ?? this.#settings?.cart ?? null;
  }

  /** A number that was keyed on the page: it goes no further than here where the chain hashes them. */
  #judge(number: string, means: 'typed' | 'scanned'): JudgedNumber {
    if (this.#settings === null) return { kind: 'not-yet' };
    const { loyalty, numberKey } = this.#settings;
    const parsed = parseLoyaltyNumber(number, loyalty, means);
    if (parsed.kind === 'refused') return parsed;
    return numberKey === undefined ? { kind: 'plain' } : { kind: 'digest', digest: digestOf(numberKey, parsed.digits) };
  }

  /** The store's settings came, perhaps the same as before: it sends them with each connection. */
  #learn(settings: DeviceConfig): void {
    const before = this.#settings;
    this.#settings = settings;
    const { storeTime: _new, ...rest } = settings;
    const { storeTime: _old, ...restBefore } = before ?? settings;
    if (before !== null && JSON.stringify(rest) === JSON.stringify(restBefore)) return;
    this.#apply(settings);
    try {
      keepConfig(this.#settingsFile, settings);
    } catch (error) {
      this.#log.warn({ error: String(error) }, 'the settings of the store could not be kept; they are asked for again');
    }
  }

  #apply({ floorPlan, cart }: DeviceConfig): void {
    this.#radio.configure({ plan: floorPlan, cart: this.#config.cart ?? cart ?? null });
    const addresses = floorPlan.anchors.map(({ address }) => address);
    for (const known of [...this.#anchorsAt.keys()]) if (!addresses.includes(known)) this.#anchorsAt.delete(known);
    for (const address of addresses) this.#anchorsAt.set(address, this.#anchorsAt.get(address) ?? null);
    this.#readers.setAnchors(addresses);
  }

  async #scan(scan: Scan, reader: string): Promise<void> {
    const outcome = await this.#take(scan);
    this.#count(outcome.kind === 'stored' ? `scan.${outcome.as}` : `misread.${outcome.why}`);
    // Somebody stands before a scanner that did not beep: whoever looks after it sees it at once.
    if (outcome.kind === 'ignored') {
      this.#refuse({ at: this.#ports.clock.now(), reader, reason: outcome.why, sample: sampleOf(scan) });
      this.#uplink.tellStatus();
    }
    this.#hooks.onScan?.(outcome);
    if (outcome.kind === 'ignored') this.#page?.tellScan('unknown');
    else if (outcome.as === 'goods') this.#page?.tellScan('goods');
  }

  #refuse(line: RefusedLine): void {
    this.#refused.keep(line);
    this.#hooks.onRefused?.(line);
  }

  async #take(scan: Scan): Promise<ScanOutcome> {
    // Without the scheme a loyalty card could not be told from goods; a guess would write a number into a basket.
    if (this.#settings === null) return { kind: 'ignored', why: 'no-settings' };
    const meaning = meaningOf(scan, this.#settings.loyalty);
    if (meaning.kind === 'misread') return { kind: 'ignored', why: meaning.reason };
    const cart = this.#config.cart ?? this.#settings.cart;
    const { till } = this.#config;
    if (meaning.kind === 'loyalty') {
      const place = till !== null ? { till } : cart === undefined ? null : { cart };
      if (place === null) return { kind: 'ignored', why: 'no-cart' };
      const { means, number } = meaning;
      const { numberKey } = this.#settings;
      const body = {
        ...place,
        means,
        ...(numberKey === undefined ? { number } : { digest: digestOf(numberKey, number) }),
      };
      const isStored = await this.#report('identity.presented', body);
      return isStored ? { kind: 'stored', as: 'loyalty', code: meaning.number } : { kind: 'ignored', why: 'queue' };
    }
    if (cart === undefined || till !== null) return { kind: 'ignored', why: 'no-cart' };
    const isStored = await this.#report('basket.added', { cart, code: meaning.code, quantity: 1_000 });
    return isStored ? { kind: 'stored', as: 'goods', code: meaning.code } : { kind: 'ignored', why: 'queue' };
  }

  async #report<Type extends DeviceFactType>(type: Type, body: DeviceFactBody<Type>): Promise<boolean> {
    const result = await this.#queue.enqueue(type, body);
    if (result.kind === 'stored') return true;
    const refused = this.#count(`queue.refused-${result.reason}`);
    if (refused % logEvery === 1) {
      this.#log.warn({ type, reason: result.reason, refused }, 'the queue would not take a fact: is the disk full?');
    }
    return false;
  }

  #sayHowTheDiskIs(): void {
    const { setAside, withoutDisk } = this.#queue;
    if (setAside !== null) {
      this.#log.warn(setAside, 'the queue was broken: the file was set aside, and what could be read of it goes on');
    }
    if (withoutDisk !== null) {
      const { state } = this.#config;
      this.#log.warn({ state, reason: withoutDisk }, 'the disk takes no queue; facts are in memory until it does');
    }
  }

  #count(name: string): number {
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return count;
  }
}

function sampleOf(scan: Scan): string {
  switch (scan.kind) {
    case 'barcode':
      return maskScan(`${scan.aim ?? ''}${scan.data}`);
    case 'card':
      return maskScan(`card ${scan.number}`);
    case 'tag':
      return `tag of ${scan.epc.length * 4} bits, header ${scan.epc.slice(0, 2)}`;
  }
}

function prefixed(prefix: string, counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([name, value]) => [`${prefix}.${name}`, value]));
}
