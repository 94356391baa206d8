/**
 * One visit: who she is to the store, what she came for, and her way from the door through her list to the end of the
 * queue. Paying is laid down when she gets there, because it depends on who else stands at the tills.
 */
import { checkDigit } from '@kairos/protocol/check-digit.ts';
import type { Chance } from './chance.ts';
import type { SoldLine } from './deeds.ts';
import { Itinerary } from './itinerary.ts';
import type { Pace } from './pace.ts';
import type { Places } from './places.ts';
import type { Goods, Member, Shop } from './shop.ts';
import { type Temperament, temperamentOf } from './temperament.ts';
import type { Walkable } from './walkable.ts';

export interface Visit {
  readonly number: number;
  readonly cart: string;
  readonly member: Member | null;
  readonly temperament: Temperament;
  readonly speed: number;
  readonly itinerary: Itinerary;
  /** What lies in the cart when she reaches the tills, in thousandths by code. */
  readonly basket: Map<string, number>;
  readonly dock: number;
  /** She hands over her card before she pays. */
  showsCard: boolean;
}

export interface VisitSetting {
  readonly shop: Shop;
  readonly places: Places;
  readonly walkable: Walkable;
  readonly pace: Pace;
  readonly chance: Chance;
  readonly number: number;
  readonly cart: string;
  readonly dock: number;
  readonly atMs: number;
  /** Members who are not in the shop already. */
  readonly members: readonly Member[];
}

/** How people show who they are, in shares. */
const guestShare = 0.15;
const unknownShare = 0.06;
const mistypedShare = 0.08;
const scannedShare = 0.3;
/** Of all visits those of customers whom the store knows. */
export const memberShare = (1 - guestShare) * (1 - unknownShare);
/** Of those who are known: they show their card again where they pay, so long before it is done. */
const cardAtTillShare = 0.5;
const cardBeforePayingMs = 15_000;
/** She takes up something only to put it back. */
const putsBackShare = 0.05;
/** Where people look around with no purchase in mind. */
const browsedDepartments = ['suits', 'suits', 'shoes', 'wine'];
const buysAfterAllShare = 0.4;
const thingsPerStop: readonly [number, number] = [1, 3];
const betweenThingsMs: readonly [number, number] = [1500, 5000];

export function planVisit(setting: VisitSetting): Visit {
  const { places, walkable, pace, chance, number, cart, dock, atMs } = setting;
  const identity = identityOf(setting);
  const itinerary = new Itinerary(places.door, atMs);
  const speed = chance.between(...pace.speed);
  const visit: Visit = {
    number,
    cart,
    member: identity.member,
    temperament: temperamentOf(chance),
    speed,
    itinerary,
    basket: new Map(),
    dock,
    showsCard: false,
  };
  itinerary.does({ kind: 'enters', as: identity.as });
  itinerary.walk(walkable.way(places.door, places.dock(dock)), speed);
  logIn(itinerary, identity, setting);
  shop(visit, setting);
  visit.showsCard = identity.member !== null && chance.happens(cardAtTillShare);
  return visit;
}

interface Identity {
  readonly as: string;
  readonly member: Member | null;
  /** What is keyed or scanned, one after the other; empty for a guest. */
  readonly presents: readonly string[];
  readonly means: 'typed' | 'scanned';
}

function identityOf({ chance, members, shop: { loyaltyPrefix } }: VisitSetting): Identity {
  const means = chance.happens(scannedShare) ? 'scanned' : 'typed';
  if (members.length === 0 || chance.happens(guestShare)) return { as: 'guest', member: null, presents: [], means };
  if (chance.happens(unknownShare)) {
    const digits = `${loyaltyPrefix}${String(chance.whole(0, 10 ** (12 - loyaltyPrefix.length) - 1)).padStart(12 - loyaltyPrefix.length, '0')}`;
    return { as: 'unknown number', member: null, presents: [`${digits}${checkDigit(digits)}`], means };
  }
  const member = pickMember(members, chance);
  if (!chance.happens(mistypedShare)) return { as: member.firstName, member, presents: [member.number], means };
  return { as: member.firstName, member, presents: [mistyped(member.number, chance), member.number], means: 'typed' };
}

/** Each as often as she comes. */
function pickMember(members: readonly Member[], chance: Chance): Member {
  const total = members.reduce((sum, { weight = 1 }) => sum + weight, 0);
  let left = chance.next() * total;
  for (const member of members) {
    left -= member.weight ?? 1;
    if (left < 0) return member;
  }
  return chance.pick(members);
}

/** One digit wrong, so that the check digit no longer fits. */
function mistyped(number: string, chance: Chance): string {
  const place = chance.whole(4, number.length - 1);
  const wrong = (Number(number[place]) + chance.whole(1, 9)) % 10;
  return `${number.slice(0, place)}${wrong}${number.slice(place + 1)}`;
}

