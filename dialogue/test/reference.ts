/**
 * A slow, obvious interpreter of dialogues, written from docs/language.md and DESIGN sections 3 to 5 and from nothing
 * of the engine. It reads the author's own description (`Talk`), not what the compiler makes of it.
 *
 * Its subset: one dialogue; entered by a fact, the first, a count or a dwell; `say` on the cart at any moment, its
 * answers and its silences; waits for a time, a fact or a visit; `choose`; `until`; a key; limits. Known customers who
 * may be spoken to, never walking fast nor paying, with attention without end. Nothing competes: keyed talks, of which
 * one person may have several runs, say nothing.
 */
import type { Fact, FactOf, SaleLine } from '@kairos/protocol/facts.ts';

export type Pattern =
  | { readonly on: 'zone.entered'; readonly zone: string | null }
  | { readonly on: 'basket.added' | 'return'; readonly department: string | null };

export type Way =
  | { readonly kind: 'fact' | 'first'; readonly of: Pattern }
  | { readonly kind: 'count'; readonly of: Pattern; readonly reaches: number; readonly within: number | null }
  | { readonly kind: 'dwell'; readonly zone: string; readonly for: number };

/** Times in seconds; steps by name, or `end`. */
export type TalkStep =
  | {
      readonly verb: 'wait';
      readonly for: number;
      readonly then: string;
      readonly else: string;
      readonly max: number | null;
    }
  | {
      readonly verb: 'wait-fact';
      readonly of: Pattern;
      readonly within: number;
      readonly then: string;
      readonly else: string;
    }
  | { readonly verb: 'wait-visit'; readonly within: number; readonly then: string; readonly else: string }
  | { readonly verb: 'choose'; readonly zone: string; readonly then: string; readonly else: string }
  | {
      readonly verb: 'say';
      readonly validFor: number;
      readonly keeps: boolean;
      readonly answers: { readonly yes: string; readonly no: string };
      readonly deed: { readonly of: Pattern; readonly then: string } | null;
      readonly again: number;
      readonly neverShown: string;
      readonly after: number;
      readonly ignored: string;
      readonly walkedAway: string;
      readonly actedElsewhere: string;
    };

export interface Talk {
  readonly enter: readonly Way[];
  /** One run for each zone. */
  readonly isKeyed: boolean;
  readonly perVisit: number | null;
  readonly perCustomer: { readonly count: number; readonly within: number } | null;
  readonly until: readonly { readonly of: Pattern; readonly then: string }[];
  readonly first: string;
  readonly steps: Readonly<Record<string, TalkStep>>;
}

interface Message {
  readonly id: string;
  readonly cart: string;
  readonly zone: string | null;
  shownAt: number | null;
  withdrawn: { readonly at: number; readonly reason: string } | null;
}

interface Run {
  readonly id: string;
  readonly key: string | null;
  step: string;
  /** The visit in which the step was reached. */
  visit: string | null;
  /** When waiting ends by itself; null: at the next visit. */
  until: number | null;
  /** How often each step was reached. */
  readonly reached: Map<string, number>;
  tried: number;
  /** Counts messages, decided or not. */
  attempt: number;
  message: Message | null;
}

interface Shopper {
  visit: { readonly id: string; cart: string; entered: number } | null;
  zone: { readonly name: string; readonly since: number; readonly dwelt: Set<Way> } | null;
  runs: Run[];
  entries: number[];
  readonly matched: Map<Way, number[]>;
  now: number;
}

export interface Told {
  readonly type: string;
  readonly subject: number;
  readonly run?: string;
  readonly message?: string;
  readonly detail: string;
}

/** Reports of a first paint may be under way for so long (DESIGN section 5, silence). */
const settleSeconds = 30;
/** Less than this before its deadline a message is not begun any more. */
const leastSeconds = 5;

export class Reference {
  readonly #talk: Talk;
  readonly #shoppers = new Map<number, Shopper>();
  readonly #screens = new Map<string, string>();
  readonly #carts = new Map<string, string>();
  #told: Told[] = [];
  readonly #opened = new Set<string>();
  #runs = 0;

