/** Brings together what `needs.ts` judges: what is in memory every time, what costs a read of disk seldom. */
import { statfs } from 'node:fs/promises';
import type { ManagerNeed, ManagerScreen } from '@kairos/protocol/manager-events.ts';
import type { StoreConfig } from '../config.ts';
import type { Journal } from '../journal/journal.ts';
import { helpWaitMs } from '../visits/help.ts';
import type { Visits } from '../visits/visits.ts';
import type { DeviceRow, GatewayRow } from './device-book.ts';
import { type CallOpen, needsOf, type RefusedLately, type TaskWaiting } from './needs.ts';

/** Disk and refusals are looked at again after so long. */
const readAgainMs = 10_000;
const refusedLatelyMs = 15 * 60_000;
const refusedReadMax = 500;
const refusedToldMax = 3;

export interface NeedProbesOptions {
  readonly config: Pick<StoreConfig, 'data'>;
  readonly visits: Pick<Visits, 'open'>;
  readonly journal: Pick<Journal, 'rejected'>;
  readonly screens: () => readonly ManagerScreen[];
  readonly devices: () => readonly DeviceRow[];
  readonly gateways: () => readonly GatewayRow[];
  readonly lowBatteries: () => number;
  readonly complaints: () => readonly string[];
  readonly tasks: () => readonly TaskWaiting[];
  readonly now: () => number;
}

interface Read {
  readonly at: number;
  readonly refused: readonly RefusedLately[];
  readonly disk: { readonly freeBytes: number; readonly bytes: number } | null;
}

export class NeedProbes {
  readonly #options: NeedProbesOptions;
  #read: Read = { at: Number.NEGATIVE_INFINITY, refused: [], disk: null };

  constructor(options: NeedProbesOptions) {
    this.#options = options;
  }

  async needs(): Promise<ManagerNeed[]> {
    const { visits, now } = this.#options;
    if (now() - this.#read.at >= readAgainMs) this.#read = await this.#readDisk();
    const open = [...visits.open()];
    return needsOf({
      now: now(),
      calls: open.flatMap((visit): CallOpen[] => {
        const { help, cart, zone } = visit;
        if (help?.state !== 'asked' && help?.state !== 'nobody-free') return [];
        const isUnanswered = help.state === 'nobody-free';
        return [{ cart, zone, since: help.offeredUntil - helpWaitMs, isUnanswered }];
      }),
      tasks: this.#options.tasks(),
      screens: this.#options.screens(),
      cartsInUse: new Set(open.flatMap(({ cart }) => cart ?? [])),
      devices: this.#options.devices(),
      gateways: this.#options.gateways(),
      lowBatteries: this.#options.lowBatteries(),
      complaints: this.#options.complaints(),
      refused: this.#read.refused,
      disk: this.#read.disk,
    });
  }

  async #readDisk(): Promise<Read> {
    const { config, journal, now } = this.#options;
    const [rejected, space] = await Promise.all([
      journal.rejected({ limit: refusedReadMax }),
      // A file system that says nothing of itself is no trouble.
      statfs(config.data).catch(() => null),
    ]);
    const from = now() - refusedLatelyMs;
    return {
      at: now(),
      // What a gateway heard and nobody could use is radio, and no fact: it stands with the gateway.
      refused: gathered(rejected.filter(({ at, by }) => at >= from && by !== 'gateway')),
      disk: space && { freeBytes: space.bavail * space.bsize, bytes: space.blocks * space.bsize },
    };
  }
}

/** By device and reason, the most first. */
function gathered(rejected: Awaited<ReturnType<Journal['rejected']>>): RefusedLately[] {
  const found = new Map<string, RefusedLately>();
  for (const { device, reason, at } of rejected) {
    const key = `${device}/${reason}`;
    const known = found.get(key);
    found.set(key, { device, reason, count: (known?.count ?? 0) + 1, last: Math.max(known?.last ?? 0, at) });
  }
  return [...found.values()].sort((one, other) => other.count - one.count).slice(0, refusedToldMax);
}
