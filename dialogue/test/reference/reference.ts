/**
 * The same language, interpreted slowly and plainly, for tests to hold the engine against: no index, no folding apart
 * from deciding, no clocks kept. It remembers everything that happened to one person and looks through it anew for
 * every fact. One customer, her carts, her e-mail and her calls (which nobody takes on), one store, one release, one day; ids and lots are the engine's.
 * What several people share is not modelled: the screens of a zone (who has them, the bounds of an hour) are held to rules
 * of their own on random days (`screen-rules.ts`), and so are tills (`day-rules.ts`).
 *
 * What it reads are the types of `compiled.ts`. A test writes them down by hand, or makes them of an author's own
 * description while the engine is given what the compiler made of the same (`random-talk.ts`).
 */
import type { Decision, Fact, FactBody, FactOf, FactType } from '@kairos/protocol/facts.ts';
import type { CompiledDialogue, CompiledRelease, CompiledSay, Next } from '../../compiled.ts';
import { createLots } from '../../engine/holdout.ts';
import { messageId, runId, taskId } from '../../engine/ids.ts';
import { openedBy, type Reached, reachedByFact, reachedByTime } from './entries.ts';
import { emptyMemory, type Memory, type Message, type Run } from './memory.ts';
import { isMatch, scopeOf, type Visit, valueAt, visitAfter } from './past.ts';
import { isPaused, isReply, type Look, maySpeak, scoreOf } from './speech.ts';

const settleMs = 30_000;

interface Speaker {
  readonly run: Run;
  readonly dialogue: CompiledDialogue;
  readonly surface: CompiledSay['surfaces'][number];
  readonly say: CompiledSay;
  readonly score: number;
}

interface ReferenceOptions {
  readonly chainKey: string;
  readonly chainId: string;
  readonly subject: number;
  readonly data?: Memory;
}

export class Reference {
  readonly #release: CompiledRelease;
  readonly #lots: ReturnType<typeof createLots>;
  readonly #options: ReferenceOptions;
  #data: Memory;
  #told: Decision[] = [];

  constructor(release: CompiledRelease, options: ReferenceOptions) {
    this.#release = release;
    this.#lots = createLots(options.chainKey);
    this.#options = options;
    this.#data = options.data ?? emptyMemory();
  }

