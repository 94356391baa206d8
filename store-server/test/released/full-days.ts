/**
 * Some days of a small store in which everything happens that a journal can hold: each type of fact from outside, each
 * kind of decision, by dialogues of the library. What a version records of them is frozen (`freeze.ts`).
 */
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Fact, type FactBody, type FactType, factTypes, type SaleLine } from '@kairos/protocol/facts.ts';
import { edit, goodsLine, openSmallDay, type SmallDay } from '../small-day.ts';

const library = new URL('../../../dialogue/library', import.meta.url).pathname;
const customers = ['9900000000011', '9900000000028', '9900000000035', '9900000000042'];
const day = 86_400;
const [regular, mover, shopper, walker] = [0, 1, 2, 3] as const;

function chooseDialogues(folder: string): void {
  for (const name of readdirSync(folder)) if (name !== 'suit-dwell.yaml') rmSync(join(folder, name));
  const wanted = ['house', 'foundation/win-back', 'foundation/moved-house', 'level-3/put-back', 'level-1/trunk-show'];
  for (const name of wanted) cpSync(join(library, `${name}.yaml`), join(folder, `${name.split('/').at(-1)}.yaml`));
  // Nobody is held out: the days are to be full.
  for (const name of readdirSync(folder)) {
    if (name === 'house.yaml') edit(folder, name, (text) => text.replace('globalHoldout: 2%\n', ''));
    else
      edit(folder, name, (text) =>
        text.replace(/^holdout: .*$/m, name === 'trunk-show.yaml' ? 'holdout: 50%' : 'holdout: none'),
      );
  }
}

/** The days as they were lived; its journal is open still, and the last days are not in any snapshot. */
export async function liveFullDays(): Promise<SmallDay> {
  const days = await openSmallDay({
    customers,
    change: chooseDialogues,
    consent: ['email', 'call', 'mail', 'web'],
  });
  const who = customers.map((number) => days.subjectOf(number));
  const stage = new Stage(days, who as [number, number, number, number]);
  // The months first: what is kept for a week only is to be there at the end.
  await stage.winBack();
  stage.letters();
  stage.morning();
  stage.stylist();
  await days.settle();
  // A release in the middle: the states so far are written down.
  edit(days.dialogues, 'suit-dwell.yaml', (text) => text.replace('validFor: 3m', 'validFor: 4m'));
  days.publish();
  stage.evening();
  stage.rest();
  await days.settle();
  return days;
}

/** What asks for no trace leaves none. */
const traceless: readonly FactType[] = ['forget.requested'];

/** Types of which a journal is to hold something. */
export const heldTypes = factTypes.filter((type) => !traceless.includes(type));

/** … and this one does not. */
export function missingTypes(facts: readonly Fact[]): string[] {
  const found = new Set<string>(facts.map(({ type }) => type));
  const custom = [...found].some((type) => type.startsWith('custom.'));
  return [...heldTypes.filter((type) => !found.has(type)), ...(custom ? [] : ['custom.…'])];
}

class Stage {
  readonly #days: SmallDay;
  readonly #who: readonly [number, number, number, number];
  #receipts = 0;

  constructor(days: SmallDay, who: readonly [number, number, number, number]) {
    this.#days = days;
    this.#who = who;
  }