  constructor(talk: Talk) {
    this.#talk = talk;
  }

  /** What follows from this fact, in order. */
  handle(fact: Fact): readonly Told[] {
    this.#told = [];
    this.#opened.clear();
    if (fact.type === 'screen.changed') this.#screen(fact);
    else if (fact.subject !== null && fact.subject !== 0) this.#about(fact.subject, fact);
    return this.#told;
  }

  /** The next moment at which something would happen by itself. */
  nextDue(): number {
    return Math.min(...[...this.#shoppers.values()].flatMap((shopper) => this.#dues(shopper)));
  }

  #dues(shopper: Shopper): number[] {
    const { zone } = shopper;
    const dwells = this.#talk.enter.flatMap((way) =>
      way.kind === 'dwell' && zone?.name === way.zone && !zone.dwelt.has(way) ? [zone.since + way.for * 1000] : [],
    );
    return [...dwells, ...shopper.runs.map((run) => this.#dueOf(run)), Number.POSITIVE_INFINITY];
  }

  #dueOf(run: Run): number {
    const { message } = run;
    const never = Number.POSITIVE_INFINITY;
    if (!message) return run.until ?? never;
    if (message.withdrawn) return message.withdrawn.at + settleSeconds * 1000;
    const ignored = message.shownAt === null ? never : message.shownAt + this.#say(run).after * 1000;
    return Math.min(run.until ?? never, ignored);
  }

  #about(who: number, fact: Fact): void {
    const shopper = this.#shopper(who);
    shopper.now = Math.max(shopper.now, fact.at);
    this.#place(shopper, fact);
    const reached = this.#notice(shopper, fact);
    this.#passTime(who, shopper);
    this.#hear(who, shopper, fact);
    for (const way of this.#talk.enter)
      if (way.kind !== 'fact' && reached.has(way)) this.#enter(who, shopper, { zone: keyOf(fact), by: 'fact' });
    for (const way of this.#talk.enter)
      if (way.kind === 'fact' && matches(way.of, fact)) this.#enter(who, shopper, { zone: keyOf(fact), by: 'fact' });
    this.#speak(who, shopper);
  }

  #shopper(who: number): Shopper {
    const known = this.#shoppers.get(who);
    if (known) return known;
    const fresh = { visit: null, zone: null, runs: [], entries: [], matched: new Map(), now: 0 };
    this.#shoppers.set(who, fresh);
    return fresh;
  }

  /** Where she is: what the fact itself says. */
  #place(shopper: Shopper, fact: Fact): void {
    const { visit } = shopper;
    if (fact.type === 'zone.entered' && visit?.cart === fact.body.cart) {
      this.#carts.set(fact.body.cart, fact.body.zone);
      if (shopper.zone?.name !== fact.body.zone) stand(shopper, fact.body.zone, fact.at);
    } else if (fact.type === 'zone.left' && visit?.cart === fact.body.cart) {
      this.#carts.delete(fact.body.cart);
      if (shopper.zone?.name === fact.body.zone) shopper.zone = null;
    } else if (fact.type === 'visit.opened') {
      const { visit: id, cart = '' } = fact.body;
      shopper.visit = { id, cart, entered: 0 };
      shopper.zone = null;
      stand(shopper, this.#carts.get(cart) ?? null, fact.at);
    } else if (fact.type === 'visit.moved' && visit) {
      visit.cart = fact.body.cart;
      const zone = this.#carts.get(visit.cart) ?? null;
      if (shopper.zone?.name !== zone) stand(shopper, zone, fact.at);
    } else if (fact.type === 'visit.closed') {
      shopper.visit = null;
      shopper.zone = null;
    }
  }

  /** The first, or so many, whether or not she may enter now. */
  #notice({ matched }: Shopper, fact: Fact): ReadonlySet<Way> {
    const reached = new Set<Way>();
    for (const way of this.#talk.enter) {
      if ((way.kind !== 'first' && way.kind !== 'count') || !matches(way.of, fact)) continue;
      const times = [...(matched.get(way) ?? []), fact.at];
      matched.set(way, times);
      const within = way.kind === 'count' ? way.within : null;
      const counted = within === null ? times : times.filter((at) => at > fact.at - within * 1000);
      if (counted.length === (way.kind === 'count' ? way.reaches : 1)) reached.add(way);
    }
    return reached;
  }