  /** What would be decided if this happened now; nothing is remembered of it. */
  wouldDecide(fact: Fact): Decision[] {
    const data = structuredClone(this.#data);
    return new Reference(this.#release, { ...this.#options, data }).handle(fact);
  }

  handle(fact: Fact): Decision[] {
    this.#told = [];
    const data = this.#data;
    if (fact.subject === null || fact.subject === 0) {
      this.#hearOfStore(fact);
      return this.#told;
    }
    const before = this.#visit();
    data.now = Math.max(data.now, fact.at);
    const byTime = reachedByTime(data, this.#release, before);
    data.facts.push(fact);
    data.times.push(data.now);
    this.#remember(fact);
    const byFact = reachedByFact(data, this.#release, fact);
    for (const reached of byTime) this.#enter(reached);
    this.#carryOut();
    this.#hear(fact);
    for (const reached of [...byFact, ...openedBy(this.#release, fact)]) this.#enter(reached);
    this.#speak();
    return this.#told;
  }

  /** The store's news, not hers: her own time stands still. */
  #hearOfStore(fact: Fact): void {
    const data = this.#data;
    const own = data.now;
    data.now = Math.max(own, fact.at);
    if (fact.type === 'screen.changed') this.#hearOfScreen(fact);
    else if (fact.type === 'pause.changed') this.#hearOfPause(fact);
    else if (fact.type === 'timer.fired') this.#endPauses(fact.at);
    data.now = own;
  }

  /** What speaks is taken back, and waits for its moment again. */
  #hearOfPause({ body }: FactOf<'pause.changed'>): void {
    this.#data.pauses.push(body);
    for (const run of body.paused ? this.#open() : []) {
      const { message, dialogue } = run;
      const rests = isPaused(this.#data, dialogue) || isPaused(this.#data, dialogue, message?.channel);
      if (message?.channel === 'cart' && !message.withdrawn && rests) this.#takeBack(run, message, 'paused');
    }
    this.#speak();
  }

  /** The store knows that they are over, even where her own time has not come so far. */
  #endPauses(at: number): void {
    const data = this.#data;
    data.pauses = data.pauses.map((one) =>
      one.until !== undefined && one.until <= at ? { ...one, paused: false } : one,
    );
    this.#speak();
  }

  /** Unseen it has cost her nothing; what she saw is over, and may be said once more. */
  #takeBack(run: Run, { id, shownAt }: Message, reason: 'paused' | 'outranked'): void {
    const { attention, known, now } = this.#data;
    this.#decide('message.withdrawn', { message: id, reason });
    if (shownAt === null) attention.push({ kind: 'unspent', message: id });
    else {
      attention.push({ kind: 'over', at: now });
      known.push(id);
    }
    run.message = null;
    run.times[run.step] = (run.times[run.step] ?? 0) + 1;
  }

  #hearOfScreen({ body: { screen, state } }: FactOf<'screen.changed'>): void {
    const data = this.#data;
    data.connected = data.connected.filter((one) => one !== screen);
    if (state === 'connected') data.connected.push(screen);
    const unseen = this.#open().find(({ message }) => message?.target === screen && !message.withdrawn);
    if (state === 'dark' && unseen?.message?.shownAt === null) {
      // It says itself that nobody can see it.
      this.#withdraw(unseen, 'expired');
      this.#silence(unseen, 'never-shown');
      this.#speak();
    } else if (state === 'connected' && this.#visit()?.cart === screen) this.#speak();
  }

  #visit(): Visit | null {
    const { facts, times, answeredOnCart } = this.#data;
    return visitAfter(facts, times, answeredOnCart);
  }

  #decide<Type extends FactType>(type: Type, body: FactBody<Type>): void {
    this.#told.push({ type, subject: this.#options.subject, body } as unknown as Decision);
  }

  #dialogue(run: Run): CompiledDialogue {
    return this.#release.dialogues.find(({ name }) => name === run.dialogue) as CompiledDialogue;
  }

  #say(run: Run): CompiledSay | null {
    const step = this.#dialogue(run).steps[run.step];
    return step?.verb === 'say' ? step : null;
  }

