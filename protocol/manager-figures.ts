/**
 * What the manager's pages are told of a range of days: dialogues with their funnels, lift, attention, the team's load
 * and in-store media. Answers of `GET /api/manager/figures/…` (store-server/manager/figures/figure-routes.ts); no name,
 * no number of a person, no associate. Times are milliseconds since 1970, money in minor units.
 *
 * What happened is counted on the day on which it happened: a message of today may belong to a run that began last week.
 * Only lift looks at customers, by the day on which they entered.
 */
import type { Silence } from './facts.ts';

/** From the first midnight up to, and without, the last. */
export interface FigureRange {
  readonly from: number;
  readonly to: number;
}

/** A difference with its 95 % interval, and what may be said of it. */
export interface Effect {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

/**
 * more, less: the interval is clear of zero. unclear: it is not. too-few: nobody should read the number. no-holdout:
 * nobody was left alone, so that nothing can be compared.
 */
export type Verdict = 'more' | 'less' | 'unclear' | 'too-few' | 'no-holdout';

export interface LiftSide {
  readonly customers: number;
  /** Those whose goal was reached since they entered. */
  readonly reached: number;
  /** What they spent within 30 days of entering, in all. */
  readonly spent: number;
}

export interface Lift {
  /** By intention to treat: everybody who entered, whether or not anything was said. Guests, who are never left alone, apart. */
  readonly spoken: LiftSide;
  readonly held: LiftSide;
  readonly goal: Effect | null;
  readonly goalVerdict: Verdict;
  /** A customer's spending, in minor units. */
  readonly spending: Effect | null;
  readonly spendingVerdict: Verdict;
}

export interface Talk {
  readonly decided: number;
  readonly shown: number;
  readonly answered: number;
  /** By answer; `isWanted`: her author hoped for it. */
  readonly answers: readonly { readonly answer: string; readonly count: number; readonly isWanted: boolean }[];
  readonly silences: Readonly<Record<Silence, number>>;
}

export interface StepFigures extends Talk {
  readonly step: string;
  /** Runs that stand on it at the end of the range. */
  readonly waiting: number;
}

export interface VariantFigures extends Talk {
  readonly variant: string;
  readonly entered: number;
  readonly reached: number;
}

export interface DialogueFigures extends Talk {
  readonly dialogue: string;
  readonly title: string;
  /** Runs; held-out ones stand apart. */
  readonly entered: number;
  readonly waiting: number;
  readonly reached: number;
  /** As their authors value it, in minor units. */
  readonly value: number;
  readonly held: { readonly entered: number; readonly waiting: number; readonly reached: number };
  /** Rewards that were given, and that were taken at a till of this store. */
  readonly rewards: { readonly issued: number; readonly redeemed: number };
  readonly steps: readonly StepFigures[];
  readonly variants: readonly VariantFigures[];
  readonly lift: Lift;
}

export interface AttentionFigures {
  readonly visits: number;
  /** In-store messages that were seen in them. */
  readonly messages: number;
  /** Visits that saw none, one, two … and, last, that many or more. */
  readonly visitsByMessages: readonly number[];
  /** Messages that cost attention, and answers that gave some back. */
  readonly spent: number;
  readonly refilled: number;
}

export interface LoadFigures {
  readonly offered: number;
  readonly claimed: number;
  readonly done: number;
  /** Nobody took it in time. */
  readonly unclaimed: number;
  readonly claimP50Ms: number | null;
  readonly claimP90Ms: number | null;
  readonly byRole: readonly { readonly role: string; readonly offered: number; readonly claimed: number }[];
  /** By hour of the day on the store's wall, where there was any. */
  readonly byHour: readonly { readonly hour: number; readonly offered: number }[];
}

/**
 * Words after the IAB's and IAB Europe's "In-Store Retail Media: Definitions and Measurement Standards" (December 2024),
 * which build on the IAB/MRC Retail Media Measurement Guidelines (January 2024). **Ad play**: one showing of a message on
 * one screen. **Opportunity to see**: a visit whose cart was in the screen's zone while it played, however briefly; nobody
 * knows whether she looked, so it is no likelihood to see, and shoppers without a cart are not in it. On a cart's own
 * screen it is the one visit on that cart. **Dwell**: how long such a visit was there during the play.
 */
export interface MediaRow {
  readonly screen: string;
  /** Null: a screen on a cart. */
  readonly zone: string | null;
  readonly dialogue: string;
  readonly step: string;
  /** When the hour begins. */
  readonly hour: number;
  readonly plays: number;
  readonly playedMs: number;
  readonly opportunities: number;
  readonly dwellMs: number;
  /** Of the hour, 0 to 1. The rest of it the loop has, which tells no plays. */
  readonly shareOfHour: number;
}

export interface DayOfFigures {
  readonly from: number;
  readonly visits: number;
  readonly messages: number;
  readonly answered: number;
}

export interface ManagerFigures {
  readonly range: FigureRange;
  readonly timeZone: string;
  readonly currency: string;
  /** The newest fact that is in; null: none yet. */
  readonly upTo: number | null;
  /** False: more has been recorded, and is being taken in. */
  readonly isWhole: boolean;
  readonly dialogues: readonly DialogueFigures[];
  readonly attention: AttentionFigures;
  /** Over all dialogues with a holdout, each compared with its own. */
  readonly lift: { readonly effect: Effect | null; readonly verdict: Verdict };
  readonly load: LoadFigures;
  readonly days: readonly DayOfFigures[];
}

export interface MediaFigures {
  readonly range: FigureRange;
  readonly timeZone: string;
  readonly upTo: number | null;
  readonly isWhole: boolean;
  readonly rows: readonly MediaRow[];
}
