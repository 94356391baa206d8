/** What the plain interpreter remembers of one person (see `reference.ts`). */
import type { Fact, FactBody, Scalar } from '@kairos/protocol/facts.ts';
import type { Next } from '../../compiled.ts';

export interface Run {
  readonly id: string;
  readonly dialogue: string;
  readonly key: string | null;
  readonly held: boolean;
  readonly entry: Record<string, Scalar | null>;
  readonly enteredAt: number;
  step: string;
  until: number;
  awaitsVisit: boolean;
  seenVisit: string | null;
  here: string | null;
  times: Record<string, number>;
  tried: number;
  replyTo: number;
  isLate: boolean;
  answers: Record<string, Record<string, Scalar>>;
  /** She answers what is over: where that leads. */
  late: Next | null;
  message: Message | null;
  /** Somebody is asked to say it, for so long. */
  task: { readonly id: string; readonly until: number } | null;
  isOver: boolean;
  reachedGoal: boolean;
}

export interface Message {
  readonly id: string;
  readonly channel: 'cart' | 'email' | 'call';
  readonly target: string | null;
  readonly zone: string | null;
  readonly until: number;
  readonly answerWithin: number;
  shownAt: number | null;
  withdrawn: { readonly at: number; readonly why: string } | null;
}

/** What touched her attention, in the order in which it did. */
export type Attention =
  | {
      readonly kind: 'said';
      readonly message: string;
      readonly at: number;
      readonly visit: string | null;
      readonly inStore: boolean;
      readonly isReply: boolean;
    }
  /** It reached nobody, or goes on as another. */
  | { readonly kind: 'unspent'; readonly message: string }
  | { readonly kind: 'refilled' | 'goal' | 'stray'; readonly visit: string | null }
  | { readonly kind: 'over'; readonly at: number }
  | { readonly kind: 'ignored' | 'answered'; readonly at: number; readonly inStore: boolean };

/** Plain data, so that a test may try on a copy what would happen. */
export interface Memory {
  facts: Fact[];
  times: number[];
  answeredOnCart: number[];
  runs: Run[];
  tails: Run[];
  attention: Attention[];
  entered: { dialogue: string; at: number; visit: string | null }[];
  known: string[];
  toldDwells: string[];
  toldAbsences: string[];
  completed: Record<string, number>;
  now: number;
  /** Screens that can be reached. */
  connected: string[];
  /** What the manager has said of pauses, in her order. */
  pauses: FactBody<'pause.changed'>[];
}

export function emptyMemory(): Memory {
  return {
    facts: [],
    times: [],
    answeredOnCart: [],
    runs: [],
    tails: [],
    attention: [],
    entered: [],
    known: [],
    toldDwells: [],
    toldAbsences: [],
    completed: {},
    now: 0,
    connected: [],
    pauses: [],
  };
}
