/**
 * The closed list of facts: what happened, in the past tense, each with its schema, how long it is kept and whether
 * it goes to HQ (DESIGN section 3).
 *
 * This is the journal's side: people are subject numbers here, never names or loyalty numbers. What a device may say,
 * and how, stands in `device-facts.ts`.
 */
import { z } from 'zod';
import {
  authorName,
  confidence,
  derivedId,
  epochId,
  goodsCode,
  instantMs,
  locale,
  money,
  placeName,
  quantity,
  sequence,
} from './names.ts';

/** Which surface a message speaks on (DESIGN section 4, channels). */
export const channels = ['cart', 'screen', 'handheld', 'pos', 'receipt', 'email', 'call', 'mail', 'web'] as const;
export const channel = z.enum(channels);
export type Channel = z.infer<typeof channel>;

/** The four silences (DESIGN section 5). */
export const silences = ['never-shown', 'ignored', 'walked-away', 'acted-elsewhere'] as const;
export const silence = z.enum(silences);
export type Silence = z.infer<typeof silence>;

export const strengths = ['guest', 'weak', 'strong'] as const;
export const strength = z.enum(strengths);
export type Strength = z.infer<typeof strength>;

export const consentPurposes = ['remember', 'inStore', 'email', 'call', 'mail', 'web', 'sensitive'] as const;
export const consentPurpose = z.enum(consentPurposes);
export type ConsentPurpose = z.infer<typeof consentPurpose>;

/** One line of a basket, a sale or a return. Amounts in minor units, quantities in thousandths. */
export const saleLine = z.strictObject({
  id: z.string().max(80),
  code: goodsCode,
  name: z.string().max(200).default(''),
  department: z.string().max(80).default(''),
  tags: z.array(z.string().max(40)).max(16).default([]),
  quantity,
  unitPrice: money,
  amount: money,
  /** On a return: the `id` of the line that was bought. */
  ref: z.string().max(80).optional(),
});
export type SaleLine = z.infer<typeof saleLine>;

/** A value that an author's attribute, form or measure may hold. */
export const scalar = z.union([z.string().max(500), z.number(), z.boolean()]);
export type Scalar = z.infer<typeof scalar>;

/** A candidate that did not speak, and what stopped it: one row of the why ledger. */
export const rival = z.strictObject({
  dialogue: authorName,
  step: authorName,
  score: z.number(),
  stopped: z.string().max(60),
});
export type Rival = z.infer<typeof rival>;

const day = 1;
const month = 30;
const year = 365;

interface FactKind<Body extends z.ZodType> {
  /** What the fact says, beside its envelope. */
  readonly body: Body;
  /** Days for which the journal keeps it. */
  readonly keptDays: number;
  /** Whether it goes up to HQ. */
  readonly toHq: boolean;
}

function kind<Body extends z.ZodType>(body: Body, keptDays: number, toHq: boolean): FactKind<Body> {
  return { body, keptDays, toHq };
}

