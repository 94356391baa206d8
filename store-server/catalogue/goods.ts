/**
 * What the store sells, from a CSV file: code, name, department, price in whole minor units (cents), and tags if there
 * are any. Held in memory; read anew at each start.
 */
import { goodsCode, money } from '@kairos/protocol/names.ts';
import { type RowFault, readCsv } from './csv.ts';

const required = ['code', 'name', 'department', 'price'] as const;
const optional = ['tags'];
/** As in the schema of a line. */
const tagsMax = 16;
const tagLengthMax = 40;
const nameLengthMax = 200;
const departmentLengthMax = 80;

export interface GoodsItem {
  readonly code: string;
  readonly name: string;
  readonly department: string;
  /** Minor units for one piece, or for one kilogram where quantities are weights. */
  readonly price: number;
  readonly tags: readonly string[];
}

export interface Goods {
  find(code: string): GoodsItem | null;
  readonly all: readonly GoodsItem[];
}

export interface ReadGoods {
  readonly goods: Goods;
  /** Rows that are left out, each with its line. */
  readonly faults: readonly RowFault[];
}

/** No goods: every code is unknown. */
export const noGoods: Goods = { find: () => null, all: [] };

export function readGoods(file: string, text: string): ReadGoods {
  const table = readCsv(file, text);
  const faults = [...table.faults];
  const missing = required.filter((name) => !table.columns.includes(name));
  if (missing.length > 0) {
    if (table.columns.length > 0) {
      faults.push({ file, line: 1, reason: `lacks the columns ${missing.join(', ')}; no goods can be read` });
    }
    return { goods: noGoods, faults };
  }
  for (const name of table.columns) {
    if (!([...required, ...optional] as string[]).includes(name)) {
      faults.push({ file, line: 1, reason: `the column "${name}" is not known and is passed over` });
    }
  }
  const byCode = new Map<string, GoodsItem>();
  for (const { line, fields } of table.rows) {
    const read = readItem(fields);
    if (typeof read === 'string') faults.push({ file, line, reason: read });
    else if (byCode.has(read.code))
      faults.push({ file, line, reason: `the code ${read.code} stands further up already` });
    else byCode.set(read.code, Object.freeze(read));
  }
  return { goods: { find: (code) => byCode.get(code) ?? null, all: [...byCode.values()] }, faults };
}

/** Or why not. */
function readItem(fields: Readonly<Record<string, string>>): GoodsItem | string {
  const { code = '', name = '', department = '', price = '', tags = '' } = fields;
  if (!goodsCode.safeParse(code.trim()).success)
    return `"${code}" is no code (1 to 64 printable characters, no blanks)`;
  if (name.trim() === '' || name.length > nameLengthMax) return `needs a name of at most ${nameLengthMax} characters`;
  if (department.trim() === '' || department.length > departmentLengthMax) {
    return `needs a department of at most ${departmentLengthMax} characters`;
  }
  if (!/^\d{1,10}$/.test(price.trim()) || !money.safeParse(Number(price)).success) {
    return `"${price}" is no price; write whole cents, 349 for 3.49`;
  }
  const list = tags.split(/[\s;|,]+/).filter((tag) => tag !== '');
  if (list.length > tagsMax || list.some((tag) => tag.length > tagLengthMax)) {
    return `has too many tags or too long ones (at most ${tagsMax} of ${tagLengthMax} characters)`;
  }
  return { code: code.trim(), name: name.trim(), department: department.trim(), price: Number(price), tags: list };
}
