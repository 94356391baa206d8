/**
 * A story: one dialogue of the library played on the shop floor, told in the words of a shopper's days. Time is moved by
 * hand; whatever the dialogue says is put down in order, and each story says what it expects to hear next.
 *
 * What is heard and not expected fails the story, at the next expectation or at its end. The library remembers which
 * steps, answers and silences its stories came through, so that no branch is forgotten (`library.ts`).
 */
import type { Channel, Fact, FactBody, SaleLine, Scalar, Silence } from '@kairos/protocol/facts.ts';
import { expect } from 'vitest';
import type { CompiledRelease } from '../compiled.ts';
import type { Person } from '../engine/engine.ts';
import { createCalendar } from '../measure/calendar.ts';
import { day, hour, minute, second } from './samples.ts';
import { line } from './shop-floor.ts';
import { ada, type Noted, type Said, StoryFloor, type StoryOptions, till, timeZone } from './story-floor.ts';

export type { StoryOptions } from './story-floor.ts';

const calendar = createCalendar(timeZone);
const cart = `cart-${ada}`;
const spans: Readonly<Record<string, number>> = { s: second, m: minute, h: hour, d: day, w: 7 * day };

/** Everybody who may be asked, each for one thing. */
const roles = ['floor', 'stylist', 'host', 'service', 'shoes'];

/** Told of what stories come through. */
export type Witness = (dialogue: string, what: string) => void;

export class Story {
  readonly #floor: StoryFloor;
  readonly #unheard: Said[] = [];
  readonly #endings: string[] = [];
  readonly #witness: Witness;
  readonly #steps = new Map<string, { dialogue: string; step: string }>();
  #standing: { dialogue: string; step: string } | null = null;
  #running = 0;
  #said: Said | null = null;
  #isShown = false;
  #receipts = 0;

  constructor(release: CompiledRelease, options: StoryOptions, witness: Witness) {
    this.#witness = witness;
    this.#floor = new StoryFloor(release, options, (decision) => this.#note(decision));
    this.happensInStore('screen.changed', { screen: till, state: 'connected' });
    if (options.isAlone) return;
    for (const role of roles) {
      this.happensInStore('duty.changed', { associate: `one-of-${role}`, state: 'on', role });
    }
  }

  // What she does.

  comes({ strength = 'strong' as 'guest' | 'weak' | 'strong' } = {}): this {
    this.#floor.open(ada, { strength });
    return this;
  }

  /** She takes no cart: who she is, the till learns. */
  comesToTill(): this {
    const visit = `at-till-${this.#floor.now}`;
    this.#floor.visits.set(ada, visit);
    return this.happens('visit.opened', { visit, till, strength: 'strong', reason: 'at-till' });
  }

  goes(): this {
    this.#floor.close(ada);
    return this;
  }

  walksTo(zone: string): this {
    this.#floor.enter(ada, zone);
    return this;
  }

  takes(rest: Partial<SaleLine> = {}): this {
    this.#floor.scan(ada, rest);
    return this;
  }

  putsBack(rest: Partial<SaleLine> = {}): this {
    return this.happens('basket.removed', { cart, line: line(rest) });
  }

  /** She says at the till who she is. */
  isKnownAtTill(): this {
    return this.happens('identity.presented', { till, means: 'card', strength: 'strong', known: true });
  }

