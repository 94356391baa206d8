/**
 * The store's configuration: one YAML file and the environment, turned into one frozen value, or into a list of
 * everything that is wrong with it. Reads the floor plan and the chain's key as well, because both decide whether the
 * store can run; goods and customers are imported later, row by row (`catalogue/`).
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { z } from 'zod';
import { type ConfigDevice, checkGateways, type Must, readDevices } from './config/devices.ts';
import { type ConfigDocument, type KeyPath, readDocument } from './config/document.ts';
import { readEnvironment } from './config/environment.ts';
import { type ConfigFault, faultAt, schemaFaults, unknownKey } from './config/faults.ts';
import { parseFloorPlan } from './config/floor-plan-file.ts';
import { knownKeys } from './config/known-keys.ts';
import { type SectionName, type Sections, sectionNames, sections } from './config/schema.ts';

export type { ConfigDevice } from './config/devices.ts';
export { type ConfigFault, faultsText } from './config/faults.ts';

export interface StoreConfig
  extends Omit<
    Sections,
    'data' | 'floorPlan' | 'goods' | 'customers' | 'dialogues' | 'chainKey' | 'devices' | 'broker' | 'tillFeed'
  > {
  /** The file it came from. */
  readonly file: string;
  /** Paths are absolute. */
  readonly data: string;
  readonly floorPlan: FloorPlan;
  readonly goods: string | null;
  readonly customers: string | null;
  readonly dialogues: string;
  readonly chainKey: string;
  /** Null: the embedded one. */
  readonly broker: { readonly url: string; readonly username?: string; readonly password?: string } | null;
  readonly devices: ReadonlyMap<string, ConfigDevice>;
  readonly tillFeed: Omit<Sections['tillFeed'], 'folder'> & { readonly folder: string | null };
}

export type LoadedConfig =
  | { readonly kind: 'config'; readonly config: StoreConfig }
  | { readonly kind: 'faulty'; readonly faults: readonly ConfigFault[] };

export function loadConfig(options: {
  readonly file: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}): LoadedConfig {
  const file = resolve(options.file);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const message = `cannot be read (${(error as Error).message}); name the store's configuration file`;
    return { kind: 'faulty', faults: [{ where: file, line: null, path: '', value: '', message }] };
  }
  return parseConfig({ file, text, environment: options.environment });
}

/** The same from text; paths in it are relative to `file`. */
export function parseConfig(options: {
  readonly file: string;
  readonly text: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}): LoadedConfig {
  const environment = readEnvironment(options.environment);
  const document = readDocument(options.file, options.text, environment.settings);
  const faults: ConfigFault[] = [
    ...environment.faults,
    ...document.syntax.map(({ line, message }) => ({ where: options.file, line, path: '', value: '', message })),
  ];
  if (document.syntax.length > 0) return { kind: 'faulty', faults };
  const read = readSections(document, faults);
  const config = complete(read, document, faults);
  if (faults.length > 0 || config === null) return { kind: 'faulty', faults: faults.sort(byPlace) };
  return { kind: 'config', config: deepFreeze(config) };
}

function byPlace(one: ConfigFault, other: ConfigFault): number {
  return one.where.localeCompare(other.where) || (one.line ?? 0) - (other.line ?? 0);
}

/** Section by section, so that a fault in one hides none in another. */
function readSections(document: ConfigDocument, faults: ConfigFault[]): Partial<Sections> {
  for (const key of Object.keys(document.root)) {
    if (!Object.hasOwn(sections, key)) faults.push(unknownKey(document, [key], sectionNames));
  }
  const read: Partial<Record<SectionName, unknown>> = {};
  for (const name of sectionNames) {
    const schema: z.ZodType = sections[name];
    // An empty section ("carts:") is as good as none.
    const parsed = schema.safeParse(document.root[name] ?? undefined);
    if (parsed.success) read[name] = parsed.data;
    else
      faults.push(...schemaFaults(document, [name], parsed.error.issues, (path) => knownKeys(schema)(path.slice(1))));
  }
  return read as Partial<Sections>;
}

/** What one section says about another, and the files they name. Null where a section is missing. */
function complete(read: Partial<Sections>, document: ConfigDocument, faults: ConfigFault[]): StoreConfig | null {
  const found = faults.length;
  const folder = dirname(document.file);
  const at = (path: string | undefined): string | null => (path === undefined ? null : resolve(folder, path));
  const must = (path: KeyPath, message: string): void => {
    faults.push(faultAt(document, path, message));
  };
  const plan = read.floorPlan === undefined ? null : readPlan(at(read.floorPlan) as string, faults, must);
  const chainKey = read.chainKey === undefined ? null : readChainKey(read.chainKey, folder, must);
  for (const name of ['goods', 'customers'] as const) {
    const path = at(read[name]);
    if (path !== null && !isFile(path)) must([name], `there is no file ${path}`);
  }
  const dialogues = at(read.dialogues);
  if (dialogues !== null && !isFolder(dialogues)) must(['dialogues'], `there is no folder ${dialogues}`);
  const devices = readDevices(document, plan, must);
  checkGateways(document, devices, must);
  for (const [workstation, till] of Object.entries(read.tillFeed?.workstations ?? {})) {
    const known = plan?.tills.some(({ id }) => id === till) ?? true;
    if (!known) must(['tillFeed', 'workstations', workstation], `there is no till "${till}" on the floor plan`);
  }
  if (faults.length > found || plan === null || chainKey === null || dialogues === null) return null;
  const { url, username, password } = read.broker ?? {};
  return {
    ...(read as Sections),
    file: document.file,
    data: resolve(folder, read.data ?? 'data'),
    floorPlan: plan,
    goods: at(read.goods),
    customers: at(read.customers),
    dialogues,
    chainKey,
    tillFeed: { ...(read as Sections).tillFeed, folder: at(read.tillFeed?.folder) },
    broker:
      url === undefined
        ? null
        : { url, ...(username === undefined ? {} : { username }), ...(password === undefined ? {} : { password }) },
    devices,
  };
}

function readPlan(file: string, faults: ConfigFault[], must: Must): FloorPlan | null {
  if (!isFile(file)) {
    must(['floorPlan'], `there is no file ${file}`);
    return null;
  }
  const parsed = parseFloorPlan(file, readFileSync(file, 'utf8'));
  if (parsed.kind === 'plan') return parsed.plan;
  faults.push(...parsed.faults);
  return null;
}

function readChainKey(section: Sections['chainKey'], folder: string, must: Must): string | null {
  if (typeof section === 'string') return section;
  const file = resolve(folder, section.file);
  if (!isFile(file)) {
    must(
      ['chainKey', 'file'],
      `there is no file ${file}; write at least 16 characters that only the chain knows into it`,
    );
    return null;
  }
  const key = readFileSync(file, 'utf8').trim();
  if (key.length >= 16) return key;
  must(['chainKey', 'file'], `${file} holds fewer than 16 characters`);
  return null;
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
