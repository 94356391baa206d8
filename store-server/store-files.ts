/**
 * What a store reads beside its configuration: goods, customers, dialogues. Each is read whole or as far as it goes,
 * with everything that is wrong with it said; the same at a start, in an inspection, and anew while the store runs.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompiledRelease } from '@kairos/dialogue/compiled.ts';
import { compileRelease, type Problem, type SourceFile } from '@kairos/dialogue/language/compile.ts';
import type { ConfigFault } from '@kairos/protocol/config-fault.ts';
import type { AttributeType } from '@kairos/protocol/listed-attribute.ts';
import { type Customer, readCustomers } from './catalogue/customers.ts';
import { type Goods, noGoods, readGoods } from './catalogue/goods.ts';
import type { FoundFiles } from './config.ts';
import { readSources } from './releases/release-shelf.ts';

type Read<Value> = Value & { readonly faults: readonly ConfigFault[] };

/** Null: the file could not be read at all. */
export function readGoodsFile(file: string | null): Read<{ readonly goods: Goods | null }> {
  if (file === null) return { goods: noGoods, faults: [] };
  const text = readText(file);
  return typeof text === 'string' ? readGoods(file, text) : { goods: null, faults: [text] };
}

export interface CustomersRequest {
  readonly file: string | null;
  readonly loyalty: Parameters<typeof readCustomers>[0]['loyalty'];
  readonly chainKey: string;
  readonly defaultLocale: string;
  /** Whose house says which attributes are numbers, dates, yes or no. */
  readonly release: CompiledRelease | null;
}

export function readCustomersFile(request: CustomersRequest): Read<{ readonly customers: readonly Customer[] }> {
  const { file, release, ...rest } = request;
  if (file === null) return { customers: [], faults: [] };
  const text = readText(file);
  if (typeof text !== 'string') return { customers: [], faults: [text] };
  return readCustomers({ ...rest, file, text, attributeTypes: attributeTypesOf(release) });
}

function attributeTypesOf(release: CompiledRelease | null): Record<string, AttributeType> {
  return Object.fromEntries(
    Object.entries(release?.house.attributes ?? {}).map(([name, { type }]) => [name, type as AttributeType]),
  );
}

/** Null where an error keeps the dialogues from running; warnings keep nothing from running. */
export function readDialogues(
  folder: string,
  places: { readonly zones?: readonly string[]; readonly departments?: readonly string[] },
): Read<{ readonly release: CompiledRelease | null }> {
  const sources = readFolder(folder);
  if (!Array.isArray(sources)) return { release: null, faults: [sources as ConfigFault] };
  const { release, problems } = compileRelease(sources, { number: 0, ...places });
  const errors = problems.filter(({ severity }) => severity === 'error');
  return {
    release: release ?? null,
    faults: errors.map((problem) => dialogueFault(folder, problem)),
  };
}

function dialogueFault(folder: string, { path, line, column, code, message, hint }: Problem): ConfigFault {
  const where = join(folder, path);
  return {
    reason: 'dialogue',
    where,
    line,
    column,
    path: code,
    value: '',
    message: hint === '' ? message : `${message}; ${hint}`,
  };
}

/** Everything that is wrong with the files that a configuration names, as far as they are there. */
export function inspectFiles(found: FoundFiles): {
  /** The store does not start with these. */
  readonly stopping: readonly ConfigFault[];
  /** Rows that it leaves out. */
  readonly leftOut: readonly ConfigFault[];
} {
  const goods = readGoodsFile(found.goods);
  const departments = departmentsOf(goods.goods);
  // Without a plan every zone that a dialogue names would be a fault: they are judged by themselves.
  const zones = found.floorPlan?.zones.map(({ id }) => id);
  const places = zones === undefined ? {} : { zones, departments };
  const dialogues = found.dialogues === null ? null : readDialogues(found.dialogues, places);
  const customers = readCustomersFile({
    file: found.loyalty === null ? null : found.customers,
    loyalty: found.loyalty ?? { prefixes: [], gsrn: true },
    // Nobody is looked up here: any key tells rows apart.
    chainKey: 'for-an-inspection-only',
    defaultLocale: found.locale,
    release: dialogues?.release ?? null,
  });
  return { stopping: dialogues?.faults ?? [], leftOut: [...goods.faults, ...customers.faults] };
}

export function departmentsOf(goods: Goods | null): string[] {
  return [...new Set((goods?.all ?? []).map((item) => item.department))];
}

function readText(file: string): string | ConfigFault {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    return unreadable(file, error);
  }
}

function readFolder(folder: string): SourceFile[] | ConfigFault {
  try {
    return readSources(folder);
  } catch (error) {
    return unreadable(folder, error);
  }
}

function unreadable(where: string, error: unknown): ConfigFault {
  const message = `cannot be read (${(error as Error).message})`;
  return { reason: 'unreadable', where, line: null, column: null, path: '', value: '', message };
}
