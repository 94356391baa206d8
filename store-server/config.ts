/**
 * The store's configuration: one YAML file and the environment, turned into one frozen value, or into a list of
 * everything that is wrong with it. Reads the floor plan and the chain's key as well, because both decide whether the
 * store can run; goods and customers are imported later, row by row (`catalogue/`).
 */
import type { KeyObject } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { judgeAgentSettings } from '@kairos/edge-agent/config.ts';
import { publicKeyOf } from '@kairos/hq-sync/link/signed-release.ts';
import type { ConfigFault } from '@kairos/protocol/config-fault.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { schemaFaults, unknownKey } from '@kairos/protocol/schema-fault.ts';
import type { z } from 'zod';
import { type ConfigDevice, type ConfigGateway, type Must, readDevices, readGateways } from './config/devices.ts';
import { type ConfigDocument, readDocument } from './config/document.ts';
import { readEnvironment } from './config/environment.ts';
import { faultAt, syntaxFaults } from './config/faults.ts';
import { parseFloorPlan } from './config/floor-plan-file.ts';
import { type SectionName, type Sections, sectionNames, sections } from './config/schema.ts';
import { parseStaff, type StaffMember } from './staff/staff-file.ts';

export type { ConfigDevice, ConfigGateway } from './config/devices.ts';
export { faultsText, reasonsText } from './config/faults.ts';

export interface StoreConfig
  extends Omit<
    Sections,
    | 'data'
    | 'floorPlan'
    | 'goods'
    | 'customers'
    | 'staff'
    | 'dialogues'
    | 'pictures'
    | 'chainKey'
    | 'devices'
    | 'gateways'
    | 'broker'
    | 'tillFeed'
    | 'hq'
  > {
  /** The file it came from. */
  readonly file: string;
  /** Paths are absolute. */
  readonly data: string;
  readonly floorPlan: FloorPlan;
  /** The file that it was read from. */
  readonly floorPlanFile: string;
  readonly goods: string | null;
  readonly customers: string | null;
  readonly staff: readonly StaffMember[];
  readonly dialogues: string;
  readonly pictures: string | null;
  readonly chainKey: string;
  /** Null: the embedded one. */
  readonly broker: { readonly url: string; readonly username?: string; readonly password?: string } | null;
  readonly devices: ReadonlyMap<string, ConfigDevice>;
  readonly gateways: readonly ConfigGateway[];
  /** Null: the store is by itself. `ca`: what stands in the file. */
  readonly hq:
    | (Omit<NonNullable<Sections['hq']>, 'ca' | 'releaseKey'> & {
        readonly ca: string | null;
        readonly releaseKey: KeyObject | null;
      })
    | null;
  readonly tillFeed: Omit<Sections['tillFeed'], 'folder'> & { readonly folder: string | null };
}

export type LoadedConfig =
  | { readonly kind: 'config'; readonly config: StoreConfig; readonly found: FoundFiles }
  | { readonly kind: 'faulty'; readonly faults: readonly ConfigFault[]; readonly found: FoundFiles };

/** What the configuration names and is there, whatever else is wrong with it: so that it can be judged with the rest. */
export interface FoundFiles {
  readonly floorPlan: FloorPlan | null;
  readonly goods: string | null;
  readonly customers: string | null;
  readonly dialogues: string | null;
  readonly loyalty: Sections['loyalty'] | null;
  readonly locale: string;
}

const foundNothing: FoundFiles = {
  floorPlan: null,
  goods: null,
  customers: null,
  dialogues: null,
  loyalty: null,
  locale: 'en',
};

export function loadConfig(options: {
  readonly file: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Another floor plan than the one that is named: to judge it before it takes that one's place. */
  readonly floorPlan?: string;
}): LoadedConfig {
  const file = resolve(options.file);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const message = `cannot be read (${(error as Error).message}); name the store's configuration file`;
    const fault: ConfigFault = {
      reason: 'unreadable',
      where: file,
      line: null,
      column: null,
      path: '',
      value: '',
      message,
    };
    return { kind: 'faulty', faults: [fault], found: foundNothing };
  }
  return parseConfig({ ...options, file, text });
}

