/**
 * Which field of which fact stands in which column: the one table that both the writer and the reader go by.
 *
 * `place` and `thing` are words of the dictionary, `ref` a derived id or a receipt, `amount` a number. What is left
 * goes into `rest`, a JSON array in the order given here; a field may be added at the end, never moved. What people
 * wrote, or what an author's expression may have copied from them, goes into `note`: a row of its own that erasing
 * the person deletes.
 */
import type { FactType } from '../facts.ts';

/**
 * word: by the dictionary · plain: as JSON has it · since: milliseconds, written as the distance from the fact's time ·
 * line, lines: goods of a basket or a receipt · rivals: the why ledger's rows.
 */
export type RestCodec = 'word' | 'plain' | 'since' | 'line' | 'lines' | 'rivals' | 'words';

export interface FactColumns {
  readonly place?: string;
  readonly thing?: string;
  readonly ref?: string;
  readonly amount?: string;
  readonly rest?: readonly (readonly [field: string, codec: RestCodec])[];
  readonly note?: readonly string[];
  /** Fields that the schema fills in when they are missing: not written when they are empty, put back on reading. */
  readonly empty?: Readonly<Record<string, 'list' | 'record'>>;
}

const saleColumns: FactColumns = {
  place: 'till',
  thing: 'cart',
  ref: 'receipt',
  amount: 'total',
  rest: [
    ['currency', 'word'],
    ['lines', 'lines'],
  ],
};

export const factColumns: Readonly<Record<FactType, FactColumns>> = {
  'identity.presented': {
    place: 'cart',
    thing: 'means',
    rest: [
      ['till', 'word'],
      ['strength', 'word'],
      ['known', 'plain'],
    ],
  },
  'identity.dropped': { place: 'cart', thing: 'reason' },
  'zone.entered': { place: 'cart', thing: 'zone', amount: 'confidence' },
  'zone.left': { place: 'cart', thing: 'zone', amount: 'confidence' },
  'basket.added': { place: 'cart', rest: [['line', 'line']] },
  'basket.removed': { place: 'cart', rest: [['line', 'line']] },
  sale: saleColumns,
  return: saleColumns,
  'quiet.requested': { place: 'cart' },
  'help.requested': { place: 'cart' },
  'help.withdrawn': { place: 'cart' },
  'language.chosen': { place: 'cart', thing: 'locale' },
  'forget.requested': { place: 'cart' },
  'consent.changed': {
    thing: 'purpose',
    rest: [
      ['granted', 'plain'],
      ['fromHq', 'plain'],
    ],
  },
  'message.shown': { place: 'screen', ref: 'message' },
  'message.answered': { place: 'screen', thing: 'answer', ref: 'message', note: ['form'] },
  'screen.played': { place: 'screen', ref: 'message', amount: 'ms' },
  'screen.changed': { place: 'screen', thing: 'state' },
  'store.started': { thing: 'version', ref: 'epoch' },
  'timer.fired': { rest: [['due', 'since']] },
  'visit.opened': {
    place: 'cart',
    thing: 'reason',
    ref: 'visit',
    rest: [
      ['till', 'word'],
      ['strength', 'word'],
      ['relabels', 'word'],
    ],
  },
  'visit.moved': { place: 'cart', ref: 'visit' },
  'visit.closed': { thing: 'reason', ref: 'visit' },
  'customer.changed': {
    rest: [
      ['attributes', 'words'],
      ['remembered', 'plain'],
      ['fromHq', 'plain'],
    ],
  },
  'customer.erased': { thing: 'reason' },
  'goods.changed': {
    place: 'department',
    thing: 'code',
    amount: 'price',
    rest: [['was', 'plain']],
  },
  'site.visited': { thing: 'category', ref: 'page' },
  'email.sent': { ref: 'message' },
  'email.bounced': { ref: 'message', note: ['reason'] },
  'call.logged': { thing: 'answer', ref: 'message', note: ['form'] },
  'mail.printed': { ref: 'message' },
  'message.decided': {
    place: 'target',
    thing: 'dialogue',
    ref: 'message',
    amount: 'score',
    rest: [
      ['run', 'plain'],
      ['step', 'word'],
      ['channel', 'word'],
      ['validUntil', 'since'],
      ['answerWithinMs', 'plain'],
      ['rivals', 'rivals'],
      ['context', 'word'],
    ],
    empty: { rivals: 'list' },
  },
  'message.withdrawn': { thing: 'reason', ref: 'message' },
  'message.silent': { thing: 'silence', ref: 'message' },
  'run.entered': {
    thing: 'dialogue',
    ref: 'run',
    rest: [
      ['release', 'plain'],
      ['held', 'plain'],
      ['arm', 'word'],
    ],
    note: ['key', 'entry'],
    empty: { entry: 'record' },
  },
  'run.moved': {
    thing: 'step',
    ref: 'run',
    rest: [
      ['until', 'since'],
      ['release', 'plain'],
      ['from', 'since'],
      ['hop', 'plain'],
    ],
  },
  'run.ended': { thing: 'reason', ref: 'run', rest: [['hop', 'plain']] },
  'run.lent': {
    place: 'step',
    thing: 'dialogue',
    ref: 'run',
    amount: 'term',
    rest: [['release', 'plain']],
    note: ['state'],
  },
  'run.recalled': { ref: 'run' },
  'cap.lent': { amount: 'term', rest: [['said', 'plain']] },
  'cap.recalled': { amount: 'term' },
  'objective.reached': {
    thing: 'dialogue',
    ref: 'run',
    amount: 'value',
    rest: [['held', 'plain']],
  },
  'attribute.set': { thing: 'name', ref: 'run', note: ['value'] },
  'task.offered': {
    place: 'associate',
    thing: 'role',
    ref: 'message',
    rest: [
      ['task', 'plain'],
      ['until', 'since'],
    ],
  },
  'task.claimed': { place: 'associate', ref: 'task', rest: [['until', 'since']] },
  'task.done': { place: 'associate', thing: 'answer', ref: 'task', note: ['form'] },
  'task.released': { place: 'associate', thing: 'reason', ref: 'task' },
  'reward.issued': {
    thing: 'name',
    ref: 'reward',
    amount: 'value',
    rest: [
      ['run', 'plain'],
      ['unit', 'word'],
      ['until', 'since'],
      ['step', 'word'],
    ],
  },
  'reward.redeemed': { ref: 'reward', rest: [['receipt', 'plain']] },
  'release.activated': { ref: 'hash', amount: 'release', rest: [['dialogues', 'plain']] },
  'pause.changed': {
    place: 'by',
    thing: 'what',
    rest: [
      ['name', 'word'],
      ['paused', 'plain'],
      ['until', 'since'],
    ],
  },
  'queue.changed': { place: 'till', amount: 'waiting' },
  'lane.cleared': { place: 'till', thing: 'reason' },
  'duty.changed': {
    place: 'associate',
    thing: 'state',
    rest: [
      ['role', 'word'],
      ['zone', 'word'],
      ['chosen', 'plain'],
    ],
  },
};

/** A retailer's own type has one flat level of values that nobody vouches for: all of it is a note. */
export function columnsOf(type: string): FactColumns | null {
  return Object.hasOwn(factColumns, type) ? factColumns[type as FactType] : null;
}
