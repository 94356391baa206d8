/** The ways by which receipts come in from tills, opened together: HTTP, MQTT and a watched folder, one desk behind all. */
import type { Ports } from '@kairos/protocol/ports.ts';
import type { SaleAnswer } from '@kairos/protocol/till-sale.ts';
import type { FastifyInstance } from 'fastify';
import type { StoreConfig } from '../config.ts';
import type { Intake } from '../intake/intake.ts';
import type { Log } from '../log.ts';
import { cleanDocuments, type ErasedNumbers } from './erased-numbers.ts';
import { RedeemedRewards, type RedeemedRewardsOptions } from './redeemed-rewards.ts';
import { SaleDesk, type SaleDeskOptions } from './sale-desk.ts';
import { createSaleReader, readSale } from './sale-document.ts';
import { serveSales } from './till-routes.ts';
import { type FolderCounts, WatchedFolder } from './watched-folder.ts';

export interface TillFeedOptions extends Pick<SaleDeskOptions, 'journal' | 'clock'>, RedeemedRewardsOptions {
  readonly journal: SaleDeskOptions['journal'];
  readonly config: Pick<StoreConfig, 'store' | 'tillFeed' | 'floorPlan' | 'devices'>;
  readonly intake: Pick<Intake, 'transact' | 'reject'>;
  readonly ports: Ports;
  readonly log: Log;
}

export class TillFeed {
  readonly #options: TillFeedOptions;
  readonly #desk: SaleDesk;
  readonly #rewards: RedeemedRewards;
  #folder: WatchedFolder | null = null;

  constructor(options: TillFeedOptions) {
    this.#options = options;
    this.#rewards = new RedeemedRewards(options);
    this.#desk = new SaleDesk({ ...options, rewards: this.#rewards });
  }

  /** To be called before the first receipt. */
  recall(): Promise<void> {
    return this.#rewards.recall();
  }

  routes(app: FastifyInstance): void {
    const { config, intake } = this.#options;
    serveSales(app, {
      token: config.tillFeed.token ?? null,
      read: createSaleReader(config),
      desk: this.#desk,
      reject: (note) => intake.reject(note),
    });
  }

  /** One receipt over MQTT, answered when it is on disk. A till speaks for itself. */
  hear(device: string, payload: Uint8Array, answer: (answer: SaleAnswer) => void): void {
    const { config, intake } = this.#options;
    let value: unknown;
    try {
      value = JSON.parse(Buffer.from(payload).toString('utf8'));
    } catch (error) {
      intake.reject({
        by: 'mqtt',
        device,
        reason: 'not-json',
        detail: `sales: ${(error as Error).message}`,
        raw: payload,
      });
      answer({ receipt: '?', outcome: 'refused', reason: 'not-json' });
      return;
    }
    const read = readSale(value);
    if (read.kind === 'record' && !config.devices.get(device)?.may.has(read.record.key.till)) {
      const detail = `"${device}" may not speak for "${read.record.key.till}"`;
      intake.reject({ by: 'mqtt', device, reason: 'not-yours', detail, raw: payload });
      answer({ receipt: read.record.receipt, outcome: 'refused', reason: 'not-yours', detail });
      return;
    }
    void this.#desk.take(read, 'mqtt').then(answer);
  }

  /** Begins to look into the folder, where there is one. */
  open(): void {
    const { config, intake, ports, log } = this.#options;
    const { folder, pollSeconds } = config.tillFeed;
    if (folder === null) return;
    this.#folder = new WatchedFolder({
      folder,
      pollMs: pollSeconds * 1_000,
      read: createSaleReader(config),
      desk: this.#desk,
      reject: (reason, detail) => intake.reject({ by: 'folder', device: '', reason, detail, raw: '' }),
      ports,
      log,
    });
  }

  /** Numbers of people who were erased are in no document that was read. */
  async forgetNumbers(erased: ErasedNumbers): Promise<void> {
    const { folder } = this.#options.config.tillFeed;
    if (folder !== null) await cleanDocuments(folder, erased);
  }

  /** Null where no folder is watched. */
  get folder(): FolderCounts | null {
    return this.#folder?.counts ?? null;
  }

  async close(): Promise<void> {
    await this.#folder?.stop();
  }
}