  /** Shoppers on the floor: a dwell that is answered, one that is ignored, one that is left, a guest. */
  morning(): void {
    const days = this.#days;
    days.observe('store.started', null, { epoch: 'epoch-1', version: '0.1.0' });
    for (const cart of ['cart-01', 'cart-02', 'cart-03']) this.#connect(cart);
    this.#connect('till-1');
    days.observe('duty.changed', null, { associate: 'kim', state: 'on', role: 'stylist' });
    days.logIn('cart-01', customers[shopper] as string);
    this.#enter('cart-01', 'suits');
    days.pass(40);
    days.see('cart-01');
    days.pass(3);
    days.answer('cart-01', 'showMe');
    days.pass(60);
    days.see('cart-01');
    this.#add('cart-01', goodsLine('s1', 'suits', 19_900));
    days.logIn('cart-02', customers[walker] as string);
    this.#enter('cart-02', 'suits');
    days.pass(40);
    days.see('cart-02');
    days.pass(5);
    days.report('cart-02', 'zone.left', { cart: 'cart-02', zone: 'suits' });
    this.#enter('cart-02', 'wine');
    days.logIn('cart-03', null);
    this.#add('cart-03', goodsLine('w1', 'wine'));
    days.report('cart-03', 'help.requested', { cart: 'cart-03' });
    days.report('cart-03', 'help.withdrawn', { cart: 'cart-03' });
    days.report('cart-03', 'language.chosen', { cart: 'cart-03', locale: 'es' });
    days.report('cart-03', 'identity.dropped', { cart: 'cart-03', reason: 'logout' });
    this.#connect('cart-05');
    days.logIn('cart-05', customers[walker] as string);
    days.report('cart-05', 'quiet.requested', { cart: 'cart-05' });
    days.report('cart-05', 'identity.dropped', { cart: 'cart-05', reason: 'logout' });
    // Of this one nothing is left.
    days.logIn('cart-05', null);
    this.#add('cart-05', goodsLine('w2', 'wine'));
    days.report('cart-05', 'forget.requested', { cart: 'cart-05' });
  }