export const factKinds = {
  // What devices report.
  'identity.presented': kind(
    z.strictObject({
      cart: placeName.optional(),
      till: placeName.optional(),
      /** `pin`: after a typed number, with hers; the store compared it, and nobody wrote it down. */
      means: z.enum(['typed', 'scanned', 'card', 'guest', 'pin']),
      strength,
      known: z.boolean(),
    }),
    month,
    false,
  ),
  'identity.dropped': kind(
    z.strictObject({ cart: placeName, reason: z.enum(['logout', 'timeout', 'docked']) }),
    month,
    false,
  ),
  'zone.entered': kind(z.strictObject({ cart: placeName, zone: placeName, confidence }), 7 * day, false),
  /** `confidence`: how likely it is that the cart is no longer there. */
  'zone.left': kind(
    z.strictObject({ cart: placeName, zone: placeName, confidence: confidence.optional() }),
    7 * day,
    false,
  ),
  'basket.added': kind(z.strictObject({ cart: placeName, line: saleLine }), month, false),
  'basket.removed': kind(z.strictObject({ cart: placeName, line: saleLine }), month, false),
  sale: kind(
    z.strictObject({
      till: placeName,
      cart: placeName.optional(),
      receipt: z.string().max(80),
      currency: z.string().regex(/^[A-Z]{3}$/),
      lines: z.array(saleLine).max(500),
      total: money,
    }),
    10 * year,
    true,
  ),
  return: kind(
    z.strictObject({
      till: placeName,
      receipt: z.string().max(80),
      currency: z.string().regex(/^[A-Z]{3}$/),
      lines: z.array(saleLine).max(500),
      total: money,
    }),
    10 * year,
    true,
  ),
  'quiet.requested': kind(z.strictObject({ cart: placeName }), month, false),
  'help.requested': kind(z.strictObject({ cart: placeName }), month, false),
  /** She no longer needs anybody. */
  'help.withdrawn': kind(z.strictObject({ cart: placeName }), month, false),
  /** What she reads on this cart in this visit; her profile's language stays what it is. */
  'language.chosen': kind(z.strictObject({ cart: placeName, locale }), 7 * day, false),
  'forget.requested': kind(z.strictObject({ cart: placeName }), month, false),
  'consent.changed': kind(
    z.strictObject({
      purpose: consentPurpose,
      granted: z.boolean(),
      /** Headquarters said so, at the fact's own time: it is no news to them. */
      fromHq: z.literal(true).optional(),
    }),
    10 * year,
    true,
  ),
  'message.shown': kind(z.strictObject({ message: derivedId, screen: placeName }), 2 * year, true),
  'message.answered': kind(
    z.strictObject({
      message: derivedId,
      answer: authorName,
      screen: placeName.optional(),
      form: z.record(authorName, scalar).optional(),
    }),
    2 * year,
    true,
  ),
  /** How long a message stood on a screen, told when it has left: what retail media counts as a play. */
  'screen.played': kind(
    z.strictObject({ screen: placeName, message: derivedId, ms: z.int().min(0).max(86_400_000) }),
    year,
    true,
  ),
  'screen.changed': kind(
    z.strictObject({ screen: placeName, state: z.enum(['connected', 'lost', 'dark', 'frozen', 'stale']) }),
    month,
    false,
  ),

  /** How many wait at a till: with many, its cashier is not asked to say anything besides. */
  'queue.changed': kind(z.strictObject({ till: placeName, waiting: z.int().min(0).max(999) }), month, false),
  /**
   * A till goes on to the next: who was known there is known there no more. The till says that a sale has ended or was
   * voided; that somebody else has come, or that nothing was heard for long, the store finds out.
   */
  'lane.cleared': kind(
    z.strictObject({ till: placeName, reason: z.enum(['ended', 'voided', 'next', 'idle']) }),
    month,
    false,
  ),

  // What the store finds out.
  'store.started': kind(z.strictObject({ epoch: epochId, version: z.string().max(40) }), year, true),
  'timer.fired': kind(z.strictObject({ due: instantMs }), 7 * day, false),
  'visit.opened': kind(
    z.strictObject({
      visit: derivedId,
      cart: placeName.optional(),
      till: placeName.optional(),
      strength,
      /** `first-use`: a known number whose owner has not said yet whether to be remembered; a guest until she has. */
      reason: z.enum(['known', 'unknown-number', 'guest', 'first-use', 'at-till']),
      /**
       * What she was before: a login over a guest, a card after a typed number. The same visit goes on, under its own id:
       * whoever counts visits passes this one over.
       */
      relabels: strength.optional(),
    }),
    2 * year,
    true,
  ),
  'visit.moved': kind(z.strictObject({ visit: derivedId, cart: placeName }), month, false),
  'visit.closed': kind(
    z.strictObject({
      visit: derivedId,
      reason: z.enum(['paid', 'exit', 'logout', 'quiet', 'taken-over', 'forgotten']),
    }),
    2 * year,
    true,
  ),
  'customer.changed': kind(
    z.strictObject({
      attributes: z.array(authorName).max(64),
      remembered: z.boolean().optional(),
      /** They came from headquarters, who know. */
      fromHq: z.literal(true).optional(),
    }),
    10 * year,
    true,
  ),
  'customer.erased': kind(z.strictObject({ reason: z.enum(['asked', 'guest', 'consent', 'hq']) }), 10 * year, true),
  'goods.changed': kind(
    z.strictObject({ code: goodsCode, department: z.string().max(80), price: money, was: money.optional() }),
    year,
    true,
  ),
  'site.visited': kind(
    z.strictObject({ page: z.string().max(200), category: z.string().max(80).optional() }),
    year,
    true,
  ),
  'email.sent': kind(z.strictObject({ message: derivedId }), 2 * year, true),
  'email.bounced': kind(z.strictObject({ message: derivedId, reason: z.string().max(200) }), 2 * year, true),
  'call.logged': kind(
    z.strictObject({ message: derivedId, answer: authorName, form: z.record(authorName, scalar).optional() }),
    2 * year,
    true,
  ),
  'mail.printed': kind(z.strictObject({ message: derivedId }), 2 * year, true),

  // What Kairos decides: recorded, so that a replay folds and never decides again.
  'message.decided': kind(
    z.strictObject({
      message: derivedId,
      run: derivedId,
      dialogue: authorName,
      step: authorName,
      channel,
      /** The screen, till or handheld it goes to; none yet where it waits for a surface. */
      target: placeName.optional(),
      /** After this it is never shown. */
      validUntil: instantMs,
      /** Milliseconds without an answer, from the first paint, until she has ignored it. */
      answerWithinMs: z.int().min(1000),
      score: z.number(),
      /** What she was doing, as far as the chance of an answer is learned apart for it. */
      context: z.enum(['walking', 'dwelling', 'at-rest', 'at-till', 'away']).optional(),
      /** Who competed, and what stopped each. */
      rivals: z.array(rival).max(16).default([]),
    }),
    2 * year,
    true,
  ),
  'message.withdrawn': kind(
    z.strictObject({
      message: derivedId,
      reason: z.enum([
        'left-zone',
        'expired',
        'until',
        'paused',
        'visit-closed',
        'outranked',
        'quiet',
        'consent',
        'answered',
        'moved',
        'release',
      ]),
    }),
    2 * year,
    true,
  ),
  'message.silent': kind(z.strictObject({ message: derivedId, silence }), 2 * year, true),
  'run.entered': kind(
    z.strictObject({
      run: derivedId,
      dialogue: authorName,
      /** The release that decided. */
      release: z.int().min(0),
      /** In the holdout: enters silently, competes for nothing. */
      held: z.boolean(),
      arm: z.string().max(40).optional(),
      key: z.string().max(120).optional(),
      /** What the dialogue will still need of the fact (and line) that let it in, by dotted path. */
      entry: z.record(z.string().max(80), z.union([scalar, z.null()])).default({}),
    }),
    2 * year,
    true,
  ),
  'run.moved': kind(
    z.strictObject({
      run: derivedId,
      step: authorName,
      /**
       * Where a wait ends by itself, and a message's waiting for its moment. A message without one waits for the next
       * visit to be tried again.
       */
      until: instantMs.optional(),
      /** A message is not tried again before. */
      from: instantMs.optional(),
      /** The release that the run goes on with, where an upgrade moved it. */
      release: z.int().min(0).optional(),
      /** Where several places decide (DESIGN section 6): how far the run had come for the one that moved it. */
      hop: z.int().min(0).optional(),
    }),
    2 * year,
    true,
  ),
  'run.ended': kind(
    z.strictObject({
      run: derivedId,
      reason: z.enum(['end', 'until', 'objective', 'limit', 'release', 'erased', 'visit-closed', 'failed']),
      /** As of `run.moved`. */
      hop: z.int().min(0).optional(),
    }),
    2 * year,
    true,
  ),
  /** Headquarters lend a run that waits for her visit: the store goes on with it, at this step, as one of its own. */
  'run.lent': kind(
    z.strictObject({
      run: derivedId,
      dialogue: authorName,
      step: authorName,
      /** This store's release that it goes on by. */
      release: z.int().min(0),
      /** Headquarters' number of this lease; what is recorded about the run from here on is under it. */
      term: z.int().min(0),
      /** As `dialogue/engine/lent-run.ts` writes it; gone where she was erased. */
      state: z.string().max(8_000).optional(),
    }),
    2 * year,
    true,
  ),
  /** … and take it back: it no longer waits for a visit. */
  'run.recalled': kind(z.strictObject({ run: derivedId }), 2 * year, true),
  /**
   * A cap of one is no other store's than this one's for her, from here on. `said`: when another place last spoke to her
   * under it; 0: none has. `term` rises each time it is lent.
   */
  'cap.lent': kind(z.strictObject({ term: z.int().min(1), said: instantMs }), 2 * year, true),
  /** … and is given back: what this store has said of it stands before this. */
  'cap.recalled': kind(z.strictObject({ term: z.int().min(1) }), 2 * year, true),
  /** What a dialogue is for has happened within its time: once a run, held-out and ended ones among them. */
  'objective.reached': kind(
    z.strictObject({ run: derivedId, dialogue: authorName, held: z.boolean(), value: money }),
    2 * year,
    true,
  ),
  'attribute.set': kind(z.strictObject({ run: derivedId, name: authorName, value: scalar }), 2 * year, true),
  'task.offered': kind(
    z.strictObject({
      message: derivedId,
      task: derivedId,
      associate: placeName.optional(),
      role: authorName.optional(),
      /** Unclaimed (or unsigned) by then, it is released. */
      until: instantMs.optional(),
    }),
    2 * year,
    true,
  ),
  'task.claimed': kind(z.strictObject({ task: derivedId, associate: placeName, until: instantMs }), 2 * year, true),
  'task.done': kind(
    z.strictObject({
      task: derivedId,
      associate: placeName,
      answer: authorName,
      form: z.record(authorName, scalar).optional(),
    }),
    2 * year,
    true,
  ),
  'task.released': kind(
    z.strictObject({
      task: derivedId,
      associate: placeName.optional(),
      reason: z.enum(['expired', 'refused', 'unclaimed', 'signed-off', 'taken-back']),
    }),
    2 * year,
    true,
  ),
  'reward.issued': kind(
    z.strictObject({
      reward: derivedId,
      run: derivedId,
      /** The step that gives it: conditions and texts know it by this name. */
      step: authorName.optional(),
      name: authorName,
      /** Thousandths for a percentage, minor units for an amount. */
      value: z.int(),
      unit: z.enum(['percent', 'amount']),
      until: instantMs.optional(),
    }),
    10 * year,
    true,
  ),
  'reward.redeemed': kind(
    z.strictObject({ reward: derivedId, receipt: z.string().max(80).optional() }),
    10 * year,
    true,
  ),
  'release.activated': kind(
    z.strictObject({ release: z.int().min(0), hash: z.string().max(64), dialogues: z.int().min(0) }),
    10 * year,
    true,
  ),
  'pause.changed': kind(
    z.strictObject({
      what: z.enum(['dialogue', 'channel', 'everything']),
      name: z.string().max(60).optional(),
      paused: z.boolean(),
      until: instantMs.optional(),
      by: placeName,
    }),
    2 * year,
    true,
  ),
  'duty.changed': kind(
    z.strictObject({
      associate: placeName,
      state: z.enum(['on', 'off', 'break', 'busy']),
      role: authorName.optional(),
      zone: placeName.optional(),
      /** Busy because she says so; else the store keeps her from being asked (her handheld is not heard, a queue). */
      chosen: z.literal(true).optional(),
    }),
    year,
    true,
  ),
} as const satisfies Record<string, FactKind<z.ZodType>>;