  #open(): Run[] {
    return this.#data.runs.filter(({ isOver }) => !isOver);
  }

  /** What the fact itself changes. */
  #remember(fact: Fact): void {
    const { attention, known, facts, answeredOnCart } = this.#data;
    if (fact.type !== 'message.shown' && fact.type !== 'message.answered') return;
    const run = this.#open().find(({ message }) => message?.id === fact.body.message);
    const message = run?.message;
    if (!run || !message) {
      if (fact.type === 'message.answered' && this.#isLate(fact)) return;
      if (!known.slice(-8).includes(fact.body.message)) {
        known.push(fact.body.message);
        attention.push({ kind: 'stray', visit: this.#visit()?.id ?? null });
      }
      return;
    }
    if (fact.type === 'message.answered' && message.channel === 'cart') answeredOnCart.push(facts.length - 1);
    if (message.withdrawn && fact.at > message.withdrawn.at) return;
    if (fact.type === 'message.shown') message.shownAt = Math.min(message.shownAt ?? fact.at, fact.at);
    else this.#answered(run, message, fact);
  }

  /** For a message that is over: what she says now is kept where it is asked for. */
  #isLate({ body }: FactOf<'message.answered'>): boolean {
    for (const run of this.#open()) {
      for (const [name, step] of Object.entries(this.#dialogue(run).steps)) {
        if (run.held || step.verb !== 'say' || step.late === null || run.answers[name]) continue;
        const times = (run.times[name] ?? 0) - (run.step === name ? 1 : 0);
        const ids = Array.from({ length: times }, (_, at) => messageId(run.id, name, at + 1));
        if (!ids.includes(body.message) || !step.answers.some((one) => one.name === body.answer)) continue;
        run.answers[name] = { answer: body.answer };
        run.replyTo = this.#data.now;
        run.late = step.late;
        return true;
      }
    }
    return false;
  }

  #answered(run: Run, message: Message, fact: FactOf<'message.answered'>): void {
    const answer = this.#say(run)?.answers.find(({ name }) => name === fact.body.answer);
    if (!answer) return;
    const { attention, now } = this.#data;
    const visit = this.#visit()?.id ?? null;
    if (answer.positive && message.channel === 'cart') attention.push({ kind: 'refilled', visit });
    attention.push({ kind: 'answered', at: now, inStore: message.channel === 'cart' });
    run.answers[run.step] = { answer: answer.name };
    run.replyTo = now;
    this.#over(run, message);
  }

  #over(run: Run, message: Message): void {
    if (message.channel === 'cart' && !message.withdrawn)
      this.#data.attention.push({ kind: 'over', at: this.#data.now });
    this.#data.known.push(message.id);
    run.message = null;
  }

  #enter({ dialogue, cause, known, fact }: Reached): void {
    const { now, entered, runs } = this.#data;
    const { chainId } = this.#options;
    const visit = this.#visit()?.id ?? null;
    const { perVisit, perCustomer } = dialogue.limits;
    if (isPaused(this.#data, dialogue.name)) return;
    const own = entered.filter((one) => one.dialogue === dialogue.name);
    if (perVisit !== null && visit !== null && own.filter((one) => one.visit === visit).length >= perVisit) return;
    if (perCustomer) {
      const { ms } = perCustomer.within as { ms: number };
      if (own.filter((one) => one.at + ms > now).length >= perCustomer.count) return;
    }
    const entry = Object.fromEntries(
      dialogue.entryPaths.map((path) => [
        path,
        known[path] ?? (fact ? (path === 'at' ? fact.at : valueAt(path, fact)) : null),
      ]),
    );
    const key = dialogue.key ? String(dialogue.key(scopeOf(fact, { entry, answers: {} }))) : null;
    if (dialogue.key && key === 'null') return;
    if (this.#open().some((run) => run.dialogue === dialogue.name && run.key === key)) return;
    const id = runId({ dialogue: dialogue.name, owner: chainId, key, cause });
    if (runs.some((run) => run.id === id)) return;
    const held = this.#lots.isHeld(dialogue.name, chainId, dialogue.holdout);
    const run: Run = {
      id,
      dialogue: dialogue.name,
      key,
      held,
      entry,
      enteredAt: now,
      step: '',
      until: held ? now + (dialogue.objective ? (dialogue.objective.within as { ms: number }).ms : 86_400_000) : 0,
      awaitsVisit: false,
      seenVisit: null,
      here: null,
      times: {},
      tried: 0,
      replyTo: 0,
      isLate: false,
      answers: {},
      late: null,
      message: null,
      task: null,
      isOver: false,
      reachedGoal: false,
    };
    runs.push(run);
    entered.push({ dialogue: dialogue.name, at: now, visit });
    this.#decide('run.entered', {
      run: id,
      dialogue: dialogue.name,
      release: this.#release.number,
      held,
      ...(key === null ? {} : { key }),
      entry,
    });
    if (!held) this.#go(run, dialogue.first);
  }

  #go(run: Run, next: Next, reason: FactBody<'run.ended'>['reason'] = 'end'): void {
    const { now, facts } = this.#data;
    const step = next === 'end' ? null : this.#dialogue(run).steps[next];
    if (!step || step.verb === 'end') {
      this.#end(run, reason);
    } else if (step.verb === 'choose') {
      const scope = scopeOf(facts.at(-1) ?? null, run, this.#visit());
      this.#go(run, step.branches.find(({ when }) => when === null || when(scope))?.then ?? 'end', reason);
    } else if (step.verb === 'wait') {
      if (step.max !== null && (run.times[next] ?? 0) >= step.max) this.#go(run, step.else, reason);
      else
        this.#move(
          run,
          next,
          now +
            ((step.for.kind === 'span' ? step.for.span : (step.within ?? { ms: 400 * 86_400_000 })) as { ms: number })
              .ms,
        );
    } else if (step.verb === 'say') {
      this.#move(run, next, now + (step.validFor as { ms: number }).ms);
    }
  }

  #move(run: Run, step: string, until: number | null): void {
    const visit = this.#visit();
    const isBack = run.awaitsVisit && until !== null && visit !== null && visit.id !== run.seenVisit;
    if (step !== run.step) run.tried = 0;
    else if (until === null) run.tried += 1;
    else if (!isBack) run.tried = 0;
    run.step = step;
    run.until = until ?? 0;
    run.awaitsVisit = until === null;
    run.times[step] = (run.times[step] ?? 0) + 1;
    run.seenVisit = visit?.id ?? null;
    run.here = visit?.place.zone ?? null;
    run.isLate = this.#data.facts.at(-1)?.late ?? false;
    run.message = null;
    run.task = null;
    // What follows her answer at once is a reply; whatever comes after another step is none.
    run.replyTo = run.replyTo > 0 ? -run.replyTo : 0;
    this.#decide('run.moved', { run: run.id, step, ...(until === null ? {} : { until }) });
  }

  #end(run: Run, reason: FactBody<'run.ended'>['reason']): void {
    run.isOver = true;
    // So many that have ended are remembered for the goal that may still come.
    const waiting = this.#data.tails.filter((one) => !one.reachedGoal);
    const waitsToo = !run.reachedGoal && this.#goalUntil(run) > this.#data.now;
    this.#data.tails = waitsToo ? [...waiting, run].slice(-8) : this.#data.tails;
    this.#decide('run.ended', { run: run.id, reason });
  }

  #goalUntil(run: Run): number {
    const { objective } = this.#dialogue(run);
    return objective === null ? 0 : run.enteredAt + (objective.within as { ms: number }).ms;
  }

  #idOf(run: Run): string {
    return run.message?.id ?? messageId(run.id, run.step, run.times[run.step] ?? 1);
  }

  /** Nobody is asked any more. */
  #letGo(run: Run, reason: 'expired' | 'unclaimed'): void {
    if (run.task) this.#decide('task.released', { task: run.task.id, reason });
    run.task = null;
  }

  #withdraw(run: Run, why: FactBody<'message.withdrawn'>['reason']): void {
    const { message } = run;
    this.#letGo(run, 'expired');
    if (!message || message.withdrawn) return;
    message.withdrawn = { at: this.#data.now, why };
    if (message.channel === 'cart' && why !== 'moved') this.#data.attention.push({ kind: 'over', at: this.#data.now });
    this.#decide('message.withdrawn', { message: message.id, reason: why });
  }

  #perish(run: Run, why: FactBody<'message.withdrawn'>['reason']): void {
    this.#withdraw(run, why);
    if (run.message?.shownAt == null) return;
    this.#silence(run, why === 'left-zone' || why === 'visit-closed' ? 'walked-away' : 'ignored');
  }

  #silence(
    run: Run,
    silence: FactBody<'message.silent'>['silence'],
    reason: FactBody<'run.ended'>['reason'] = 'end',
    unsaid?: Next,
  ): void {
    const say = this.#say(run) as CompiledSay;
    this.#letGo(run, 'expired');
    this.#decide('message.silent', { message: this.#idOf(run), silence });
    const { attention, now } = this.#data;
    const inStore = (run.message?.channel ?? 'cart') === 'cart';
    if (silence === 'ignored') attention.push({ kind: 'ignored', at: now, inStore });
    if (silence === 'never-shown' && run.message) attention.push({ kind: 'unspent', message: run.message.id });
    if (run.message) this.#over(run, run.message);
    else this.#data.known.push(this.#idOf(run));
    const { neverShown, ignored, walkedAway, actedElsewhere } = say.silence;
    if (silence === 'ignored') this.#go(run, ignored.then, reason);
    else if (silence === 'walked-away') this.#go(run, walkedAway.then, reason);
    else if (silence === 'acted-elsewhere') this.#go(run, actedElsewhere.then, reason);
    else if (unsaid !== undefined) this.#go(run, unsaid, reason);
    else if (neverShown.again === 'next-visit' && run.tried < neverShown.max) this.#move(run, run.step, null);
    else this.#go(run, neverShown.then, reason);
  }

  /** Everything of hers whose time has come, the oldest run first. */
  #carryOut(): void {
    for (let carried = 0; carried < 200; carried += 1) {
      const run = this.#open().find((one) => this.#dueOf(one) <= this.#data.now);
      if (!run) return;
      const { message } = run;
      const step = this.#dialogue(run).steps[run.step];
      if (run.held) this.#end(run, 'end');
      else if (run.task && run.task.until <= this.#data.now) this.#passOn(run);
      else if (!message && step?.verb === 'say') this.#silence(run, 'never-shown');
      else if (!message && step?.verb === 'wait') this.#go(run, step.for.kind === 'span' ? step.then : step.else);
      else if (message?.withdrawn) this.#silence(run, 'never-shown');
      else if (message && message.shownAt === null) this.#withdraw(run, 'expired');
      else if (message && (message.shownAt as number) + message.answerWithin <= this.#data.now)
        this.#silence(run, 'ignored');
      else this.#perish(run, 'expired');
    }
  }

  /** Nobody took it on in time. */
  #passOn(run: Run): void {
    const { to } = this.#surface(run) as CompiledSay['surfaces'][number];
    this.#letGo(run, 'unclaimed');
    this.#withdraw(run, 'expired');
    this.#go(run, to?.else ?? 'end');
  }

  #surface(run: Run): CompiledSay['surfaces'][number] | undefined {
    return this.#say(run)?.surfaces.find(({ channel }) => channel === run.message?.channel);
  }

  #dueOf(run: Run): number {
    const due = this.#dueOfMessage(run);
    return run.replyTo > 0 || !run.task ? due : Math.min(due, run.task.until);
  }

  #dueOfMessage({ message, until, awaitsVisit, replyTo }: Run): number {
    // Answered just now: where that leads is followed first.
    if (replyTo > 0) return Number.POSITIVE_INFINITY;
    if (!message) return awaitsVisit ? Number.POSITIVE_INFINITY : until;
    if (message.withdrawn) return message.withdrawn.at + settleMs;
    if (message.shownAt === null) return message.until;
    // What was sent cannot be taken back.
    const answerBy = message.shownAt + message.answerWithin;
    return message.channel !== 'cart' ? answerBy : Math.min(answerBy, message.until);
  }

  #hear(fact: Fact): void {
    const open = this.#open();
    const late = open.find((run) => run.late !== null);
    if (late) {
      this.#withdraw(late, 'answered');
      this.#go(late, late.late as Next);
      late.late = null;
    } else if (fact.type === 'message.answered') {
      const run = open.find(
        ({ replyTo, message, answers, step }) => replyTo === this.#data.now && !message && answers[step],
      );
      const answer = run && this.#say(run)?.answers.find(({ name }) => name === fact.body.answer);
      const wasHers = run && this.#idOf(run) === fact.body.message;
      if (run && answer && wasHers) {
        this.#letGo(run, 'expired');
        this.#go(run, answer.then);
      }
    }
    if (fact.type === 'email.bounced') this.#hearBounce(fact, open);
    if (fact.type === 'message.shown') {
      const run = open.find(({ message }) => message?.id === fact.body.message);
      const why = run?.message?.withdrawn?.why;
      if (run && why && run.message?.shownAt != null) {
        this.#silence(run, why === 'left-zone' || why === 'visit-closed' ? 'walked-away' : 'ignored');
      }
    }
    for (const run of open) {
      const { message } = run;
      const speaks = message?.channel === 'cart' && !message.withdrawn;
      if (fact.type === 'zone.entered' || fact.type === 'zone.left') {
        const zone = this.#visit()?.place.zone ?? null;
        const surface = this.#say(run)?.surfaces.find(({ channel }) => channel === 'cart');
        if (speaks && message.zone !== null && message.zone !== zone && surface?.perishesOnLeaving)
          this.#perish(run, 'left-zone');
      } else if (fact.type === 'visit.closed' && speaks) this.#perish(run, 'visit-closed');
      else if (fact.type === 'visit.moved' && speaks && message.target !== fact.body.cart) this.#goAlong(run);
      else if (fact.type === 'quiet.requested' && speaks) this.#perish(run, 'quiet');
      else if (fact.type === 'visit.opened' && !run.held && run.seenVisit !== fact.body.visit) this.#arrive(run);
    }
    // Those on their way first, then those that have ended and may still reach their goal.
    const going = this.#open();
    for (const run of going) if (!run.isOver) this.#hearPatterns(run, fact);
    for (const run of this.#data.tails) if (!going.includes(run)) this.#hearPatterns(run, fact);
  }

  /** Where people were to say it, their list may have been full, or nobody on it free. */
  #hearBounce({ body }: FactOf<'email.bounced'>, open: readonly Run[]): void {
    const run = open.find(({ message }) => message?.id === body.message);
    const to = run && this.#surface(run)?.to;
    const unsaid = body.reason === 'full' ? to?.full : body.reason === 'unclaimed' ? to?.else : undefined;
    if (run) this.#silence(run, 'never-shown', 'end', unsaid);
  }

  /** What spoke on the old cart is to be said anew on the other, under another id and by its old deadline. */
  #goAlong(run: Run): void {
    this.#withdraw(run, 'moved');
    this.#data.attention.push({ kind: 'unspent', message: this.#idOf(run) });
    if (run.message?.shownAt != null) this.#data.known.push(this.#idOf(run));
    run.message = null;
    run.times[run.step] = (run.times[run.step] ?? 0) + 1;
  }

  #arrive(run: Run): void {
    const step = this.#dialogue(run).steps[run.step];
    if (step?.verb === 'wait' && step.for.kind === 'next-visit') this.#go(run, step.then);
    else if (step?.verb === 'say' && run.awaitsVisit)
      this.#move(run, run.step, this.#data.now + (step.validFor as { ms: number }).ms);
  }

  #hearPatterns(run: Run, fact: Fact): void {
    const { objective, until } = this.#dialogue(run);
    const isGoal =
      objective !== null &&
      !run.reachedGoal &&
      fact.at >= run.enteredAt &&
      fact.at < this.#goalUntil(run) &&
      isMatch(objective.pattern, fact, run);
    if (isGoal) {
      run.reachedGoal = true;
      if (!run.held) this.#data.attention.push({ kind: 'goal', visit: this.#visit()?.id ?? null });
      this.#decide('objective.reached', {
        run: run.id,
        dialogue: run.dialogue,
        held: run.held,
        value: objective.value,
      });
    }
    if (run.isOver) return;
    if (run.held) {
      if (isGoal) this.#end(run, 'objective');
      return;
    }
    const broken = until.find(({ pattern }) => isMatch(pattern, fact, run));
    const step = this.#dialogue(run).steps[run.step];
    if (broken) {
      this.#withdraw(run, 'until');
      this.#go(run, broken.then, 'until');
    } else if (step?.verb === 'say') {
      const deed = step.answers.find(({ on }) => on !== null && isMatch(on, fact, run));
      const isSeen = run.message !== null && run.message.shownAt !== null && !run.message.withdrawn;
      if (deed && isSeen) this.#answerByDeed(run, run.message as Message, deed);
      else if (deed || isGoal) {
        this.#withdraw(run, 'answered');
        this.#silence(run, 'acted-elsewhere', run.reachedGoal ? 'objective' : 'end');
      }
    } else if (isGoal) this.#end(run, 'objective');
    else if (step?.verb === 'wait' && step.for.kind === 'fact' && isMatch(step.for.pattern, fact, run))
      this.#go(run, step.then);
  }

  #answerByDeed(run: Run, message: Message, { name, positive, then }: CompiledSay['answers'][number]): void {
    const { attention, now } = this.#data;
    this.#letGo(run, 'expired');
    this.#decide('message.answered', { message: message.id, answer: name });
    if (positive && message.channel === 'cart') attention.push({ kind: 'refilled', visit: this.#visit()?.id ?? null });
    attention.push({ kind: 'answered', at: now, inStore: message.channel === 'cart' });
    run.answers[run.step] = { answer: name };
    run.replyTo = now;
    this.#over(run, message);
    this.#go(run, then);
  }

  #speak(): void {
    for (let spoken = 0; spoken < 8; spoken += 1) {
      const [best] = this.#able(null);
      if (best) this.#utter(best);
      else if (!this.#giveWay()) return;
    }
  }

  /** Who may speak, the best first. */
  #able(without: Run | null): Speaker[] {
    const look: Look = { ...this.#data, visit: this.#visit(), house: this.#release.house, without };
    const able = this.#open().flatMap((run) => {
      const say = this.#say(run);
      const dialogue = this.#dialogue(run);
      if (!say || run.held || run.message || run.awaitsVisit) return [];
      const surface = say.surfaces.find((one) => maySpeak(look, { run, dialogue, surface: one }));
      return surface ? [{ run, dialogue, surface, say, score: scoreOf(look, dialogue) }] : [];
    });
    return able.sort(
      (one, other) =>
        Number(isReply(other.run, look.now)) - Number(isReply(one.run, look.now)) ||
        other.dialogue.priority - one.dialogue.priority ||
        other.score - one.score ||
        (one.run.id < other.run.id ? -1 : 1),
    );
  }

  /** What nobody has seen yet is taken back for one of a higher class, or for a reply. */
  #giveWay(): boolean {
    const { now } = this.#data;
    const unseen = this.#open().find(
      ({ message }) => message?.channel === 'cart' && !message.withdrawn && message.shownAt === null,
    );
    if (!unseen?.message || isReply(unseen, now)) return false;
    const { priority } = this.#dialogue(unseen);
    const higher = this.#able(unseen).filter(({ run, dialogue }) => dialogue.priority > priority || isReply(run, now));
    if (higher.length === 0) return false;
    this.#takeBack(unseen, unseen.message, 'outranked');
    return true;
  }

  #utter({ run, say, surface, score }: Speaker): void {
    const { now, attention } = this.#data;
    const visit = this.#visit();
    const inStore = surface.channel === 'cart';
    const answerWithin = Math.max(1000, (say.silence.ignored.after as { ms: number }).ms);
    const id = this.#idOf(run);
    const saying = { at: now, visit: visit?.id ?? null, inStore, isReply: isReply(run, now) };
    attention.push({ kind: 'said', message: id, ...saying });
    run.message = {
      id,
      channel: surface.channel as 'cart' | 'email' | 'call',
      target: inStore ? (visit?.cart ?? null) : null,
      zone: visit?.place.zone ?? null,
      until: run.until,
      answerWithin,
      shownAt: null,
      withdrawn: null,
    };
    const { until: validUntil } = run.message;
    const where = { run: run.id, dialogue: run.dialogue, step: run.step, channel: surface.channel };
    const target = run.message.target === null ? {} : { target: run.message.target };
    this.#decide('message.decided', {
      message: id,
      ...where,
      ...target,
      validUntil,
      answerWithinMs: answerWithin,
      score,
      rivals: [],
    });
    if (surface.to) {
      run.task = { id: taskId(id, 'claim', 1), until: now + surface.to.claimWithinMs };
      const { id: task, until } = run.task;
      this.#decide('task.offered', { message: id, task, role: surface.to.role, until });
    }
  }
}
