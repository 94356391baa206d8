/**
 * What concerns the store and nobody in it, folded: screens, pauses, who is on duty, where carts stand.
 */
import type { Fact, FactBody } from '@kairos/protocol/facts.ts';
import { foldCartPlace } from './fold-visit.ts';
import { type StoreState, thingsMax } from './store-state.ts';
import type { World } from './world.ts';

/** True where it may change what can be said, to whomever. */
export function foldStore(world: World, fact: Fact): boolean {
  const { store } = world;
  switch (fact.type) {
    case 'zone.entered':
      foldCartPlace(world, fact.body.cart, { zone: fact.body.zone });
      return false;
    case 'zone.left':
      foldCartPlace(world, fact.body.cart, { zone: null, left: fact.body.zone });
      return false;
    case 'screen.changed':
      if (!hasRoom(store.screens, fact.body.screen)) return false;
      store.screens[fact.body.screen] = fact.body.state;
      return true;
    case 'store.started':
      // Who can be reached is known again when they have said so.
      store.screens = {};
      return true;
    case 'pause.changed':
      foldPause(store, fact.body);
      return true;
    case 'duty.changed':
      foldDuty(store, fact.body);
      return true;
    case 'timer.fired':
      if (fact.subject !== 0) return false;
      store.pauses = store.pauses.filter(({ until }) => until === 0 || until > fact.at);
      return true;
    default:
      return false;
  }
}

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
