/**
 * Where she is and what she does in the store, folded: visits, zones, the basket, tills, consent.
 */
import type { FactBody, SaleLine } from '@kairos/protocol/facts.ts';
import { fastHops } from '../moment/situation.ts';
import type { Folds } from './fold.ts';
import { forget } from './fold-run.ts';
import { causeOf } from './ids.ts';
import { thingsMax } from './store-state.ts';
import type { Subject } from './subject.ts';
import { basketLinesMax, Table, type VisitState } from './subject-state.ts';
import type { World } from './world.ts';

export const visitFolds = {
  'visit.opened': (world, subject, body, at) => {
    const { state } = subject;
    if (state.visit?.id === body.visit) {
      state.visit.strength = body.strength;
    } else {
      leaveVisit(world, subject);
      state.visit = takeHandedOver(world, body.visit) ?? freshVisit(world, body.visit, at);
      state.visit.strength = body.strength;
      world.present.add(subject);
    }
    if (body.till !== undefined) state.visit.till = body.till;
    if (body.cart !== undefined) placeOn(world, subject, { cart: body.cart, at });
    subject.beginVisit();
  },
  'visit.moved': (world, subject, body, at) => {
    if (subject.state.visit?.id !== body.visit) return;
    placeOn(world, subject, { cart: body.cart, at });
    subject.stir();
  },
  'visit.closed': (world, subject, body) => {
    const { visit } = subject.state;
    if (visit?.id !== body.visit) return;
    leaveVisit(world, subject);
    if (body.reason === 'taken-over') world.handedOver = visit;
    subject.beginVisit();
  },
  'identity.presented': (_world, subject, body) => {
    const { visit } = subject.state;
    if (!visit || body.till === undefined) return;
    visit.till = body.till;
    if (visit.prompt === promptOver) visit.prompt = '';
    // Whoever types her number at a till could be anybody; nothing is said to her who holds the card.
    if (body.strength === 'weak' && visit.strength === 'strong') visit.strength = 'weak';
    subject.stir();
  },
  'lane.cleared': (_world, subject, body) => {
    const { visit } = subject.state;
    if (!visit) return;
    if (visit.till === body.till) visit.till = null;
    if (visit.prompt !== '') visit.prompt = promptOver;
    subject.stir();
  },
  'zone.entered': (world, subject, body) => {
    const { visit } = subject.state;
    const at = world.input?.at ?? 0;
    // Reports may overtake each other: what is older than the newest says nothing about where she is.
    if (visit?.cart !== body.cart || at < visit.heardAt) return;
    visit.heardAt = at;
    if (visit.zone === body.zone) return;
    enterZone(visit, {
      zone: body.zone,
      at,
      by: world.input ? causeOf(world.input) : '',
      late: world.input?.late ?? false,
    });
    if (world.places.zones[body.zone] !== 'till') visit.till = null;
    subject.stir();
  },
  'zone.left': (world, subject, body) => {
    const { visit } = subject.state;
    const at = world.input?.at ?? 0;
    if (visit?.cart !== body.cart || visit.zone !== body.zone || at < visit.heardAt) return;
    visit.heardAt = at;
    visit.zone = null;
    visit.movedAt = at;
    subject.stir();
  },
  'basket.added': (_world, subject, body, at) => changeBasket(subject, body, { sign: 1, at }),
  'basket.removed': (_world, subject, body, at) => changeBasket(subject, body, { sign: -1, at }),
  sale: (_world, subject, body, at) => {
    const { visit } = subject.state;
    if (!visit) return;
    visit.paidAt = at;
    visit.till = body.till;
    subject.stir();
  },
  'quiet.requested': (_world, subject) => {
    if (subject.state.visit) subject.state.visit.quiet = true;
    subject.stir();
  },
  'consent.changed': (world, subject) => world.askPerson(subject),
  'customer.changed': (world, subject) => world.askPerson(subject),
  'customer.erased': (world, subject) => {
    subject.state.erased = true;
    if (subject.state.runs.length === 0) forget(world, subject);
    subject.stir();
  },
} satisfies Folds;

/** Of `VisitState.prompt`: the sale it was said in is past. No message has such an id. */
const promptOver = 'over';