export type FactType = keyof typeof factKinds;
export type FactBody<Type extends FactType> = z.infer<(typeof factKinds)[Type]['body']>;
/** `custom.NAME`: whatever a retailer feeds in beside the list, one flat level of values. */
export type CustomFactType = `custom.${string}`;
export const customFactType = z.string().regex(/^custom\.[a-z][A-Za-z0-9-]{0,39}$/);
export const customFactBody = z.record(authorName, scalar);
/** Days for which facts of a retailer's own type are kept; they go to HQ. */
export const customFactKeptDays = year;

export const factTypes = Object.keys(factKinds) as FactType[];

/** Where a fact came from: unique for ever, so that receiving it twice acts once. */
export const factSource = z.strictObject({ device: placeName, epoch: epochId, sequence });
export type FactSource = z.infer<typeof factSource>;

/** What every fact carries beside its body. */
export interface FactEnvelope {
  /** The store's number: journal order is engine order. Zero until the journal has given it. */
  readonly seq: number;
  /** When it happened, store time, milliseconds since 1970. */
  readonly at: number;
  /** The person it is about, as the store numbers her; null where it is about nobody. */
  readonly subject: number | null;
  /** Of facts from outside; a decision has a `cause` instead. */
  readonly source: FactSource | null;
  /** Of decisions: the number of the fact that led to it. */
  readonly cause: number | null;
  /** Older than 60 s on receipt, or its clock was clamped: it is folded, but opens nothing that is said in the store. */
  readonly late: boolean;
}

export type FactOf<Type extends FactType> = FactEnvelope & { readonly type: Type; readonly body: FactBody<Type> };
export type CustomFact = FactEnvelope & { readonly type: CustomFactType; readonly body: Record<string, Scalar> };
/** One of the closed list. */
export type KnownFact = { [Type in FactType]: FactOf<Type> }[FactType];
export type Fact = KnownFact | CustomFact;

/** A decision before the journal has numbered it. */
export type DecisionOf<Type extends FactType> = { readonly type: Type; readonly body: FactBody<Type> };
export type Decision = { [Type in FactType]: DecisionOf<Type> & { readonly subject: number | null } }[FactType];

/** Facts older than this on receipt open nothing that is said in the store (DESIGN section 3). */
export const lateAfterMs = 60_000;
