/**
 * `npm run simulate -- --seed N DIR`: a draft tried on simulated shoppers before anybody hears it, beside the published
 * set on the very same people. In the words of `npm run rehearse`. Exit 1 where something cannot be read or does not
 * compile; progress goes to `complain`, the report to `print`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileRelease, type SourceFile } from '@kairos/dialogue/language/compile.ts';
import type { Fact } from '@kairos/protocol/facts.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import { toClockText } from '@kairos/protocol/time.ts';
import { readGoods } from '@kairos/store-server/catalogue/goods.ts';
import { checkReport } from '@kairos/store-server/cli/check.ts';
import { surroundings } from '@kairos/store-server/cli/surroundings.ts';
import { faultsText, loadConfig, type StoreConfig } from '@kairos/store-server/config.ts';
import { readDraft } from '@kairos/store-server/releases/draft-sources.ts';
import { readHappenings } from './happenings.ts';
import type { Happening } from './outside.ts';
import { startOfDay } from './past.ts';
import { madeUpCustomers } from './simulated-shop.ts';
import { runTrial, type Trial } from './trial.ts';
import { type SimulationReport, simulationJson, simulationText, type TriedSide } from './trial-report.ts';

export interface TryOptions {
  readonly seed: number;
  readonly days: number;
  /** World seconds in one second; as fast as it can go without. */
  readonly speed?: number;
  readonly carts: number;
  /** The store's configuration file. */
  readonly store: string;
  /** The set to compare with: a folder, or true for what the store's configuration names. */
  readonly beside?: string | true;
  readonly alone?: boolean;
  /** A customers' file, or how many are to be made up. */
  readonly population?: string;
  readonly associates: number;
  /** Days of what customers did before. */
  readonly past: number;
  /** YYYY-MM-DD. */
  readonly from: string;
  readonly news?: string;
  readonly keep?: string;
  readonly json?: boolean;
}

interface Ends {
  readonly print: (text: string) => void;
  /** Progress, and what is wrong. */
  readonly complain: (text: string) => void;
  readonly ports: Ports;
}

/** A fault that is said and ends the command. */
class Unusable extends Error {}

const hourMs = 3_600_000;

/** Runs the command; resolves to what to exit with. */
export async function tryDraft(folder: string, options: TryOptions, ends: Ends): Promise<number> {
  try {
    const report = await simulate(folder, options, ends);
    ends.print(options.json ? JSON.stringify(simulationJson(report, surroundings())) : simulationText(report));
    return 0;
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    ends.complain(error.message);
    return 1;
  }
}

interface Setting {
  readonly config: StoreConfig;
  readonly customers: string;
  readonly startMs: number;
  readonly happenings: readonly Happening[];
}

async function simulate(folder: string, options: TryOptions, ends: Ends): Promise<SimulationReport> {
  if (options.keep !== undefined && existsSync(join(options.keep, 'journal.db'))) {
    throw new Unusable(`${options.keep} holds a store already: name a folder that is empty or not there yet.`);
  }
  const setting = readSetting(options);
  const draft = readSet(folder, setting.config, ends.complain);
  const other = options.alone ? null : besideOf(options, setting.config);
  const published = other === null ? null : readSet(other, setting.config, ends.complain);
  const isSame = published !== null && textOf(published) === textOf(draft);
  const tried = await tryOne('draft', draft, { options, setting, ends });
  const beside = isSame || published === null ? null : await tryOne('published', published, { options, setting, ends });
  const name = options.beside === undefined || options.beside === true ? 'published' : 'beside';
  return {
    store: setting.config.store,
    seed: options.seed,
    days: options.days,
    from: options.from,
    associates: options.associates,
    draft: sideOf('draft', tried),
    published: beside === null ? null : sideOf(name, beside),
    isSame,
  };
}

function sideOf(name: string, trial: Trial): TriedSide {
  return { name, release: trial.release, tally: trial.tally, trial };
}

function besideOf({ beside }: TryOptions, config: StoreConfig): string {
  return typeof beside === 'string' ? beside : config.dialogues;
}

function textOf(files: readonly SourceFile[]): string {
  return JSON.stringify(files.map(({ path, text }) => [path, text]));
}