/** The same from text; paths in it are relative to `file`. */
export function parseConfig(options: {
  readonly file: string;
  readonly text: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly floorPlan?: string;
}): LoadedConfig {
  const environment = readEnvironment(options.environment);
  const document = readDocument(options.file, options.text, environment.settings);
  const faults: ConfigFault[] = [...environment.faults, ...syntaxFaults(document)];
  if (document.syntax.length > 0) return { kind: 'faulty', faults, found: foundNothing };
  const named = readSections(document, faults);
  const read = options.floorPlan === undefined ? named : { ...named, floorPlan: options.floorPlan };
  const found = findFiles(read, document, faults);
  const config = complete(read, found, document, faults);
  if (faults.length > 0 || config === null) return { kind: 'faulty', faults: faults.sort(byPlace), found };
  return { kind: 'config', config: deepFreeze(config), found };
}

function byPlace(one: ConfigFault, other: ConfigFault): number {
  return one.where.localeCompare(other.where) || (one.line ?? 0) - (other.line ?? 0);
}

/** Section by section, so that a fault in one hides none in another. */
function readSections(document: ConfigDocument, faults: ConfigFault[]): Partial<Sections> {
  for (const key of Object.keys(document.root)) {
    if (!Object.hasOwn(sections, key)) faults.push(faultAt(document, unknownKey([key], sectionNames)));
  }
  const read: Partial<Record<SectionName, unknown>> = {};
  for (const name of sectionNames) {
    const schema: z.ZodType = sections[name];
    // An empty section ("carts:") is as good as none.
    const value = document.root[name] ?? undefined;
    const parsed = schema.safeParse(value);
    if (parsed.success) read[name] = parsed.data;
    else {
      for (const fault of schemaFaults(schema, value, parsed.error)) {
        faults.push(faultAt(document, { ...fault, path: [name, ...fault.path] }));
      }
    }
  }
  return read as Partial<Sections>;
}

/** The files that the sections name, as far as there are any. */
function findFiles(read: Partial<Sections>, document: ConfigDocument, faults: ConfigFault[]): FoundFiles {
  const must = mustOf(document, faults);
  const at = (path: string | undefined): string | null =>
    path === undefined ? null : resolve(dirname(document.file), path);
  const file = (name: 'goods' | 'customers'): string | null => {
    const path = at(read[name]);
    if (path === null || isFile(path)) return path;
    must([name], 'bad-reference', `there is no file ${path}`);
    return null;
  };
  const folder = at(read.dialogues);
  if (folder !== null && !isFolder(folder)) must(['dialogues'], 'bad-reference', `there is no folder ${folder}`);
  return {
    floorPlan: read.floorPlan === undefined ? null : readPlan(at(read.floorPlan) as string, faults, must),
    goods: file('goods'),
    customers: file('customers'),
    dialogues: folder !== null && isFolder(folder) ? folder : null,
    loyalty: read.loyalty ?? null,
    locale: read.store?.locale ?? 'en',
  };
}

function mustOf(document: ConfigDocument, faults: ConfigFault[]): Must {
  return (path, reason, message) => {
    faults.push(faultAt(document, { path, reason, message }));
  };
}

