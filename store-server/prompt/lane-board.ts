/**
 * What each lane shows, derived from the visits and the engine, with a version that moves at each change: who is known
 * there, what she was told before, and the one prompt. Nothing of it is kept beyond the sale; a lane that has gone on
 * shows nobody, and what was fetched for it is dropped (DESIGN sections 5 and 7).
 */
import { createHash } from 'node:crypto';
import type { Engine, RenderedMessage } from '@kairos/dialogue/engine/engine.ts';
import type { Fact } from '@kairos/protocol/facts.ts';
import type { Clock, Timers } from '@kairos/protocol/ports.ts';
import {
  cannotNow,
  type LaneSnapshot,
  type LaneView,
  type PaperlessCoupon,
  type TillCoupon,
  type TillPrompt,
  type ToldBefore,
} from '@kairos/protocol/prompt-events.ts';
import type { People } from '../conductor/people.ts';
import type { StoreConfig } from '../config.ts';
import type { Visit } from '../visits/visit.ts';
import type { Visits } from '../visits/visits.ts';
import { cannotNowIn } from './lane-words.ts';

/** A coupon that is not printed stands there for so long: the receipt is handed over, and she goes. */
const couponMs = 60_000;

export interface LaneBoardOptions {
  readonly tills: readonly string[];
  readonly store: Pick<StoreConfig['store'], 'title' | 'currency' | 'timeZone'>;
  readonly frameOrigins: readonly string[];
  readonly visits: Pick<Visits, 'atTill' | 'visitOf'>;
  readonly people: Pick<People, 'person'>;
  readonly engine: Pick<Engine, 'messageOn' | 'render'>;
  readonly clock: Clock;
  readonly timers: Timers;
  /** It waits for the disk, and may not be said yet. */
  readonly isHeld: (message: string) => boolean;
  readonly couponOf: (message: string) => TillCoupon | null;
  /** What the associate at this till reads. */
  readonly localeOf: (till: string) => string;
  /** Fetched beside: the lane is looked at again when it is here. */
  readonly fetchTold: (visit: Visit, locale: string) => Promise<readonly ToldBefore[]>;
}

interface Lane {
  version: number;
  /** What was last told of it, so that only a change is told. */
  said: string;
  subject: number | null;
  message: string | null;
  told: { readonly of: string; readonly rows: readonly ToldBefore[] } | null;
  coupon: PaperlessCoupon | null;
  cancelCoupon: () => void;
}

/** Whose turn it is, and for which sale. */
interface Standing {
  readonly visit: Visit;
  readonly lane: string;
}

export class LaneBoard {
  readonly #options: LaneBoardOptions;
  readonly #lanes: Map<string, Lane>;
  readonly #listeners = new Set<(till: string) => void>();