/** The store that a draft is tried in, its customers and its news. */
export function readSetting(options: Pick<TryOptions, 'seed' | 'store' | 'from' | 'news' | 'population'>): Setting {
  const loaded = loadConfig({ file: options.store, environment: {} });
  if (loaded.kind === 'faulty') throw new Unusable(faultsText(loaded.faults));
  const { config } = loaded;
  const startMs = startOfDay(config.store.timeZone, options.from);
  if (startMs === null) throw new Unusable(`"${options.from}" is no day; write YYYY-MM-DD, such as 2026-11-23.`);
  const happenings = options.news === undefined ? [] : readHappenings(readText(options.news, 'the file with news'));
  if (typeof happenings === 'string') throw new Unusable(`${options.news}: ${happenings}`);
  return { config, customers: customersOf(options, config, startMs), startMs, happenings };
}

function customersOf(
  { population, seed }: Pick<TryOptions, 'population' | 'seed'>,
  config: StoreConfig,
  startMs: number,
): string {
  const prefix = config.loyalty.prefixes[0] ?? '29';
  if (population !== undefined && /^\d+$/.test(population)) {
    return madeUpCustomers({ count: Number(population), seed, prefix, startMs });
  }
  const file = population ?? config.customers;
  if (file === null) return madeUpCustomers({ count: 300, seed, prefix, startMs });
  return readText(file, 'the customers’ file');
}

function readText(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new Unusable(`${file} cannot be read: name ${what}.`);
  }
}

/** Complains of what the checker finds; errors end the command. */
export function readSet(folder: string, config: StoreConfig, complain: Ends['complain']): readonly SourceFile[] {
  const read = readDraft(folder);
  if (typeof read === 'string') throw new Unusable(read);
  for (const remark of read.remarks) complain(remark);
  const goods =
    config.goods === null ? [] : readGoods(config.goods, readText(config.goods, 'the goods file')).goods.all;
  const { release, problems } = compileRelease(read.files, {
    number: 1,
    zones: config.floorPlan.zones.map(({ id }) => id),
    departments: [...new Set(goods.map(({ department }) => department))],
  });
  if (release === null) throw new Unusable(checkReport(read.files, problems));
  if (problems.length > 0) complain(`${folder}: ${problems.length} warnings; npm run check shows them.`);
  return read.files;
}

async function tryOne(
  name: string,
  dialogues: readonly SourceFile[],
  { options, setting, ends }: { options: TryOptions; setting: Setting; ends: Ends },
): Promise<Trial> {
  const { seed, days, associates, keep, past: pastDays } = options;
  const { config } = setting;
  const since = ends.ports.clock.monotonic();
  const trial = await runTrial({
    ...setting,
    dialogues,
    seed,
    days,
    associates,
    pastDays,
    carts: config.carts.slice(0, options.carts).map(({ id, tag = '' }) => ({ id, tag })),
    ...(keep === undefined || name !== 'draft' ? {} : { keep }),
    ...(options.speed === undefined || name !== 'draft' ? {} : { onFacts: (facts) => tell(facts, config, ends) }),
    ...(options.speed === undefined ? {} : { pauseMs: 1000 }),
    onPause: ({ worldMs, facts }) => {
      if (worldMs % (4 * hourMs) === 0) {
        const day = Math.ceil(worldMs / (24 * hourMs));
        ends.complain(
          `${name}: day ${day}, ${String((worldMs / hourMs) % 24 || 24).padStart(2, '0')}:00, ${facts} facts`,
        );
      }
      return options.speed === undefined ? undefined : keepPace(worldMs, since, options.speed, ends.ports);
    },
  });
  const seconds = (ends.ports.clock.monotonic() - since) / 1000;
  ends.complain(
    `${name}: ${days} days in ${seconds.toFixed(1)} s, the past of ${trial.customers} customers among it; ${trial.facts} facts.`,
  );
  return trial;
}

function tell(facts: readonly Fact[], { store: { timeZone } }: StoreConfig, { complain }: Ends): void {
  for (const { type, at, subject, body } of facts) {
    if (type !== 'message.decided') continue;
    const { dialogue, step, channel, target = null } = body as Extract<Fact, { type: 'message.decided' }>['body'];
    const where = target === null ? `by ${channel}` : `on ${target}`;
    complain(`${toClockText(at, timeZone)}  subject ${subject}  ${dialogue}/${step} ${where}`);
  }
}

function keepPace(worldMs: number, since: number, speed: number, { clock, timers }: Ports): Promise<void> | undefined {
  const waitMs = worldMs / speed - (clock.monotonic() - since);
  return waitMs <= 0 ? undefined : new Promise((resolve) => timers.after(waitMs, resolve));
}