  buys(...lines: Partial<SaleLine>[]): this {
    return this.happens('sale', this.#receipt(lines));
  }

  returns(...lines: Partial<SaleLine>[]): this {
    return this.happens('return', this.#receipt(lines));
  }

  looksAtPage(page: string, category?: string): this {
    return this.happens('site.visited', { page, ...(category === undefined ? {} : { category }) });
  }

  asksForQuiet(): this {
    return this.happens('quiet.requested', { cart });
  }

  /** Something of hers has changed, and everybody knows. */
  changes(attributes: Person['attributes']): this {
    this.#floor.learn({ attributes });
    return this.happens('customer.changed', { attributes: Object.keys(attributes) });
  }

  withdrawsConsent(purpose: FactBody<'consent.changed'>['purpose']): this {
    this.#floor.refuse(purpose);
    return this.happens('consent.changed', { purpose, granted: false });
  }

  happens<Type extends Exclude<Fact['type'], `custom.${string}`>>(type: Type, body: FactBody<Type>): this {
    this.#floor.fact(type, ada, body);
    return this;
  }

  /** What the retailer's own systems tell of her. */
  hears(type: `custom.${string}`, body: Record<string, Scalar>): this {
    this.#floor.news(type, ada, body);
    return this;
  }

  happensInStore<Type extends 'screen.changed' | 'duty.changed'>(type: Type, body: FactBody<Type>): this {
    this.#floor.fact(type, null, body);
    return this;
  }

  /** What was said last: an answer to it may come when it is over. */
  get said(): string {
    return this.#current().message;
  }

  // Time.

  /** '+7d' later, to the second: before it nothing is said and nothing ends. */
  at(span: string): this {
    const until = this.#after(span);
    const endings = this.#endings.length;
    this.#floor.pass(until - second - this.#floor.now);
    expect(this.#unheard.map(telling), `nothing is said before ${span}`).toEqual([]);
    expect(this.#endings.slice(endings), `nothing ends before ${span}`).toEqual([]);
    this.#floor.pass(second);
    return this;
  }

  /** Until something is said; within the span. */
  untilSaid(span: string): this {
    const until = this.#after(span);
    while (this.#unheard.length === 0 && this.#floor.now < until) {
      const due = this.#floor.engine.nextDue(ada) ?? until;
      this.#floor.pass(Math.min(due, until) - this.#floor.now);
    }
    return this;
  }

  /** Time in which things may happen. */
  meanwhile(span: string): this {
    this.#floor.pass(this.#after(span) - this.#floor.now);
    return this;
  }

  // What she is told.

  /** The next thing that is said, and the one that answers and silences are about from here on. */
  expect(channel: Channel, words: RegExp): this {
    const said = this.#unheard.shift();
    expect(said && { channel: said.channel, words: said.words }, this.#lately()).toEqual({
      channel,
      words: expect.stringMatching(words),
    });
    this.#said = said ?? null;
    this.#isShown = false;
    return this;
  }

  /** No answer is one, too: which of the four, and just now. */
  expectSilence(silence: Silence): this {
    const silent = this.#facts('message.silent').at(-1);
    const agoMs = silent && this.#floor.now - silent.at;
    expect({ silence: silent?.body.silence, agoMs }, this.#lately()).toEqual({ silence, agoMs: 0 });
    return this;
  }

  expectNothing(): this {
    expect(this.#unheard.map(telling)).toEqual([]);
    return this;
  }

  /** It goes on, in silence. */
  expectWaiting(): this {
    this.expectNothing();
    expect(this.#running, this.#lately()).toBeGreaterThan(0);
    return this;
  }

  /** All is over, and nothing more is said, for most of a year. */
  expectEnd(reason: FactBody<'run.ended'>['reason'] = 'end'): this {
    this.expectNothing();
    expect(this.#endings.at(-1), this.#lately()).toBe(reason);
    expect(this.#running).toBe(0);
    this.#floor.pass(300 * day);
    return this.expectNothing();
  }

  expectReward(value: number, unit: 'percent' | 'amount' = 'percent'): this {
    const issued = this.#facts('reward.issued').at(-1)?.body;
    expect({ value: issued?.value, unit: issued?.unit }).toEqual({ value, unit });
    return this;
  }

  get rewards(): number[] {
    return this.#facts('reward.issued').map(({ body }) => body.value);
  }

  /** Where it goes to: the cart, the till, the screen. */
  expectOn(target: string): this {
    const decided = this.#facts('message.decided').at(-1)?.body;
    expect(decided?.target).toBe(target);
    return this;
  }

  expectSet(name: string, value: Scalar): this {
    expect(this.#facts('attribute.set').at(-1)?.body).toMatchObject({ name, value });
    return this;
  }

  expectTaken(reason: FactBody<'message.withdrawn'>['reason']): this {
    expect(this.#facts('message.withdrawn').at(-1)?.body.reason).toBe(reason);
    return this;
  }

  expectGoal(): this {
    expect(this.#facts('objective.reached')).toHaveLength(1);
    return this;
  }

  expectHeldOut(): this {
    expect(this.#facts('run.entered').map(({ body }) => body.held)).toEqual([true]);
    return this;
  }

  expectNotEntered(): this {
    expect(this.#facts('run.entered')).toEqual([]);
    return this;
  }

  // What becomes of it.

  /** She sees it; a letter is printed, an e-mail accepted, a call made. */
  isShown(): this {
    if (this.#isShown) return this;
    this.#isShown = true;
    const { message, channel } = this.#current();
    if (channel === 'email') return this.happens('email.sent', { message });
    if (channel === 'mail') return this.happens('mail.printed', { message });
    return this.happens('message.shown', { message, screen: this.#surface(channel) });
  }

  answers(answer: string, form?: Record<string, Scalar>): this {
    const { channel, message } = this.#current();
    const told = { answer, ...(form === undefined ? {} : { form }) };
    if (channel === 'handheld') {
      this.isClaimed();
      this.#floor.fact('task.done', null, { task: this.#task(), associate: this.#associate(), ...told });
      return this;
    }
    if (channel === 'call') return this.happens('call.logged', { message, ...told });
    this.isShown();
    return this.happens('message.answered', { message, ...told });
  }

  /** Somebody takes it on, for longer than it takes. */
  isClaimed(): this {
    const until = this.#floor.now + 365 * day;
    this.#floor.fact('task.claimed', null, { task: this.#task(), associate: this.#associate(), until });
    return this;
  }

  /** Claimed, and not done within the lease. */
  isClaimedFor(span: string): this {
    const until = this.#after(span);
    this.#floor.fact('task.claimed', null, { task: this.#task(), associate: this.#associate(), until });
    return this;
  }

  expectTask(role: string): this {
    const offered = this.#facts('task.offered').at(-1)?.body;
    expect(offered?.role).toBe(role);
    return this;
  }

  isSigned(signature: 'approved' | 'refused' = 'approved'): this {
    this.#floor.fact('task.done', null, { task: this.#task(), associate: 'the-boss', answer: signature });
    return this;
  }

  isNotReached(): this {
    return this.happens('call.logged', { message: this.#current().message, answer: 'not-reached' });
  }

  /** A call for which its team has no room in its time. */
  isCrowdedOut(): this {
    const { dialogue, step, message } = this.#current();
    this.#witness(dialogue, `${step}: full`);
    return this.happens('email.bounced', { message, reason: 'full' });
  }

  bounces(): this {
    this.isShown();
    return this.happens('email.bounced', { message: this.#current().message, reason: 'no such mailbox' });
  }

  /** The post brings the letter back: the store learns that it never came. */
  isReturned(): this {
    const { message } = this.#current();
    this.isShown();
    return this.happens('email.bounced', { message, reason: 'moved away' });
  }

  /** Before a report of it could come, nothing of it is over. */
  settles(): this {
    this.#floor.pass(30 * second);
    return this;
  }

  /** At the end: nothing was said that was not expected, and a replay arrives at the same. */
  close(): void {
    this.expectNothing();
    this.#floor.expectReplayed();
  }

  #note({ type, body, said }: Noted): void {
    if (type === 'run.entered') this.#running += 1;
    if (type === 'run.ended') {
      this.#running -= 1;
      this.#endings.push(body.reason);
    }
    if (type === 'run.moved') {
      this.#standing = { dialogue: this.#dialogueOf(body.run), step: body.step };
      this.#witness(this.#standing.dialogue, body.step);
    }
    if (type === 'reward.issued' && body.step !== undefined) this.#witness(this.#dialogueOf(body.run), body.step);
    if (said) {
      this.#unheard.push(said);
      this.#steps.set(said.message, said);
    }
    if (type === 'message.answered' || type === 'message.silent') this.#cameThrough(body);
  }

  #cameThrough(body: { message: string; answer?: string; silence?: string }): void {
    // What never got as far as being said is of where the run stands.
    const from = this.#steps.get(body.message) ?? (this.#running === 1 ? this.#standing : null);
    if (from) this.#witness(from.dialogue, `${from.step}: ${body.answer ?? body.silence}`);
  }

  #dialogueOf(run: string): string {
    return this.#facts('run.entered').find(({ body }) => body.run === run)?.body.dialogue ?? '';
  }

  #facts<Type extends Fact['type']>(type: Type): Extract<Fact, { type: Type }>[] {
    return this.#floor.journal.filter((fact): fact is Extract<Fact, { type: Type }> => fact.type === type);
  }

  #current(): Said {
    if (this.#said === null) throw new Error('the story expects something to be said first');
    return this.#said;
  }

  #task(): string {
    const task = this.#facts('task.offered').at(-1)?.body.task;
    if (task === undefined) throw new Error('nobody was asked');
    return task;
  }

  #associate(): string {
    return `one-of-${this.#facts('task.offered').at(-1)?.body.role}`;
  }

  #surface(channel: Channel): string {
    return { cart, pos: till, receipt: till, screen: 'screen-produce' }[channel as string] ?? `some-${channel}`;
  }

  #receipt(lines: Partial<SaleLine>[]): FactBody<'return'> {
    const all = (lines.length === 0 ? [{}] : lines).map((one) => line(one));
    this.#receipts += 1;
    const total = all.reduce((sum, { amount }) => sum + amount, 0);
    return { till, receipt: `r-${this.#receipts}`, currency: 'EUR', lines: all, total };
  }

  #after(span: string): number {
    const [, count = '', unit = ''] = /^\+?(\d+)(mo|[smhdw])$/.exec(span) ?? [];
    if (unit === 'mo') return calendar.addMonths(this.#floor.now, Number(count));
    const each = spans[unit];
    if (each === undefined) throw new Error(`"${span}" is no span of time`);
    return this.#floor.now + Number(count) * each;
  }

  /** What stopped whom, for a story that fails. */
  #lately(): string {
    const [verdict] = this.#floor.engine.verdicts({ subject: ada, limit: 1 });
    const stops = verdict?.rivals.map(({ dialogue, step, stopped }) => `${dialogue}/${step}: ${stopped}`) ?? [];
    return [`ended: ${this.#endings.join(', ')}`, ...stops].join('; ');
  }
}

function telling({ channel, step, words }: Said): string {
  return `${step} on ${channel}: ${words}`;
}
