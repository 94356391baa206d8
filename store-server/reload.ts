/**
 * Goods, customers, dialogues and the list of staff read anew while the store runs (SIGHUP). What is right comes into
 * force at once; what is wrong is counted by reason, kept for inspection (`/api/rejected`), and leaves in force what was.
 * Nothing stops.
 *
 * The configuration itself is only judged: what it says otherwise than before needs a start. The list of staff stays as
 * it was while anything in the configuration is wrong.
 */
import { basename, join } from 'node:path';
import type { CompiledRelease } from '@kairos/dialogue/compiled.ts';
import { type ConfigFault, faultText } from '@kairos/protocol/config-fault.ts';
import type { CustomerPins } from './catalogue/customer-pins.ts';
import { importCustomers } from './catalogue/customers.ts';
import type { CurrentGoods } from './catalogue/goods.ts';
import type { Conductor } from './conductor/conductor.ts';
import type { People } from './conductor/people.ts';
import { loadConfig, type StoreConfig } from './config.ts';
import { dialoguesFolder } from './headquarters/published-dialogues.ts';
import type { Intake } from './intake/intake.ts';
import type { Log } from './log.ts';
import { findReleases } from './releases/current-release.ts';
import { departmentsOf, readCustomersFile, readDialogues, readGoodsFile } from './store-files.ts';

export interface ReloadOptions {
  readonly config: StoreConfig;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly goods: CurrentGoods;
  readonly people: People;
  readonly customerPins: Pick<CustomerPins, 'adopt'>;
  readonly conductor: Conductor;
  readonly release: { current: CompiledRelease };
  readonly reject: Intake['reject'];
  /** Takes the list of staff as it is now. */
  readonly replaceStaff: (staff: StoreConfig['staff']) => void;
  readonly log: Log;
}

/** Which file a fault was found in: a label of the counter. */
export type FileKind = 'config-file' | 'goods-file' | 'customers-file' | 'dialogue-file';

export interface Reloaded {
  readonly faults: number;
  /** The release that has come into force; null where the old one stays. */
  readonly release: number | null;
  /** Customers who are new or other than before. */
  readonly customers: number;
}

/** Counts a fault and keeps it. The words of a fault in a list of customers repeat nothing of theirs. */
export function rejectFaults(reject: Intake['reject'], by: FileKind, faults: readonly ConfigFault[]): void {
  for (const fault of faults) {
    const device = basename(fault.where);
    reject({ by, device, reason: fault.reason, detail: faultText({ ...fault, where: device }), raw: '' });
  }
}

export function reload(options: ReloadOptions): Reloaded {
  const { config, environment, reject, log } = options;
  const loaded = loadConfig({ file: config.file, environment });
  if (loaded.kind === 'config') options.replaceStaff(loaded.config.staff);
  const found: Record<FileKind, readonly ConfigFault[]> = {
    'config-file': loaded.kind === 'faulty' ? loaded.faults : [],
    'goods-file': reloadGoods(options),
    'customers-file': [],
    'dialogue-file': [],
  };
  const dialogues = reloadDialogues(options);
  found['dialogue-file'] = dialogues.faults;
  const customers = reloadCustomers(options);
  found['customers-file'] = customers.faults;
  for (const [by, faults] of Object.entries(found)) rejectFaults(reject, by as FileKind, faults);
  const faults = Object.values(found).flat();
  for (const fault of faults) log.warn({ reason: fault.reason }, faultText(fault));
  const outcome = { faults: faults.length, release: dialogues.release, customers: customers.changed };
  log.info(outcome, 'goods, customers and dialogues were read anew');
  return outcome;
}

function reloadGoods({ config, goods }: ReloadOptions): readonly ConfigFault[] {
  const read = readGoodsFile(config.goods);
  if (read.goods !== null) goods.replace(read.goods, { isWhole: read.faults.length === 0 });
  return read.faults;
}

/** What stands in the folder of dialogues comes into force; with a fault in it nothing does. */
export function reloadDialogues({
  config,
  goods,
  conductor,
  release,
}: Pick<ReloadOptions, 'config' | 'goods' | 'conductor' | 'release'>): {
  readonly faults: readonly ConfigFault[];
  readonly release: number | null;
} {
  const places = { zones: config.floorPlan.zones.map(({ id }) => id), departments: departmentsOf(goods) };
  const folder = dialoguesFolder(config);
  const { faults } = readDialogues(folder, places);
  if (faults.length > 0) return { faults, release: null };
  const shelf = join(config.data, 'releases');
  const { next } = findReleases({ folder, shelf, activated: release.current.number, ...places });
  if (next === null) return { faults: [], release: null };
  conductor.activate(next);
  release.current = next;
  return { faults: [], release: next.number };
}

function reloadCustomers(options: ReloadOptions): {
  readonly faults: readonly ConfigFault[];
  readonly changed: number;
} {
  const { config, people, conductor, release } = options;
  const { customers: file, loyalty, chainKey, store } = config;
  const read = readCustomersFile({ file, loyalty, chainKey, defaultLocale: store.locale, release: release.current });
  const found = importCustomers(read.customers, {
    isErased: (chainId) => people.isErased(chainId),
    known: (chainId) => people.stored(chainId),
    newSubject: () => people.newNumber(),
  });
  options.customerPins.adopt(found.pins);
  for (const person of found.people) if (person.kind === 'put') people.adopt(person);
  for (const { subject, attributes } of found.changed) conductor.observe('customer.changed', subject, { attributes });
  return { faults: read.faults, changed: found.changed.length };
}
