/**
 * POSLog (ARTS/NRF IXRetail 2.x, and NCR's dialect of it) read into receipts. What its files do that no schema says is
 * in formats.md, section 7.1: times without a zone, business days that end after midnight, cards anywhere among the
 * lines and padded with zeros, voided lines that carry their minus already, weighed quantities.
 */
import { minorUnits } from './decimal.ts';
import { netLines, type PosLine, readLine } from './poslog-line.ts';
import { type ReadRecord, type ReceiptKey, receiptNumber, type TillRecord } from './till-record.ts';
import { childOf, childrenOf, eachElement, textOf, type XmlElement, type XmlEnding } from './xml-elements.ts';

export interface PosLogSettings {
  /** The till of a workstation's number; null where nobody has said. */
  readonly tillOf: (workstation: string) => string | null;
  /** The wall that a time without a zone was read on. */
  readonly instantOf: (wallTime: string) => number | null;
}

/** Coupons of one receipt that are looked at. */
const couponsMax = 200;

export interface PosLogRead {
  readonly records: readonly ReadRecord[];
  /** Where the file is broken: what stands before has been read. */
  readonly ending: XmlEnding;
}

export function readPosLog(xml: string, settings: PosLogSettings): PosLogRead {
  const records: ReadRecord[] = [];
  const ending = eachElement(xml, 'Transaction', (transaction) => {
    records.push(readTransaction(transaction, settings));
  });
  return { records, ending };
}

/** What the standard and its dialects say of a transaction that was never a purchase. */
const passedOver: Readonly<Record<string, string>> = {
  suspended: 'suspended; the receipt comes when it is taken up again',
  canceled: 'cancelled before it was paid',
  cancelled: 'cancelled before it was paid',
  failed: 'failed at the till',
  postponed: 'postponed',
};

function readTransaction(transaction: XmlElement, settings: PosLogSettings): ReadRecord {
  const workstation = textOf(transaction, 'WorkstationID');
  const sequence = textOf(transaction, 'SequenceNumber');
  const day = textOf(transaction, 'BusinessDayDate')?.slice(0, 10) ?? null;
  const receipt = `${workstation ?? '?'}/${day ?? '?'}/${sequence ?? '?'}`;
  const retail = childOf(transaction, 'RetailTransaction');
  if (retail === null) return { kind: 'nothing', receipt, why: 'no purchase' };
  if (isSet(transaction, 'TrainingModeFlag') || isSet(retail, 'TrainingModeFlag')) {
    return { kind: 'nothing', receipt, why: 'training' };
  }
  if (isSet(transaction, 'CancelFlag')) return { kind: 'nothing', receipt, why: 'cancelled before it was paid' };
  const status = (retail.attributes.TransactionStatus ?? transaction.attributes.TransactionStatus ?? '').toLowerCase();
  const why = passedOver[status];
  if (why !== undefined) return { kind: 'nothing', receipt, why };
  const till = workstation === null ? null : settings.tillOf(workstation);
  const refuse = (reason: 'sale-shape' | 'sale-totals' | 'unknown-till', detail: string): ReadRecord => ({
    kind: 'refused',
    receipt,
    till: till ?? '',
    reason,
    detail,
  });
  if (workstation === null) return refuse('sale-shape', 'has no WorkstationID');
  if (sequence === null || day === null || !/^\d{4}-\d{2}-\d{2}$/.test(day)) {
    return refuse('sale-shape', 'needs a SequenceNumber and a BusinessDayDate such as 2026-11-22');
  }
  if (till === null) {
    return refuse('unknown-till', `no till for workstation ${workstation}: name it under tillFeed.workstations`);
  }
  const wallTime = textOf(transaction, 'EndDateTime') ?? textOf(retail, 'ReceiptDateTime');
  const at = wallTime === null ? null : settings.instantOf(wallTime);
  if (at === null) return refuse('sale-shape', `has no readable EndDateTime (${wallTime ?? 'none'})`);
  const key: ReceiptKey = { till, day, number: receiptNumber(sequence) };
  const currency = textOf(transaction, 'CurrencyCode') ?? textOf(retail, 'CurrencyCode') ?? '';
  if (!/^[A-Z]{3}$/.test(currency)) return refuse('sale-shape', 'has no CurrencyCode such as EUR');
  const shared = { key, receipt: `${till}/${day}/${sequence}`, at, currency, cart: null };
  const voids = voidedBy(transaction, retail, { key, status, settings });
  if (voids !== null) {
    return {
      kind: 'record',
      record: { ...shared, number: null, sold: [], returned: [], total: 0, coupons: [], voids },
    };
  }
  return readReceipt(retail, { shared, refuse });
}

interface ReceiptHead {
  readonly shared: Pick<TillRecord, 'key' | 'receipt' | 'at' | 'currency' | 'cart'>;
  readonly refuse: (reason: 'sale-shape' | 'sale-totals', detail: string) => ReadRecord;
}