  /** She takes a suit, puts it back, asks for another size: a stylist claims it, hands it back, and another does it. */
  stylist(): void {
    const days = this.#days;
    const subject = this.#who[mover];
    days.logIn('cart-02', customers[mover] as string);
    this.#enter('cart-02', 'suits');
    this.#add('cart-02', goodsLine('s2', 'suits', 15_000));
    days.report('cart-02', 'basket.removed', { cart: 'cart-02', line: goodsLine('s2', 'suits', 15_000) });
    days.pass(10);
    days.see('cart-02');
    days.answer('cart-02', 'size');
    days.pass(2);
    const until = days.now() + 240_000;
    days.observe('task.claimed', subject, { task: this.#last('task.offered').task, associate: 'kim', until });
    const task = this.#last('task.offered').task;
    days.observe('task.released', subject, { task, associate: 'kim', reason: 'refused' });
    const again = this.#last('task.offered').task;
    days.observe('task.claimed', subject, { task: again, associate: 'kim', until });
    days.observe('task.done', subject, { task: again, associate: 'kim', answer: 'brought' });
    days.observe('pause.changed', null, { what: 'dialogue', name: 'put-back', paused: true, by: 'manager' });
    days.observe('pause.changed', null, { what: 'dialogue', name: 'put-back', paused: false, by: 'manager' });
  }

  /** The till: one pays and brings it back, one is known there only. */
  evening(): void {
    const days = this.#days;
    days.pass(120);
    this.#buy(shopper, [goodsLine('s1', 'suits', 19_900)], 'cart-01');
    days.observe('return', this.#who[shopper], {
      ...this.#receipt([{ ...goodsLine('b1', 'suits', 19_900), ref: 's1' }]),
    });
    days.logIn('cart-01', customers[shopper] as string);
    // She dwells, it waits for her on a dark screen, and she never sees it.
    this.#enter('cart-01', 'suits');
    days.report('cart-01', 'screen.changed', { screen: 'cart-01', state: 'dark' });
    days.pass(3 * 3600);
    days.observe('goods.changed', null, { code: '9521', department: 'suits', price: 14_900, was: 19_900 });
  }

  /** By mail: one has moved, one is invited; sent, bounced, looked at, called, printed. */
  letters(): void {
    const days = this.#days;
    const subject = this.#who[mover];
    for (const screen of ['cart-01', 'cart-02', 'till-1']) this.#connect(screen);
    days.observe('customer.changed', subject, { attributes: ['address'] });
    days.observe('consent.changed', this.#who[walker], { purpose: 'call', granted: false });
    days.pass(6 * day);
    days.observe('email.sent', subject, { message: this.#last('message.decided').message });
    // Another buys before she is asked.
    const other = this.#who[walker];
    days.observe('customer.changed', other, { attributes: ['address'] });
    days.pass(6 * day);
    this.#buy(walker, [{ ...goodsLine('h0', 'shoes', 4900), tags: ['home'] }]);
    days.pass(9 * day);
    days.logIn('cart-02', customers[mover] as string);
    days.pass(60);
    days.observe('mail.printed', subject, { message: this.#last('message.decided').message });
    const reward = this.#last('reward.issued').reward;
    this.#buy(mover, [{ ...goodsLine('h1', 'shoes', 9900), tags: ['home'] }], 'cart-02');
    days.observe('reward.redeemed', subject, { reward, receipt: 'r-home' });
    days.observe('site.visited', subject, { page: '/lamps', category: 'lamps' });
  }

  /** A steady customer stops; a call, a complaint, a signed letter, an e-mail that bounces, another call, and she is back. */
  async winBack(): Promise<void> {
    const days = this.#days;
    const subject = this.#who[regular];
    for (let week = 0; week < 9; week += 1) {
      this.#buy(regular, [goodsLine(`l${week}`, 'suits', 9000)]);
      days.pass(7 * day);
    }
    await this.#until('message.decided', 'win-back', 120);
    const call = this.#last('message.decided').message;
    const until = days.now() + 2 * day * 1000;
    days.observe('task.claimed', subject, { task: this.#last('task.offered').task, associate: 'rita', until });
    days.observe('call.logged', subject, {
      message: call,
      answer: 'complaint',
      form: { cause: 'service', words: 'slow' },
    });
    days.pass(10);
    const task = this.#last('task.offered').task;
    days.observe('task.done', subject, { task, associate: 'the-boss', answer: 'approved' });
    days.pass(10);
    days.observe('mail.printed', subject, { message: this.#last('message.decided').message });
    days.pass(31 * day);
    const letter = this.#last('message.decided').message;
    days.observe('email.sent', subject, { message: letter });
    days.observe('email.bounced', subject, { message: letter, reason: 'no such mailbox' });
    days.pass(60);
    // Nobody takes on the manager's call: it is released, and the dialogue ends.
    days.pass(6 * day);
  }

  /** What is on its way when the journal ends: a wait, a message that speaks, a task that is open. */
  rest(): void {
    const days = this.#days;
    days.observe('custom.collection' as FactType, this.#who[regular], {
      name: 'Moretti',
      department: 'suits',
      day: '2027-06-01',
    } as never);
    for (const cart of ['cart-01', 'cart-02']) this.#connect(cart);
    days.logIn('cart-01', customers[shopper] as string);
    this.#enter('cart-01', 'suits');
    this.#add('cart-01', goodsLine('s8', 'suits', 15_000));
    days.report('cart-01', 'basket.removed', { cart: 'cart-01', line: goodsLine('s8', 'suits', 15_000) });
    days.pass(12);
    days.logIn('cart-02', customers[mover] as string);
    this.#enter('cart-02', 'wine');
    this.#add('cart-02', goodsLine('s9', 'shoes', 5000));
    days.pass(10);
  }

  #connect(screen: string): void {
    this.#days.observe('screen.changed', null, { screen, state: 'connected' });
  }

  #enter(cart: string, zone: string): void {
    this.#days.report(cart, 'zone.entered', { cart, zone, confidence: 900 });
  }

  #add(cart: string, line: SaleLine): void {
    this.#days.report(cart, 'basket.added', { cart, line });
  }

  #buy(of: 0 | 1 | 2 | 3, lines: SaleLine[], cart?: string): void {
    const body = { ...this.#receipt(lines), ...(cart === undefined ? {} : { cart }) };
    this.#days.observe('sale', this.#who[of], body);
  }

  #receipt(lines: SaleLine[]): FactBody<'sale'> {
    this.#receipts += 1;
    const total = lines.reduce((sum, { amount }) => sum + amount, 0);
    return { till: 'till-1', receipt: `r-${this.#receipts}`, currency: 'EUR', lines, total };
  }

  #last<Type extends FactType>(type: Type): FactBody<Type> {
    const found = this.#days.recorded.findLast((fact) => fact.type === type);
    if (!found) throw new Error(`nothing of type ${type} has happened yet`);
    return found.body as FactBody<Type>;
  }

  async #until(type: FactType, dialogue: string, mostDays: number): Promise<void> {
    for (let passed = 0; passed < mostDays; passed += 1) {
      const last = this.#days.recorded.findLast((fact) => fact.type === type);
      if ((last?.body as { dialogue?: string } | undefined)?.dialogue === dialogue) return;
      this.#days.pass(day);
    }
    throw new Error(`${dialogue} has said nothing within ${mostDays} days`);
  }
}