function logIn(itinerary: Itinerary, { presents, means }: Identity, { pace, chance }: VisitSetting): void {
  if (presents.length === 0) {
    itinerary.stand(chance.between(...pace.loginMs) / 2);
    itinerary.does({ kind: 'stays-guest' });
  }
  for (const number of presents) {
    itinerary.stand(means === 'scanned' ? 2000 : chance.between(...pace.loginMs));
    itinerary.does({ kind: 'presents', means, number });
  }
  itinerary.stand(1500);
}

function shop(visit: Visit, setting: VisitSetting): void {
  const {
    pace,
    chance,
    shop: { goods },
  } = setting;
  const departments = [...new Set(goods.map((item) => item.department))];
  const wanted = chance.draw(departments, chance.whole(...pace.stops));
  const browsed = chance.happens(pace.browses) ? chance.pick(browsedDepartments) : null;
  for (const department of inWalkingOrder(browsed === null ? wanted : [...new Set([...wanted, browsed])], setting)) {
    // Most who look around take nothing.
    const buys = department !== browsed || chance.happens(buysAfterAllShare);
    if (department === browsed) stopAt(visit, setting, { department, things: 0 });
    if (buys) stopAt(visit, setting, { department, things: chance.whole(...thingsPerStop) });
  }
}

/** Always to the nearest department next, as people do. */
function inWalkingOrder(departments: readonly string[], { places, dock }: VisitSetting): string[] {
  const left = new Set(departments);
  const order: string[] = [];
  let [x, y] = places.dock(dock);
  while (left.size > 0) {
    let best: { department: string; far: number; x: number; y: number } | null = null;
    for (const department of left) {
      const at = places.standsFor(department)[0]?.at;
      if (at === undefined) continue;
      const far = Math.hypot(at[0] - x, at[1] - y);
      if (best === null || far < best.far) best = { department, far, x: at[0], y: at[1] };
    }
    if (best === null) break;
    order.push(best.department);
    left.delete(best.department);
    ({ x, y } = best);
  }
  return order;
}

function stopAt(visit: Visit, setting: VisitSetting, stop: { department: string; things: number }): void {
  const {
    places,
    walkable,
    pace,
    chance,
    shop: { goods },
  } = setting;
  const stands = places.standsFor(stop.department);
  if (stands.length === 0) return;
  const { shelf, at } = chance.pick(stands);
  const { itinerary } = visit;
  itinerary.walk(walkable.way(itinerary.end, at), visit.speed);
  itinerary.does({ kind: 'stops-at', shelf });
  itinerary.stand(chance.between(...(stop.things === 0 ? pace.browseMs : pace.dwellMs)));
  const here = goods.filter((item) => item.department === stop.department);
  for (const item of chance.draw(here, stop.things)) takeUp(visit, item, chance);
}

function takeUp({ itinerary, basket }: Visit, { code }: Goods, chance: Chance): void {
  const quantity = chance.happens(0.12) ? 2000 : 1000;
  itinerary.does({ kind: 'takes', code, quantity });
  basket.set(code, (basket.get(code) ?? 0) + quantity);
  itinerary.stand(chance.between(...betweenThingsMs));
  if (!chance.happens(putsBackShare)) return;
  itinerary.does({ kind: 'puts-back', code, quantity });
  basket.delete(code);
  itinerary.stand(1000);
}

/** From the queue to the door: pays at `till` until `till.doneMs` (or has nothing to pay), docks the cart, leaves. */
export function planWayOut(
  visit: Visit,
  setting: Pick<VisitSetting, 'shop' | 'places' | 'walkable'> & { readonly till: TillTurn | null },
): void {
  const { places, walkable, till } = setting;
  const { itinerary, speed } = visit;
  if (till !== null) {
    itinerary.walk(walkable.way(itinerary.end, places.till(till.id)), speed);
    const waitsMs = Math.max(0, till.doneMs - itinerary.untilMs);
    const lastMs = Math.min(waitsMs, cardBeforePayingMs);
    itinerary.stand(waitsMs - lastMs);
    if (visit.member !== null && visit.showsCard) {
      itinerary.does({ kind: 'shows-card', till: till.id, number: visit.member.number });
    }
    itinerary.stand(lastMs);
    const lines = linesOf(visit.basket, setting.shop.goods);
    itinerary.does({ kind: 'pays', till: till.id, lines, total: lines.reduce((sum, line) => sum + line.amount, 0) });
    itinerary.stand(2000);
  }
  itinerary.walk(walkable.way(itinerary.end, places.dock(visit.dock)), speed);
  itinerary.does({ kind: 'docks', paid: till !== null });
}

export interface TillTurn {
  readonly id: string;
  /** When the cashier is through with her. */
  readonly doneMs: number;
}

function linesOf(basket: ReadonlyMap<string, number>, goods: readonly Goods[]): SoldLine[] {
  return [...basket].map(([code, quantity]) => {
    const unitPrice = goods.find((item) => item.code === code)?.price ?? 0;
    return { code, quantity, unitPrice, amount: Math.round((unitPrice * quantity) / 1000) };
  });
}
