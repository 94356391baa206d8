/** Reads a shop's files (floor plan, goods, members) for the simulated world; what it cannot read, it says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { floorPlan } from '@kairos/protocol/floor-plan.ts';
import { parse } from 'yaml';
import type { Shop } from './world/shop.ts';

/** Each file is named as in the store's own configuration. */
export interface StoreFiles {
  readonly folder: string;
  readonly floorPlan: string;
  readonly goods: string;
  readonly customers: string;
  readonly currency: string;
  readonly loyaltyPrefix: string;
}

export function readShop(files: StoreFiles): Shop {
  const text = (name: string): string => readFileSync(join(files.folder, name), 'utf8');
  return {
    plan: floorPlan.parse(parse(text(files.floorPlan))),
    goods: readTable(text(files.goods)).map((row) => ({
      code: row.code ?? '',
      name: row.name ?? '',
      department: row.department ?? '',
      price: Number(row.price),
    })),
    members: readTable(text(files.customers)).map((row) => ({
      number: row.number ?? '',
      firstName: row.firstName ?? '',
    })),
    currency: files.currency,
    loyaltyPrefix: files.loyaltyPrefix,
  };
}

/** RFC 4180 without line breaks inside fields; the first row names the columns. */
function readTable(text: string): Record<string, string>[] {
  const rows = text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)])
    .map((fields) => fields.map(([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? ''));
  const [header = [], ...body] = rows;
  return body.map((row) => Object.fromEntries(header.map((name, at) => [name, row[at] ?? ''])));
}
