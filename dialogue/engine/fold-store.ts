/**
 * What concerns the store and nobody in it, folded: screens, pauses, who is on duty, where carts stand.
 */
import type { Fact, FactBody, FactOf, FactType } from '@kairos/protocol/facts.ts';
import { holderOf } from './fold-task.ts';
import { foldCartPlace } from './fold-visit.ts';
import { type StoreState, thingsMax } from './store-state.ts';
import type { World } from './world.ts';

/** True where it may change what can be said, to whomever. */
type Fold<Type extends FactType> = (world: World, fact: FactOf<Type>) => boolean;
export type StoreFold = (world: World, fact: Fact) => boolean;

const folds: { readonly [Type in FactType]?: Fold<Type> } = {
  'zone.entered': (world, { body }) => {
    foldCartPlace(world, body.cart, { zone: body.zone });
    return false;
  },
  'zone.left': (world, { body }) => {
    foldCartPlace(world, body.cart, { zone: null, left: body.zone });
    return false;
  },
  'screen.changed': ({ store }, { body }) => {
    if (!hasRoom(store.screens, body.screen)) return false;
    store.screens[body.screen] = body.state;
    return true;
  },
  'store.started': ({ store }) => {
    // Who can be reached is known again when they have said so.
    store.screens = {};
    return true;
  },
  'pause.changed': ({ store }, { body }) => {
    foldPause(store, body);
    return true;
  },
  'queue.changed': ({ store }, { body: { till, waiting } }) => {
    if (!hasRoom(store.queues, till)) return false;
    store.queues[till] = waiting;
    return true;
  },
  // What stood there goes with whom it was for; who is next may have waited for it.
  'lane.cleared': ({ shownOn }, { body }) => shownOn.has(body.till),
  'duty.changed': ({ store }, { body }) => {
    foldDuty(store, body);
    return true;
  },
  // Somebody has a hand free: what waited for one may be said to whomever it waits for.
  'task.done': (world, { body }) => holderOf(world, body.task) !== null,
  'task.released': (world, { body }) => holderOf(world, body.task) !== null,
  'timer.fired': ({ store }, { subject, at }) => {
    if (subject !== 0) return false;
    store.pauses = store.pauses.filter(({ until }) => until === 0 || until > at);
    return true;
  },
};
export const storeFolds = new Map(Object.entries(folds)) as unknown as ReadonlyMap<string, StoreFold>;

function foldPause(store: StoreState, { what, name = '', paused, until = 0 }: FactBody<'pause.changed'>): void {
  store.pauses = store.pauses.filter((pause) => pause.what !== what || pause.name !== name);
  if (paused && store.pauses.length < thingsMax) store.pauses.push({ what, name, until });
}

function foldDuty(store: StoreState, { associate, state, role, zone }: FactBody<'duty.changed'>): void {
  if (!hasRoom(store.duty, associate)) return;
  const known = store.duty[associate];
  store.duty[associate] = {
    state,
    role: role ?? known?.role ?? null,
    zone: zone ?? null,
    task: state === 'off' ? null : (known?.task ?? null),
    asked: known?.asked ?? [],
  };
}

function hasRoom(things: Readonly<Record<string, unknown>>, name: string): boolean {
  return things[name] !== undefined || Object.keys(things).length < thingsMax;
}