  constructor(options: LaneBoardOptions) {
    this.#options = options;
    this.#lanes = new Map(options.tills.map((till) => [till, emptyLane()]));
    for (const till of this.#lanes.keys()) this.look(till);
  }

  has(till: string): boolean {
    return this.#lanes.has(till);
  }

  /** Told of each lane that shows something else. Returns what ends that. */
  watch(listener: (till: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  version(till: string): number {
    return this.#lanes.get(till)?.version ?? 0;
  }

  snapshot(till: string): LaneSnapshot {
    return { version: this.version(till), storeTime: this.#options.clock.now(), view: this.#view(till) };
  }

  /** A receipt's coupon that nothing prints: shown for a while, or until somebody else is presented. */
  showCoupon(till: string, coupon: PaperlessCoupon): void {
    const lane = this.#lanes.get(till);
    if (!lane) return;
    lane.cancelCoupon();
    lane.coupon = coupon;
    lane.cancelCoupon = this.#options.timers.after(couponMs, () => this.#takeCoupon(till));
    this.look(till);
  }

  close(): void {
    for (const lane of this.#lanes.values()) lane.cancelCoupon();
  }

  #takeCoupon(till: string): void {
    const lane = this.#lanes.get(till);
    if (!lane?.coupon) return;
    lane.cancelCoupon();
    lane.coupon = null;
    this.look(till);
  }

  deliver(facts: readonly Fact[]): void {
    const tills = new Set<string>();
    for (const fact of facts) {
      this.#addAffected(tills, fact);
      if (fact.type === 'identity.presented' && fact.body.till !== undefined) this.#takeCoupon(fact.body.till);
    }
    for (const till of tills) this.look(till);
  }

  /** These messages may be said now. */
  released(messages: readonly string[]): void {
    const { engine } = this.#options;
    for (const till of this.#lanes.keys()) {
      const speaking = engine.messageOn(till);
      if (speaking && messages.includes(speaking.message)) this.look(till);
    }
  }

  /** Nothing of theirs is held, whatever else is known of them. */
  forget(subjects: readonly number[]): void {
    for (const [till, lane] of this.#lanes) {
      if (lane.subject === null || !subjects.includes(lane.subject)) continue;
      lane.told = null;
      this.look(till);
    }
  }

  /** Compares what the lane shows with what was last told of it. */
  look(till: string): void {
    const lane = this.#lanes.get(till);
    if (!lane) return;
    const standing = this.#standingAt(till);
    lane.subject = standing?.visit.subject ?? null;
    lane.message = this.#options.engine.messageOn(till)?.message ?? null;
    this.#fetchFor(till, lane, standing);
    const said = JSON.stringify(this.#view(till), (key, value) => (key === 'validForMs' ? undefined : value));
    if (said === lane.said) return;
    lane.said = said;
    lane.version += 1;
    for (const listener of this.#listeners) listener(till);
  }

  #addAffected(tills: Set<string>, fact: Fact): void {
    const { till, target, message } = fact.body as { till?: string; target?: string; message?: string };
    for (const name of [till, target]) if (name !== undefined && this.#lanes.has(name)) tills.add(name);
    const isHers = fact.subject !== null && lastingTypes.has(fact.type);
    // Nearly all facts are of places and goods, and concern no lane.
    if (message === undefined && !isHers) return;
    for (const [name, lane] of this.#lanes) {
      if ((message !== undefined && lane.message === message) || (isHers && lane.subject === fact.subject))
        tills.add(name);
    }
  }

  /** Presented here, or, where her cart says that she is at the only till of its zone, spoken to here. */
  #standingAt(till: string): Standing | null {
    const { visits, engine } = this.#options;
    const speaking = engine.messageOn(till);
    const visit = visits.atTill(till) ?? (speaking ? visits.visitOf(speaking.subject) : null);
    if (!visit || visit.strength === 'guest') return null;
    const name = createHash('sha256').update(`${visit.visit}/${till}/${visit.tillAt}`).digest('hex').slice(0, 16);
    return { visit, lane: `lane-${name}` };
  }

  #fetchFor(till: string, lane: Lane, standing: Standing | null): void {
    if (standing === null) {
      lane.told = null;
      return;
    }
    const { visit } = standing;
    const locale = this.#options.localeOf(till);
    const of = `${standing.lane}/${visit.strength}/${locale}`;
    if (lane.told?.of === of) return;
    lane.told = { of, rows: [] };
    this.#options.fetchTold(visit, locale).then(
      (rows) => {
        // The lane may have gone on meanwhile.
        if (lane.told?.of !== of) return;
        lane.told = { of, rows };
        this.look(till);
      },
      // Without the disk there is no history; the prompt does without.
      () => undefined,
    );
  }

  #view(till: string): LaneView {
    const { store, frameOrigins, localeOf } = this.#options;
    const standing = this.#standingAt(till);
    return {
      till,
      store: store.title,
      locale: localeOf(till),
      currency: store.currency,
      timeZone: store.timeZone,
      frameOrigins: [...frameOrigins],
      customer:
        standing === null
          ? null
          : { lane: standing.lane, strength: standing.visit.strength, name: this.#nameOf(standing.visit) },
      told: standing === null ? [] : [...(this.#lanes.get(till)?.told?.rows ?? [])],
      prompt: standing === null ? null : this.#promptFor(till, standing.visit),
      coupon: this.#lanes.get(till)?.coupon ?? null,
    };
  }

  /** A number that was only typed could be anybody's: no name for it. */
  #nameOf({ subject, strength }: Visit): string | null {
    const name = strength === 'strong' ? this.#options.people.person(subject)?.attributes.firstName : null;
    return typeof name === 'string' && name.length > 0 ? name : null;
  }

  #promptFor(till: string, { subject }: Visit): TillPrompt | null {
    const { engine, clock, isHeld, localeOf, couponOf } = this.#options;
    const speaking = engine.messageOn(till);
    // What is still there for whoever was before her is not hers to be told.
    if (speaking === null || speaking.subject !== subject || isHeld(speaking.message)) return null;
    const rendered = engine.render(subject, speaking.message, localeOf(till));
    if (rendered === null || rendered.validUntil <= clock.now()) return null;
    return {
      id: rendered.message,
      say: rendered.headline,
      know: [rendered.know, rendered.body].filter((text) => text !== '').join(' '),
      answers: answersOf(rendered, localeOf(till)),
      validForMs: rendered.validUntil - clock.now(),
      coupon: couponOf(rendered.message),
    };
  }
}

function emptyLane(): Lane {
  const nothing = (): void => undefined;
  return { version: 0, said: '', subject: null, message: null, told: null, coupon: null, cancelCoupon: nothing };
}

/** After these of hers, the lane where she stands may show something else. */
const lastingTypes: ReadonlySet<string> = new Set([
  'visit.opened',
  'visit.closed',
  'lane.cleared',
  'customer.changed',
  'customer.erased',
]);

/** At most three, and always the way out. */
function answersOf({ answers }: RenderedMessage, locale: string): TillPrompt['answers'] {
  const own = answers.filter(({ id }) => id !== cannotNow).map(({ id, label }) => ({ id, label }));
  const out = answers.find(({ id }) => id === cannotNow);
  return [...own.slice(0, 3), { id: cannotNow, label: out?.label ?? cannotNowIn(locale) }];
}