/** What one section says about another. Null where anything is missing. */
function complete(
  read: Partial<Sections>,
  files: FoundFiles,
  document: ConfigDocument,
  faults: ConfigFault[],
): StoreConfig | null {
  const folder = dirname(document.file);
  const must = mustOf(document, faults);
  const chainKey = read.chainKey === undefined ? null : readChainKey(read.chainKey, folder, must);
  const devices = readDevices(document, files.floorPlan, must);
  const gateways = readGateways(document, devices, must);
  (read.screens?.loop ?? []).forEach(({ zones = [] }, index) => {
    zones.forEach((zone, place) => {
      const isKnown = files.floorPlan?.zones.some(({ id }) => id === zone) ?? true;
      if (!isKnown) must(['screens', 'loop', index, 'zones', place], 'bad-reference', 'is no zone of the floor plan');
    });
  });
  for (const [workstation, till] of Object.entries(read.tillFeed?.workstations ?? {})) {
    const isKnown = files.floorPlan?.tills.some(({ id }) => id === till) ?? true;
    const advice = `there is no till "${till}" on the floor plan`;
    if (!isKnown) must(['tillFeed', 'workstations', workstation], 'bad-reference', advice);
  }
  checkAgent(read.agent, must);
  const staff = readStaff(read, { folder, plan: files.floorPlan, faults, must });
  const pictures = read.pictures === undefined ? null : resolve(folder, read.pictures);
  if (pictures !== null && !isFolder(pictures)) must(['pictures'], 'bad-reference', `there is no folder ${pictures}`);
  const hq = readHq(read.hq, folder, must);
  const { floorPlan, goods, customers, dialogues } = files;
  if (faults.length > 0 || floorPlan === null || chainKey === null || dialogues === null) return null;
  const { url, username, password } = read.broker ?? {};
  return {
    ...(read as Sections),
    file: document.file,
    data: resolve(folder, read.data ?? 'data'),
    floorPlan,
    floorPlanFile: resolve(folder, (read as Sections).floorPlan),
    goods,
    customers,
    staff,
    dialogues,
    pictures,
    chainKey,
    hq,
    tillFeed: {
      ...(read as Sections).tillFeed,
      folder: read.tillFeed?.folder === undefined ? null : resolve(folder, read.tillFeed.folder),
    },
    broker:
      url === undefined
        ? null
        : { url, ...(username === undefined ? {} : { username }), ...(password === undefined ? {} : { password }) },
    devices,
    gateways,
  };
}

/** The agent of this box's own ports judges its section as it would its own file; the store gives it the address. */
function checkAgent(section: Sections['agent'], must: Must): void {
  if (section === undefined) return;
  const judged = judgeAgentSettings({ store: { url: 'mqtt://127.0.0.1' }, ...section });
  for (const { path, reason, message } of judged.kind === 'faults' ? judged.faults : []) {
    must(['agent', ...path], reason, message);
  }
}

function readPlan(file: string, faults: ConfigFault[], must: Must): FloorPlan | null {
  if (!isFile(file)) {
    must(['floorPlan'], 'bad-reference', `there is no file ${file}`);
    return null;
  }
  const parsed = parseFloorPlan(file, readFileSync(file, 'utf8'));
  if (parsed.kind === 'plan') return parsed.plan;
  faults.push(...parsed.faults);
  return null;
}

function readHq(section: Sections['hq'], folder: string, must: Must): StoreConfig['hq'] {
  if (section === undefined) return null;
  const releaseKey = section.releaseKey === undefined ? null : publicKeyOf(section.releaseKey);
  if (section.ca === undefined) return { ...section, releaseKey, ca: null };
  const file = resolve(folder, section.ca);
  if (isFile(file)) return { ...section, releaseKey, ca: readFileSync(file, 'utf8') };
  must(['hq', 'ca'], 'bad-reference', `there is no file ${file}`);
  return null;
}

function readStaff(
  { staff, store }: Partial<Sections>,
  about: {
    readonly folder: string;
    readonly plan: FloorPlan | null;
    readonly faults: ConfigFault[];
    readonly must: Must;
  },
): readonly StaffMember[] {
  if (staff === undefined) return [];
  const file = resolve(about.folder, staff);
  if (!isFile(file)) {
    about.must(['staff'], 'bad-reference', `there is no file ${file}`);
    return [];
  }
  const zones = about.plan?.zones.map(({ id }) => id) ?? null;
  const read = parseStaff(file, readFileSync(file, 'utf8'), { locale: store?.locale ?? 'en', zones });
  about.faults.push(...read.faults);
  return read.staff;
}

function readChainKey(section: Sections['chainKey'], folder: string, must: Must): string | null {
  if (typeof section === 'string') return section;
  const file = resolve(folder, section.file);
  if (!isFile(file)) {
    must(
      ['chainKey', 'file'],
      'bad-reference',
      `there is no file ${file}; write at least 16 characters that only the chain knows into it`,
    );
    return null;
  }
  const key = readFileSync(file, 'utf8').trim();
  if (key.length >= 16) return key;
  must(['chainKey', 'file'], 'out-of-range', `${file} holds fewer than 16 characters`);
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
