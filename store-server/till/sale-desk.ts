/**
 * Books receipts: judged like what any device says, taken in once, answered when they are on disk. Two tellings of one
 * receipt meet here, even while the first of them still waits for the disk.
 */
import { type FactOf, lateAfterMs } from '@kairos/protocol/facts.ts';
import type { Clock } from '@kairos/protocol/ports.ts';
import type { SaleAnswer, TillLine } from '@kairos/protocol/till-sale.ts';
import type { CameBy } from '../intake/acknowledgements.ts';
import type { Intake, TransactionFact } from '../intake/intake.ts';
import type { Journal } from '../journal/journal.ts';
import type { RedeemedRewards } from './redeemed-rewards.ts';
import { epochOf, type ReadRecord, type ReceiptKey, sequenceOf, type TillRecord } from './till-record.ts';

/** Receipts that wait for one commit together. */
const atOnceMax = 250;
const slowDisk = 'the store cannot write to its disk just now; send it again';

export interface SaleDeskOptions {
  readonly intake: Pick<Intake, 'transact' | 'reject'>;
  readonly journal: Pick<Journal, 'committed' | 'factOfSource' | 'facts'>;
  readonly rewards: Pick<RedeemedRewards, 'redeem'>;
  readonly clock: Clock;
}

export class SaleDesk {
  readonly #options: SaleDeskOptions;
  readonly #underway = new Map<string, Promise<SaleAnswer>>();
  /** Put, and not yet known to be on disk: a disk that refuses is tried again, and what was put is kept. */
  readonly #put = new Set<string>();

  constructor(options: SaleDeskOptions) {
    this.#options = options;
  }

  /** Answers when the receipt is on disk, or will never be. Throws nothing of its own. */
  async take(read: ReadRecord, by: CameBy): Promise<SaleAnswer> {
    if (read.kind === 'nothing') return { receipt: read.receipt, outcome: 'passed-over', detail: read.why };
    if (read.kind === 'refused') {
      const { receipt, reason, detail, till } = read;
      this.#options.intake.reject({ by, device: till, reason, detail: `receipt ${receipt}: ${detail}`, raw: '' });
      return { receipt, outcome: 'refused', reason, detail };
    }
    const { record } = read;
    const name = `${record.key.till} ${record.key.day} ${record.key.number} ${record.voids ? 'void' : ''}`;
    const underway = this.#underway.get(name);
    if (underway) return underway.then((first) => (first.outcome === 'taken' ? { ...first, outcome: 'known' } : first));
    const answer = (this.#put.has(name) ? this.#settle(record.receipt, name) : this.#book(record, name, by)).finally(
      () => this.#underway.delete(name),
    );
    this.#underway.set(name, answer);
    return answer;
  }

  /** In order; all of them wait for the disk together. */
  async takeAll(reads: readonly ReadRecord[], by: CameBy): Promise<SaleAnswer[]> {
    const answers: SaleAnswer[] = [];
    for (let first = 0; first < reads.length; first += atOnceMax) {
      answers.push(...(await Promise.all(reads.slice(first, first + atOnceMax).map((read) => this.take(read, by)))));
    }
    return answers;
  }

  async #book(record: TillRecord, name: string, by: CameBy): Promise<SaleAnswer> {
    const { receipt, key, voids } = record;
    const lines = voids === null ? null : await this.#linesOf(voids);
    if (lines?.length === 0) {
      const detail = 'takes back a receipt that this store has not seen; send that one first';
      this.#options.intake.reject({ by, device: key.till, reason: 'unknown-receipt', detail, raw: receipt });
      return { receipt, outcome: 'refused', reason: 'unknown-receipt', detail };
    }
    const facts = lines === null ? this.#factsOf(record) : [this.#returnOf(record, lines)];
    const isKnown = facts.some(({ sequence, isOptional }) => !isOptional && this.#seqOf(key, sequence) !== null);
    const redeem = (): Pick<SaleAnswer, 'coupons'> => {
      const coupons = this.#options.rewards.redeem(record.coupons, receipt);
      return coupons.length === 0 ? {} : { coupons };
    };
    if (isKnown) return { receipt, outcome: 'known', ...redeem() };
    const taken = this.#options.intake.transact({ device: key.till, by, epoch: epochOf(key), facts });
    if (taken.kind === 'refused') return { receipt, outcome: 'refused', reason: taken.reason, detail: taken.detail };
    if (taken.kind === 'held-back') return { receipt, outcome: 'try-again', detail: slowDisk };
    this.#put.add(name);
    const redeemed = redeem();
    return { ...(await this.#settle(receipt, name)), ...redeemed };
  }

  async #settle(receipt: string, name: string): Promise<SaleAnswer> {
    try {
      await this.#options.journal.committed();
    } catch {
      return { receipt, outcome: 'try-again', detail: slowDisk };
    }
    this.#put.delete(name);
    return { receipt, outcome: 'taken' };
  }

  #factsOf(record: TillRecord): TransactionFact[] {
    const { key, receipt, at, currency, cart, number, sold, returned, total } = record;
    const ageMs = Math.max(0, this.#options.clock.now() - at);
    const head = { till: key.till, receipt, currency, ...(number === null ? {} : { number }) };
    const back = returned.reduce((sum, { amount }) => sum + amount, 0);
    const facts: TransactionFact[] = [];
    if (number !== null && ageMs <= lateAfterMs) {
      // Who shows her card when she pays is here: that opens her visit, where none is open (DESIGN section 3).
      const body = { till: key.till, means: 'card', number };
      const sequence = sequenceOf(key, 'identity.presented');
      facts.push({ sequence, ageMs, type: 'identity.presented', body, isOptional: true });
    }
    if (sold.length > 0) {
      const body = { ...head, ...(cart === null ? {} : { cart }), lines: sold, total: total + back };
      facts.push({ sequence: sequenceOf(key, 'sale'), ageMs, type: 'sale', body });
    }
    if (returned.length > 0) {
      // Only what came back: what was paid back is known, taxes and all.
      const body = { ...head, lines: returned, total: sold.length > 0 ? back : -total };
      facts.push({ sequence: sequenceOf(key, 'return'), ageMs, type: 'return', body });
    }
    return facts;
  }

  #returnOf({ key, receipt, at }: TillRecord, [sale]: readonly FactOf<'sale'>[]): TransactionFact {
    const { lines, total, currency } = (sale as FactOf<'sale'>).body;
    const body = {
      till: key.till,
      receipt,
      currency,
      lines: lines.map(({ id, ...line }): TillLine => ({ ...line, id: `${id}-void`.slice(-80), ref: id })),
      total,
    };
    const ageMs = Math.max(0, this.#options.clock.now() - at);
    return { sequence: sequenceOf(key, 'return'), ageMs, type: 'return', body };
  }

  /** The sale of a receipt, as it was booked; empty where it never was. */
  async #linesOf(voided: ReceiptKey): Promise<FactOf<'sale'>[]> {
    await this.#options.journal.committed().catch(() => undefined);
    const seq = this.#seqOf(voided, sequenceOf(voided, 'sale'));
    if (seq === null) return [];
    return (await this.#options.journal.facts({ from: seq, to: seq, limit: 1 })) as FactOf<'sale'>[];
  }

  #seqOf(key: ReceiptKey, sequence: number): number | null {
    return this.#options.journal.factOfSource({ device: key.till, epoch: epochOf(key), sequence });
  }
}