/** Where carts are is kept for the store: somebody may log in where a cart already stands. */
export function foldCartPlace(world: World, cart: string, place: { zone: string | null; left?: string }): void {
  const { input, store } = world;
  if (!input) return;
  const known = store.carts[cart];
  if (known && (input.at < known.at || (place.left !== undefined && known.zone !== place.left))) return;
  if (known) {
    known.zone = place.zone;
    known.at = input.at;
  } else if (Object.keys(store.carts).length < thingsMax) {
    store.carts[cart] = { zone: place.zone, at: input.at };
  }
}

function freshVisit(world: World, id: string, at: number): VisitState {
  return {
    id,
    openedAt: at,
    strength: 'guest',
    cart: null,
    till: null,
    zone: null,
    zoneAt: 0,
    zoneBy: '',
    zoneLate: false,
    dwellTo: 0,
    hops: [],
    zones: 0,
    movedAt: 0,
    heardAt: 0,
    touchedAt: 0,
    quiet: false,
    paidAt: 0,
    budget: world.house.attention.perVisit,
    messages: 0,
    entered: new Table(),
    lines: [],
    total: 0,
    prompt: '',
  };
}

/** Her dwelling counts from when she was known to be there: the cart may have stood in the zone for an hour. */
function placeOn(world: World, { id, state: { visit } }: Subject, { cart, at }: { cart: string; at: number }): void {
  if (!visit || visit.cart === cart) return;
  if (visit.cart !== null && world.subjectOfCart.get(visit.cart) === id) world.subjectOfCart.delete(visit.cart);
  visit.cart = cart;
  world.subjectOfCart.set(cart, id);
  const zone = world.store.carts[cart]?.zone ?? null;
  if (zone === visit.zone) return;
  visit.zone = zone;
  visit.zoneAt = at;
  // Counted: she may come back to a cart that has not moved.
  visit.zoneBy = `visit/${visit.id}/${cart}/${visit.zones}`;
  visit.zoneLate = false;
  visit.dwellTo = 0;
  if (zone !== null) visit.zones += 1;
}

function enterZone(
  visit: VisitState,
  { zone, at, by, late }: { zone: string; at: number; by: string; late: boolean },
): void {
  visit.zone = zone;
  visit.zoneAt = at;
  visit.zoneBy = by;
  visit.zoneLate = late;
  visit.dwellTo = 0;
  visit.movedAt = at;
  visit.zones += 1;
  visit.hops.push(at);
  if (visit.hops.length > fastHops) visit.hops.shift();
}

function leaveVisit(world: World, subject: Subject): void {
  const { visit } = subject.state;
  if (!visit) return;
  if (visit.cart !== null && world.subjectOfCart.get(visit.cart) === subject.id) world.subjectOfCart.delete(visit.cart);
  world.present.delete(subject);
  subject.state.visit = null;
  // What they turn out to have spent in vain, this visit gets back no more, nor does the next.
  for (const { message } of subject.state.runs) if (message) message.inVisit = false;
}

/** A login over a guest relabels the visit: her list, what she was told and how much attention is left go on. */
function takeHandedOver(world: World, id: string): VisitState | null {
  const visit = world.handedOver;
  if (visit?.id !== id) return null;
  world.handedOver = null;
  visit.cart = null;
  return visit;
}

type BasketChange = FactBody<'basket.added'> | FactBody<'basket.removed'>;

/** A line of the basket is one code; it goes when nothing is left of it. */
function changeBasket(subject: Subject, { line }: BasketChange, { sign, at }: { sign: 1 | -1; at: number }): void {
  const { visit } = subject.state;
  if (!visit) return;
  visit.touchedAt = at;
  const { lines } = visit;
  const place = lines.findIndex(({ code }) => code === line.code);
  const old = lines[place];
  const quantity = (old?.quantity ?? 0) + sign * line.quantity;
  if (quantity <= 0) {
    if (old) lines.splice(place, 1);
  } else {
    const merged: SaleLine = {
      ...(old ?? line),
      quantity,
      amount: Math.round(((old ?? line).unitPrice * quantity) / 1000),
    };
    if (old) lines[place] = merged;
    else if (lines.length < basketLinesMax) lines.push(merged);
  }
  visit.total = lines.reduce((sum, { amount }) => sum + amount, 0);
  subject.stir();
}
