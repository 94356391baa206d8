/**
 * Takes in what devices say, whatever it came by: opens, judges, hands on what is valid and new, promises the
 * acknowledgement, keeps what it would not take. Nothing that comes in can stop it; nothing is acknowledged before it
 * is on disk (DESIGN section 3).
 */
import type { DeviceFactType, RejectReason } from '@kairos/protocol/device-facts.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { Timers } from '@kairos/protocol/ports.ts';
import type { Goods } from '../catalogue/goods.ts';
import type { StoreConfig } from '../config.ts';
import { type Journal, type Rejection, waitingFactsMax } from '../journal/journal.ts';
import { Acknowledgements, type CameBy, type SendAck } from './acknowledgements.ts';
import { type OpenedFact, openBatch } from './batch.ts';
import type { Incoming, TakeIn } from './incoming.ts';
import { type JudgeContext, type Judgement, judge, type Remark } from './judge.ts';
import { type RejectionNote, Rejections } from './rejections.ts';
import { type SourcePosition, Sources } from './sources.ts';
import type { StoreClock } from './store-clock.ts';

export type { CameBy, SendAck } from './acknowledgements.ts';

/** What intake counts; `http/metrics.ts` turns it into Prometheus'. */
export interface IntakeMeter {
  taken(type: string, by: CameBy): void;
  rejected(reason: string, by: string): void;
  /** again: known already · ahead: waits for its predecessor · held-back: the disk cannot keep up. */
  passedOver(why: 'again' | 'ahead' | 'held-back', facts: number): void;
  remarked(remark: Remark): void;
  acknowledged(latencyMs: number): void;
}

export interface IntakeOptions {
  readonly config: Pick<StoreConfig, 'carts' | 'devices' | 'loyalty' | 'chainKey'>;
  readonly floorPlan: FloorPlan;
  readonly goods: Goods;
  readonly journal: Pick<Journal, 'start' | 'put' | 'committed' | 'health'>;
  readonly takeIn: TakeIn;
  readonly sendAck: SendAck;
  readonly clock: StoreClock;
  readonly timers: Timers;
  readonly meter: IntakeMeter;
}

export interface Intake {
  /**
   * A batch of facts: bytes as they came, or a value that the transport has parsed. Whatever came, it throws nothing of
   * its own; what `takeIn` throws goes through, with nothing of the batch counted as taken.
   */
  receive(device: string, by: CameBy, payload: unknown): void;
  /**
   * Facts that their source has named for good (a receipt's own number) and that stand or fall together, in any order.
   * The caller knows which of them are new; whoever asks waits for the journal's commit.
   */
  transact(transaction: Transaction): Transacted;
  /** Something else that is wrong (a topic, a reading, a socket event): counted, and kept for inspection. */
  reject(note: RejectionNote): void;
  /** Where a source stands: what a screen that connects is told. */
  upTo(device: string, epoch: string): number;
  /** Batches that wait for the disk before they are acknowledged. */
  readonly waitingBatches: number;
  close(): void;
}

export interface TransactionFact {
  readonly sequence: number;
  readonly ageMs: number;
  readonly type: DeviceFactType;
  readonly body: unknown;
  /** Left out where it cannot be taken; the others stand all the same. */
  readonly isOptional?: boolean;
}

export interface Transaction {
  readonly device: string;
  readonly by: CameBy;
  readonly epoch: string;
  readonly facts: readonly TransactionFact[];
}

export type Transacted =
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused'; readonly reason: RejectReason; readonly detail: string }
  /** The disk cannot keep up: the same again, later. */
  | { readonly kind: 'held-back' };

const nobody: ReadonlySet<string> = new Set();

