/**
 * Delivery, put together: the carts' screens, the screens in zones and the tills' printers, behind one
 * Socket.IO server, with what is held back for the disk and the watch over who can be spoken to.
 */
import type { Server as HttpServer } from 'node:http';
import type { Ack } from '@kairos/protocol/device-facts.ts';
import type { Server } from 'socket.io';
import type { Pictures } from '../catalogue/pictures.ts';
import type { StoreConfig } from '../config.ts';
import type { Intake } from '../intake/intake.ts';
import type { Foundations, Mind } from '../mind.ts';
import type { Prompts } from '../prompt/open-prompts.ts';
import { reasonLines } from '../why/shopper-reason.ts';
import type { CartViewSources } from './cart-view.ts';
import { Coupons, type CouponsOptions } from './coupons.ts';
import { HeldBack } from './held-back.ts';
import type { PinDesk } from './pin-desk.ts';
import { openSocketServer } from './screen-door.ts';
import { type ScreenState, ScreenWatch } from './screen-watch.ts';
import { Screens } from './screens.ts';
import { ZoneScreens } from './zone-screens.ts';

export interface DeliveryOptions extends Foundations, Mind {
  readonly http: HttpServer;
  readonly intake: Pick<Intake, 'receive' | 'reject'>;
  readonly pictures: Pictures;
  readonly pinDesk: PinDesk;
  readonly sendCoupon: CouponsOptions['send'];
  readonly prompts: Prompts;
  readonly desk: NonNullable<CartViewSources['desk']>;
}

export interface Delivery {
  /** For the lines of the other rooms. */
  readonly io: Server;
  /** Pages of screens that are connected. */
  readonly connected: number;
  readonly screenStates: Readonly<Record<string, ScreenState>>;
  readonly coupons: Pick<Coupons, 'resend' | 'waiting'>;
  sendAck(device: string, ack: Ack): void;
  /** Who is on the way to this cart is surer than it was. */
  helpChanged(cart: string): void;
  close(): Promise<void>;
}

export async function openDelivery(options: DeliveryOptions): Promise<Delivery> {
  const { config, engine, visits, people, conductor, journal, clock, ports, intake, listeners, forgetters } = options;
  const { store, floorPlan: plan } = config;
  const { prompts } = options;
  const tokensOf = (ids: readonly string[]): Map<string, string | null> =>
    new Map(ids.map((id) => [id, config.devices.get(id)?.token ?? null]));
  const receive = (device: string, payload: unknown): void => intake.receive(device, 'screen', payload);
  const io = openSocketServer(options.http);
  const watch = new ScreenWatch({
    timers: ports.timers,
    onState: (screen, state) => conductor.observe('screen.changed', null, { screen, state }),
  });
  const held = new HeldBack({
    journal,
    timers: ports.timers,
    onReleased: (messages) => {
      screens.released(messages);
      zoneScreens.released();
      prompts.released(messages);
    },
  });
  const isHeld = (message: string): boolean => held.isHeld(message);
  const shared = { io, plan, clock, receive, reject: intake.reject, watch };
  const screens = new Screens({
    ...shared,
    tokens: tokensOf(config.carts.map(({ id }) => id)),
    sources: {
      store,
      visits,
      people,
      engine,
      goods: options.goods,
      pictures: options.pictures,
      whyOf: whyOfCurrent(options, config),
      isHeld,
      canProve: (cart) => options.pinDesk.canProve(cart),
      desk: options.desk,
    },
    prove: (cart, pin) => options.pinDesk.prove(cart, pin),
    visits,
    timers: ports.timers,
  });
  const zoneScreens = new ZoneScreens({
    ...shared,
    tokens: tokensOf(plan.screens.map(({ id }) => id)),
    store,
    pictures: options.pictures,
    loopOf: (zone) => loopOf(config, zone),
    slotMs: config.screens.slotSeconds * 1_000,
    engine,
    isHeld,
  });
  const wake = (subject: number): void => conductor.wake(subject);
  const coupons = new Coupons({ journal, engine, people, store, clock, wake, send: options.sendCoupon });
  await coupons.recall();
  forgetters.push((subjects) => coupons.forget(subjects));
  listeners.push(
    (facts) => held.note(facts),
    (facts) => screens.deliver(facts),
    (facts) => zoneScreens.deliver(facts),
    (facts) => coupons.note(facts),
  );
  prompts.connect({ io, watch, isHeld, rewardOf: (message) => coupons.rewardOf(message) });
  return {
    io,
    helpChanged: (cart) => screens.helpChanged(cart),
    get connected() {
      return screens.connected + zoneScreens.connected + prompts.connected;
    },
    get screenStates() {
      return watch.states;
    },
    coupons,
    sendAck: (device, ack) => {
      screens.sendAck(device, ack);
      zoneScreens.sendAck(device, ack);
      prompts.sendAck(device, ack);
    },
    close: async () => {
      prompts.close();
      held.close();
      watch.close();
      screens.close();
      // A browser may hold a line on which it has asked for nothing yet: Socket.IO would wait for it.
      options.http.close();
      options.http.closeAllConnections();
      await io.close();
    },
  };
}

/** What a zone's screens show while nobody is spoken to: the lines for all of them, and those for this zone. */
function loopOf({ screens }: Pick<StoreConfig, 'screens'>, zone: string): { id: string; headline: string }[] {
  return screens.loop
    .map(({ headline, zones }, index) => ({ id: `line-${index + 1}`, headline, zones }))
    .filter(({ zones }) => zones === undefined || zones.includes(zone))
    .map(({ id, headline }) => ({ id, headline }));
}

/** Why a message is hers, in the words of the release that is in force. */
function whyOfCurrent({ release }: Pick<Mind, 'release'>, { floorPlan }: StoreConfig): ReturnType<typeof reasonLines> {
  let known = release.current;
  let lines = reasonLines(known.dialogues, floorPlan.zones);
  return (dialogue, step, locale) => {
    if (known !== release.current) {
      known = release.current;
      lines = reasonLines(known.dialogues, floorPlan.zones);
    }
    return lines(dialogue, step, locale);
  };
}
