/** Lines of baskets and receipts: the id a line gets when its till gave none, and how lines are written. */
import type { Rival, SaleLine } from '../facts.ts';
import { goodsWordsMax, type WordIds, type WordTexts } from './words.ts';

/** What a line's own id would be had nobody given one; such an id is not written. */
export interface LineContext {
  readonly receipt: string | null;
  readonly source: { readonly epoch: string; readonly sequence: number } | null;
}

/** "R-0815:3" on a receipt, "k3f9…:17" in a basket: unique in the store, the same however often it is received. */
export function derivedLineId(context: LineContext, index: number): string {
  if (context.receipt !== null) return `${context.receipt}:${index}`;
  return context.source ? `${context.source.epoch}:${context.source.sequence}` : String(index);
}

type Goods = [code: string, name: string, department: string, tags: string[], unitPrice: number];
/** Goods by word or written out, quantity, amount, own id or 0, and what a return refers to. */
export type WrittenLine = [goods: number | Goods, quantity: number, amount: number, id?: string | 0, ref?: string];
export type WrittenRival = [dialogue: number, step: number, score: number, stopped: number];

export function writeLine(line: SaleLine, index: number, context: LineContext, words: WordIds): WrittenLine {
  const goods: Goods = [line.code, line.name, line.department, line.tags, line.unitPrice];
  const written: WrittenLine = [
    words.size < goodsWordsMax ? words.id(JSON.stringify(goods)) : goods,
    line.quantity,
    line.amount,
  ];
  const id = line.id === derivedLineId(context, index) ? 0 : line.id;
  if (id !== 0 || line.ref !== undefined) written.push(id);
  if (line.ref !== undefined) written.push(line.ref);
  return written;
}

export function readLine(written: WrittenLine, index: number, context: LineContext, words: WordTexts): SaleLine {
  const [goods, quantity, amount, id, ref] = written;
  const [code, name, department, tags, unitPrice] =
    typeof goods === 'number' ? (JSON.parse(words.text(goods)) as Goods) : goods;
  return {
    id: id || derivedLineId(context, index),
    code,
    name,
    department,
    tags,
    quantity,
    unitPrice,
    amount,
    ...(ref === undefined ? {} : { ref }),
  };
}

export function writeRival(rival: Rival, words: WordIds): WrittenRival {
  return [words.id(rival.dialogue), words.id(rival.step), rival.score, words.id(rival.stopped)];
}

export function readRival([dialogue, step, score, stopped]: WrittenRival, words: WordTexts): Rival {
  return { dialogue: words.text(dialogue), step: words.text(step), score, stopped: words.text(stopped) };
}
