/**
 * What the compiler makes of a folder of dialogues, and what the engine runs: plain data and closures, nothing to be
 * interpreted at run time. The language (`language/`) produces it, the engine (`engine/`) consumes it, and neither
 * knows the other. Times in milliseconds, money in minor units.
 */
import type { Channel, CustomFactType, Fact, FactType, SaleLine, Scalar, Strength } from '@kairos/protocol/facts.ts';

/** What a condition, a key, a value or a text may look at. One object, refilled for each evaluation. */
export interface Scope {
  /** `fact`: the one that is being handled; null in conditions on waiting and text. `fact.x` reads `fact.body.x`. */
  fact: Fact | null;
  /** `line`: the one that is being tried, inside `anyLine`. */
  line: SaleLine | null;
  /** `entry.a.b`: what the run kept of the fact (and line) that let it in, keyed by "a.b". */
  entry: Readonly<Record<string, Scalar | null>>;
  /** `answers.STEP.answer`, `answers.STEP.FIELD`. */
  answers: Readonly<Record<string, Readonly<Record<string, Scalar>>>>;
  /** `rewards.STEP.value`, `.until`. */
  rewards: Readonly<Record<string, Readonly<Record<string, Scalar>>>>;
  /** Attributes by name, and `consent` by purpose; what the strength of her identity hides is absent. */
  customer: Readonly<Record<string, unknown>>;
  /**
   * `visit.zone`, `.strength`, `.minutes`, `.messages`, `.basketTotal`, and `.lines` (what is in the basket, each a
   * SaleLine); null outside a visit.
   */
  visit: Readonly<Record<string, unknown>> | null;
  /** `store.name`, `.currency`, `.timeZone`. */
  store: Readonly<Record<string, unknown>>;
  /** `variant`: the run's arm, where the dialogue has variants; null outside a run. */
  variant: string | null;
  /** Store time. */
  now: number;
  /** The value of the measure with this index in `CompiledRelease.measures`. */
  measure(index: number): number;
}

/** A condition. Never throws: what cannot be computed (a missing attribute, an overflow) is false, and counted. */
export type Test = (scope: Scope) => boolean;
/** An expression; null where it cannot be computed. */
export type Compute = (scope: Scope) => Scalar | null;
/** Text in her language (or the fallback), escaped for plain display; a missing value takes its default, never a blank. */
export type Render = (scope: Scope, locale: string) => string;

export interface CompiledRelease {
  /** 0 for a draft. */
  readonly number: number;
  /** SHA-256 of the sources, hexadecimal. */
  readonly hash: string;
  readonly house: CompiledHouse;
  readonly measures: readonly CompiledMeasure[];
  readonly dialogues: readonly CompiledDialogue[];
}

/** What binds every dialogue of the chain (house.yaml). */
export interface CompiledHouse {
  /** Of its source, hexadecimal: tells whether a release changed it. Absent: it is another one in every release. */
  readonly hash?: string;
  readonly attributes: Readonly<Record<string, CompiledAttribute>>;
  /** Basis points (1 % = 100) of customers to whom no dialogue speaks. */
  readonly globalHoldout: number;
  readonly stages: readonly CompiledStage[];
  readonly attention: AttentionSettings;
  /** What the screens of a zone together may say. Absent: as much as there is to say. */
  readonly screens?: ScreenSettings;
  readonly defaultLocale: string;
  readonly timeZone: string;
  /** Tags and departments of goods that feed no message without her opt-in. */
  readonly sensitiveTags: readonly string[];
}

export interface CompiledAttribute {
  readonly type: 'text' | 'number' | 'boolean' | 'date';
  readonly sensitivity: Sensitivity;
  readonly default: Scalar | null;
}

/** public < near < own: the surfaces that may carry it. `sensitive` needs her opt-in as well. */
export type Sensitivity = 'public' | 'near' | 'own' | 'sensitive';

export interface CompiledStage {
  readonly name: string;
  readonly when: Test;
  readonly messages: Rate | null;
  /** Highest reward, thousandths of the price. */
  readonly rewardMax: number | null;
}

export interface AttentionSettings {
  /** What a visit starts with and can never exceed; a message costs 1. */
  readonly perVisit: number;
  /** Given back by a positive answer. */
  readonly refill: number;
  /** Least time between the end of one message and the start of the next for one shopper. */
  readonly gapMs: number;
  /** So many ignored in a row in the store, then rest there for … */
  readonly restAfterIgnored: number;
  readonly restMs: number;
  /** … and the same of e-mails, calls, letters and pages; null: no rest. */
  readonly restAtHome: { readonly afterIgnored: number; readonly for: Span } | null;
  /** Cost of interrupting, in the unit of objectives' values, by state of the visit. */
  readonly costs: {
    readonly walking: number;
    readonly dwelling: number;
    readonly atRest: number;
    readonly atTill: number;
  };
  /** Where more wait at a till, its cashier is asked to say nothing. */
  readonly queueMax: number;
  /** Messages of any dialogue on one person over all surfaces and visits. */
  readonly cap: Rate | null;
}

