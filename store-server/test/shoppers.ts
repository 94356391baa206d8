/** What happens on the small day: answers, silences, somebody who walks on, a guest, a purchase, some who come twice. */
import { goodsLine, type SmallDay } from './small-day.ts';

export const members = Array.from({ length: 12 }, (_, at) => `29600000000${String(at).padStart(2, '0')}`);

/** At the suits until something is said, or for a minute. */
function lookAtSuits(day: SmallDay, cart: string): boolean {
  day.report(cart, 'zone.entered', { cart, zone: 'suits', confidence: 900 });
  for (let waited = 0; waited < 60; waited += 5) {
    day.pass(5);
    if (day.see(cart) !== null) return true;
  }
  return false;
}

export function playSmallDay(day: SmallDay): void {
  for (let cart = 1; cart <= 6; cart += 1)
    day.observe('screen.changed', null, { screen: `cart-0${cart}`, state: 'connected' });
  for (const [at, number] of members.entries()) {
    const cart = `cart-0${(at % 6) + 1}`;
    day.logIn(cart, number);
    day.pass(20 + at);
    if (lookAtSuits(day, cart)) react(day, cart, at);
    day.pass(40);
    day.report(cart, 'zone.entered', { cart, zone: 'bakery', confidence: 800 });
    day.pass(70);
    if (day.see(cart) !== null) day.pass(90);
    if (at % 2 === 0) pay(day, cart, at);
    else day.report(cart, 'identity.dropped', { cart, reason: 'docked' });
    day.pass(400 + 13 * at);
  }
  day.logIn('cart-01', null);
  lookAtSuits(day, 'cart-01');
  // Nobody says goodbye: the visit ends after its quiet minutes.
  day.pass(3_600);
  // More than one, so that nobody's holdout leaves the day without a second visit that is spoken to.
  for (const number of [...members.slice(0, 2), ...members.slice(4, 5)]) {
    day.logIn('cart-02', number);
    day.pass(90);
    if (day.see('cart-02') !== null) day.pass(30);
    pay(day, 'cart-02', 100);
    day.pass(300);
  }
}

function react(day: SmallDay, cart: string, at: number): void {
  day.pass(3 + at);
  if (at % 4 === 0) day.answer(cart, 'showMe');
  else if (at % 4 === 1) day.answer(cart, 'notToday');
  // She walks on without a word.
  else if (at % 4 === 2) day.report(cart, 'zone.left', { cart, zone: 'suits' });
  else day.pass(60);
  if (at % 4 !== 0) return;
  day.pass(8);
  if (day.see(cart) !== null) {
    day.pass(4);
    day.answer(cart, 'fine');
  }
}

function pay(day: SmallDay, cart: string, at: number): void {
  const line = goodsLine(`line-${at}`, at % 4 === 0 ? 'shoes' : 'wine', 2500);
  day.report(cart, 'basket.added', { cart, line });
  day.pass(30);
  const sale = { till: 'till-1', cart, receipt: `r-${at}`, currency: 'EUR', lines: [line], total: line.amount };
  day.report('till-1', 'sale', sale);
}
