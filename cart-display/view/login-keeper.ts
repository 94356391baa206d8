/**
 * Her login: a number, judged here and by the agent on this cart, or none, reported to the store and answered in time or
 * refused. What the store's view says then is the page's own. Keeps no number.
 */
import type { Timers } from '@kairos/protocol/ports.ts';
import type { AgentAnswer } from '../link/agent-line.ts';
import type { NewFact } from '../queue/outbox.ts';
import { judgeNumber } from './card-number.ts';
import { NamedTimers } from './named-timers.ts';
import { type LoginRefusal, loginRefusalOf, type PageState } from './page-state.ts';

/** The store answers a login within some milliseconds; after this it is not going to. */
export const loginTimeoutMs = 6_000;

type Presented = Extract<NewFact, { type: 'identity.presented' }>['body'];
type Means = 'typed' | 'scanned';

export type JudgeOnCart = (number: string, means: Means, answer: (answer: AgentAnswer) => void) => void;

interface LoginKeeperOptions {
  readonly cart: string;
  readonly timers: Timers;
  readonly judgeOnCart: JudgeOnCart | undefined;
  /** What the page shows now. */
  read(): PageState;
  change(part: Pick<PageState, 'login'>): void;
  report(body: Presented): void;
  /** Nothing more comes of what was reported: it is not to arrive later. */
  onUnanswered(): void;
}

export class LoginKeeper {
  private readonly options: LoginKeeperOptions;
  private readonly timers: NamedTimers<'login'>;

  constructor(options: LoginKeeperOptions) {
    this.options = options;
    this.timers = new NamedTimers(options.timers);
  }

  presentNumber(presented: string, means: Means): void {
    const judged = judgeNumber(presented);
    if (judged.kind !== 'good') {
      const why = judged.kind === 'wrong-digit' ? 'wrong-digit' : 'number-shape';
      this.refuse(why, judged.kind === 'incomplete' ? judged.digits : 0);
      return;
    }
    this.begin((report) => this.presentJudged(judged.digits, means, report));
  }

  continueAsGuest(): void {
    this.begin((report) => report({ cart: this.options.cart, means: 'guest' }));
  }

  /** It is answered; or she has begun another number, or left the keypad. */
  settle(): void {
    this.timers.cancel('login');
    if (this.options.read().login.kind !== 'ready') this.options.change({ login: { kind: 'ready' } });
  }

  /** `digits`: how many she has keyed, of a number that wants more; else 0. */
  refuse(why: LoginRefusal, digits = 0): void {
    this.timers.cancel('login');
    this.options.change({ login: { kind: 'refused', why, digits } });
  }

  /** `present` reports what the store is to judge, now or when the cart has judged it; not once she has gone on. */
  private begin(present: (report: (body: Presented) => void) => void): void {
    const { read, change, report, onUnanswered } = this.options;
    // A login that arrives minutes later would open a visit for somebody who has gone.
    if (read().link.kind !== 'connected') {
      this.refuse('out-of-touch');
      return;
    }
    const asking = { kind: 'asking' } as const;
    change({ login: asking });
    this.timers.set('login', loginTimeoutMs, () => {
      onUnanswered();
      this.refuse('no-answer');
    });
    present((body) => {
      if (read().login === asking) report(body);
    });
  }

  private presentJudged(number: string, means: Means, report: (body: Presented) => void): void {
    const { cart, judgeOnCart, read } = this.options;
    if (!judgeOnCart) {
      report({ cart, means, number });
      return;
    }
    const { login } = read();
    judgeOnCart(number, means, (answer) => {
      if (answer.kind === 'digest') report({ cart, means, digest: answer.digest });
      else if (answer.kind === 'plain') report({ cart, means, number });
      else if (read().login !== login) return;
      else if (answer.kind === 'refused') this.refuse(loginRefusalOf(answer.reason));
      else this.refuse('no-answer');
    });
  }
}