export interface ScreenSettings {
  /** Messages begun within any hour; null: no bound. */
  readonly playsPerHour: number | null;
  /** Basis points (1 % = 100) of any hour in which a message is shown; null: no bound. */
  readonly shareOfHour: number | null;
}

/** So many within a window. Months and years are calendar ones. */
export interface Rate {
  readonly count: number;
  readonly within: Span;
}

export type Span = { readonly ms: number } | { readonly months: number };

export type Month = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12;

/** What a fact is recognised by. The index uses `type` and `zones` before any closure is called. */
export interface FactPattern {
  readonly type: FactType | CustomFactType;
  /** Where `where` pins `fact.zone` to constants: only these; null where it does not. */
  readonly zones: readonly string[] | null;
  readonly where: Test | null;
  /** True if any line of the fact passes; the line is kept for `entry.line`. */
  readonly anyLine: Test | null;
  /** Parts of `where` that the index can look at by itself. Absent: none. */
  readonly guard?: PatternGuard;
}

/**
 * `where`, taken apart for the index: it holds exactly where the fact's zone is one of `zones` (if any), its `field` is
 * a number of at least `value`, and `hers` and `rest` hold.
 */
export interface PatternGuard {
  readonly least: { readonly field: string; readonly value: number } | null;
  /** Rests on `customer` and nothing else: asked once, and not again before she changes. null: nothing does. */
  readonly hers: Test | null;
  /** null: nothing is left. */
  readonly rest: Test | null;
}

export type CompiledEntry =
  | { readonly kind: 'fact'; readonly pattern: FactPattern }
  | { readonly kind: 'first'; readonly pattern: FactPattern }
  | { readonly kind: 'count'; readonly pattern: FactPattern; readonly reaches: number; readonly within: Span | null }
  | {
      readonly kind: 'measure';
      readonly measure: number;
      /** Strictly above the threshold, or strictly below it. */
      readonly direction: 'rises' | 'falls';
      readonly threshold: number;
      /** Relative ("below 60 % of usageBefore"): the threshold is this share of another measure; `threshold` is 0. */
      readonly share: { readonly measure: number; readonly thousandths: number } | null;
    }
  | { readonly kind: 'absence'; readonly pattern: FactPattern; readonly after: Span | 'unusual' }
  | {
      readonly kind: 'sequence';
      readonly patterns: readonly FactPattern[];
      readonly within: Span;
      readonly without: FactPattern | null;
    }
  /** `where` is tried when the time is reached, with `fact` null; the run keeps `entry.zone`. */
  | { readonly kind: 'dwell'; readonly zones: readonly string[]; readonly forMs: number; readonly where: Test | null }
  | {
      readonly kind: 'date';
      /** An attribute of type date; null for a date in the calendar. */
      readonly attribute: string | null;
      /** Month and day, and year or null for every year; null with an attribute. */
      readonly on: { readonly year: number | null; readonly month: Month; readonly day: number } | null;
      readonly offset: Span;
      readonly before: boolean;
      readonly minuteOfDay: number;
      readonly yearly: boolean;
    }
  | { readonly kind: 'changes'; readonly attribute: string; readonly where: Test | null };

export interface CompiledMeasure {
  readonly name: string;
  readonly kind: 'count' | 'sum' | 'last' | 'distinct';
  readonly pattern: FactPattern;
  /** Of what: summed, remembered or told apart. Lines are summed over `anyLine` matches. */
  readonly of: Compute | null;
  readonly perLine: boolean;
  /** null: for ever. A rolling window, or the current calendar unit; shifted back by `endingAgo`. */
  readonly window:
    | { readonly kind: 'rolling'; readonly span: Span }
    | { readonly kind: 'calendar'; readonly unit: 'day' | 'week' | 'month' | 'year' }
    | null;
  readonly endingAgo: Span | null;
  /** At most 64; the window is counted in this many buckets. */
  readonly buckets: number;
}

export interface CompiledDialogue {
  readonly name: string;
  /** Of its source, hexadecimal: tells whether a release changed it. Absent: it is another one in every release. */
  readonly hash?: string;
  readonly title: string;
  readonly type: 'foundation' | 'I' | 'II' | 'III';
  /** Higher goes first, whatever the scores: 1 to 9, 5 unless said. */
  readonly priority: number;
  readonly objective: {
    readonly pattern: FactPattern;
    readonly within: Span;
    /** In minor units. */
    readonly value: number;
  } | null;
  readonly audience: Test | null;
  /** Basis points. */
  readonly holdout: number;
  /** What is due at headquarters waits so long for stores that were not heard. Absent: a day (`defaultPatienceMs`). */
  readonly patienceMs?: number;
  /** One run for each value; null: one for each customer at a time. */
  readonly key: Compute | null;
  readonly limits: { readonly perVisit: number | null; readonly perCustomer: Rate | null };
  readonly schedule: Schedule | null;
  /** Arms with weights; an arm is chosen at entry by hash. Empty: none. */
  readonly variants: readonly { readonly name: string; readonly weight: number }[];
  readonly enter: readonly CompiledEntry[];
  readonly until: readonly { readonly pattern: FactPattern; readonly then: string }[];
  /** Paths below `entry` that steps use, such as "line.id" or "zone": all that a run keeps of the fact; "at" is its time. */
  readonly entryPaths: readonly string[];
  readonly first: string;
  readonly steps: Readonly<Record<string, CompiledStep>>;
  /** What becomes of runs of an older release: stay on the old one, move by mapped step, restart or leave. */
  readonly upgrade:
    | { readonly kind: 'stay' | 'restart' | 'leave' }
    | { readonly kind: 'move'; readonly steps: Readonly<Record<string, string>> };
}

