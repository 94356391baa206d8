/**
 * What the store sells, from a CSV file: code, name, department, price in whole minor units (cents), and tags and the
 * former price (`was`) if there are any. Held in memory; read anew at each start, and while the store runs when it is told to.
 */
import type { ConfigFault } from '@kairos/protocol/config-fault.ts';
import { goodsCode, money } from '@kairos/protocol/names.ts';
import { didYouMean } from '@kairos/protocol/schema-fault.ts';
import { type FieldFault, readCsv, rowFault } from './csv.ts';

const required = ['code', 'name', 'department', 'price'] as const;
const optional = ['tags', 'was'];
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
  /** What it cost before, where it has been reduced; in the units of `price`, and above it. */
  readonly was?: number;
}

export interface Goods {
  find(code: string): GoodsItem | null;
  readonly all: readonly GoodsItem[];
}

export interface ReadGoods {
  readonly goods: Goods;
  /** Rows that are left out, each with its line. */
  readonly faults: readonly ConfigFault[];
}

/** The goods of the moment: everybody who asks for goods holds this one, and a file that is read anew replaces them. */
export class CurrentGoods implements Goods {
  #goods: Goods;

  constructor(goods: Goods) {
    this.#goods = goods;
  }

  find(code: string): GoodsItem | null {
    return this.#goods.find(code);
  }

  get all(): readonly GoodsItem[] {
    return this.#goods.all;
  }

  /** `isWhole`: the file had no fault. A faulty one takes nothing away: what it does not say stays as it was. */
  replace(goods: Goods, { isWhole }: { readonly isWhole: boolean }): void {
    const kept = isWhole ? [] : this.#goods.all.filter(({ code }) => goods.find(code) === null);
    this.#goods = goodsOf([...goods.all, ...kept]);
  }
}

function goodsOf(items: readonly GoodsItem[]): Goods {
  const byCode = new Map(items.map((item) => [item.code, item]));
  return { find: (code) => byCode.get(code) ?? null, all: items };
}

/** No goods: every code is unknown. */
export const noGoods: Goods = { find: () => null, all: [] };

export function readGoods(file: string, text: string): ReadGoods {
  const table = readCsv(file, text);
  const faults = [...table.faults];
  const note = (line: number, fault: FieldFault): void => {
    faults.push(rowFault(file, line, fault));
  };
  const missing = required.filter((name) => !table.columns.includes(name));
  const known: readonly string[] = [...required, ...optional];
  for (const name of table.columns.filter((column) => !known.includes(column))) {
    const advice = didYouMean(name, known) ?? `known here: ${known.join(', ')}`;
    note(1, {
      path: name,
      reason: 'unknown-key',
      message: `there is no such column, and it is passed over; ${advice}`,
    });
  }
  if (missing.length > 0) {
    for (const path of table.columns.length > 0 ? missing : []) {
      note(1, { path, reason: 'missing', message: 'this column is missing; no goods can be read' });
    }
    return { goods: noGoods, faults };
  }
  const byCode = new Map<string, GoodsItem>();
  for (const { line, fields } of table.rows) {
    const read = readItem(fields);
    if ('reason' in read) note(line, read);
    else if (byCode.has(read.code)) {
      note(line, {
        path: 'code',
        reason: 'doubled',
        message: `"${read.code}" stands further up already; keep one of them`,
      });
    } else byCode.set(read.code, Object.freeze(read));
  }
  return { goods: goodsOf([...byCode.values()]), faults };
}

/** Or why not. */
function readItem(fields: Readonly<Record<string, string>>): GoodsItem | FieldFault {
  const { code = '', name = '', department = '', price = '', tags = '', was = '' } = fields;
  if (!goodsCode.safeParse(code.trim()).success) {
    return {
      path: 'code',
      reason: 'bad-form',
      message: `"${code}" is no code (1 to 64 printable characters, no blanks)`,
    };
  }
  const wrongText = textFault('name', name, nameLengthMax) ?? textFault('department', department, departmentLengthMax);
  if (wrongText) return wrongText;
  if (!/^\d{1,10}$/.test(price.trim()) || !money.safeParse(Number(price)).success) {
    return { path: 'price', reason: 'bad-form', message: `"${price}" is no price; write whole cents, 349 for 3.49` };
  }
  const before = was.trim() === '' ? null : Number(was);
  if (
    before !== null &&
    !(/^\d{1,10}$/.test(was.trim()) && money.safeParse(before).success && before > Number(price))
  ) {
    const message = `"${was}" is no former price; write whole cents, more than the price, or leave it empty`;
    return { path: 'was', reason: 'bad-form', message };
  }
  const list = tags.split(/[\s;|,]+/).filter((tag) => tag !== '');
  if (list.length > tagsMax || list.some((tag) => tag.length > tagLengthMax)) {
    const message = `has too many tags or too long ones (at most ${tagsMax} of ${tagLengthMax} characters)`;
    return { path: 'tags', reason: 'out-of-range', message };
  }
  return {
    code: code.trim(),
    name: name.trim(),
    department: department.trim(),
    price: Number(price),
    tags: list,
    ...(before === null ? {} : { was: before }),
  };
}

function textFault(path: string, text: string, lengthMax: number): FieldFault | null {
  const message = `give a ${path} of at most ${lengthMax} characters`;
  if (text.trim() === '') return { path, reason: 'missing', message };
  return text.length > lengthMax ? { path, reason: 'out-of-range', message } : null;
}