function readReceipt(retail: XmlElement, { shared, refuse }: ReceiptHead): ReadRecord {
  const amount = (text: string | null): number | null => minorUnits(text, shared.currency);
  const lines: PosLine[] = [];
  for (const item of childrenOf(retail, 'LineItem')) {
    const read = readLine(item, { receipt: shared.receipt, amount });
    if (read.kind === 'faulty') return refuse('sale-shape', read.detail);
    if (read.kind === 'line') lines.push(read.line);
  }
  const totals = new Map(
    childrenOf(retail, 'Total').map((total) => [
      (total.attributes.TotalType ?? '').replace(/^.*:/, ''),
      amount(total.text),
    ]),
  );
  const tenders = childrenOf(retail, 'LineItem').flatMap((item) => childrenOf(item, 'Tender'));
  const paid = sum(tenders.map((tender) => amount(textOf(tender, 'Amount')) ?? 0));
  const grand =
    totals.get('TransactionGrandAmount') ?? totals.get('TransactionNetAmount') ?? (tenders.length > 0 ? paid : null);
  if (grand === null) return refuse('sale-totals', 'says neither a TransactionGrandAmount nor what was tendered');
  const gross = [totals.get('GrossPositive'), totals.get('GrossNegative')];
  const grossTotal = gross.every((one) => one != null) ? sum(gross as number[]) : null;
  if (grossTotal !== null && grossTotal !== grand) {
    return refuse('sale-totals', `gross amounts make ${grossTotal}, the grand amount is ${grand}`);
  }
  if (tenders.length > 0 && paid !== grand) {
    return refuse('sale-totals', `tenders make ${paid}, the grand amount is ${grand}`);
  }
  const { sold, returned } = netLines(lines);
  if (sold.length + returned.length === 0)
    return { kind: 'nothing', receipt: shared.receipt, why: 'nothing was bought' };
  return {
    kind: 'record',
    record: {
      ...shared,
      number: cardOf(retail),
      sold,
      returned,
      total: grand,
      coupons: couponsOf(retail),
      voids: null,
    },
  };
}

/** A receipt that takes another back: a link with that reason, or the same receipt told again as voided afterwards. */
function voidedBy(
  transaction: XmlElement,
  retail: XmlElement,
  { key, status, settings }: { key: ReceiptKey; status: string; settings: PosLogSettings },
): ReceiptKey | null {
  const links = [...childrenOf(transaction, 'TransactionLink'), ...childrenOf(retail, 'TransactionLink')];
  const link = links.find(({ attributes }) => (attributes.ReasonCode ?? '').toLowerCase().includes('void'));
  if (link) return linkedKey(link, key, settings);
  return status === 'postvoided' || status === 'voided' || isSet(retail, 'VoidFlag') ? key : null;
}

function linkedKey(link: XmlElement, own: ReceiptKey, settings: PosLogSettings): ReceiptKey {
  const workstation = textOf(link, 'WorkstationID');
  return {
    till: (workstation === null ? null : settings.tillOf(workstation)) ?? own.till,
    day: textOf(link, 'BusinessDayDate')?.slice(0, 10) ?? own.day,
    number: receiptNumber(textOf(link, 'SequenceNumber') ?? ''),
  };
}

/** NCR pads a card to 25 places with zeros, and writes nothing but zeros where there is none. */
function cardOf(retail: XmlElement): string | null {
  const candidates: (string | null)[] = [
    textOf(retail, 'LoyaltyAccount', 'LoyaltyAccountID'),
    textOf(retail, 'Customer', 'LoyaltyAccountID'),
    textOf(retail, 'Customer', 'CustomerID'),
  ];
  for (const item of childrenOf(retail, 'LineItem')) {
    candidates.push(
      textOf(item, 'LoyaltyMembership', 'LoyaltyID'),
      textOf(item, 'LoyaltyMembership', 'MembershipID'),
      textOf(item, 'LoyaltyAccount', 'LoyaltyAccountID'),
    );
  }
  for (const text of candidates) {
    const card = text?.replace(/^0+/, '') ?? '';
    if (card !== '') return card;
  }
  return null;
}

/** Wherever a till writes what it scanned: as a tender, as a reward of the loyalty system, as a price that was modified. */
function couponsOf(retail: XmlElement): string[] {
  return childrenOf(retail, 'LineItem')
    .flatMap((item) => [
      textOf(item, 'Tender', 'Coupon', 'PrimaryLabel'),
      textOf(item, 'LoyaltyReward', 'PromotionID'),
      textOf(item, 'Sale', 'RetailPriceModifier', 'PromotionID'),
    ])
    .filter((text): text is string => text !== null)
    .slice(0, couponsMax);
}

function isSet({ attributes }: XmlElement, flag: string): boolean {
  return attributes[flag]?.toLowerCase() === 'true' || attributes[flag] === '1';
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
