/** One line of a POSLog receipt: what was sold or came back, and what is left when voided lines have met their match. */
import type { TillLine } from '@kairos/protocol/till-sale.ts';
import { thousandths } from './decimal.ts';
import { receiptNumber } from './till-record.ts';
import { childOf, textOf, type XmlElement } from './xml-elements.ts';

/** What came back is negative in a `return`; a sale's own lines have the signs of the file. */
export interface PosLine {
  readonly line: TillLine;
  readonly kind: 'sale' | 'return';
  /** Undoes a line above it. */
  readonly isVoid: boolean;
}

export type ReadLine =
  | { readonly kind: 'line'; readonly line: PosLine }
  /** A tender, a tax, a reward, a card. */
  | { readonly kind: 'other' }
  | { readonly kind: 'faulty'; readonly detail: string };

const nameLengthMax = 200;
const departmentLengthMax = 80;

export interface LineReading {
  /** Name of the receipt, for the ids of its lines. */
  readonly receipt: string;
  readonly amount: (text: string | null) => number | null;
}

export function readLine(item: XmlElement, { receipt, amount }: LineReading): ReadLine {
  const returned = childOf(item, 'Return');
  const body = returned ?? childOf(item, 'Sale');
  if (body === null) return { kind: 'other' };
  const place = textOf(item, 'SequenceNumber') ?? '?';
  const extended = amount(textOf(body, 'ExtendedAmount'));
  if (extended === null) return { kind: 'faulty', detail: `line ${place} has no readable ExtendedAmount` };
  const quantity = thousandths(textOf(body, 'Quantity')) ?? 1_000;
  const unitPrice = amount(textOf(body, 'ActualSalesUnitPrice') ?? textOf(body, 'RegularSalesUnitPrice')) ?? extended;
  const department = childOf(body, 'MerchandiseHierarchy');
  const isVoid = item.attributes.VoidFlag?.toLowerCase() === 'true';
  // By the standard a flagged line is itself void; NCR adds one with a minus, which undoes the line before.
  if (isVoid && returned === null && extended > 0) return { kind: 'other' };
  const sign = isVoid ? 1 : -1;
  const name = textOf(body, 'Description') ?? textOf(body, 'ItemDescription') ?? '';
  const line: TillLine = {
    id: `${receipt}:${place}`,
    code: codeOf(body, department),
    name: name.slice(0, nameLengthMax),
    department: (department?.attributes.DepartmentDescription ?? department?.text ?? '').slice(0, departmentLengthMax),
    quantity: returned === null ? quantity : sign * Math.abs(quantity),
    unitPrice: Math.abs(unitPrice),
    amount: returned === null ? extended : sign * Math.abs(extended),
    ...refOf(body),
  };
  return { kind: 'line', line: { line, kind: returned === null ? 'sale' : 'return', isVoid } };
}

/** Codes are padded to fourteen places; goods are known without. What has none is its department's. */
function codeOf(body: XmlElement, department: XmlElement | null): string {
  const text = textOf(body, 'POSIdentity', 'POSItemID') ?? textOf(body, 'ItemID') ?? '';
  const code = text.replace(/\s/g, '').replace(/^0+/, '').slice(0, 64);
  if (/^[\x21-\x7e]+$/.test(code)) return code;
  return `department-${(department?.text ?? '').replace(/[^\x21-\x7e]/g, '').slice(0, 40) || 'unknown'}`;
}

/** The line that was bought, where the receipt says so. */
function refOf(body: XmlElement): { ref: string } | Record<string, never> {
  const link = childOf(body, 'TransactionLink');
  const day = link && textOf(link, 'BusinessDayDate')?.slice(0, 10);
  const sequence = link && textOf(link, 'SequenceNumber');
  const line = link && textOf(link, 'LineItemSequenceNumber');
  const till = link && textOf(link, 'WorkstationID');
  if (!day || !sequence || !line || !till) return {};
  return { ref: `${till}/${day}/${receiptNumber(sequence)}:${line}`.slice(0, 80) };
}

/**
 * Voided lines carry their minus already: each takes the last line of its code and size with it. A refund of bottles
 * within a purchase stays a line of it, with its minus: nothing that was bought has come back.
 */
export function netLines(lines: readonly PosLine[]): { sold: TillLine[]; returned: TillLine[] } {
  const left: PosLine[] = [];
  for (const one of lines) {
    const match = one.isVoid ? left.findLastIndex((other) => undoes(one, other)) : -1;
    if (match >= 0) left.splice(match, 1);
    else left.push(one);
  }
  const of = (kind: PosLine['kind']): TillLine[] => left.filter((one) => one.kind === kind).map(({ line }) => line);
  return { sold: of('sale'), returned: of('return').map(positive) };
}

function undoes({ kind, line }: PosLine, other: PosLine): boolean {
  return (
    kind === other.kind &&
    line.code === other.line.code &&
    line.quantity === -other.line.quantity &&
    line.amount === -other.line.amount
  );
}

function positive(line: TillLine): TillLine {
  return { ...line, quantity: Math.abs(line.quantity), amount: Math.abs(line.amount) };
}