export function createIntake(options: IntakeOptions): Intake {
  const { config, floorPlan, goods, journal, takeIn, sendAck, clock, timers, meter } = options;
  const sources = new Sources(journal.start.sources as SourcePosition[]);
  const rejections = new Rejections({ clock, count: (reason, by) => meter.rejected(reason, by) });
  const acknowledgements = new Acknowledgements({
    journal,
    timers,
    clock,
    sendAck,
    onSent: (latencyMs) => meter.acknowledged(latencyMs),
  });
  const context: JudgeContext = {
    carts: new Set(config.carts.map((cart) => cart.id)),
    tills: new Set(floorPlan.tills.map((till) => till.id)),
    zones: new Set(floorPlan.zones.map((zone) => zone.id)),
    goods,
    loyalty: config.loyalty,
    chainKey: config.chainKey,
  };

  const reject = (note: RejectionNote): void => {
    const kept = rejections.note(note);
    if (kept) journal.put({ facts: [], rejected: [kept] });
  };

  const receive = (device: string, by: CameBy, payload: unknown): void => {
    const receivedAt = clock.monotonic();
    const cameAt = clock.now();
    const opened = openBatch(payload);
    if (opened.kind === 'refused') {
      reject({ by, device, reason: opened.reason, detail: opened.detail, raw: payload });
      return;
    }
    const { state, waitingFacts } = journal.health();
    if (state === 'damaged' || waitingFacts > waitingFactsMax) {
      meter.passedOver('held-back', opened.facts.length);
      return;
    }
    const { epoch } = opened;
    const batch = judgeBatch({ device, by, epoch, oldest: opened.oldest, facts: opened.facts });
    if (batch.isNews) {
      const source = { device, epoch, upTo: batch.upTo };
      if (!takeIn({ facts: batch.facts, source, rejected: batch.kept, receivedAt: cameAt })) return;
      // Only now: what could not be taken in is new again when the device sends it again, and never acknowledged.
      batch.commit();
    }
    acknowledgements.promise({ device, by, epoch, upTo: batch.upTo, rejected: batch.refused, receivedAt });
  };

  const transact = ({ device, by, epoch, facts }: Transaction): Transacted => {
    const { state, waitingFacts } = journal.health();
    if (state === 'damaged' || waitingFacts > waitingFactsMax) {
      meter.passedOver('held-back', facts.length);
      return { kind: 'held-back' };
    }
    const may = config.devices.get(device)?.may ?? nobody;
    const receivedAt = clock.now();
    const taken: Extract<Judgement, { kind: 'taken' }>[] = [];
    for (const fact of facts) {
      const judgement = judge({ device, epoch, may, receivedAt, ...fact }, context);
      if (judgement.kind === 'taken') taken.push(judgement);
      else if (!fact.isOptional) {
        const { reason, detail } = judgement;
        reject({ by, device, reason, detail: `${epoch}/${fact.sequence}: ${detail}`, raw: fact });
        return { kind: 'refused', reason, detail };
      }
    }
    takeIn({ facts: taken.map(({ incoming }) => incoming), source: { device, epoch, upTo: 0 }, rejected: [] });
    for (const { incoming, remarks } of taken) {
      meter.taken(incoming.fact.type, by);
      for (const remark of remarks) meter.remarked(remark);
    }
    return { kind: 'taken' };
  };

  const judgeBatch = (batch: ToJudge) => {
    const { device, by, epoch, oldest } = batch;
    const may = config.devices.get(device)?.may ?? nobody;
    const before = sources.upTo(device, epoch);
    const walk = sources.walk(device, epoch, oldest);
    const facts: Incoming[] = [];
    const kept: Rejection[] = [];
    const refused: { sequence: number; reason: RejectReason }[] = [];
    const receivedAt = clock.now();
    const refuse = (sequence: number, reason: RejectReason, detail: string, raw: unknown): void => {
      refused.push({ sequence, reason });
      const row = rejections.note({ by, device, reason, detail: `${epoch}/${sequence}: ${detail}`, raw });
      if (row) kept.push(row);
    };
    for (const fact of batch.facts) {
      const standing = walk.judge(fact.sequence);
      if (standing !== 'new') {
        meter.passedOver(standing, 1);
        continue;
      }
      if (fact.kind === 'refused') {
        refuse(fact.sequence, fact.reason, fact.detail, fact.raw);
        continue;
      }
      const { sequence, ageMs, type, body } = fact;
      const judged = judge({ device, epoch, sequence, ageMs, type, body, may, receivedAt }, context);
      if (judged.kind === 'refused') {
        refuse(sequence, judged.reason, judged.detail, { sequence, ageMs, type, body });
        continue;
      }
      facts.push(judged.incoming);
      meter.taken(type, by);
      for (const remark of judged.remarks) meter.remarked(remark);
    }
    return { facts, kept, refused, upTo: walk.reached, isNews: walk.reached !== before, commit: walk.commit };
  };

  return {
    receive,
    transact,
    reject,
    upTo: (device, epoch) => sources.upTo(device, epoch),
    get waitingBatches() {
      return acknowledgements.waiting;
    },
    close: () => acknowledgements.close(),
  };
}

interface ToJudge {
  readonly device: string;
  readonly by: CameBy;
  readonly epoch: string;
  readonly oldest: number;
  readonly facts: readonly OpenedFact[];
}