  /** Dwells that are reached, then whatever has waited long enough. */
  #passTime(who: number, shopper: Shopper): void {
    const { zone, now } = shopper;
    for (const way of this.#talk.enter) {
      if (way.kind !== 'dwell' || zone?.name !== way.zone || zone.dwelt.has(way) || zone.since + way.for * 1000 > now)
        continue;
      zone.dwelt.add(way);
      this.#enter(who, shopper, { zone: way.zone, by: `${way.for}` });
    }
    for (;;) {
      const run = shopper.runs.find((one) => this.#dueOf(one) <= now);
      if (!run) return;
      this.#timeIsUp(who, shopper, run);
    }
  }

  #timeIsUp(who: number, shopper: Shopper, run: Run): void {
    const { message } = run;
    const step = this.#talk.steps[run.step];
    if (step?.verb !== 'say') {
      const next = step?.verb === 'wait' ? step.then : (step as { else: string }).else;
      this.#follow(who, shopper, run, next);
    } else if (!message || message.withdrawn) {
      this.#neverShown(who, shopper, run);
    } else if (message.shownAt === null) {
      this.#withdraw(who, shopper, run, 'expired');
    } else if (message.shownAt + step.after * 1000 <= shopper.now) {
      this.#silent(who, shopper, run, 'ignored');
    } else {
      this.#perish(who, shopper, run, 'expired');
    }
  }

  /** What the fact means for runs on their way. */
  #hear(who: number, shopper: Shopper, fact: Fact): void {
    for (const run of [...shopper.runs]) this.#hearMessage(who, shopper, run, fact);
    for (const run of [...shopper.runs]) this.#hearPattern(who, shopper, run, fact);
  }

  #hearMessage(who: number, shopper: Shopper, run: Run, fact: Fact): void {
    const step = this.#talk.steps[run.step];
    const { message } = run;
    if (fact.type === 'visit.opened' && run.visit !== fact.body.visit) {
      if (step?.verb === 'wait-visit') this.#follow(who, shopper, run, step.then);
      else if (step?.verb === 'say' && run.until === null) this.#reach(who, shopper, run, run.step);
      return;
    }
    if (step?.verb !== 'say' || !message) return;
    if (fact.type === 'message.shown' && fact.body.message === message.id) {
      if (message.withdrawn && fact.at > message.withdrawn.at) return;
      message.shownAt = Math.min(message.shownAt ?? fact.at, fact.at);
      if (message.withdrawn) this.#silent(who, shopper, run, silenceOf(message));
    } else if (fact.type === 'message.answered' && fact.body.message === message.id) {
      const then = step.answers[fact.body.answer as 'yes' | 'no'];
      if (then === undefined || (message.withdrawn && fact.at > message.withdrawn.at)) return;
      run.message = null;
      this.#follow(who, shopper, run, then);
    } else if (message.withdrawn) {
      return;
    } else if (fact.type === 'zone.entered' || fact.type === 'zone.left') {
      const isElsewhere = message.zone !== null && message.zone !== (shopper.zone?.name ?? null);
      if (isElsewhere && !step.keeps) this.#perish(who, shopper, run, 'left-zone');
    } else if (fact.type === 'visit.moved' && message.cart !== fact.body.cart) {
      this.#withdraw(who, shopper, run, 'moved');
      run.message = null;
      run.attempt += 1;
    } else if (fact.type === 'visit.closed') {
      this.#perish(who, shopper, run, 'visit-closed');
    }
  }

  /** `until` from everywhere; what she does as an answer; what a wait waits for. */
  #hearPattern(who: number, shopper: Shopper, run: Run, fact: Fact): void {
    if (!shopper.runs.includes(run)) return;
    const broken = this.#talk.until.find(({ of }) => matches(of, fact));
    const step = this.#talk.steps[run.step];
    if (broken) {
      if (run.message && !run.message.withdrawn) this.#withdraw(who, shopper, run, 'until');
      this.#follow(who, shopper, run, broken.then, 'until');
    } else if (step?.verb === 'say' && step.deed && matches(step.deed.of, fact)) {
      this.#deed(who, shopper, run, step.deed.then);
    } else if (step?.verb === 'wait-fact' && matches(step.of, fact)) {
      this.#follow(who, shopper, run, step.then);
    }
  }

  /** An answer, if she had seen what it answers; else she acted by herself. */
  #deed(who: number, shopper: Shopper, run: Run, then: string): void {
    const { message } = run;
    if (message && message.shownAt !== null && !message.withdrawn) {
      this.#tell({ type: 'message.answered', subject: who, message: message.id, detail: 'done' });
      this.#follow(who, shopper, run, then);
      return;
    }
    if (message && !message.withdrawn) this.#withdraw(who, shopper, run, 'answered');
    this.#silent(who, shopper, run, 'acted-elsewhere');
  }

  /** What let her in, and the zone it was about: runs are kept apart by it. The same opens the same once a turn. */
  #enter(who: number, shopper: Shopper, { zone, by }: { zone: string | null; by: string }): void {
    const { isKeyed, perVisit, perCustomer } = this.#talk;
    const { now, visit } = shopper;
    const key = isKeyed ? zone : null;
    if ((isKeyed && key === null) || shopper.runs.some((run) => run.key === key)) return;
    if (perVisit !== null && visit && visit.entered >= perVisit) return;
    const recent = shopper.entries.filter((at) => perCustomer && at + perCustomer.within * 1000 > now);
    if (perCustomer && recent.length >= perCustomer.count) return;
    const opening = `${by} ${key}`;
    if (this.#opened.has(opening)) return;
    this.#opened.add(opening);
    this.#runs += 1;
    const id = `run-${this.#runs}`;
    const run = {
      id,
      key,
      step: '',
      visit: null,
      until: null,
      reached: new Map(),
      tried: 0,
      attempt: 0,
      message: null,
    };
    shopper.runs.push(run);
    shopper.entries.push(now);
    if (visit) visit.entered += 1;
    this.#tell({ type: 'run.entered', subject: who, run: id, detail: key ?? '' });
    this.#follow(who, shopper, run, this.#talk.first);
  }

  #follow(who: number, shopper: Shopper, run: Run, next: string, reason = 'end'): void {
    const step = this.#talk.steps[next];
    if (!step) {
      shopper.runs = shopper.runs.filter((other) => other !== run);
      this.#tell({ type: 'run.ended', subject: who, run: run.id, detail: reason });
    } else if (step.verb === 'choose') {
      this.#follow(who, shopper, run, shopper.zone?.name === step.zone ? step.then : step.else, reason);
    } else if (step.verb === 'wait' && step.max !== null && (run.reached.get(next) ?? 0) >= step.max) {
      this.#follow(who, shopper, run, step.else, reason);
    } else {
      run.tried = 0;
      this.#reach(who, shopper, run, next);
    }
  }

  #reach(who: number, shopper: Shopper, run: Run, name: string): void {
    const step = this.#talk.steps[name] as TalkStep;
    const seconds =
      step.verb === 'wait' ? step.for : step.verb === 'say' ? step.validFor : (step as { within: number }).within;
    this.#moveTo(who, shopper, run, { name, until: shopper.now + seconds * 1000 });
  }

  #moveTo(who: number, shopper: Shopper, run: Run, { name, until }: { name: string; until: number | null }): void {
    run.step = name;
    run.until = until;
    run.visit = shopper.visit?.id ?? null;
    run.message = null;
    run.attempt += 1;
    run.reached.set(name, (run.reached.get(name) ?? 0) + 1);
    this.#tell({ type: 'run.moved', subject: who, run: run.id, detail: `${name} ${until ?? 'next visit'}` });
  }

  #speak(who: number, shopper: Shopper): void {
    const { visit, now } = shopper;
    if (!visit || this.#screens.get(visit.cart) !== 'connected') return;
    for (const run of shopper.runs) {
      if (this.#talk.steps[run.step]?.verb !== 'say' || run.message || run.until === null) continue;
      if (run.until < now + leastSeconds * 1000) continue;
      const id = `${run.id}/${run.attempt}`;
      run.message = { id, cart: visit.cart, zone: shopper.zone?.name ?? null, shownAt: null, withdrawn: null };
      const detail = `${run.step} ${visit.cart} ${run.until}`;
      this.#tell({ type: 'message.decided', subject: who, run: run.id, message: id, detail });
    }
  }

  #withdraw(who: number, { now }: Shopper, { message }: Run, reason: string): void {
    if (!message) return;
    message.withdrawn = { at: now, reason };
    this.#tell({ type: 'message.withdrawn', subject: who, message: message.id, detail: reason });
  }

  /** Taken back for good: what she saw decides which silence it is, now or when no report can come any more. */
  #perish(who: number, shopper: Shopper, run: Run, reason: string): void {
    this.#withdraw(who, shopper, run, reason);
    if (run.message && run.message.shownAt !== null) this.#silent(who, shopper, run, silenceOf(run.message));
  }

  #silent(who: number, shopper: Shopper, run: Run, silence: 'ignored' | 'walked-away' | 'acted-elsewhere'): void {
    const { ignored, walkedAway, actedElsewhere } = this.#say(run);
    this.#tellSilent(who, run, silence);
    const next = { ignored, 'walked-away': walkedAway, 'acted-elsewhere': actedElsewhere }[silence];
    this.#follow(who, shopper, run, next);
  }

  #neverShown(who: number, shopper: Shopper, run: Run): void {
    const { again, neverShown } = this.#say(run);
    this.#tellSilent(who, run, 'never-shown');
    if (run.tried >= again) {
      this.#follow(who, shopper, run, neverShown);
      return;
    }
    run.tried += 1;
    this.#moveTo(who, shopper, run, { name: run.step, until: null });
  }

  #tellSilent(who: number, run: Run, silence: string): void {
    const message = run.message?.id ?? `${run.id}/${run.attempt}`;
    run.message = null;
    this.#tell({ type: 'message.silent', subject: who, message, detail: silence });
  }

  /** A screen that says itself that nobody can see it has not shown what it was to show. */
  #screen({ at, body: { screen, state } }: FactOf<'screen.changed'>): void {
    this.#screens.set(screen, state);
    for (const [who, shopper] of this.#shoppers) {
      shopper.now = Math.max(shopper.now, at);
      const shown = shopper.runs.find(({ message }) => message?.cart === screen && !message.withdrawn);
      if (state === 'dark' && shown?.message?.shownAt === null) {
        this.#withdraw(who, shopper, shown, 'expired');
        this.#neverShown(who, shopper, shown);
      }
      this.#speak(who, shopper);
    }
  }

  #say({ step }: Run): Extract<TalkStep, { verb: 'say' }> {
    return this.#talk.steps[step] as Extract<TalkStep, { verb: 'say' }>;
  }

  #tell(told: Told): void {
    this.#told.push(told);
  }
}

function stand(shopper: Shopper, zone: string | null, since: number): void {
  shopper.zone = zone === null ? null : { name: zone, since, dwelt: new Set() };
}

function silenceOf({ withdrawn }: Message): 'ignored' | 'walked-away' {
  return withdrawn?.reason === 'left-zone' || withdrawn?.reason === 'visit-closed' ? 'walked-away' : 'ignored';
}

function linesOf(fact: Fact): readonly SaleLine[] {
  if (fact.type === 'basket.added') return [(fact as Extract<Fact, { type: 'basket.added' }>).body.line];
  return fact.type === 'return' ? (fact as Extract<Fact, { type: 'return' }>).body.lines : [];
}

function matches(of: Pattern, fact: Fact): boolean {
  if (of.on !== fact.type) return false;
  if (of.on === 'zone.entered') return of.zone === null || of.zone === (fact.body as { zone: string }).zone;
  return of.department === null || linesOf(fact).some(({ department }) => department === of.department);
}

function keyOf(fact: Fact): string | null {
  return fact.type === 'zone.entered' ? (fact as Extract<Fact, { type: 'zone.entered' }>).body.zone : null;
}