export interface Schedule {
  /** 0 = Sunday; empty: every day. */
  readonly days: readonly number[];
  /** Minutes of the local day [from, to); null: all day. */
  readonly minutes: { readonly from: number; readonly to: number } | null;
  readonly fromMs: number | null;
  readonly untilMs: number | null;
}

/** Where a step may lead: another step, or the end of the run. */
export type Next = string | 'end';

export type CompiledStep =
  | CompiledSay
  | {
      readonly verb: 'wait';
      readonly for:
        | { readonly kind: 'span'; readonly span: Span }
        | { readonly kind: 'fact'; readonly pattern: FactPattern }
        | { readonly kind: 'next-visit' };
      /** A roof over a wait for a fact or a visit; null: none. */
      readonly within: Span | null;
      /** A run that comes here more often than this goes to `else` at once: the bound of a circle. null: none. */
      readonly max: number | null;
      readonly then: Next;
      readonly else: Next;
    }
  | { readonly verb: 'choose'; readonly branches: readonly { readonly when: Test | null; readonly then: Next }[] }
  | { readonly verb: 'set'; readonly name: string; readonly value: Compute; readonly then: Next }
  | {
      readonly verb: 'reward';
      readonly name: string;
      /** Thousandths of the price, or minor units. */
      readonly value: Compute;
      readonly unit: 'percent' | 'amount';
      readonly validFor: Span | null;
      readonly then: Next;
    }
  | { readonly verb: 'end' };

export interface CompiledSay {
  readonly verb: 'say';
  /** In order of preference; the first whose moment comes speaks, and the others fall silent. */
  readonly surfaces: readonly CompiledSurface[];
  /** Waits this long for its moment, then counts as never shown; the deadline of the whole step. */
  readonly validFor: Span;
  readonly answers: readonly CompiledAnswer[];
  readonly silence: CompiledSilence;
  /** Where an answer leads that comes when its silence has already led on; null: nowhere. */
  readonly late: Next | null;
  /** The `reward` step whose reward is issued when this message is decided, once a run; its `then` is not followed. */
  readonly with: string | null;
}

export type MomentName = 'any' | 'arriving' | 'dwelling' | 'at-rest' | 'walking' | 'at-till' | 'leaving';

export interface CompiledSurface {
  readonly channel: Channel;
  readonly moment: MomentName;
  /** Only while she is in one of these; `here`: where she was when the step was reached. null: anywhere. */
  readonly zones: readonly string[] | 'here' | null;
  /** Withdrawn when she leaves the zone in which it was shown. */
  readonly perishesOnLeaving: boolean;
  readonly strength: Strength;
  readonly sensitivity: Sensitivity;
  readonly text: Render;
  readonly body: Render | null;
  /** Human channels: what to know, apart from what to say aloud (`text`). */
  readonly know: Render | null;
  /** Said only while somebody of this role is free and near: it promises her coming. null: it promises nobody. */
  readonly needs: string | null;
  readonly to: SurfaceRole | null;
  readonly again: { readonly after: Span; readonly max: number } | null;
  readonly approve: { readonly by: string; readonly within: Span; readonly else: Next } | null;
}

/** Who says it for the store. */
export interface SurfaceRole {
  readonly role: string;
  readonly claimWithinMs: number;
  /** Nobody took it on in that time. */
  readonly else: Next;
  /** Of a call: its team has no room for it. Absent: it counts as never shown. */
  readonly full?: Next;
}

export interface CompiledAnswer {
  readonly name: string;
  /** null for an answer that is something she does. */
  readonly label: Render | null;
  /** An answer that is a fact. */
  readonly on: FactPattern | null;
  readonly then: Next;
  /** Refills the attention budget and counts as an answer in the learned chance. Declines do not. */
  readonly positive: boolean;
  readonly form: readonly {
    readonly name: string;
    readonly kind: 'text' | 'number' | 'choice';
    readonly choices: readonly string[];
    /** What is asked, in the reader's language; without it the page shows the name. */
    readonly label?: Render | null;
    /** Of each choice, in their order; without one the page shows the choice as it is named. */
    readonly choiceLabels?: readonly (Render | null)[];
  }[];
}

/** Where each silence leads. `ignored` runs from the first paint. */
export interface CompiledSilence {
  readonly neverShown: { readonly again: 'next-visit' | null; readonly max: number; readonly then: Next };
  readonly ignored: { readonly after: Span; readonly then: Next };
  readonly walkedAway: { readonly then: Next };
  readonly actedElsewhere: { readonly then: Next };
}
